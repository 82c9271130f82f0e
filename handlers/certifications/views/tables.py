"""Tables. What stands in their cells is somebody's name and no markup."""

import re
from collections.abc import Sequence

from handlers.cite import shortened
from handlers.ui import MAX_TEXT, Markdown

_MARKUP = re.compile(r"([\\`*_\[\]<>|~&])")
CELL = 40


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markdown:
    """As many of the rows as there is room for."""
    text = f"{_row(head)}\n{_line(['---'] * len(head))}"
    for row in rows:
        longer = f"{text}\n{_row(row)}"
        if len(longer) > MAX_TEXT:
            break
        text = longer
    return Markdown(text=text)


def _row(cells: Sequence[str]) -> str:
    return _line([_MARKUP.sub(r"\\\1", shortened(cell, CELL)) for cell in cells])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
