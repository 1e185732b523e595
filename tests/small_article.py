"""One small invented article with everything in it that an exchange has to carry, and characters above U+FFFF first."""

from __future__ import annotations

from typing import Any

from malmoi import store

BLOCKS = {
    "h01": ("headline", "😀 한빛전자, 새 공장 문 연다"),
    "p01": ("paragraph", "👍🏽 김가람 대표는 5일 “비가 와도 건널 수 있다”며 “물은 깊지 않다”고 말했다."),
    "c01": ("caption", "[가온=다온통신] 은채령 기자 = 한빛전자 새 공장. 2024.03.05."),
}


def span(block: str, text: str, nth: int = 0, **more: Any) -> dict[str, Any]:  # noqa: ANN401  any field of a record
    """The nth place of a text in a block, as a record."""
    start = -1
    for _ in range(nth + 1):
        start = BLOCKS[block][1].index(text, start + 1)
    return {"block": block, "start": start, "end": start + len(text), "text": text, **more}


SMALL = store.from_dict(
    {
        "schema_version": "1.0",
        "id": "open-5ma11",
        "tier": "open",
        "license": "CC-BY-4.0",
        "text_status": "included",
        "publisher": "다온통신",
        "provenance": {"text": "written"},
        "blocks": [{"id": name, "type": kind, "text": text} for name, (kind, text) in BLOCKS.items()],
        "entities": [
            span("h01", "한빛전자", id="e-0001", label="OGG_ECONOMY", cluster="c-0001"),
            span("p01", "김가람", id="e-0002", label="PS_NAME", cluster="c-0002"),
            span("p01", "김가람 대표", id="e-0003", label="CV_POSITION"),
            span("p01", "5일", id="e-0004", label="DT_DAY", value="2024-03-05"),
        ],
        "clusters": [
            {"id": "c-0001", "label": "OGG_ECONOMY", "name": "한빛전자"},
            {"id": "c-0002", "label": "PS_NAME", "name": "김가람"},
        ],
        "quotes": [
            {
                "id": "q-0001",
                "type": "direct",
                "mode": "speech",
                "source_status": "explicit",
                "speaker": "c-0002",
                "content": [span("p01", "“비가 와도 건널 수 있다”"), span("p01", "“물은 깊지 않다”")],
                "markers": [span("p01", "며"), span("p01", "고")],
                "cue": span("p01", "말했다"),
                "source": span("p01", "김가람 대표"),
            }
        ],
        "captions": [
            {
                "block": "c01",
                "copies": 2,
                "location": span("c01", "가온"),
                "source": span("c01", "다온통신"),
                "creator": [span("c01", "은채령")],
                "date_created": span("c01", "2024.03.05.", value="2024-03-05"),
            }
        ],
    }
)
