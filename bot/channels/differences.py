"""In words: how one message differs from platform to platform, for those who cannot see the others."""

from collections.abc import Iterable, Iterator

from bot.channels import richtext
from bot.channels.richtext import Block, List, Paragraph, Quote, Table
from handlers.ui import Card, Markdown

ALIKE = "Slack, Teams and the browser page show this alike, each in its own letters and colours."
TABLES = "Slack shows a table as text in columns."
QUOTES = "Slack shows what stands in a quote line by line."
LINKS = "Teams shows code and struck words as plain ones where a link is in the same paragraph."


def differences(card: Card) -> str:
    parsed = [block for part in card.body if isinstance(part, Markdown) for block in richtext.parse(part.text)]
    found = dict.fromkeys(said for block in _all(parsed) if (said := _differs(block)))
    return " ".join(found) if found else ALIKE


def _differs(block: Block) -> str:
    match block:
        case Table():
            return TABLES
        case Quote() if any(not isinstance(inner, Paragraph) for inner in block.blocks):
            return QUOTES
        case Paragraph() if any(span.url for span in block.spans):
            return LINKS if any(span.code or span.strike for span in block.spans) else ""
        case _:
            return ""


def _all(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Quote):
            yield from _all(block.blocks)
        elif isinstance(block, List):
            yield from _all(inner for item in block.items for inner in item)
