"""What the tests of `malmoi publish` share: a checkout with a build, a Hub, and the command run against it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hub_server import READ_ONLY, TOKEN, Hub, serving
from sample_corpus import annotated, bare, write

from malmoi.build.builder import build
from malmoi.build.texts import Texts
from malmoi.commands import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPO = "dasan/malmoi"
VERSION = "0.1.0"
NO_COPY = Texts(None, why="no copy in this test")
CHANGELOG = """# Changelog

## Code

### [9.9.9]

- Not of the data.

## Data

### [0.1.0] - 2026-11-22

The first release.

#### Added

- Three articles.

### [0.0.9]
"""


class Done(NamedTuple):
    """How a run of the command ended, and what it printed."""

    code: int
    out: str
    err: str


@dataclass
class Checkout:
    """A folder with a corpus, its changelog and its build; commands run in it."""

    root: Path
    hub: Hub
    capsys: pytest.CaptureFixture[str]

    @property
    def dist(self) -> Path:
        """The build."""
        return self.root / "dist"

    def built(self) -> dict[str, bytes]:
        """The files that are to be published."""
        files = [path for path in self.dist.rglob("*") if path.is_file() and path.name != ".stamp"]
        return {path.relative_to(self.dist).as_posix(): path.read_bytes() for path in files}

    def published(self, revision: str = VERSION, repo: str = REPO) -> dict[str, bytes]:
        """The files of a revision on the Hub, without the one that the Hub itself puts there."""
        commit = self.hub.repos[repo].at(revision)
        assert commit
        return {name: blob.data for name, blob in commit.files.items() if name != ".gitattributes"}

    def publish(self, *more: str, repo: str = REPO) -> Done:
        """Run the command in this process; no token is ever printed."""
        code = main(["publish", str(self.dist), repo, "--corpus", str(self.root / "corpus"), *more])
        out, err = self.capsys.readouterr()
        return without_token(Done(code, out, err))

    def start(self, *more: str) -> subprocess.Popen[str]:
        """Run the command in a process of its own."""
        command = [sys.executable, "-c", "import sys; from malmoi.commands import main; sys.exit(main())", "publish"]
        return subprocess.Popen(
            [*command, "dist", REPO, *more],
            cwd=self.root,
            env=environment(self.hub, self.root, TOKEN),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def refused(self, *more: str, repo: str = REPO) -> str:
        """Run the command, which must refuse and leave the Hub as it was; what it says."""
        before = self.hub.snapshot()
        done = self.publish(*more, repo=repo)
        assert (done.code, done.out) == (2, "")
        assert self.hub.snapshot() == before
        return done.err

    def fails(self) -> str:
        """Run the command with --yes, which must fail after it showed its plan; what it says."""
        done = self.publish("--yes")
        assert done.code == 2
        assert "Traceback" not in done.err
        return done.err


def without_token(done: Done) -> Done:
    """The same, looked through for tokens."""
    assert TOKEN not in done.out + done.err
    assert READ_ONLY not in done.out + done.err
    return done


def environment(hub: Hub, home: Path, token: str | None) -> dict[str, str]:
    """The environment of a process that knows this Hub and no other, and keeps its files to itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    login = {"HF_TOKEN": token} if token else {}
    return kept | {"HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(home / "hf"), **login}


@contextmanager
def hub_of_this_process(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Hub]:
    """A Hub that huggingface_hub talks to within this process; it read the environment when it was imported."""
    with serving() as hub:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(home / "token"))
        monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield hub


def make(root: Path) -> Path:
    """A folder with a corpus of three articles, its changelog, its datasheet and its build."""
    corpus = write(
        root / "corpus",
        {
            annotated(): "train",
            bare("open-snow", "밤새 눈이 내려 고갯길이 막혔다."): "test",
            bare("open-rain", "아침부터 비가 그쳐 강물이 줄었다."): "train",
        },
    )
    (root / "DATASHEET.md").write_text("# 데이터시트\n", encoding="utf-8")
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    build(corpus, root / "dist", NO_COPY)
    return root


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout, built once for all tests of a process; `checkout` is a copy."""
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The Hub of a test."""
    with hub_of_this_process(monkeypatch, tmp_path) as found:
        yield found


@pytest.fixture
def checkout(made: Path, tmp_path: Path, hub: Hub, capsys: pytest.CaptureFixture[str]) -> Checkout:
    """What a test may spoil."""
    shutil.copytree(made, tmp_path / "checkout")
    return Checkout(tmp_path / "checkout", hub, capsys)
