"""`malmoi publish` and a Hub whose answers are not to be trusted, or do not come."""

from __future__ import annotations

import itertools
import signal
import threading

import pytest
from hub_server import Answer
from huggingface_hub import close_session
from publishing import REPO, VERSION, Checkout, Done, without_token

_SHAPES = [
    "null",
    "[]",
    '"x"',
    "3",
    '{"siblings": 3}',
    '{"branches": null}',
    "[[]]",
    '["x"]',
    '[{"type": "file"}]',
    "\xff",
]


@pytest.mark.parametrize("route", ["info", "refs", "tree", "create", "card", "preupload", "commit"])
@pytest.mark.parametrize("body", _SHAPES)
def test_an_answer_of_another_shape(checkout: Checkout, route: str, body: str) -> None:
    if route != "create":
        checkout.hub.add(REPO)
    checkout.hub.before[route] = lambda: Answer(200, body.encode("latin-1"))
    done = checkout.publish("--yes")
    if (route, body) in {("tree", "[]"), ("card", '{"siblings": 3}'), ("card", '{"branches": null}')}:
        assert "gave an answer" not in done.err  # a repository without files; a card without faults
        return
    assert done.code == 2
    assert f"{checkout.hub.url} gave an answer that is not the Hub's: check the network and HF_ENDPOINT; " in done.err
    assert ("whether it arrived is not known" in done.err) is (route == "commit")
    assert all(not repo.tags for repo in checkout.hub.repos.values())


_SHA = "0" * 40
_FILE = {"type": "file", "path": "a", "size": 1, "oid": _SHA}


@pytest.mark.parametrize(
    ("route", "answer"),
    [
        ("info", {"id": REPO, "private": False}),
        ("info", {"id": REPO, "private": None, "sha": _SHA}),
        ("info", {"id": REPO, "private": False, "sha": "x"}),
        ("info", {"id": REPO, "private": False, "sha": _SHA, "createdAt": "yesterday"}),
        ("refs", {"branches": [{"name": "main", "ref": "x", "targetCommit": "../x"}], "tags": [], "converts": []}),
        ("tree", [_FILE | {"size": "big"}]),
        ("tree", [_FILE | {"path": ["a"]}]),
        ("tree", [_FILE | {"oid": None}]),
        ("tree", [_FILE | {"lfs": {"oid": 3, "size": 1, "pointerSize": 1}}]),
    ],
)
def test_values_of_another_kind(checkout: Checkout, route: str, answer: object) -> None:
    checkout.hub.add(REPO)
    checkout.hub.before[route] = lambda: Answer(200, answer)
    assert "cannot read it: " in (told := checkout.refused("--yes"))
    assert "gave an answer that is not the Hub's: check the network and HF_ENDPOINT; nothing was changed" in told


@pytest.mark.parametrize("commit", [None, "0" * 40])
def test_a_tag_that_was_not_made_as_asked(checkout: Checkout, commit: str | None) -> None:
    repo = checkout.hub.add(REPO)

    def pretend() -> Answer:
        repo.tags.update({VERSION: commit} if commit else {})
        return Answer(200, {})

    checkout.hub.before["tag"] = pretend
    told = checkout.fails()
    assert f"the Hub says that it tagged {repo.head.oid}, and 0.1.0 " in told
    assert (f"names {commit}; " if commit else "is not there; run the command again\n") in told
    assert ": published" not in told


def test_the_tag_cannot_be_looked_at(checkout: Checkout) -> None:
    checkout.hub.before["tag"] = lambda: checkout.hub.before.update(refs=lambda: Answer(403, {"error": "no"}))
    assert "cannot look for the tag 0.1.0: " in (told := checkout.fails())
    assert "whether with its tag is not known" in told


def test_what_the_hub_says_does_not_reach_the_terminal_raw(checkout: Checkout) -> None:
    evil = "a\x1b[2Jb\n  tag          9.9.9\x9b"
    checkout.hub.add(REPO, {evil: b"x"})
    checkout.hub.card_warnings = [evil]
    done = checkout.publish("--yes")
    assert done.code == 0
    assert r"a\u001b[2Jb\u000a  tag          9.9.9\u009b" in done.out
    assert r"a\u001b[2Jb tag 9.9.9\u009b" in done.err
    checkout.hub.before["info"] = lambda: Answer(403, {"error": evil}, {"X-Error-Message": "x\x1b[2J"})
    refused = checkout.refused()
    assert r"\u001b[2J" in refused
    assert not set("\x1b\x9b") & set(done.out + done.err + refused)


def test_before_the_commit_is_sent_nothing_can_have_arrived(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)  # between its tries
    checkout.hub.add(REPO)
    for route in ("preupload", "card"):
        checkout.hub.before = {route: lambda: Answer(500, {"error": "out of order"})}
        assert checkout.fails().endswith("(HTTP 500: out of order); nothing was published\n")


@pytest.mark.parametrize(
    ("route", "state"),
    [
        ("preupload", "was about to commit; nothing was published"),
        ("commit", "was about to commit; whether it arrived is not known: run the command again"),
        ("tag", "is there, and whether with its tag is not known: run the command again"),
    ],
)
def test_an_interrupted_run_tells_what_may_have_happened(checkout: Checkout, route: str, state: str) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        reached.set()
        go_on.wait(30)

    checkout.hub.add(REPO)
    checkout.hub.before[route] = slow
    running = checkout.start("--yes")
    assert reached.wait(30)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate()
    go_on.set()
    done = without_token(Done(running.returncode, out, err))
    assert done.code == 130
    assert state in done.err
    assert done.err.endswith("malmoi: interrupted\n")


@pytest.mark.parametrize("same", [True, False])
def test_pages_without_end(checkout: Checkout, monkeypatch: pytest.MonkeyPatch, *, same: bool) -> None:
    monkeypatch.setattr("malmoi.hub.client._MOST_REQUESTS", 20)
    checkout.hub.add(REPO)
    pages = itertools.count()

    def page() -> Answer:
        address = f"{checkout.hub.url}/api/datasets/{REPO}/tree/main?page={0 if same else next(pages)}"
        return Answer(200, [], {"Link": f'<{address}>; rel="next"'})

    checkout.hub.before["tree"] = page
    assert "cannot read it: the Hub's answers lead on without end; nothing was changed\n" in checkout.refused("--yes")


def test_a_hub_that_falls_silent(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("malmoi.hub.client._PATIENCE", 0.5)
    checkout.hub.add(REPO)
    go_on = threading.Event()
    checkout.hub.before["commit"] = lambda: go_on.wait(30) and None
    told = checkout.fails()
    go_on.set()
    assert f"{checkout.hub.url} does not answer (" in told
    assert "whether it arrived is not known" in told


@pytest.mark.parametrize("endpoint", ["http://u:SECRET@127.0.0.1:1", "http://u:SEC/SECRET@host", "u:SECRET@host"])
def test_a_password_in_the_endpoint_is_not_told(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", endpoint)
    told = checkout.refused("--yes")
    assert "HF_ENDPOINT is '(user)@" in told
    assert "SEC" not in told


def test_a_proxy_that_is_none(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    close_session()
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://u:SECRET@127.0.0.1:1")
    told = checkout.refused("--yes")
    assert "check the proxies in the environment" in told
    assert "SECRET" not in told


@pytest.mark.parametrize("route", ["commit", "tag"])
def test_a_write_that_is_sent_elsewhere_may_have_arrived(checkout: Checkout, route: str) -> None:
    checkout.hub.add(REPO)
    checkout.hub.before[route] = lambda: Answer(302, b"", {"Location": "http://127.0.0.1:9/x"})
    told = checkout.fails()
    assert f"{checkout.hub.url} does not answer (" in told
    assert " is not known: run the command again" in told
