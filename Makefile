# `make` sets up, builds the dataset from corpus/ and shows it; `make test` sets up and passes the tests.
# Nothing is assumed but Python 3.11+ with venv. Override it with `make PYTHON=python3.12`.

PYTHON ?= python3
BIN := .venv/bin
# Wikinews text is read from MALMOI_WIKINEWS, else from the extract beside the checkout, else fetched.
EXTRACT := $(wildcard ../shared/data/wikinews/articles.jsonl)
export MALMOI_WIKINEWS ?= $(EXTRACT)

.PHONY: all setup build test lint types pytest test-label-studio bench docs lock clean

all: build
	@$(BIN)/malmoi show dist

setup: .venv/.installed

.venv/.installed: requirements-test.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "malmoi needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes \
	  -r requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# `malmoi build` itself knows whether anything changed since the last build.
build: setup
	@$(BIN)/malmoi build corpus -o dist

test: setup lint types pytest

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup
	$(BIN)/mypy

pytest: setup
	$(BIN)/pytest

# What we write and read, tried in Label Studio itself and in a browser (Chromium and its driver). It is about 1 GB, and
# stays in an environment of its own.
test-label-studio: setup .venv-label-studio/.installed
	MALMOI_LABEL_STUDIO=.venv-label-studio/bin $(BIN)/pytest -n 0 tests/live/test_label_studio.py

.venv-label-studio/.installed:
	$(PYTHON) -m venv .venv-label-studio
	.venv-label-studio/bin/python -m pip install --quiet --disable-pip-version-check label-studio==1.23.2
	@touch $@

bench: setup
	$(BIN)/python scripts/bench.py

# The generated pages that are committed; tests hold them in step.
docs: setup
	$(BIN)/python scripts/rules_doc.py
	$(BIN)/python scripts/figures.py

# For maintainers, with uv: exact versions with hashes, for every platform, naming no index.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-annotate --no-header --all-extras --group test --group bench \
	  pyproject.toml --output-file requirements-test.txt

clean:
	rm -rf dist .venv
