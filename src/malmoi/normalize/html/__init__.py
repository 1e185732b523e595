"""HTML pages to articles, on lexbor.

A page is parsed once and walked once (`walk`); the body's element is chosen (`select`), its pieces become lines
(`lines`, `pictures`), headline, times and reporters are weighed (`metadata`, `settle`), and the lines go down the same
chain as those of copied text. Pages that keep their text in a script are read from there (`state`).
"""

from malmoi.normalize.html.reader import fragment_lines, normalize_html

__all__ = ["fragment_lines", "normalize_html"]
