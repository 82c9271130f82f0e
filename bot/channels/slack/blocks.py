"""Card -> Block Kit. Pure: a card in, blocks out; text that somebody typed is never markup."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from bot.channels import richtext
from bot.channels.text import clean, plain
from handlers.ui import Banner, Button, Buttons, Card, Divider, Document, Facts, Item, Markdown, Picture, Text

Block = dict[str, Any]
_MARKUP = re.compile(r"[*_~`:\n]|^[>&•]|^\s|\s$")
WIDEST = 3  # times as long as its words may a table become by its blanks
TONES = {"info": "ℹ️", "warning": "⚠️", "success": "✅"}


def draw(
    card: Card, files: Mapping[str, str] = MappingProxyType({}), shared: frozenset[str] = frozenset()
) -> list[Block]:
    """``files``: Slack's ids of the pictures that it has; ``shared``: the names of the documents that stand in the
    conversation. The others are shown as their words."""
    blocks = [_header(card.title)] if card.title else []
    for element in card.body:
        match element:
            case Picture():
                blocks.append(_picture(element, files))
            case Document():
                blocks.append(_document(element, shared))
            case _:
                blocks.extend(_element(element))
    return _numbered(blocks)


def fallback(card: Card) -> str:
    """The card as text for notifications. Escaped: nothing in it can mention anybody or become a link."""
    return escape(plain(card))


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _numbered(blocks: list[Block]) -> list[Block]:
    """Ids of our own, so that a card is drawn the same every time."""
    for number, block in enumerate(blocks):
        block["block_id"] = f"b{number}"
    return blocks


def _header(title: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": clean(title) or " ", "emoji": False}}


def _picture(picture: Picture, files: Mapping[str, str]) -> Block:
    if picture.png in files:
        return {"type": "image", "slack_file": {"id": files[picture.png]}, "alt_text": clean(picture.alt) or " "}
    return _text(Text(text=picture.alt, style="subtle"))


def _document(document: Document, shared: frozenset[str]) -> Block:
    there = f"📎 {document.name} stands in this conversation, just above."
    return _text(Text(text=there if document.name in shared else document.alt, style="subtle"))


def _element(element: Text | Markdown | Banner | Facts | Divider | Buttons | Item) -> list[Block]:
    match element:
        case Text():
            return [_text(element)]
        case Markdown():
            return list(rich(richtext.parse(element.text)))
        case Banner():
            return [_rich([_section([_span(f"{TONES[element.tone]} "), _span(element.text, bold=True)])])]
        case Facts():
            return [_facts(element)]
        case Divider():
            return [{"type": "divider"}]
        case Buttons():
            return [{"type": "actions", "elements": [_button(button) for button in element.buttons]}]
        case Item():
            return [_item(element)]


def _text(element: Text) -> Block:
    if element.style == "subtle" and not element.url:
        plain = {"type": "plain_text", "text": clean(element.text) or " ", "emoji": False}
        return {"type": "context", "elements": [plain]}
    if element.url:
        return _rich([_section([_link(element.url, element.text, bold=element.style == "strong")])])
    return _rich([_section([_span(element.text, bold=element.style == "strong")])])


def _facts(facts: Facts) -> Block:
    return _rich([_section([_span(f"{label}: ", bold=True), _span(value)]) for label, value in facts.rows])


def _item(element: Item) -> Block:
    """Bold, where nothing in the text would be read as markup; else letter by letter."""
    text, detail = clean(element.text) or " ", f"\n{clean(element.detail)}" if element.detail else ""
    drawn: Block = {"type": "plain_text", "text": text + detail, "emoji": False}
    if not _MARKUP.search(text + detail):
        drawn = {"type": "mrkdwn", "text": f"*{escape(text)}*{escape(detail)}", "verbatim": True}
    return {"type": "section", "text": drawn, "accessory": _button(element.button)}


def _button(button: Button) -> Block:
    drawn: Block = {
        "type": "button",
        "action_id": _id(button),
        "text": {"type": "plain_text", "text": clean(button.label) or "…", "emoji": False},
    }
    if button.value:
        drawn["value"] = button.value
    if button.style != "default":
        drawn["style"] = button.style
    return drawn


def _id(button: Button) -> str:
    """Unique in its card, as the pair of action and value is; long values are told apart by their digest."""
    named = f"{button.action}#{button.value}"
    return named if len(named) <= 255 else f"{button.action}#{sha256(button.value.encode()).hexdigest()}"


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _section(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": elements}


def _span(text: str, **style: bool) -> Block:
    drawn: Block = {"type": "text", "text": clean(text) or " "}
    marks = {name: True for name, on in style.items() if on}
    return drawn | {"style": marks} if marks else drawn


def _link(url: str, text: str, **style: bool) -> Block:
    drawn: Block = {"type": "link", "url": url, "text": clean(text) or url}
    marks = {name: True for name, on in style.items() if on}
    return drawn | {"style": marks} if marks else drawn


def rich(blocks: Iterable[richtext.Block]) -> Iterable[Block]:
    """An article's Markdown as rich text, which has no syntax: what was written is what is shown."""
    elements = [element for block in blocks for element in _block(block, 0)]
    if elements:
        yield _rich(elements)


def _block(block: richtext.Block, depth: int) -> list[Block]:
    match block:
        case richtext.Paragraph():
            return [_section([*_spans(block.spans), _span("\n")])]
        case richtext.Heading():
            return [_section([*(_spans(block.spans, bold=True)), _span("\n")])]
        case richtext.Code():
            return [{"type": "rich_text_preformatted", "elements": [_span(block.text)]}]
        case richtext.Rule():
            return [_section([_span("———\n")])]
        case richtext.Quote():
            return [{"type": "rich_text_quote", "elements": _inline(block.blocks)}]
        case richtext.List():
            return _list(block, depth)
        case richtext.Table():
            return [{"type": "rich_text_preformatted", "elements": [_span(_grid(block))]}]


def _spans(spans: Iterable[richtext.Span], bold: bool = False) -> list[Block]:
    drawn = []
    for span in spans:
        style = {"bold": bold or span.bold, "italic": span.italic, "code": span.code, "strike": span.strike}
        if span.text:
            drawn.append(_link(span.url, span.text, **style) if span.url else _span(span.text, **style))
    return drawn


def _inline(blocks: Iterable[richtext.Block]) -> list[Block]:
    """Everything inside as one run of text, for places that hold no blocks of their own."""
    drawn: list[Block] = []
    for block in blocks:
        for element in _block(block, 0):
            if element["type"] == "rich_text_list":
                drawn.extend(
                    piece for item in element["elements"] for piece in (_span("• "), *item["elements"], _span("\n"))
                )
            else:
                drawn.extend(element["elements"])
    return drawn or [_span(" ")]


def _list(block: richtext.List, depth: int) -> list[Block]:
    """Slack's lists hold one line each; lists inside them stand behind it, one step further in. A numbered list
    can only begin with 1, so that one which goes on, or begins elsewhere, is drawn as lines with their numbers."""
    drawn: list[Block] = []
    for number, item in enumerate(block.items):
        own = [inner for inner in item if not isinstance(inner, richtext.List)]
        line = _trimmed(_inline(own)) if own else [_span(" ")]
        if drawn and drawn[-1]["type"] == "rich_text_list" and drawn[-1]["indent"] == depth:
            drawn[-1]["elements"].append(_section(line))
        elif block.ordered and block.start + number != 1:
            drawn.append(_section([_span(f"{block.start + number}. "), *line, _span("\n")]))
        else:
            drawn.append(_new_list(block, depth, line))
        for inner in item:
            if isinstance(inner, richtext.List):
                drawn.extend(_list(inner, min(depth + 1, 8)))
    return drawn


def _new_list(block: richtext.List, depth: int, line: list[Block]) -> Block:
    style = "ordered" if block.ordered else "bullet"
    return {"type": "rich_text_list", "style": style, "indent": depth, "elements": [_section(line)]}


def _trimmed(elements: list[Block]) -> list[Block]:
    return elements[:-1] if len(elements) > 1 and elements[-1].get("text") == "\n" else elements


def _grid(table: richtext.Table) -> str:
    """Columns padded to the same width; preformatted text is the one form of a table that every client shows. Where
    that would be blanks for the most part, of which Slack takes only so many, the cells are only parted."""
    rows = [["".join(span.text for span in cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [
        max((len(row[column]) for row in rows if column < len(row)), default=0) for column in range(len(table.head))
    ]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    parted = "\n".join(" | ".join(row) for row in rows)
    padded = "\n".join(lines)
    return padded if len(padded) <= WIDEST * len(parted) else parted
