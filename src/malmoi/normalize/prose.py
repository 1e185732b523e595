"""What a line looks like: running text, or something short that names, heads or links."""

from __future__ import annotations

import re
from functools import lru_cache

_STOP = re.compile(r"[.。]['\"”’)\]」』>]*$")
_ASKS = re.compile(r"[?!]['\"”’)\]」』>]*$")
_INSIDE = re.compile(r"[다요까죠음함]\.['\"”’)\]]?(?:\s|[가-힣\"“'‘])")
_SENTENCE = re.compile(r".{4,}[가-힣][다요죠]\.['\"”’)\]]*")
_LONG, _MIDDLE, _SHORT = 100, 60, 18
_TAIL = 12
"""Where a stop and the marks behind it stand: searching all of a long text for its end is slow."""


@lru_cache(maxsize=512)
def is_prose(text: str) -> bool:
    """Whether a line is running text: it has sentences, or is too long for a heading."""
    size = len(text)
    if size >= _LONG:
        return True
    if size < _SHORT:
        return bool(_SENTENCE.fullmatch(text))
    if text.endswith("."):
        return True
    end = text[-_TAIL:]
    return bool(_STOP.search(end) or (size >= _MIDDLE and _ASKS.search(end)) or _INSIDE.search(text))


def ends_open(text: str) -> bool:
    """Whether a line ends without a stop, as headings do."""
    if text.endswith((".", "?", "!")):
        return False
    end = text[-_TAIL:]
    return not (_STOP.search(end) or _ASKS.search(end))
