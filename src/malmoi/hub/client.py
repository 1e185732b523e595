"""The only module that talks to the Hugging Face Hub; needs the extra `publish`.

Every failure comes out as a `HubError` that names the repository, what could not be done, why, and in what state
things were left. No message holds the token.
"""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import msgspec
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, get_session, get_token
from huggingface_hub.errors import (
    DeviceCodeError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OIDCError,
    RepositoryNotFoundError,
)
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # documented, though not marked as exported
    disable_progress_bars,
    logging,
    validate_repo_id,
)

from malmoi.findings import MalmoiError, visible
from malmoi.hub.plan import State, Stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from httpx2 import Request
    from huggingface_hub import CommitOperationCopy

    from malmoi.build.ready import BuiltFile

BRANCH = "main"
LOG_IN = (
    "`hf auth login` logs in, or set HF_TOKEN to a token with write access (https://huggingface.co/settings/tokens)"
)

_KIND = "dataset"
_ENDPOINT = re.compile(r"https?://([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/\S*)?")
# What the client's HTTP library raises where no answer came; the library's name differs between its versions.
_NO_ANSWER: type[Exception] = HfHubHTTPError.__mro__[1]
# What the client and msgspec raise where an answer is no JSON, or JSON of another shape.
_UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError)
_FAILURES = (_NO_ANSWER, OSError, RuntimeError, *_UNREADABLE)
_PATIENCE = 120.0  # seconds without a byte
_MOST_REQUESTS = 1000  # to do one thing: lists of files come in pages, and each names the next
_Oid = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40}$")]
_UNAUTHORIZED, _SERVER_ERROR = 401, 500
_ADVICE = {
    _UNAUTHORIZED: f"the token was refused: {LOG_IN}",
    403: f"the token does not allow it: {LOG_IN}",
    404: "it is not there, or the token may not see it: check the name and the token",
    409: "it is there already: run the command again to see what is there now",
    412: f"{BRANCH} has moved since it was looked at: run the command again to see the new plan",
    429: "the Hub was asked too often: wait some minutes and run the command again",
}
_NOTHING, _UNKNOWN = (
    "nothing was published",
    "whether it arrived is not known: run the command again, it compares every file first and does what is left",
)


class HubError(MalmoiError):
    """Something that could not be read from or written to the Hub: what, why, what to do.

    Control characters are shown and not sent to the terminal: messages quote what servers say.
    """

    def __init__(self, message: str) -> None:
        """Take the message, of one line."""
        super().__init__(visible(message))


class Repository:
    """A dataset repository on the Hub, there or not."""

    def __init__(self, name: str, *, bars: bool) -> None:
        """Nothing is asked of the Hub yet.

        Args:
            name: `namespace/name`.
            bars: whether the client may draw its progress bars.

        Raises:
            HubError: the name is none, or no token can be had where one is promised.
        """
        self.name = _checked(name)
        self._token = _token()
        # Without a token none is sent, whatever the client would find by itself.
        self._api = HfApi(token=self._token or False)
        if not _ENDPOINT.fullmatch(self._api.endpoint):
            # What stands before an @ may be a password.
            _, at, host = self._api.endpoint.rpartition("@")
            shown = f"{'(user)' if at else ''}{at}{host}"
            raise HubError(f"HF_ENDPOINT is {shown!r}: expected an address such as https://huggingface.co")
        try:
            get_session()
        except _FAILURES as error:
            raise HubError(f"cannot ask {self._api.endpoint}: {error}; check the proxies in the environment") from None
        # The client's own warnings quote what servers send; its errors are told by ours.
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        if not bars:
            with warnings.catch_warnings(action="ignore"):  # the user's HF_HUB_DISABLE_PROGRESS_BARS=0 goes before
                disable_progress_bars()

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self._api.endpoint}/datasets/{self.name}"

    @property
    def logged_in(self) -> bool:
        """Whether there is a token to write with."""
        return self._token is not None

    def look(self) -> State | None:
        """The repository as it is now; None where there is none that the token, if any, may see.

        Raises:
            HubError: the Hub cannot be asked, or refuses.
        """
        with self._asking("read it", "nothing was changed"):
            try:
                info = self._api.dataset_info(self.name)
            except GatedRepoError:
                raise
            except RepositoryNotFoundError as error:
                # To those who may not see it, the Hub says 401 without a token, 404 with one that it knows.
                if error.response.status_code == _UNAUTHORIZED and self.logged_in:
                    raise
                return None
            private = msgspec.convert((info.sha, info.private), tuple[_Oid, bool])[1]
            heads, tags = self._refs()
            if BRANCH not in heads:
                raise HubError(f"{self.url}: has no branch {BRANCH}; make it on the Hub")
            return State(heads[BRANCH], private, tags, self._files(heads[BRANCH]))

    def files(self, commit: str) -> dict[str, Stored]:
        """The files of a commit.

        Raises:
            HubError: the Hub cannot be asked, or refuses.
        """
        with self._asking(f"read commit {commit}", "run the command again"):
            return self._files(commit)

    def create(self, *, private: bool) -> None:
        """Make the repository, without files: private, or as its namespace is set to make them.

        Raises:
            HubError: it cannot be made.
        """
        with self._asking("create it", _NOTHING):
            self._api.create_repo(self.name, repo_type=_KIND, private=private or None)

    def commit(
        self, files: Iterable[BuiltFile], removed: Iterable[str], *, parent: str, title: str, text: str
    ) -> tuple[str, list[str]]:
        """Put files in and take others out, all in one commit on top of `parent`, or not at all.

        Returns:
            The commit, and what the Hub remarked about the dataset card.

        Raises:
            HubError: the commit was not made, or its answer was lost.
        """
        with (
            self._asking("commit", _NOTHING, sending="commit", unanswered=_UNKNOWN),
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            operations: list[CommitOperationAdd | CommitOperationCopy | CommitOperationDelete] = [
                CommitOperationAdd(path_in_repo=file.name, path_or_fileobj=str(file.path)) for file in files
            ]
            operations += [CommitOperationDelete(path_in_repo=name, is_folder=False) for name in removed]
            made = self._api.create_commit(
                self.name,
                operations,
                commit_message=title,
                commit_description=text,
                repo_type=_KIND,
                revision=BRANCH,
                parent_commit=parent,
            )
            oid = msgspec.convert(made.oid, _Oid)
        # Its HTTP library warns its developers, too: of what will be deprecated.
        remarks = [str(one.message) for one in caught if issubclass(one.category, UserWarning)]
        return oid, [self._without_token(" ".join(remark.split())) for remark in remarks]

    def tag(self, name: str, commit: str) -> None:
        """Name a commit for good, and look whether that is its name now.

        Raises:
            HubError: the tag was not made, or its answer was lost.
        """
        left = f"commit {commit} is there without its tag: run the command again, which makes it"
        unknown = f"commit {commit} is there, and whether with its tag is not known: run the command again, which looks"
        with self._asking(f"tag {name}", left, sending="tag", unanswered=unknown):
            self._api.create_tag(self.name, tag=name, revision=commit, repo_type=_KIND, tag_message=f"Malmoi {name}")
        with self._asking(f"look for the tag {name}", unknown):
            _, tags = self._refs()
        if tags.get(name) != commit:
            found = f"names {tags[name]}" if name in tags else "is not there"
            raise HubError(
                f"{self.url}: the Hub says that it tagged {commit}, and {name} {found}; run the command again"
            )

    def _refs(self) -> tuple[dict[str, str], dict[str, str]]:
        """The commits of the branches, and those of the tags."""
        refs = self._api.list_repo_refs(self.name, repo_type=_KIND)
        branches, tags = ({ref.name: ref.target_commit for ref in found} for found in (refs.branches, refs.tags))
        return msgspec.convert((branches, tags), tuple[dict[str, _Oid], dict[str, _Oid]])

    def _files(self, commit: str) -> dict[str, Stored]:
        tree = self._api.list_repo_tree(self.name, recursive=True, revision=commit, repo_type=_KIND)
        found = {
            one.path: (one.size, one.blob_id, one.lfs.sha256 if one.lfs else None)
            for one in tree
            if isinstance(one, RepoFile)
        }
        return msgspec.convert(found, dict[str, Stored])

    @contextmanager
    def _asking(self, doing: str, left: str, *, sending: str = "", unanswered: str = "") -> Iterator[None]:
        """Failures of the client as ours; an interruption gets a note of the state of things.

        Args:
            doing: what is asked, to end a sentence with `cannot`.
            left: the state of things where the Hub was not asked to change them, or refused.
            sending: the route of the request that changes them, one of several.
            unanswered: the state of things where that was sent, and no refusal came.
        """
        requests = 0
        sent = False

        def note(request: Request) -> None:
            nonlocal requests, sent
            requests += 1
            sent = sent or (bool(sending) and f"/{self.name}/{sending}/" in request.url.path)
            if requests > _MOST_REQUESTS:
                raise HubError(f"{self.url}: cannot {doing}: the Hub's answers lead on without end; {left}")
            request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), _PATIENCE)

        def state() -> str:
            # Where no connection can be made, the client begins anew with another session, which knows no note.
            unnoted = bool(sending) and note not in get_session().event_hooks["request"]
            return unanswered if sent or unnoted else left

        hooks = get_session().event_hooks["request"]
        hooks.append(note)
        try:
            yield
        except KeyboardInterrupt as stop:
            stop.add_note(f"{self.url}: was about to {doing}; {state()}")
            raise
        except _FAILURES as error:
            # The client wraps what went wrong with one of several uploads.
            cause = error.__cause__ if isinstance(error, RuntimeError) else None
            why = self._without_token(_why(cause or error, self._api.endpoint if requests else None))
            raise HubError(f"{self.url}: cannot {doing}: {why}; {left if _refuses(error) else state()}") from None
        finally:
            hooks.remove(note)

    def _without_token(self, message: str) -> str:
        return message.replace(self._token, "(token)") if self._token else message


def _checked(name: str) -> str:
    """The name of a repository, if it is one."""
    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise HubError(f"{name!r} is no repository: {error}") from None
    if "/" not in name:
        raise HubError(f"{name!r} is no repository: expected NAMESPACE/NAME, as in my-organisation/{name}")
    return name


def _token() -> str | None:
    """The user's token, from where Hugging Face's own tools keep it."""
    try:
        token = get_token()
    except (OIDCError, DeviceCodeError, *_FAILURES) as error:
        raise HubError(f"cannot get a token: {type(error).__name__}; {LOG_IN}") from None
    # A character that no header may hold would end up, with the rest, in an error message.
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise HubError(f"the token holds characters that no token has; {LOG_IN}")
    return token


def _refuses(error: BaseException) -> bool:
    """Whether the Hub said that nothing was done."""
    return isinstance(error, HfHubHTTPError) and error.response.status_code < _SERVER_ERROR


def _why(error: BaseException, endpoint: str | None) -> str:
    """The reason, in one line; no endpoint is given where nobody was asked yet."""
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        advice = _ADVICE.get(status)
        if advice is None:
            advice = "the Hub refused" if status < _SERVER_ERROR else "the Hub failed, try again later"
        said = " ".join((error.server_message or "").split())
        return f"{advice} (HTTP {status}{': ' if said else ''}{said})"
    if isinstance(error, _NO_ANSWER):
        return f"{endpoint} does not answer ({error or type(error).__name__}): check the network and HF_ENDPOINT"
    # What the Hub says of the card is a ValueError, too; it comes of a refusal.
    if endpoint and isinstance(error, _UNREADABLE) and not isinstance(error.__cause__, HfHubHTTPError):
        return f"{endpoint} gave an answer that is not the Hub's: check the network and HF_ENDPOINT"
    return " ".join(str(error).split()) or type(error).__name__
