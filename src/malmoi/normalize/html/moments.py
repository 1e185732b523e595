"""First publication and last change: what the page shows and what its head and attributes claim, weighed.

Order of trust: a labelled time on the page (입력, 등록, 승인, 송고), JSON-LD, metas, attributes, an unlabelled time; a
claim in `Z` that shows the same clock as a Korean one is Korean. What disagrees is flagged.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from malmoi.model import Decision
from malmoi.normalize.html.metadata import Claim
from malmoi.normalize.times import KST
from malmoi.normalize.timestamps import read_timestamp

if TYPE_CHECKING:
    from malmoi.normalize.draft import Draft
    from malmoi.normalize.html.metadata import Metadata
    from malmoi.normalize.html.page import Page

_ZONE = re.compile(r"(?<=\d)(?:Z|[+-]\d\d:?\d\d)$")
_MODIFIED = re.compile(r"modif|update|수정|edit", re.IGNORECASE)


class Times(NamedTuple):
    """First publication and last change, RFC 3339 in Korean time, with what each was taken from.

    Attributes:
        published: first publication.
        precision: "day" where only the day is known.
        modified: last change.
        sources: what the two were taken from.
        flags: what disagrees.
    """

    published: str | None
    precision: Literal["day"] | None
    modified: str | None
    sources: tuple[Decision, ...]
    flags: tuple[str, ...]


class _Moment(NamedTuple):
    value: datetime
    precise: bool
    source: str
    zone: Literal["given", "utc", "none"]


def settle_times(page: Page, metadata: Metadata, shown: Draft) -> Times:
    """Weigh the times that a page shows against those that its head and attributes claim.

    Args:
        page: the page, for the values of its attributes.
        metadata: the head's claims.
        shown: what the lines around the article say (`입력 …`, `수정 …`).
    """
    flags: list[str] = []
    on_page = _shown(shown.published_at, precise=shown.published_precision is None)
    changed = _shown(shown.modified_at, precise=True)
    claims = [moment for claim in metadata.published if (moment := read_claim(claim))]
    stamps = [
        (moment, names)
        for _, names, value in page.stamps
        if (moment := read_claim(Claim(value, "attribute of the page")))
    ]
    stamped = [moment for moment, names in stamps if not _MODIFIED.search(names)]
    claims = _in_korea(claims, [on_page, changed, *stamped], flags)
    candidates = [on_page, *claims, *stamped]
    best = next((moment for moment in candidates if moment and moment.precise), None)
    best = best or next((moment for moment in candidates if moment), None)
    modified = [moment for claim in metadata.modified if (moment := read_claim(claim))]
    modified = _in_korea(modified, [changed, *claims], flags)
    modified += [moment for moment, names in stamps if _MODIFIED.search(names)]
    last = changed or next((moment for moment in modified if moment.precise), None)
    if best and on_page and claims and on_page.precise:
        differing = [m for m in claims if m.precise and abs((m.value - on_page.value).total_seconds()) >= 60]  # noqa: PLR2004  the page shows minutes
        if differing and len(differing) == len([m for m in claims if m.precise]):
            flags.append(
                f"conflicting times: the page shows {on_page.value.isoformat()}, "
                f"{differing[0].source} says {differing[0].value.isoformat()}"
            )
    if best and last and last.precise and best.precise and last.value < best.value:
        # A page that shows one time and calls it a change, or a claim that is a copy made later.
        if last.source == "shown on the page" and best.source != "shown on the page":
            flags.append(
                f"conflicting times: first published {best.value.isoformat()}, changed {last.value.isoformat()}"
            )
        last = None if last.source != "shown on the page" else last
    sources = [Decision("published_at", best.source)] if best else []
    sources += [Decision("modified_at", last.source)] if last else []
    return Times(
        published=best.value.isoformat() if best else None,
        precision="day" if best and not best.precise else None,
        modified=last.value.isoformat() if last else None,
        sources=tuple(sources),
        flags=tuple(dict.fromkeys(flags)),
    )


def _shown(value: str | None, *, precise: bool) -> _Moment | None:
    return _Moment(datetime.fromisoformat(value), precise, "shown on the page", "given") if value else None


def read_claim(claim: Claim) -> _Moment | None:
    """The moment of a claim, in any form that data or a page writes one in; None if it is none."""
    text = claim.value.strip()
    moment = read_timestamp(text)
    if moment is None:
        return None
    zone: Literal["given", "utc", "none"] = "none"
    if found := _ZONE.search(text):
        zone = "utc" if set(found[0]) <= set("Z+-0:") else "given"
    return _Moment(datetime.fromisoformat(moment.value), moment.precise, claim.source, zone)


def _in_korea(claims: list[_Moment], others: list[_Moment | None], flags: list[str]) -> list[_Moment]:
    """Claims in `Z` whose clock is Korea's, as another source shows, taken for what they are."""
    known = {
        moment.value.replace(second=0, microsecond=0)
        for moment in (*others, *claims)
        if moment is not None and moment.precise and moment.zone != "utc"
    }
    mended: list[_Moment] = []
    for moment in claims:
        if moment.zone == "utc":
            clock = moment.value.replace(second=0, microsecond=0)
            korean = clock.astimezone(UTC).replace(tzinfo=KST)
            if clock not in known and korean in known:
                flags.append(f"conflicting times: {moment.source} gives Korean time as UTC")
                mended.append(moment._replace(value=moment.value.astimezone(UTC).replace(tzinfo=KST), zone="given"))
                continue
        mended.append(moment)
    return mended
