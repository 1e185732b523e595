"""A Label Studio server of the tests' own: on loopback, with an empty data folder, gone when the tests end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

VARIABLE = "MALMOI_LABEL_STUDIO"
"""Names the folder with the programs of an environment that has Label Studio."""
USER, PASSWORD = "annotator@example.org", "not-a-secret-1"
_TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105  of a server that lives for a minute
_START_SECONDS = 180


class Studio(NamedTuple):
    """A running server."""

    url: str

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401  JSON
        """What the server's API answers."""
        request = urllib.request.Request(  # noqa: S310  loopback
            self.url + path,
            method=method,
            headers={"Authorization": f"Token {_TOKEN}", "Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            raw = answer.read()
        return json.loads(raw) if raw else None

    def project(self, title: str, config: Path, tasks: Sequence[Any]) -> tuple[int, list[int]]:
        """A new project with these tasks: its number and theirs."""
        made = self.call("POST", "/api/projects", {"title": title, "label_config": config.read_text(encoding="utf-8")})
        added = self.call("POST", f"/api/projects/{made['id']}/import?return_task_ids=true", list(tasks))
        return made["id"], added["task_ids"]

    def export(self, project: int, path: Path) -> Path:
        """The raw JSON export of a project, as the Export dialogue gives it."""
        found = self.call("GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")
        path.write_text(json.dumps(found), encoding="utf-8")
        return path


@contextmanager
def running(programs: Path, data: Path) -> Iterator[Studio]:
    """A server with an empty data folder, until the context ends.

    Args:
        programs: the folder with `label-studio`.
        data: a folder of its own.
    """
    port = _free_port()
    settings = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": USER,
        "LABEL_STUDIO_PASSWORD": PASSWORD,
        "LABEL_STUDIO_USER_TOKEN": _TOKEN,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "COLLECT_ANALYTICS": "False",
        "LATEST_VERSION_CHECK": "False",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    program = [
        str(programs / "label-studio"),
        "start",
        "--no-browser",
        "--internal-host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    data.mkdir(parents=True, exist_ok=True)
    with (data / "server.log").open("wb") as log:
        server = subprocess.Popen(program, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT)
        try:
            studio = Studio(f"http://127.0.0.1:{port}")
            _wait(studio, server, data / "server.log")
            yield studio
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(studio: Studio, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"label-studio ended at once: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(f"{studio.url}/health", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise RuntimeError(
        f"label-studio did not answer within {_START_SECONDS} s: {log.read_text(errors='replace')[-2000:]}"
    )
