"""`malmoi publish` where something goes wrong on the way, and what its readers get where nothing does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from hub_server import TOKEN, Answer, Blob
from publishing import REPO, VERSION, Checkout, Done, environment, without_token

if TYPE_CHECKING:
    from pathlib import Path

LOAD = """
import hashlib, json, sys
from pathlib import Path
from datasets import disable_progress_bars, get_dataset_config_names, load_dataset
from huggingface_hub import snapshot_download

disable_progress_bars()
repo, revision, dist = sys.argv[1:]
configs = get_dataset_config_names(dist)
assert sorted(configs) == sorted(get_dataset_config_names(repo, revision=revision)), configs

def rows(source, config, **more):
    return {name: list(split) for name, split in load_dataset(source, config, **more).items()}

local = {config: rows(dist, config) for config in configs}
assert any(local.values())
loaded = {config: rows(repo, config, revision=revision) for config in configs}
streamed = {config: rows(repo, config, revision=revision, streaming=True) for config in configs}
folder = Path(snapshot_download(repo, repo_type="dataset", revision=revision))
files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
wrong = [line for line in files["SHA256SUMS"].decode().splitlines() if sums[line.split("  ")[1]] != line.split()[0]]
print(json.dumps({"loaded": loaded == local, "streamed": streamed == local, "wrong": wrong, "names": sorted(files)}))
"""


@pytest.mark.parametrize("mode", ["regular", "lfs"])
def test_readers_get_just_what_was_built(checkout: Checkout, mode: str) -> None:
    checkout.hub.mode = mode
    assert checkout.publish("--yes").code == 0
    repo = checkout.hub.repos[REPO]
    # The tag is what they ask for, whatever becomes of main.
    repo.commit({"README.md": Blob(b"# gone\n", lfs=False)}, "by hand")
    command = [sys.executable, "-c", LOAD, REPO, VERSION, str(checkout.dist)]
    env = environment(checkout.hub, checkout.root, None)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {
        "loaded": True,
        "streamed": True,
        "wrong": [],
        "names": sorted({".gitattributes", *checkout.built()}),
    }


@pytest.mark.parametrize(("mode", "route"), [("lfs", "upload"), ("regular", "preupload")])
def test_a_killed_run_leaves_nothing_and_the_next_one_publishes(checkout: Checkout, mode: str, route: str) -> None:
    hub = checkout.hub
    hub.mode = mode
    hub.add(REPO, {"README.md": b"# mine\n"})
    before = hub.snapshot()
    reached, go_on = threading.Event(), threading.Event()
    calls: list[str] = []

    def slow() -> None:
        calls.append(route)
        if len(calls) > 1 or route == "preupload":  # of several uploads, the first arrives
            reached.set()
            go_on.wait(30)

    hub.before[route] = slow
    running = checkout.start("--yes")
    assert reached.wait(30)
    running.kill()
    out, err = running.communicate()
    without_token(Done(running.returncode, out, err))
    assert running.returncode == -9
    go_on.set()
    assert hub.snapshot() == before
    hub.before.clear()
    assert checkout.publish("--yes").code == 0
    assert checkout.published() == checkout.built()
    assert len(hub.repos[REPO].commits) == 3


def test_a_process_of_its_own_prints_plan_and_progress_apart(checkout: Checkout) -> None:
    running = checkout.start("--yes")
    done = without_token(Done(running.wait(), *running.communicate()))
    assert done.code == 0
    head, url = checkout.hub.repos[REPO].head.oid, f"{checkout.hub.url}/datasets/{REPO}"
    assert done.out.startswith(f"{url}\n  repository   to be created: ")
    # No bar, no warning of a library: stderr is no terminal.
    assert done.err == f"{url}: created\n{url}: committed {head}\n{url}/tree/{VERSION}: published, commit {head}\n"


@pytest.mark.parametrize("mode", ["regular", "lfs"])
def test_main_moves_between_plan_and_commit(checkout: Checkout, mode: str) -> None:
    hub = checkout.hub
    hub.mode = mode
    repo = hub.add(REPO)

    def meanwhile() -> None:
        repo.commit({**repo.head.files, "theirs.md": Blob(b"x", lfs=False)}, "by another")

    hub.before["card"] = meanwhile
    assert "cannot commit: main has moved since it was looked at: run the command again" in (told := checkout.fails())
    assert "(HTTP 412: A commit has happened since. Please refresh and try again.); nothing was published" in told
    assert [commit.title for commit in repo.commits] == ["initial commit", "by another"]
    assert repo.tags == {}
    hub.before.clear()
    done = checkout.publish("--yes")
    assert done.code == 0
    assert any(line.split() == ["removed", "1", "B", "theirs.md"] for line in done.out.splitlines())


def test_the_answer_to_the_commit_is_lost(checkout: Checkout) -> None:
    repo = checkout.hub.add(REPO)
    checkout.hub.dropped.add("commit")
    told = checkout.fails()
    assert f"cannot commit: {checkout.hub.url} does not answer (" in told
    assert "whether it arrived is not known: run the command again" in told
    assert (len(repo.commits), repo.tags) == (2, {})
    _only_the_tag_is_left(checkout)


def _only_the_tag_is_left(checkout: Checkout) -> None:
    """The next run finds every file there, says so, and makes the tag and nothing else."""
    repo = checkout.hub.repos[REPO]
    oid, checkout.hub.asked = repo.head.oid, []
    done = checkout.publish()
    assert "  commit       no commit: the parent holds just this build\n" in done.out
    assert " 0 added, 0 changed, 0 removed, " in done.out
    assert repo.tags == {}
    assert checkout.publish("--yes").code == 0
    assert (repo.head.oid, repo.tags) == (oid, {VERSION: oid})
    assert [name for name, _ in checkout.hub.asked if name not in {"info", "refs", "tree"}] == ["tag"]


@pytest.mark.parametrize("mode", ["regular", "lfs"])
@pytest.mark.parametrize("name", ["ATTRIBUTION.tsv", "ner/train.parquet"])
def test_a_commit_that_arrived_and_was_changed_since_is_not_tagged(checkout: Checkout, mode: str, name: str) -> None:
    checkout.hub.mode = mode
    repo = checkout.hub.add(REPO)
    checkout.hub.dropped.add("commit")
    checkout.fails()
    blob = repo.head.files[name]
    repo.commit({**repo.head.files, name: blob._replace(data=blob.data[::-1])}, "by another")  # of the same size
    done = checkout.publish("--yes")
    assert done.code == 0
    assert " 0 added, 1 changed, 0 removed, " in done.out
    assert checkout.published() == checkout.built()


def test_the_tag_fails(checkout: Checkout) -> None:
    checkout.hub.before["tag"] = lambda: Answer(500, {"error": "out of order"})
    told = checkout.fails()
    assert "cannot tag 0.1.0: the Hub failed, try again later (HTTP 500: out of order); commit " in told
    assert " is there, and whether with its tag is not known: run the command again, which looks\n" in told
    checkout.hub.before.clear()
    _only_the_tag_is_left(checkout)


def test_the_answer_to_the_tag_is_lost(checkout: Checkout) -> None:
    checkout.hub.dropped.add("tag")
    assert "cannot tag 0.1.0: " in (told := checkout.fails())
    assert "whether with its tag is not known" in told
    assert "it holds this very build, so there is nothing to do" in checkout.refused("--yes")


def test_another_made_the_tag_meanwhile(checkout: Checkout) -> None:
    repo = checkout.hub.add(REPO)
    checkout.hub.before["tag"] = lambda: repo.tags.update({VERSION: repo.commits[0].oid})
    assert "cannot tag 0.1.0: it is there already" in checkout.fails()
    assert repo.tags == {VERSION: repo.commits[0].oid}


def test_another_made_the_repository_meanwhile(checkout: Checkout) -> None:
    checkout.hub.before["create"] = lambda: checkout.hub.add(REPO)
    assert "cannot create it: it is there already: run the command again" in checkout.fails()
    assert len(checkout.hub.repos[REPO].commits) == 1


def test_files_that_the_repository_ignores_are_missed(checkout: Checkout) -> None:
    checkout.hub.add(REPO)
    checkout.hub.ignored = {"ATTRIBUTION.tsv"}
    told = checkout.fails()
    assert "differs from the build in 1 file, the first ATTRIBUTION.tsv, and was not tagged" in told
    assert checkout.hub.repos[REPO].tags == {}


def test_the_hub_finds_fault_with_the_card(checkout: Checkout) -> None:
    checkout.hub.add(REPO)
    before = checkout.hub.snapshot()
    checkout.hub.card_errors = ['"license" must be one of cc-by-4.0', '"language" is missing']
    told = checkout.fails()
    assert "cannot commit: Invalid metadata in README.md. - " in told
    assert '"license" must be one of cc-by-4.0 - "language" is missing; nothing was published' in told
    assert checkout.hub.snapshot() == before


def test_an_upload_is_refused(checkout: Checkout) -> None:
    checkout.hub.add(REPO)
    checkout.hub.mode = "lfs"
    before = checkout.hub.snapshot()
    checkout.hub.before["upload"] = lambda: Answer(403, {"error": f"{TOKEN} expired"})
    told = checkout.fails()
    assert "(HTTP 403: (token) expired); nothing was published\n" in told
    assert checkout.hub.snapshot() == before


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(400, {"error": "no such thing"}), "the Hub refused (HTTP 400: no such thing); nothing was published"),
        (Answer(401, {"error": "who?"}), "the token was refused: `hf auth login` logs in"),
        (Answer(404, {"error": "gone"}), "it is not there, or the token may not see it"),
        (Answer(409, {"error": "busy"}), "it is there already"),
        (Answer(429, {"error": "slow down"}), "wait some minutes and run the command again"),
        (Answer(500, b"<html>", {"Content-Type": "text/html"}), "the Hub failed, try again later (HTTP 500); whether"),
        (Answer(200, b"<html>", {"Content-Type": "text/html"}), "gave an answer that is not the Hub's"),
        (Answer(200, {}), "gave an answer that is not the Hub's"),
    ],
)
def test_the_commit_is_not_answered_as_it_should_be(checkout: Checkout, answer: Answer, told: str) -> None:
    checkout.hub.add(REPO)
    before = checkout.hub.snapshot()
    checkout.hub.before["commit"] = lambda: answer
    found = checkout.fails()
    assert f"malmoi: {checkout.hub.url}/datasets/{REPO}: cannot commit: " in found
    assert told in found
    assert checkout.hub.snapshot() == before


@pytest.mark.parametrize(
    ("route", "answer"),
    [
        ("info", Answer(403, {"error": "no"})),
        ("info", Answer(503, b"soon")),
        ("info", Answer(200, b"<html>")),
        ("refs", Answer(404, {"error": "gone"})),
        ("refs", Answer(200, {})),
        ("tree", Answer(400, {"error": "no"})),
    ],
)
def test_the_repository_cannot_be_read(checkout: Checkout, route: str, answer: Answer) -> None:
    checkout.hub.add(REPO)
    checkout.hub.before[route] = lambda: answer
    assert "cannot read it: " in (told := checkout.refused("--yes"))
    assert told.endswith("; nothing was changed\n")


@pytest.mark.parametrize("code", ["GatedRepo", "Disabled"])
def test_the_repository_may_not_be_read(checkout: Checkout, code: str) -> None:
    checkout.hub.add(REPO)
    said = "Access to this resource is disabled."
    checkout.hub.before["info"] = lambda: Answer(403, {"error": said}, {"X-Error-Code": code, "X-Error-Message": said})
    assert "cannot read it: the token does not allow it: `hf auth login` logs in, or set HF_TOKEN" in checkout.refused()


def test_nobody_answers(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    assert "http://127.0.0.1:9 does not answer (" in (told := checkout.refused("--yes"))
    assert "check the network and HF_ENDPOINT; nothing was changed" in told


def test_the_network_may_not_be_used(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "offline mode is enabled" in checkout.refused("--yes")


@pytest.mark.parametrize("endpoint", ["huggingface.co", "ftp://huggingface.co", "http://[", "http://hub:port", ""])
def test_an_endpoint_that_is_none(checkout: Checkout, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", endpoint)
    assert f"HF_ENDPOINT is {endpoint!r}: expected an address such as https" in checkout.refused("--yes")


def test_a_file_of_the_build_goes_away_meanwhile(checkout: Checkout) -> None:
    checkout.hub.before["create"] = (checkout.dist / "ner" / "train.parquet").unlink
    told = checkout.fails()
    assert "train.parquet" in told
    assert "nothing was published" in told
    assert checkout.hub.repos[REPO].tags == {}


def test_a_missing_library_is_named_with_its_extra(made: Path) -> None:
    command = "import sys; sys.modules['huggingface_hub'] = None; from malmoi.commands import main; sys.exit(main())"
    arguments = [sys.executable, "-c", command, "publish", "dist", REPO]
    done = subprocess.run(arguments, cwd=made, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "malmoi: huggingface_hub is not installed; pip install 'malmoi[publish]'\n"
