"""A small corpus of invented articles for the tests of build, split and show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from malmoi import markup, store

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.model import Article, Tier
    from malmoi.splits import Split

ANNOTATED = """+++
id = "open-bridge"
tier = "open"
publisher = "다온통신"
section = "사회"
medtop = "14000000"
published_at = 2024-03-05T09:12:00+09:00
byline = ["은채령 기자"]
license = "CC-BY-4.0"
event = "footbridge"
+++
# {OGG_OTHERS@club 냇물걷기모임}, 새 다리 건넌다
@ [서울=다온통신] 은채령 기자 =
{OGG_OTHERS@club 냇물걷기모임}은 {DT_DAY=2024-03-05 5일} 새 징검다리를 열었다.
{q1.source {PS_NAME@head 설은호} {CV_POSITION 회장}}은 {q1.content "비가 와도 건널 수 있다"}{q1.marker 며} \
{q1.content "{QT_COUNT 100여 명}이 기다렸다"}{q1.marker 고} {q1.cue 말했다}.
{q2.content "아이들이 먼저 뛰어갔어요."}
>2 [{.location 서울}={.source 다온통신}] {.creator 은채령} {.creator_role 기자} = \
{.description {DT_DAY=2024-03-05 5일} 새로 놓인 징검다리.} \
({.credit_line 사진=냇물걷기모임 제공}) {.date_created=2024-03-05 2024.03.05.}
> 다리 옆 버드나무 😀. /{.source 뉴스마루}
+++
[clusters]
club = "냇물걷기모임"
head = "설은호"
[quotes]
q1 = { speaker = "head" }
q2 = { source_status = "none" }
+++
"""

BARE = """+++
publisher = "강원솔빛"
medtop = "17000000"
published_at = 2023-10-09T08:00:00+09:00
license = "CC-BY-4.0"
+++
# {headline}
{body}
"""


def annotated() -> Article:
    """An article with every layer: a split quote, an unattributed one, two captions, a character above U+FFFF."""
    return markup.parse(ANNOTATED.replace("\\\n", ""))


def bare(name: str, body: str, tier: Tier = "open", **more: object) -> Article:
    """An article without annotations."""
    article = markup.parse(BARE.replace("{headline}", f"산마을 소식 {name}").replace("{body}", body))
    return msgspec.structs.replace(article, id=name, tier=tier, **more)


def wiki(name: str = "wiki-lake") -> Article:
    """An article as the Wikinews tier holds it once its text is back."""
    return msgspec.structs.replace(
        bare(name, "호숫가에 새 전망대가 섰다.", "wikinews"),
        license="CC-BY-2.5",
        url=f"https://ko.wikinews.org/wiki/{name}",
        provenance=msgspec.convert({"text": "archive"}, type(annotated().provenance)),
    )


def write(root: Path, articles: dict[Article, Split | None]) -> Path:
    """Write a corpus folder with these articles and their splits."""
    lines = ["id\tsplit"]
    for article, split in articles.items():
        store.dump(article, root / str(article.tier) / f"{article.id}.json")
        if split:
            lines.append(f"{article.id}\t{split}")
    store.write_atomic(root / "splits.tsv", ("\n".join(lines) + "\n").encode())
    store.write_atomic(root / "VERSION", b"0.1.0\n")
    return root
