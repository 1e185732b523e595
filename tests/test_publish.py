"""`malmoi publish` against a Hub of our own: what it shows, does and refuses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec
import pytest
from hub_server import READ_ONLY, TOKEN
from publishing import NO_COPY, REPO, VERSION, Checkout
from sample_corpus import bare, wiki

from malmoi import store
from malmoi.build.builder import build, read_stamp
from malmoi.changelog import ChangelogError, entry, release_day
from malmoi.published.folder import sha256
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from malmoi.model import Article


def release_again(checkout: Checkout, version: str) -> None:
    """Build the next version: an article more in train, and the only one of test gone."""
    corpus = checkout.root / "corpus"
    store.dump(bare("open-wind", "바람이 불어 배가 뜨지 못했다."), corpus / "open" / "open-wind.json")
    (corpus / "open" / "open-snow.json").unlink()
    with (corpus / "splits.tsv").open("a", encoding="utf-8") as table:
        table.write("open-wind\ttrain\n")
    (corpus / "VERSION").write_text(f"{version}\n")
    changelog = checkout.root / "CHANGELOG.md"
    changelog.write_text(
        changelog.read_text(encoding="utf-8").replace("## Data\n", f"## Data\n\n### {version}\n\nMore.\n"),
        encoding="utf-8",
    )
    build(corpus, checkout.dist, NO_COPY)


def test_a_dry_run_tells_what_would_be_and_changes_nothing(checkout: Checkout) -> None:
    repo = checkout.hub.add(REPO, {"README.md": b"# mine\n", "old.csv": b"1,2\n"})
    before = checkout.hub.snapshot()
    done = checkout.publish()
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[:2] == [f"{checkout.hub.url}/datasets/{REPO}", f"  parent       {repo.head.oid}"]
    told = {tuple(line.split()[::3]) for line in lines[2:-3]}
    expected = {("added", name) for name in checkout.built() if name != "README.md"}
    # What is removed leaves `4 B old.csv`: action, number, unit, name.
    assert told == expected | {("changed", "README.md"), ("removed", "old.csv")}
    assert lines[-1] == f"  tag          {VERSION}"
    assert f"  files        {len(expected)} added, 1 changed, 1 removed, 0 unchanged" in lines
    assert done.err == "this is a dry run and nothing was changed; --yes does it\n"
    assert checkout.hub.snapshot() == before
    assert {name for name, _ in checkout.hub.asked} == {"info", "refs", "tree"}


def test_a_dry_run_of_a_public_repository_needs_no_token(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.hub.add(REPO)
    monkeypatch.delenv("HF_TOKEN")
    assert checkout.publish().code == 0
    assert not any(with_token for _, with_token in checkout.hub.asked)


@pytest.mark.parametrize("logged_in", [True, False])
def test_a_dry_run_says_that_the_repository_would_be_created(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, *, logged_in: bool
) -> None:
    if not logged_in:
        monkeypatch.delenv("HF_TOKEN")
    done = checkout.publish("--private")
    assert done.code == 0
    assert "to be created, private: there is none that can be seen" in done.out
    assert checkout.hub.repos == {}


@pytest.mark.parametrize("mode", ["regular", "lfs"])
@pytest.mark.parametrize("private", [True, False])
def test_yes_makes_the_repository_one_commit_and_one_tag(checkout: Checkout, mode: str, *, private: bool) -> None:
    checkout.hub.mode = mode
    done = checkout.publish("--yes", *(["--private"] if private else []))
    assert done.code == 0, done.err
    repo = checkout.hub.repos[REPO]
    assert repo.private is private
    assert [commit.title for commit in repo.commits] == ["initial commit", f"Release {VERSION}"]
    assert repo.head.text == "The first release.\n\n#### Added\n\n- Three articles."
    assert repo.tags == {VERSION: repo.head.oid}
    assert checkout.published() == checkout.built()
    assert {"DATASHEET.md", "README.md", "SHA256SUMS", "ATTRIBUTION.tsv"} < checkout.published().keys()
    assert any(blob.lfs for blob in repo.head.files.values()) is (mode == "lfs")
    url, oid = f"{checkout.hub.url}/datasets/{REPO}", repo.head.oid
    assert done.err == f"{url}: created\n{url}: committed {oid}\n{url}/tree/{VERSION}: published, commit {oid}\n"


@pytest.mark.parametrize("mode", ["regular", "lfs"])
def test_the_next_release_changes_adds_and_removes(checkout: Checkout, mode: str) -> None:
    checkout.hub.mode = mode
    assert checkout.publish("--yes").code == 0
    first = checkout.built()
    release_again(checkout, "0.2.0")
    assert not (checkout.dist / "ner" / "test.parquet").exists()
    done = checkout.publish()
    assert "removed" in next(line for line in done.out.splitlines() if line.endswith("ner/test.parquet"))
    # No quote was touched, so neither was its table.
    assert "unchanged" in next(line for line in done.out.splitlines() if line.endswith("quotes/train.parquet"))
    uploads = [name for name, _ in checkout.hub.asked].count("upload")
    assert checkout.publish("--yes").code == 0
    assert checkout.published("0.2.0") == checkout.built()
    assert checkout.published("0.1.0") == first
    assert ".gitattributes" in checkout.hub.repos[REPO].head.files
    assert len(checkout.hub.repos[REPO].commits) == 3
    more = [name for name, _ in checkout.hub.asked].count("upload") - uploads
    assert more == (2 if mode == "lfs" else 0)  # default/train and ner/train


def test_what_the_hub_remarks_about_the_card_is_told(checkout: Checkout) -> None:
    checkout.hub.card_warnings = ["no pretty name"]
    done = checkout.publish("--yes")
    assert done.code == 0
    assert f"{REPO}: Warnings while validating metadata in README.md: - no pretty name\n" in done.err


# What is refused, by the build, the changelog and the Hub.


def _no_build(checkout: Checkout) -> None:
    (checkout.dist / ".stamp").unlink()


def _old_build(checkout: Checkout) -> None:
    stamp = checkout.dist / ".stamp"
    stamp.write_text(stamp.read_text().replace(',"version":"0.1.0"', ""))


def _changed(checkout: Checkout) -> None:
    (checkout.dist / "ner" / "train.parquet").write_bytes(b"PAR1")


def _lost(checkout: Checkout) -> None:
    (checkout.dist / "ATTRIBUTION.tsv").unlink()


def _extra(checkout: Checkout) -> None:
    (checkout.dist / "ner" / ".notes").write_text("mine")


def _no_sums(checkout: Checkout) -> None:
    (checkout.dist / "SHA256SUMS").unlink()


def _summed_again(checkout: Checkout) -> None:
    """Change the build and SHA256SUMS with it."""
    dist = checkout.dist
    (dist / "DATASHEET.md").unlink()
    (dist / "README.md").write_text("# nothing\n")
    names = sorted(name for name in checkout.built() if name != "SHA256SUMS")
    (dist / "SHA256SUMS").write_text("".join(f"{sha256(dist / name)}  {name}\n" for name in names))


def _stamped_again(checkout: Checkout) -> None:
    """Change the build, SHA256SUMS and the stamp with it."""
    _summed_again(checkout)
    stamp = read_stamp(checkout.dist)
    assert stamp
    again = msgspec.structs.replace(stamp, sums=sha256(checkout.dist / "SHA256SUMS"))
    (checkout.dist / ".stamp").write_bytes(msgspec.json.encode(again))


def _sums_with_crlf(checkout: Checkout) -> None:
    sums = checkout.dist / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes().replace(b"\n", b"\r\n"))


def _sums_twice(checkout: Checkout) -> None:
    sums = checkout.dist / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes() * 2)


def _link(target: str) -> Callable[[Checkout], None]:
    def link(checkout: Checkout) -> None:
        (checkout.dist / "linked").symlink_to(target)

    return link


def _file_elsewhere(checkout: Checkout) -> None:
    moved = (checkout.dist / "DATASHEET.md").rename(checkout.root / "linked")
    (checkout.dist / "DATASHEET.md").symlink_to(moved)


def _pipe(checkout: Checkout) -> None:
    os.mkfifo(checkout.dist / "linked")


def _version_raised(checkout: Checkout) -> None:
    (checkout.root / "corpus" / "VERSION").write_text("0.2.0\n")
    _changelog("## Data\n\n### [0.2.0]\n\nMore.\n")(checkout)


def _corpus_changed(checkout: Checkout) -> None:
    store.dump(bare("open-snow", "밤새 눈이 내려 학교가 쉬었다."), checkout.root / "corpus" / "open" / "open-snow.json")


def _texts_missing(checkout: Checkout) -> None:
    _add(checkout, withhold(wiki()), "wiki-lake\ttest\n")


def _article_refused(checkout: Checkout) -> None:
    _add(checkout, bare("open-new", "들판에 새 길이 났다."), "")


def _add(checkout: Checkout, article: Article, row: str) -> None:
    corpus = checkout.root / "corpus"
    store.dump(article, corpus / str(article.tier) / f"{article.id}.json")
    with (corpus / "splits.tsv").open("a", encoding="utf-8") as table:
        table.write(row)
    build(corpus, checkout.dist, NO_COPY)


def _changelog(text: str) -> Callable[[Checkout], None]:
    def write(checkout: Checkout) -> None:
        (checkout.root / "CHANGELOG.md").write_text(text, encoding="utf-8")

    return write


def _no_changelog(checkout: Checkout) -> None:
    (checkout.root / "CHANGELOG.md").unlink()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_no_build, "dist: is no build; `malmoi build "),
        (
            _old_build,
            "was built by an earlier malmoi, which did not note what is checked here; build it again: `malmoi build",
        ),
        (_changed, "train.parquet: is not what was built; build it again"),
        (_lost, "ATTRIBUTION.tsv: was built and is gone; build it again"),
        (_extra, ".notes: is no part of the build; take it out of "),
        (_no_sums, "SHA256SUMS: cannot be read; build it again"),
        (_summed_again, "SHA256SUMS: is not what was built; build it again"),
        (_stamped_again, "README.md: MM6"),
        (_sums_with_crlf, "SHA256SUMS: is not what was built; build it again"),
        (_sums_twice, "SHA256SUMS: is not what was built; build it again"),
        (_link("/nowhere"), "linked: is no plain file; take it out of "),
        (_link("/etc"), "linked: is no plain file; take it out of "),
        (_file_elsewhere, "DATASHEET.md: is no plain file; take it out of "),
        (_pipe, "linked: is no plain file; take it out of "),
        (_version_raised, "is version 0.1.0, and "),
        (_corpus_changed, "changed since this was built; build it again"),
        (_texts_missing, "lacks 1 Wikinews text (wiki-lake, …); build it again"),
        (_article_refused, "1 article left out, the first "),
        (_changelog("## Data\n\n### [0.1.1]\n\nx\n"), "CHANGELOG.md: has no entry for 0.1.0 under Data"),
        (_no_changelog, "CHANGELOG.md: No such file or directory"),
    ],
)
@pytest.mark.parametrize("yes", [(), ("--yes",)])
def test_a_build_that_may_not_be_released_is_refused(
    checkout: Checkout, spoil: Callable[[Checkout], None], told: str, yes: tuple[str, ...]
) -> None:
    checkout.hub.add(REPO)
    spoil(checkout)
    assert told in checkout.refused(*yes)
    assert checkout.hub.asked == []


@pytest.mark.parametrize("name", ["malmoi", "a/b/c", "a b/c", "a/", ".a/b", "https://huggingface.co/a", "a/b..c", ""])
def test_a_name_that_is_none_is_refused(checkout: Checkout, name: str) -> None:
    assert f"{name!r} is no repository: " in checkout.refused("--yes", repo=name)
    assert checkout.hub.asked == []


def test_a_version_that_is_there_is_never_made_again(checkout: Checkout) -> None:
    assert checkout.publish("--yes").code == 0
    assert "0.1.0 is there already (commit " in (told := checkout.refused("--yes"))
    assert "it holds this very build" in told
    corpus = checkout.root / "corpus"
    store.dump(bare("open-snow", "밤새 눈이 내려 학교가 쉬었다."), corpus / "open" / "open-snow.json")
    build(corpus, checkout.dist, NO_COPY)
    for yes in ((), ("--yes",)):
        assert "raise the corpus's VERSION" in checkout.refused(*yes)


def test_private_texts_do_not_go_to_a_public_repository(checkout: Checkout) -> None:
    checkout.hub.add(REPO)
    assert "is public, and --private cannot change that" in checkout.refused("--yes", "--private")


def test_a_private_repository_stays_private(checkout: Checkout) -> None:
    repo = checkout.hub.add(REPO, private=True)
    assert checkout.publish("--yes").code == 0
    assert repo.private


def test_a_repository_without_main_is_refused(checkout: Checkout) -> None:
    checkout.hub.add(REPO).branch = "trunk"
    assert "has no branch main" in checkout.refused("--yes")


def test_nobody_is_logged_in(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    before = checkout.hub.snapshot()
    assert "nobody is logged in; `hf auth login` logs in, or set HF_TOKEN" in checkout.fails()
    assert checkout.hub.snapshot() == before


def test_the_token_of_a_login_is_used(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert checkout.publish("--yes").code == 0


@pytest.mark.parametrize("token", ["hf_Expired", "hf_말모이", "hf_two\x01words"])
@pytest.mark.parametrize("there", [True, False])
def test_a_token_that_the_hub_does_not_know(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, token: str, *, there: bool
) -> None:
    if there:
        checkout.hub.add(REPO)
    monkeypatch.setenv("HF_TOKEN", token)
    told = checkout.refused("--yes")
    assert token not in told
    assert "hf auth login" in told
    assert "the token" in told


def test_a_token_that_may_not_write(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.hub.add(REPO)
    before = checkout.hub.snapshot()
    monkeypatch.setenv("HF_TOKEN", READ_ONLY)
    told = checkout.fails()
    assert "cannot commit: the token does not allow it: " in told
    assert "(HTTP 403: (token) may only read); nothing was published\n" in told
    assert checkout.hub.snapshot() == before


def test_a_namespace_of_others(checkout: Checkout) -> None:
    done = checkout.publish("--yes", repo="others/malmoi")
    assert done.code == 2
    assert "cannot create it: the token does not allow it" in done.err
    assert checkout.hub.repos == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## 0.1.0\nA\n## 0.0.9\nB\n", "A"),
        ("# Changelog\n\n## [0.1.0] - 2026-11-22\n\nA\n\n### Added\n- b\n\n## [0.0.9]\n", "A\n\n### Added\n- b"),
        ("## Code\n### 0.1.0\nC\n## Data\n### 0.1.0\nD\n", "D"),
        ("## [0.1.0](https://example.org)\nA", "A"),
    ],
)
def test_an_entry_of_the_changelog(tmp_path: Path, text: str, found: str) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(text, encoding="utf-8")
    assert entry(path, "0.1.0") == found


@pytest.mark.parametrize(
    "heading", ["## Data\n\n### [0.1.0] - 2026-11-22", "## 0.1.0 - 2026-11-22", "## 0.1.0 (2026-11-22)"]
)
def test_the_day_of_a_release_is_read_where_its_entry_is(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(f"{heading}\n\nThe first.\n", encoding="utf-8")
    assert entry(path, "0.1.0") == "The first."
    assert release_day(path, "0.1.0") == "2026-11-22"
    assert release_day(path, "0.2.0") is None
    assert release_day(tmp_path / "none.md", "0.1.0") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"## 0.1.0-rc1\nA\n## 10.1.0\nA\n## 0.1.01\nB\nSince 0.1.0\n", "has no entry for 0.1.0; write one: "),
        (b"## Code\n### 0.1.0\nA\n## Data\n### 0.0.9\nB\n", "has no entry for 0.1.0 under Data; write one: "),
        (b"## 0.1.0\n\n## 0.0.9\nA\n", "the entry for 0.1.0 is empty; write what is in it"),
        (b"## 0.1.0\n\xff", "not UTF-8"),
    ],
)
def test_no_entry_of_the_changelog(tmp_path: Path, text: bytes, told: str) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(text)
    with pytest.raises(ChangelogError, match=told):
        entry(path, "0.1.0")


def test_a_build_whose_sums_were_made_again_is_built_again(checkout: Checkout) -> None:
    whole = checkout.built()
    _summed_again(checkout)
    assert build(checkout.root / "corpus", checkout.dist, NO_COPY).fresh
    assert checkout.built() == whole
