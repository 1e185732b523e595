"""A small Hugging Face Hub on the loopback interface, in memory, that fails on demand.

It answers what huggingface_hub and datasets ask of a dataset repository: look, create, upload (as part of the commit,
or beside it as LFS objects), commit, tag, download, also in ranges. `snapshot` is all that a visitor could see.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "hf_SentinelThatNobodyMayEverSee"  # noqa: S105  it opens nothing
READ_ONLY = "hf_ReadsAndNeverWrites"


class Answer(NamedTuple):
    """What the server says: status, body (JSON unless bytes), further headers."""

    status: int
    body: Any = b""
    headers: dict[str, str] = {}  # noqa: RUF012  never changed


class Blob(NamedTuple):
    """A file's bytes, and whether they are stored beside the repository."""

    data: bytes
    lfs: bool

    def pointer(self) -> bytes:
        """What stands in the repository for an LFS file."""
        digest = hashlib.sha256(self.data).hexdigest()
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(self.data)}\n".encode()

    def git(self) -> str:
        """Git's hash of what stands in the repository."""
        held = self.pointer() if self.lfs else self.data
        return hashlib.sha1(b"blob %d\0" % len(held) + held, usedforsecurity=False).hexdigest()

    def etag(self) -> str:
        """What tells these bytes from others: the hash that the client knows the file by."""
        return hashlib.sha256(self.data).hexdigest() if self.lfs else self.git()


class Commit(NamedTuple):
    """A commit: its id, and the files by name."""

    oid: str
    title: str
    text: str
    files: dict[str, Blob]


@dataclass
class Repo:
    """A dataset repository: its commits on main, oldest first, and its tags."""

    private: bool
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    branch: str = "main"

    def commit(self, files: dict[str, Blob], title: str, text: str = "") -> str:
        """Add a commit of just these files."""
        content = f"{len(self.commits)} {title} {sorted((name, blob.git()) for name, blob in files.items())}"
        oid = hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()
        self.commits.append(Commit(oid, title, text, files))
        return oid

    @property
    def head(self) -> Commit:
        """The last commit of main."""
        return self.commits[-1]

    def at(self, revision: str) -> Commit | None:
        """The commit of a branch, tag or id."""
        oid = self.head.oid if revision in {"main", "refs/heads/main"} else self.tags.get(revision, revision)
        return next((commit for commit in self.commits if commit.oid == oid), None)


@dataclass
class Hub:
    """The state of the server, and how it behaves.

    Attributes:
        url: its address.
        repos: the repositories by id.
        objects: uploaded LFS objects by hash, in a commit or not.
        mode: how files are uploaded: `regular` (in the commit) or `lfs` (beside it; what is text stays in the commit).
        before: called before a route does anything, by the route's name; an Answer it gives is sent instead.
        dropped: routes that do what they are asked, once, and then break the connection without an answer.
        ignored: files that the repository's .gitignore keeps out.
        card_errors: what is wrong with a dataset card, for the Hub.
        card_warnings: what is odd about one.
        asked: every request: the route's name, and whether it carried a token.
    """

    url: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    mode: str = "regular"
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    card_errors: list[str] = field(default_factory=list)
    card_warnings: list[str] = field(default_factory=list)
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def snapshot(self) -> dict[str, Any]:
        """All that can be seen; uploaded objects that no commit names cannot."""
        return {
            name: (repo.private, tuple((one.oid, dict(one.files)) for one in repo.commits), dict(repo.tags))
            for name, repo in self.repos.items()
        }

    def add(self, name: str, files: dict[str, bytes] | None = None, *, private: bool = False) -> Repo:
        """A repository as the Hub creates one, and a commit of files where some are given."""
        repo = self.repos[name] = Repo(private)
        start = {".gitattributes": Blob(b"*.parquet filter=lfs\n", lfs=False)}
        repo.commit(start, "initial commit")
        if files:
            repo.commit(start | {path: Blob(data, lfs=False) for path, data in files.items()}, "by hand")
        return repo


def _refused(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"error": message}, {"X-Error-Code": code, "X-Error-Message": message})


_NO_REPO = "RepoNotFound"


class _Handler(BaseHTTPRequestHandler):
    """Finds the route of a request and answers."""

    protocol_version = "HTTP/1.1"
    hub: Hub
    query: dict[str, list[str]]
    routes: ClassVar[list[tuple[str, str, str, bool]]] = [
        # name, method, path, whether it writes
        ("create", "POST", r"/api/repos/create", True),
        ("card", "POST", r"/api/validate-yaml", False),
        ("info", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)(?:/revision/(?P<rev>[^/]+))?", False),
        ("refs", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/refs", False),
        ("tree", "GET", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/tree/(?P<rev>[^/]+)(?:/(?P<path>.+))?", False),
        ("paths", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/paths-info/(?P<rev>[^/]+)", False),
        ("preupload", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/preupload/(?P<rev>[^/]+)", True),
        ("batch", "POST", r"/datasets/(?P<repo>[^/]+/[^/]+)\.git/info/lfs/objects/batch", True),
        ("upload", "PUT", r"/objects/(?P<oid>[0-9a-f]{64})", False),
        ("commit", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/commit/(?P<rev>[^/]+)", True),
        ("tag", "POST", r"/api/datasets/(?P<repo>[^/]+/[^/]+)/tag/(?P<rev>[^/]+)", True),
        ("file", "GET", r"/datasets/(?P<repo>[^/]+/[^/]+)/resolve/(?P<rev>[^/]+)/(?P<path>.+)", False),
    ]

    def do_GET(self) -> None:
        self._serve("GET")

    def do_HEAD(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        pass  # tests look at `Hub.asked`

    def _serve(self, method: str) -> None:
        url = urlsplit(self.path)
        self.query = parse_qs(url.query)
        for name, verb, pattern, writes in self.routes:
            match = re.fullmatch(pattern, url.path)
            if verb == method and match:
                parts = {key: unquote(part) for key, part in match.groupdict().items() if part is not None}
                self._answer(name, parts, writes=writes)
                return
        self._send(_refused(404, "EntryNotFound", f"this server does not know {method} {url.path}"))

    def _answer(self, name: str, parts: dict[str, str], *, writes: bool) -> None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        self.hub.asked.append((name, bool(token)))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        hook = self.hub.before.get(name)
        found = hook() if hook else None
        answer = found if isinstance(found, Answer) else self._admit(token, parts.get("repo"), writes=writes)
        answer = answer or getattr(self, f"_{name}")(body, **parts)
        if name in self.hub.dropped:
            self.hub.dropped.discard(name)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(answer)

    def _admit(self, token: str, repo: str | None, *, writes: bool) -> Answer | None:
        """The refusal of whoever may not do what is asked."""
        if token and token not in {TOKEN, READ_ONLY}:
            # Servers that repeat what they were told are the reason to look for the token in every message.
            said = f"Invalid credentials in Authorization header: {token}"
            return Answer(401, {"error": said}, {"X-Error-Message": "Invalid credentials in Authorization header"})
        if writes and not token:
            return _refused(401, "", "Authentication required")
        if writes and token == READ_ONLY:
            return _refused(403, "", f"{token} may only read")
        seen = repo is None or (repo in self.hub.repos and (token or not self.hub.repos[repo].private))
        return None if seen else _refused(404 if token else 401, _NO_REPO, "Repository not found")

    def _send(self, answer: Answer) -> None:
        raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers = {"Content-Length": str(len(raw)), "Content-Type": "application/json", **answer.headers}
        self.send_response(answer.status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def _at(self, repo: str, rev: str) -> Commit | None:
        return self.hub.repos[repo].at(rev)

    def _create(self, body: bytes) -> Answer:
        asked = json.loads(body)
        name = f"{asked['organization']}/{asked['name']}"
        url = {"url": f"{self.hub.url}/datasets/{name}"}
        if asked["type"] != "dataset" or asked["organization"] == "others":
            return _refused(403, "", "You don't have the rights to create a dataset under this namespace")
        if name in self.hub.repos:
            return Answer(409, url | {"error": "You already created this dataset repo"})
        self.hub.add(name, private=asked.get("visibility") == "private")
        return Answer(200, url)

    def _card(self, body: bytes) -> Answer:
        assert json.loads(body)["repoType"] == "dataset"
        found = {
            "errors": [{"message": one} for one in self.hub.card_errors],
            "warnings": [{"message": one} for one in self.hub.card_warnings],
        }
        return Answer(400 if self.hub.card_errors else 200, found)

    def _info(self, _: bytes, repo: str, rev: str = "main") -> Answer:
        commit = self._at(repo, rev)
        if commit is None:
            return _refused(404, "RevisionNotFound", f"Invalid rev id: {rev}")
        files = [{"rfilename": name} for name in sorted(commit.files)]
        private = self.hub.repos[repo].private
        return Answer(200, {"id": repo, "sha": commit.oid, "private": private, "siblings": files, "tags": []})

    def _refs(self, _: bytes, repo: str) -> Answer:
        found = self.hub.repos[repo]
        branches = [{"name": found.branch, "ref": f"refs/heads/{found.branch}", "targetCommit": found.head.oid}]
        tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid} for tag, oid in found.tags.items()]
        return Answer(200, {"branches": branches, "tags": tags, "converts": []})

    def _tree(self, _: bytes, repo: str, rev: str, path: str = "") -> Answer:
        commit = self._at(repo, rev)
        if commit is None:
            return _refused(404, "RevisionNotFound", f"Invalid rev id: {rev}")
        under = f"{path}/" if path else ""
        inside = {name: blob for name, blob in commit.files.items() if name.startswith(under)}
        if path and not inside:
            return _refused(404, "EntryNotFound", f"{path} does not exist")
        entries = [_entry(name, blob) for name, blob in sorted(inside.items())]
        folders = {name[: name.rindex("/")] for name in inside if "/" in name.removeprefix(under)}
        entries += [{"type": "directory", "path": name, "oid": "0" * 40, "size": 0} for name in sorted(folders)]
        if self.query.get("recursive", ["false"])[0].lower() != "true":
            entries = [one for one in entries if "/" not in one["path"].removeprefix(under)]
        return Answer(200, entries)

    def _paths(self, body: bytes, repo: str, rev: str) -> Answer:
        commit = self._at(repo, rev)
        if commit is None:
            return _refused(404, "RevisionNotFound", f"Invalid rev id: {rev}")
        try:
            wanted = json.loads(body)["paths"]
        except json.JSONDecodeError:
            wanted = parse_qs(body.decode())["paths"]
        return Answer(200, [_entry(name, commit.files[name]) for name in wanted if name in commit.files])

    def _preupload(self, body: bytes, repo: str, rev: str) -> Answer:
        commit = self._at(repo, rev)
        assert commit
        files = []
        for asked in json.loads(body)["files"]:
            path = asked["path"]
            lfs = self.hub.mode == "lfs" and path.endswith(".parquet")
            there = commit.files.get(path)
            files.append(
                {
                    "path": path,
                    "uploadMode": "lfs" if lfs else "regular",
                    "shouldIgnore": path in self.hub.ignored,
                    "oid": there.etag() if there else None,
                }
            )
        return Answer(200, {"files": files})

    def _batch(self, body: bytes, repo: str) -> Answer:
        assert repo in self.hub.repos
        objects = []
        for asked in json.loads(body)["objects"]:
            one = {"oid": asked["oid"], "size": asked["size"]}
            if asked["oid"] not in self.hub.objects:
                one["actions"] = {"upload": {"href": f"{self.hub.url}/objects/{asked['oid']}"}}
            objects.append(one)
        return Answer(200, {"transfer": "basic", "objects": objects})

    def _upload(self, body: bytes, oid: str) -> Answer:
        if hashlib.sha256(body).hexdigest() != oid:
            return Answer(400, {"error": "the bytes are not what was announced"})
        self.hub.objects[oid] = body
        return Answer(200)

    def _commit(self, body: bytes, repo: str, rev: str) -> Answer:
        found = self.hub.repos[repo]
        lines = [json.loads(line) for line in body.splitlines()]
        header = lines[0]["value"]
        if rev != "main" or header.get("parentCommit") not in {None, found.head.oid}:
            return Answer(412, {"error": "A commit has happened since. Please refresh and try again."})
        files = dict(found.head.files)
        for line in lines[1:]:
            value = line["value"]
            match line["key"]:
                case "file":
                    files[value["path"]] = Blob(base64.b64decode(value["content"]), lfs=False)
                case "lfsFile" if value["oid"] in self.hub.objects:
                    files[value["path"]] = Blob(self.hub.objects[value["oid"]], lfs=True)
                case "deletedFile" if value["path"] in files:
                    del files[value["path"]]
                case _:
                    return Answer(400, {"error": f"cannot do {line['key']} {value['path']}"})
        oid = found.commit(files, header["summary"], header["description"])
        return Answer(200, {"commitOid": oid, "commitUrl": f"{self.hub.url}/datasets/{repo}/commit/{oid}"})

    def _tag(self, body: bytes, repo: str, rev: str) -> Answer:
        found, name = self.hub.repos[repo], json.loads(body)["tag"]
        commit = found.at(rev)
        if name in found.tags:
            return Answer(409, {"error": "Tag reference exists already"})
        if commit is None:
            return _refused(404, "RevisionNotFound", f"Invalid rev id: {rev}")
        found.tags[name] = commit.oid
        return Answer(200)

    def _file(self, _: bytes, repo: str, rev: str, path: str) -> Answer:
        commit = self._at(repo, rev)
        if commit is None:
            return _refused(404, "RevisionNotFound", f"Invalid rev id: {rev}")
        blob = commit.files.get(path)
        if blob is None:
            return _refused(404, "EntryNotFound", "Entry not found")
        headers = {"X-Repo-Commit": commit.oid, "ETag": f'"{blob.etag()}"', "Accept-Ranges": "bytes"}
        if blob.lfs:
            headers |= {"X-Linked-Etag": f'"{blob.etag()}"', "X-Linked-Size": str(len(blob.data))}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if not wanted:
            return Answer(200, blob.data, headers | {"Content-Type": "application/octet-stream"})
        start, end = int(wanted[1]), min(int(wanted[2] or len(blob.data)), len(blob.data) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(blob.data)}"
        return Answer(206, blob.data[start : end + 1], headers | {"Content-Type": "application/octet-stream"})


def _entry(name: str, blob: Blob) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "path": name, "oid": blob.git(), "size": len(blob.data)}
    if blob.lfs:
        entry["lfs"] = {"oid": blob.etag(), "size": len(blob.data), "pointerSize": len(blob.pointer())}
    return entry


@contextmanager
def serving() -> Iterator[Hub]:
    """A Hub of its own, on a free port, as long as the block runs."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield hub
        server.shutdown()
        thread.join()
