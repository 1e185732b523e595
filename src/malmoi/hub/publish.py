"""A release, from a build to the Hub: what it would change, then one commit and one tag.

Nothing is taken up half-way: a run that was killed before its commit left nothing to see, and one that was killed
after it finds every file there by its hash and has only the tag to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from malmoi.findings import counted
from malmoi.hub.client import LOG_IN, HubError
from malmoi.hub.plan import Changes, compare

if TYPE_CHECKING:
    from collections.abc import Callable

    from malmoi.build.ready import Ready
    from malmoi.hub.client import Repository


class Plan(NamedTuple):
    """What a release would do.

    Attributes:
        head: the commit that it goes on top of; None where the repository is not there yet.
        private: whether the repository is private, or would be made so.
        changes: what happens to the files.
    """

    head: str | None
    private: bool
    changes: Changes


def plan(repository: Repository, build: Ready, *, private: bool) -> Plan:
    """What it takes to release a build.

    Raises:
        HubError: the Hub cannot be asked, the version is there already, or a private release would be public.
        OSError: a file of the build cannot be read.
    """
    state = repository.look()
    if state is None:
        return Plan(None, private, compare(build.files, {}))
    if private and not state.private:
        raise HubError(
            f"{repository.url}: is public, and --private cannot change that; make it private on the Hub, or leave "
            "the option out"
        )
    tagged = state.tags.get(build.version)
    if tagged is not None:
        same = not compare(build.files, repository.files(tagged)).touched
        remedy = (
            "it holds this very build, so there is nothing to do"
            if same
            else "a release never changes: raise the corpus's VERSION, tell of it in the changelog and build again"
        )
        raise HubError(f"{repository.url}: {build.version} is there already (commit {tagged}); {remedy}")
    return Plan(state.head, state.private, compare(build.files, state.files))


def publish(repository: Repository, build: Ready, planned: Plan, text: str, say: Callable[[str], None]) -> str:
    """Carry out a plan: make the repository if it is not there, commit what changes, tag.

    Args:
        repository: where to.
        build: the build.
        planned: what was found of the two.
        text: what the release says of itself.
        say: is told what was done.

    Returns:
        The commit that was tagged.

    Raises:
        HubError: it could not be done; the message tells what was.
    """
    if not repository.logged_in:
        raise HubError(f"{repository.url}: nobody is logged in; {LOG_IN}")
    head = planned.head
    if head is None:
        head = _made(repository, private=planned.private)
        say(f"{repository.url}: created")
    changes = planned.changes
    if changes.touched:
        wanted = {change.name for change in (*changes.added, *changes.changed)}
        head, remarks = repository.commit(
            [file for file in build.files if file.name in wanted],
            [change.name for change in changes.removed],
            parent=head,
            title=f"Release {build.version}",
            text=text,
        )
        for remark in remarks:
            say(f"{repository.url}: {remark}")
        say(f"{repository.url}: committed {head}")
        _verify(repository, build, head)
    repository.tag(build.version, head)
    return head


def _made(repository: Repository, *, private: bool) -> str:
    """The first commit of a new repository."""
    repository.create(private=private)
    state = repository.look()
    if state is None:
        raise HubError(f"{repository.url}: was created and cannot be seen yet; run the command again")
    return state.head


def _verify(repository: Repository, build: Ready, commit: str) -> None:
    """A tag is for good, so look first whether the commit holds just the build: a .gitignore there may drop files."""
    wrong = compare(build.files, repository.files(commit)).touched
    if wrong:
        raise HubError(
            f"{repository.url}: commit {commit} differs from the build in {counted(len(wrong), 'file')}, the first "
            f"{wrong[0].name}, and was not tagged; look there for a .gitignore, then run the command again"
        )
