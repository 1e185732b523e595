"""The canonical file: `dump(load(file)) == file`, one span a line, nothing half-written."""

from __future__ import annotations

import errno
import os
import stat
import threading
from typing import TYPE_CHECKING, Any

import pytest

from malmoi import markup, store
from malmoi.schemas import SchemaVersionError

if TYPE_CHECKING:
    from pathlib import Path

MARKUP = """+++
publisher = "새벽나루"
published_at = 2024-03-05T09:12:00+09:00
license = "CC-BY-4.0"
byline = ["마루솔 기자"]
medtop = "04000000"
+++
# {OGG_ECONOMY@han 한빛돌전자} “{QT_COUNT 3}배”
{q1.source {PS_NAME@ma 마가람} {CV_POSITION 대표}}는 {DT_DAY=2024-03-05 5일} {q1.content "늘린다"}{q1.marker 고} {q1.cue 말했다}.
>2 {.description 공장.} {.date_created=2024-03-05 2024.03.05.}
+++
[clusters]
han = "한빛돌전자"
ma = { name = "마가람", wikidata = "Q1" }
[quotes]
q1 = { speaker = "ma" }
+++
"""


def article() -> dict[str, Any]:
    return store.to_dict(markup.parse(MARKUP))


def test_canonical_form_has_one_span_a_line() -> None:
    raw = store.dumps(markup.parse(MARKUP))
    lines = raw.decode().splitlines()
    assert sum('"start":' in line for line in lines) == 5 + 4 + 2
    assert all(line.count('"start":') <= 1 for line in lines)
    assert raw.endswith(b"\n}\n")
    assert b"null" not in raw


def test_dump_of_load_is_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a" / "draft.json"
    store.dump(markup.parse(MARKUP), path)
    assert store.dumps(store.load(path)) == path.read_bytes()
    assert [p.name for p in path.parent.iterdir()] == ["draft.json"]


def test_layout_of_plain_data_is_the_same_as_of_the_model() -> None:
    assert store.layout(article()) == store.dumps(markup.parse(MARKUP))


def test_a_line_of_json_lines_is_the_same_article() -> None:
    one = markup.parse(MARKUP)
    line = store.dump_line(one)
    assert line.count(b"\n") == 1
    assert store.loads(line) == one


@pytest.mark.parametrize(
    ("version", "says"),
    [("1.9", "newer than this malmoi reads"), ("2.0", "upgrade malmoi"), ("0.3", "never released"), (1.0, "expected")],
)
def test_other_schema_versions_are_refused_with_a_reason(version: object, says: str) -> None:
    data = article() | {"schema_version": version}
    with pytest.raises(SchemaVersionError, match=says):
        store.from_dict(data)


@pytest.mark.parametrize(
    ("raw", "says"), [(b"{", "not JSON"), (b"[]", "found list"), (b'{"schema_version":"1.0"}', "malmoi validate")]
)
def test_what_is_no_article_is_refused_with_its_file(tmp_path: Path, raw: bytes, says: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(raw)
    with pytest.raises(store.StoreError, match=says) as caught:
        store.load(path)
    assert str(path) in str(caught.value)
    with pytest.raises(store.StoreError, match="No such file"):
        store.load(tmp_path / "missing.json")


def test_a_bad_line_of_json_lines_does_not_stop_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = store.dump_line(markup.parse(MARKUP))
    path.write_bytes(good + b"{oops\n\n" + good)
    read = list(store.read_lines(path))
    assert [number for number, _ in read] == [1, 2, 4]
    assert isinstance(read[1][1], store.StoreError)
    assert f"{path}:2" in str(read[1][1])


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"before")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(OSError, match="No space") as caught:
        store.write_atomic(path, b"after")
    assert caught.value.filename == str(path)
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]
    assert path.read_bytes() == b"before"


def test_nobody_sees_a_file_half_written(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"before")

    def write_and_stop() -> None:
        with store.writing(path) as out:
            out.write(b"aft")
            out.flush()
            assert path.read_bytes() == b"before"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_stop()
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]
    assert path.read_bytes() == b"before"


def test_a_new_file_has_the_mode_of_the_umask_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        store.write_atomic(tmp_path / "new", b"1")
        old = tmp_path / "old"
        old.touch()
        old.chmod(0o604)
        store.write_atomic(old, b"2")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert stat.S_IMODE(old.stat().st_mode) == 0o604
    assert old.read_bytes() == b"2"


def test_a_link_stays_and_what_it_points_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for name in ("old", "new"):
        (tmp_path / name).symlink_to(tmp_path / "there" / name)
    (tmp_path / "there" / "old").write_bytes(b"before")
    for name in ("old", "new"):
        store.write_atomic(tmp_path / name, b"after")
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / "there" / name).read_bytes() == b"after"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    store.write_atomic(pipe, b"through")
    reader.join(timeout=10)
    assert read == [b"through"]
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_the_longest_name_a_file_can_have_can_be_written(tmp_path: Path) -> None:
    longest = tmp_path / ("x" * 255)
    store.write_atomic(longest, b"1")
    assert longest.read_bytes() == b"1"


@pytest.mark.parametrize(
    ("name", "number"),
    [("x" * 256, errno.ENAMETOOLONG), ("file/below", errno.ENOTDIR), ("folder", errno.EISDIR), ("loop", errno.ELOOP)],
)
def test_what_cannot_be_written_is_named_as_the_caller_names_it(tmp_path: Path, name: str, number: int) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    there = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        store.write_atomic(tmp_path / name, b"1")
    assert (caught.value.errno, caught.value.filename) == (number, str(tmp_path / name))
    assert sorted(tmp_path.iterdir()) == there
