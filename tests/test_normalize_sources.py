"""All inputs as one stream: folders, files of every kind, standard input; in memory that does not grow."""

from __future__ import annotations

import gzip
import io
import os
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalize_inputs import BODY, COLUMNS, PAGE, members, response, row, xlsx

from malmoi.normalize import NormalizeError, inputs
from malmoi.normalize.fields import Fields
from malmoi.normalize.sources import SUPPORTED, Inputs
from malmoi.normalize.warc import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXT = f"가온시, 새 도서관 문 열어\n\n{BODY} 연다.\n주민들은 오래 기다렸다고 입을 모았다.\n"
RECORD = orjson.dumps({"title": "가온시, 새 도서관 문 열어", "body": f"{BODY} 연다."})
TABLE = f"제목,본문\n가온시 도서관,{BODY.replace(',', ' ')} 연다.\n"
WORKBOOK = xlsx([[COLUMNS, list(row().values())]])
FILES = {
    "a.html": PAGE.encode(),
    "b.htm": PAGE.encode(),
    "c.html.gz": gzip.compress(PAGE.encode()),
    "d.txt": TEXT.encode(),
    "e.txt.gz": gzip.compress(TEXT.encode()),
    "f.warc": response("https://news.example/1", PAGE.encode()),
    "g.warc.gz": members([response("https://news.example/1", PAGE.encode())]),
    "h.xlsx": WORKBOOK,
    "i.csv": TABLE.encode("cp949"),
    "j.json": b"[%b]" % RECORD,
    "k.json.gz": gzip.compress(b'{"articles": [%b]}' % RECORD),
    "l.jsonl": RECORD,
    "m.jsonl.gz": gzip.compress(RECORD),
    "n.ndjson": RECORD,
    "o.HTML": PAGE.encode(),
    "p.html.gz": PAGE.encode(),  # decompressed by the browser, name kept
    "q.csv.gz": gzip.compress(TABLE.encode()),
}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder


def read(*paths: object, leave_out: Iterable[Path] = ()) -> tuple[list[str], list[str]]:
    """Names of what was made, and messages of what was not."""
    good, bad = [], []
    for name, result in Inputs([str(path) for path in paths], leave_out=leave_out).articles():
        if isinstance(result, NormalizeError):
            bad.append(str(result))
        else:
            good.append(name)
    return good, bad


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file(name: str, tmp_path: Path) -> None:
    good, bad = read(write(tmp_path, {name: FILES[name]}) / name)
    assert bad == []
    assert [one.startswith(str(tmp_path / name)) for one in good] == [True]


def test_folder_in_order_and_lazily(tmp_path: Path) -> None:
    write(tmp_path, {f"{folder}/{name}": raw for folder in ("나", "가/하") for name, raw in FILES.items()})
    found = Inputs([str(tmp_path)])
    names = [name for name, _ in found.articles()]
    assert [Path(name).relative_to(tmp_path).parts[0] for name in names] == ["가"] * len(FILES) + ["나"] * len(FILES)
    assert names == sorted(names)
    assert found.count_files() == found.files == 2 * len(FILES)
    (tmp_path / "나" / "a.html").unlink()
    first = iter(Inputs([str(tmp_path)]))
    next(first)
    (tmp_path / "나" / "b.htm").unlink()  # not listed yet
    assert sum(1 for _ in first) == 2 * len(FILES) - 3


def test_other_files_are_counted_and_hidden_ones_are_not_seen(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.txt": TEXT.encode(),
            "b.JPG": b"",
            "c.jpg": b"",
            "d": b"",
            "e.xlsx.gz": b"",
            ".x.txt": b"",
            ".git/a.txt": b"",
        },
    )
    found = Inputs([str(tmp_path)])
    assert [name for name, _ in found.articles()] == [str(tmp_path / "a.txt")]
    assert found.skipped == {".jpg": 2, "no suffix": 1, ".gz": 1}


def test_records_that_are_no_page_are_counted(tmp_path: Path) -> None:
    record = response("https://news.example/a.png", b"", "Content-Type: image/png")
    found = Inputs([str(write(tmp_path, {"a.warc": FILES["f.warc"] + record}))])
    assert len(list(found.articles())) == 1
    assert found.skipped == {OTHER: 1}


def test_each_file_once(tmp_path: Path) -> None:
    write(tmp_path, {"a/1.txt": TEXT.encode(), "a/b/2.txt": TEXT.encode(), "3.txt": TEXT.encode()})
    one, two, three = (str(tmp_path / name) for name in ("a/1.txt", "a/b/2.txt", "3.txt"))
    assert read(tmp_path / "a" / "b", tmp_path, tmp_path / "a", one)[0] == [two, three, one]
    assert read(one, one, tmp_path / "a", f"{tmp_path}/3.txt", f"{tmp_path}/a/../3.txt")[0] == [one, two, three]


def test_output_in_the_folder_is_no_input(tmp_path: Path) -> None:
    write(tmp_path, {"1.txt": TEXT.encode(), "out.jsonl": b"{}"})
    assert read(tmp_path, leave_out=[tmp_path / "out.jsonl"]) == ([str(tmp_path / "1.txt")], [])


def test_link_that_leads_in_a_ring(tmp_path: Path) -> None:
    write(tmp_path, {"a/1.txt": TEXT.encode()})
    (tmp_path / "a" / "ring").symlink_to(tmp_path)
    (tmp_path / "a" / "2.txt").symlink_to(tmp_path / "a" / "1.txt")
    (tmp_path / "a" / "3.txt").symlink_to(tmp_path / "nowhere")
    assert read(tmp_path)[0] == [str(tmp_path / "a" / name) for name in ("1.txt", "2.txt")]


def test_paths_that_are_no_input(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, {"a.hwp": b"", "b": b"", "c.xlsx.gz": b""})
    names = ["empty", "a.hwp", "b", "c.xlsx.gz", "없다.txt", "가" * 300 + ".txt"]
    good, bad = read(*(tmp_path / name for name in names))
    assert good == []
    assert [message.removeprefix(f"{tmp_path}/") for message in bad] == [
        f"empty: no file in this folder that can be read; normalize reads {SUPPORTED}",
        f"a.hwp: .hwp files are not supported; normalize reads {SUPPORTED}",
        f"b: a file without a suffix is not supported; normalize reads {SUPPORTED}",
        f"c.xlsx.gz: .gz files are not supported; normalize reads {SUPPORTED}",
        "없다.txt: No such file or directory",
        f"{'가' * 300}.txt: File name too long",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_listed_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    write(tmp_path, {"1.txt": TEXT.encode(), "a/2.txt": TEXT.encode(), "z.txt": TEXT.encode()})
    (tmp_path / "a").chmod(0)
    try:
        good, bad = read(tmp_path)
    finally:
        (tmp_path / "a").chmod(0o755)
    assert good == [str(tmp_path / "1.txt"), str(tmp_path / "z.txt")]
    assert bad == [f"{tmp_path / 'a'}: Permission denied"]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".gz") and name != "p.html.gz"])
def test_compressed_file_that_is_cut_off(name: str, tmp_path: Path) -> None:
    good, bad = read(write(tmp_path, {name: FILES[name][:-30]}) / name)
    assert good == []
    assert len(bad) == 1
    assert bad[0].startswith(f"{tmp_path / name}: ")
    assert bad[0].count(str(tmp_path)) == 1


def test_compressed_lines_before_the_damage_are_kept(tmp_path: Path) -> None:
    lines = [RECORD.replace(b'"body"', b'"id": "%d", "body"' % number) for number in range(2000)]
    raw = gzip.compress(b"\n".join(lines))
    good, bad = read(write(tmp_path, {"a.jsonl.gz": raw[: len(raw) // 2]}))
    assert 100 < len(good) < 2000
    assert bad[-1] == f"{tmp_path / 'a.jsonl.gz'}: the gzip file ends too early: copy it again"


def test_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LARGEST", 1 << 20)
    write(tmp_path, {"a.txt": b"a" * (2 << 20), "b.html.gz": gzip.compress(b"<p>" * (1 << 20))})
    good, bad = read(tmp_path)
    assert good == []
    assert [message.endswith("larger than 1 MB: one file is one article") for message in bad] == [True, True]


def _stdin(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> io.BytesIO:
    stream = io.BytesIO(raw)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
    return stream


@pytest.mark.parametrize(
    "name",
    ["a.html", "c.html.gz", "d.txt", "e.txt.gz", "f.warc", "g.warc.gz", "j.json", "k.json.gz", "l.jsonl", "m.jsonl.gz"],
)
def test_standard_input_is_known_by_its_first_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = _stdin(monkeypatch, FILES[name])
    good, bad = read("-")
    assert bad == []
    assert [one.startswith("standard input") for one in good] == [True]
    assert not stream.closed


@pytest.mark.parametrize(
    ("raw", "reader"),
    [
        (TEXT.encode(), "text"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text"),
        (f"[속보] {TEXT}".encode(), "text"),
        (f"<앵커> {TEXT}".encode(), "text"),
        (b"\xef\xbb\xbf\r\n" + PAGE.encode(), "html"),
        (b"<!-- x -->" + PAGE.encode(), "html"),
        (b"\n {\n" + RECORD[1:], "json"),
        (RECORD + b"\n" + RECORD, "json"),
        (b"[\n]", ""),
    ],
)  # fmt: skip
def test_what_standard_input_is_taken_for(raw: bytes, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _stdin(monkeypatch, raw)
    for _, result in Inputs(["-"]).articles():
        if isinstance(result, NormalizeError):
            assert (reader, str(result)) == ("", "standard input: no record in it")
        else:
            assert result.provenance.normalizer is not None
            assert result.provenance.normalizer.reader == reader


def test_standard_input_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    _stdin(monkeypatch, FILES["g.warc.gz"][:-30])
    assert read("-")[1] == ["standard input: the gzip file ends too early: copy it again"]
    _stdin(monkeypatch, WORKBOOK)
    assert read("-")[1] == ["standard input: a zip file; an Excel workbook is read from a file with .xlsx"]
    monkeypatch.setattr(sys, "stdin", None)
    assert read("-")[1] == ["standard input: closed"]


@pytest.mark.parametrize(
    ("name", "library"), [("f.warc", "fastwarc"), ("h.xlsx", "openpyxl"), ("j.json", "ijson")]
)  # fmt: skip
def test_library_that_is_missing(name: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [module for module in sys.modules if module.split(".")[0] == library]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, library, None)
    path = write(tmp_path, {name: FILES[name]}) / name
    assert read(path)[1] == [f"{path}: {library} is not installed; pip install 'malmoi[inputs]'"]


def _mixed(number: int) -> tuple[str, bytes]:
    name, raw = list(FILES.items())[number % 8]
    return f"{number:04d}-{name}", raw


BROKEN = {
    "0100.html": b"\0\0\0",
    "0200.txt": b"abc\xff",
    "0300.html.gz": FILES["c.html.gz"][:-20],
    "0400.xlsx": WORKBOOK[:200],
    "0500.warc": b"no archive",
}


def test_a_thousand_mixed_files(tmp_path: Path) -> None:
    write(tmp_path, dict(map(_mixed, range(995))) | BROKEN)
    good, bad = read(tmp_path)
    assert (len(good), len(bad)) == (995, 5)
    assert [message.partition(": ")[0] for message in bad] == [str(tmp_path / name) for name in BROKEN]


@pytest.mark.parametrize("kind", ["jsonl", "json", "warc"])
def test_memory_does_not_grow(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = 20_000
    path = tmp_path / f"all.{kind}"
    parts = {
        "jsonl": (b"", RECORD + b"\n", b""),
        "json": (b'{"articles": [{}', b"," + RECORD, b"]}"),
        "warc": (b"", FILES["f.warc"], b""),
    }[kind]
    with path.open("wb") as out:
        out.write(parts[0])
        for _ in range(number):
            out.write(parts[1])
        out.write(parts[2])
    # Tracing makes articles slow: here they are only read; the test below makes them.
    monkeypatch.setattr("malmoi.normalize.dumps._from_data", lambda *_: None)
    monkeypatch.setattr("malmoi.normalize.warc._article", lambda *_: None)
    tracemalloc.start()
    try:
        assert sum(1 for _ in Inputs([str(path)]).articles()) in {number, number + 1}
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 9 << 20
    assert peak < 8 << 20


@pytest.mark.parametrize(
    ("name", "head", "record"),
    [
        ("a.warc", b"", FILES["f.warc"]),
        ("a.jsonl", b"", RECORD + b"\n"),
        ("a.csv", *TABLE.encode().splitlines(keepends=True)),
    ],
)
def test_articles_are_not_kept(name: str, head: bytes, record: bytes, tmp_path: Path) -> None:
    peaks = []
    for number in (50, 400):
        path = write(tmp_path, {name: head + record * number}) / name
        tracemalloc.start()
        try:
            assert sum(1 for _ in Inputs([str(path)]).articles()) == number
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + (1 << 20)


@given(st.binary(), st.sampled_from([Path(name).suffixes for name in FILES]))
def test_any_bytes_in_any_file(tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffixes: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{''.join(suffixes)}"
    for source in (raw, gzip.compress(raw)):
        path.write_bytes(source)
        list(Inputs([str(path)], fields=Fields()).articles())
