"""The command line as a shell runs it: help, and streams and files that cannot be read or written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from malmoi import markup, store
from malmoi.commands import COMMANDS, main

RUN = "import sys; from malmoi.commands import main; sys.exit(main())"
HEAVY = {"datasets", "jsonschema", "jsonschema_rs", "msgspec", "orjson", "pooch", "pyarrow", "rich", "yaml"}
ARTICLE = markup.parse(
    '+++\nid = "open-0001"\nlicense = "CC-BY-4.0"\n+++\n{PS_NAME@a 마가람}.\n+++\n[clusters]\na = "마가람"\n+++\n'
)

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "open-0001.json"
    store.dump(ARTICLE, path)
    return path


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """More articles than a pipe holds."""
    path = tmp_path / "many.jsonl"
    path.write_bytes(store.dump_line(ARTICLE) * 500)
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A file with so many findings that a pipe does not hold them."""
    path = tmp_path / "bad.jsonl"
    path.write_bytes(store.dump_line(ARTICLE).replace(b"PS_NAME", b"PS_NONE") * 1000)
    return path


def shell(redirection: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run malmoi with what the shell does to its streams, and see that it dies of nothing."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-c", RUN, *map(str, arguments)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom malmoi.commands import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    imported = {name.partition(".")[0] for name in done.stderr.split()}
    assert "malmoi" in imported
    assert not imported & HEAVY
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    _, heading, rest = capsys.readouterr().out.partition("\nExample:\n")
    assert heading
    assert rest.startswith(f"  malmoi {command}")


@pytest.mark.parametrize("arguments", [["--help"], ["validate", "--help"]])
def test_help_on_a_stream_of_ascii(arguments: list[str]) -> None:
    done = shell("", *arguments, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: malmoi" in done.stdout


def test_closed_stdout_is_told(article: Path, tmp_path: Path) -> None:
    done = shell(">&-", "hydrate", article)
    assert (done.returncode, done.stderr) == (2, "malmoi: standard output is closed\n")
    out = tmp_path / "out.jsonl"
    assert shell(">&-", "hydrate", article, "-o", out).returncode == 0
    assert out.read_bytes() == store.dump_line(ARTICLE)


def test_closed_stderr_puts_no_message_into_the_output(tmp_path: Path) -> None:
    done = shell("2>&-", "hydrate", tmp_path / "missing.json")
    assert (done.returncode, done.stdout) == (2, "")


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["--help", "hydrate", "validate", "agreement"])
def test_full_device_is_told(command: str, unbuffered: str, article: Path, bad: Path) -> None:
    arguments = {"--help": [], "hydrate": [article], "validate": [bad], "agreement": [article, article]}[command]
    done = shell(">/dev/full", command, *arguments, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 2
    assert done.stderr == "malmoi: standard output: cannot write: No space left on device\n"


@needs_full
def test_full_device_named_as_output(article: Path, many: Path) -> None:
    for source in (article, many):
        done = shell("", "hydrate", source, "-o", "/dev/full")
        assert (done.returncode, done.stderr) == (2, "malmoi: /dev/full: cannot write: No space left on device\n")
    assert Path("/dev/full").is_char_device()


@needs_full
def test_full_stderr_does_not_change_the_exit_code(bad: Path, tmp_path: Path) -> None:
    assert shell("2>/dev/full", "validate", bad).returncode == 1
    assert shell("2>/dev/full", "validate", tmp_path / "missing.json").returncode == 2


@pytest.mark.parametrize("command", ["hydrate", "validate"])
def test_broken_pipe_is_no_success(command: str, bad: Path, many: Path) -> None:
    source = {"hydrate": many, "validate": bad}[command]
    with subprocess.Popen(
        [sys.executable, "-c", RUN, command, str(source)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read().decode()
    assert (process.returncode, said) == (141, "")


@pytest.mark.parametrize("command", ["normalize", "validate", "hydrate", "withhold", "agreement", "markup"])
def test_over_long_file_name_is_told(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = str(tmp_path / ("가" * 300 + {"normalize": ".txt"}.get(command, ".json")))
    arguments = {
        "agreement": [long, long],
        "markup": ["render", long],
        "withhold": [long, "-o", str(tmp_path / "out")],
    }.get(command, [long])
    assert main([command, *arguments]) in {1, 2}
    said = capsys.readouterr().err
    assert "File name too long" in said
    assert long in said


def test_over_long_output_name_is_told(article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = tmp_path / ("가" * 300 + ".jsonl")
    assert main(["hydrate", str(article), "-o", str(long)]) == 2
    assert capsys.readouterr().err == f"malmoi: {long}: cannot write: File name too long\n"
    assert list(tmp_path.iterdir()) == [article]


def test_output_below_a_file_is_told(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    below = article / "out.jsonl"
    assert main(["hydrate", str(article), "-o", str(below)]) == 2
    assert capsys.readouterr().err == f"malmoi: {below}: cannot write: Not a directory\n"


@needs_user
@pytest.mark.parametrize("command", ["hydrate", "agreement"])
def test_folder_without_permission_is_told(command: str, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    (locked / "inner").mkdir(parents=True)
    store.dump(ARTICLE, tmp_path / "open-0001.json")
    locked.chmod(0)
    try:
        twice = [tmp_path] * (2 if command == "agreement" else 1)
        around = shell("", command, *twice)
        inside = shell("", command, *[path / "locked" / "inner" for path in twice])
        output = shell("", "hydrate", tmp_path / "open-0001.json", "-o", locked / "out.jsonl")
    finally:
        locked.chmod(0o755)
    assert (around.returncode, around.stderr) == (2, f"malmoi: {locked}: Permission denied\n")
    assert inside.returncode == 2
    assert "Permission denied" in inside.stderr
    assert output.returncode == 2
    assert output.stderr == f"malmoi: {locked}/out.jsonl: cannot write: Permission denied\n"


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are not Unicode exist on Linux only")
def test_file_name_that_is_not_unicode(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    path.write_bytes(b"{}")
    done = shell("", "validate", path)
    assert done.returncode in {1, 2}
    assert "MM109" in done.stdout
