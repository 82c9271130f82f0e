"""How an article is named wherever one is shown: its title, where it comes from, whether it can still be trusted."""

import re
from datetime import date

from handlers.ui import MAX_LABEL, MAX_TEXT, Banner, Markdown, Text
from knowledge.models import Article

PIECE = MAX_TEXT - 100
_FENCE = re.compile(r"^ {0,3}(`{3,20}|~{3,20})(?![`~])([^`\n]{0,50})$", re.MULTILINE)


def shortened(text: str, length: int = MAX_LABEL) -> str:
    """The text on one line, ended by an ellipsis where it is longer than a label may be."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def day(moment: date) -> str:
    return f"{moment.day} {moment:%b %Y}"


def source(article: Article, section: str = "") -> Text:
    """Title and section, as a link where the article has an address."""
    return Text(
        text=shortened(" › ".join(part for part in (article.title, section) if part), 600),
        style="strong",
        url=article.source_url,
        cites=True,
    )


def provenance(article: Article) -> Text:
    """Who answers for the article, and when they last did."""
    owner = f"Owner: {article.owner}" if article.owner else "No owner"
    verified = f"last verified {day(article.verified_on)}" if article.verified_on else "never verified"
    details = [owner, verified, *article.products]
    if article.version:
        details.append(f"version {article.version}")
    return Text(text=shortened(" · ".join(details), 600), style="subtle")


def warning(article: Article, today: date) -> tuple[Banner, ...]:
    """A banner for an article past its review date, which calls it stale where that was long ago; else nothing."""
    if not article.overdue(today):
        return ()
    assert article.review_due is not None
    late = f"stale: it is {(today - article.review_due).days} days past" if article.stale(today) else "past"
    text = f"This article is {late} its review date ({day(article.review_due)}). Check before you rely on it."
    return (Banner(tone="warning", text=text),)


def content(text: str) -> tuple[Markdown, ...]:
    """Markdown in pieces that every platform takes; cut at a line's end where there is one. A block of code that is cut
    goes on as one."""
    pieces: list[Markdown] = []
    while text.strip():
        end = len(text) if len(text) <= PIECE else text.rfind("\n", PIECE // 2, PIECE)
        end = end if end > 0 else PIECE
        piece, text = text[:end], text[end:]
        if text and (fence := _left_open(piece)):
            piece = f"{piece}\n{fence[1]}"
            rest = text.removeprefix("\n")
            line, _, after = rest.partition("\n")
            text = after if line.strip() == fence[1] else f"{fence[0].strip()}\n{rest}"
        if piece.strip():
            pieces.append(Markdown(text=piece))
    return tuple(pieces)


def _left_open(text: str) -> re.Match[str] | None:
    """The fence of the block of code that the text ends in."""
    fence: re.Match[str] | None = None
    for found in _FENCE.finditer(text):
        if fence is None:
            fence = found
        elif found[1].startswith(fence[1]) and not found[2].strip():
            fence = None
    return fence
