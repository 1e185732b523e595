"""The authoring mark-up: an article as a person types it, compiled to the canonical record and back.

    +++
    publisher = "다온통신"
    published_at = 2024-03-05T09:12:00+09:00
    license = "CC-BY-4.0"
    +++
    # {OGG_ECONOMY@hanbit 한빛전자} "{q1.content …}"
    {q1.source {PS_NAME@kim 김가람} {CV_POSITION 대표}}는 {DT_DAY=2024-03-05 5일} …
    > {.location 서울}…            a caption; `>2` where the page showed it twice
    +++
    [clusters]
    kim = "김가람"
    [quotes]
    q1 = { speaker = "kim" }
    +++

One line is one block; its first character tells the type (`# = ## @ > ~`, none for a paragraph). A tag is
`{TAG text}`: a label with `@cluster` and `=value`, `qN.part`, or `.field` of a caption. Tags nest. A literal
brace or backslash takes a backslash before it. Nobody counts an offset.

What the mark-up makes itself (ids, the numbers of blocks, an author's name and role) can be given instead, so that
an article that is rendered, corrected and compiled keeps its record:

    byline = [{ name = "남궁 민", role = "기자" }]
    blocks = ["h01", "p01", "p03"]
    [provenance]
    …
    [clusters]
    kim = { name = "김가람", label = "PS_NAME", id = "c-3fa9" }
    [quotes]
    q1 = { id = "q-91ab", speaker = "kim" }
"""

from malmoi.markup.compiler import new_id, parse
from malmoi.markup.form import DRAFT_ID, QUOTE_PARTS, MarkupError, parse_author
from malmoi.markup.renderer import render

__all__ = ["DRAFT_ID", "QUOTE_PARTS", "MarkupError", "new_id", "parse", "parse_author", "render"]
