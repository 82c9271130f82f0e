"""Markdown as a small typed tree that every channel can draw.

Raw HTML is shown as the text it is. Nothing is ever left out but markup, link targets that are not
web or mail addresses, and the invisible characters that make text read in another order than written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count, groupby
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pydantic import JsonValue, TypeAdapter

_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ALLOWED_URL = re.compile(r"(https?://[^/?#]|mailto:.)", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n?|\n")
_MARKERS = re.compile(r"^(?:[\s>]|[-+*](?=\s|$)|\d{1,9}[.)](?=\s|$))+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style. A newline in ``text`` is a line break that the author asked for."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    url: str | None = None


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    spans: Spans
    kind: Literal["paragraph"] = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    spans: Spans
    kind: Literal["heading"] = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class List:
    """No item is empty; ``start`` counts only when ``ordered``."""

    ordered: bool
    start: int
    items: tuple[tuple["Block", ...], ...]
    kind: Literal["list"] = field(default="list", init=False)


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    language: str = ""
    kind: Literal["code"] = field(default="code", init=False)


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple["Block", ...]
    kind: Literal["quote"] = field(default="quote", init=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as the head; a cell may be empty."""

    head: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]
    kind: Literal["table"] = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Rule:
    kind: Literal["rule"] = field(default="rule", init=False)


Block = Paragraph | Heading | List | Code | Quote | Table | Rule

_JSON = TypeAdapter(tuple[Block, ...])


@lru_cache(maxsize=64)  # one text is drawn as a card and as its notification, and an announcement for everybody
def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text, at most 20 deep; what is nested deeper stands as plain text."""
    root = SyntaxTreeNode(_MARKDOWN.parse(text))
    return tuple(_blocks(root.children, _NEWLINE.split(text)))


def words(blocks: Iterable[Block]) -> str:
    """The same for who sees no formatting: links with their addresses, and no other markup than that of lists."""
    return "\n".join(_words(block) for block in blocks)


def _words(block: Block) -> str:
    match block:
        case Paragraph() | Heading():
            return _said(block.spans)
        case Code():
            return block.text
        case Quote():
            return "\n".join(f"> {line}" for line in words(block.blocks).split("\n"))
        case List():
            marks = (f"{number}. " if block.ordered else "- " for number in count(block.start))
            items = (words(item).replace("\n", "\n  ") for item in block.items)
            return "\n".join(mark + item for mark, item in zip(marks, items, strict=False))
        case Table():
            return "\n".join(" | ".join(_said(cell) for cell in row) for row in (block.head, *block.rows))
        case Rule():
            return "———"


def _said(spans: Spans) -> str:
    return "".join(f"{span.text} ({span.url})" if span.url and span.url != span.text else span.text for span in spans)


def to_json(blocks: tuple[Block, ...]) -> list[JsonValue]:
    shown: list[JsonValue] = _JSON.dump_python(blocks, mode="json")
    return shown


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    reader.enable(["table", "strikethrough"])
    # A refused link would be shown as its source; parsed, its words stay and its target goes (see _url).
    reader.validateLink = _any_link  # type: ignore[method-assign]
    return reader


def _any_link(url: str) -> bool:  # noqa: ARG001 (the reader's own signature)
    return True


_MARKDOWN = _reader()


def _blocks(nodes: Iterable[SyntaxTreeNode], lines: list[str]) -> Iterator[Block]:
    for node in nodes:
        block = _block(node, lines)
        if block is not None:
            yield block


def _block(node: SyntaxTreeNode, lines: list[str]) -> Block | None:
    match node.type:
        case "bullet_list" | "ordered_list":
            return _list(node, lines)
        case "blockquote":
            return Quote(blocks) if (blocks := _inside(node, lines)) else None
        case _:
            return _leaf(node)


def _leaf(node: SyntaxTreeNode) -> Block | None:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]), spans) if (spans := _inline(node)) else None
        case "fence" | "code_block":
            return Code(_clean(node.content).removesuffix("\n"), _clean(node.info).partition(" ")[0])
        case "table":
            return _table(node)
        case "hr":
            return Rule()
        case _:
            return Paragraph(spans) if (spans := _inline(node)) else None


def _table(node: SyntaxTreeNode) -> Table:
    lines = [line for part in node.children for line in part.children]
    head, *rows = (tuple(_inline(cell) for cell in line.children) for line in lines)
    return Table(head, tuple(rows))


def _list(node: SyntaxTreeNode, lines: list[str]) -> List | None:
    items = tuple(blocks for item in node.children if (blocks := _inside(item, lines)))
    return List(node.type == "ordered_list", int(node.attrs.get("start", 1)), items) if items else None


def _inside(node: SyntaxTreeNode, lines: list[str]) -> tuple[Block, ...]:
    """The blocks of a quote or list item; where the reader stopped at its depth limit, the lines it left unread."""
    if node.children or node.map is None:
        return tuple(_blocks(node.children, lines))
    first, end = node.map
    left = _clean(_MARKERS.sub("", "\n".join(lines[first:end]))).strip()
    return (Paragraph((Span(left),)),) if left else ()


def _inline(node: SyntaxTreeNode) -> Spans:
    """Neighbours in the same style become one span."""
    runs = groupby(_spans(node.children, Span("")), key=lambda span: replace(span, text=""))
    return tuple(replace(style, text="".join(span.text for span in run)) for style, run in runs)


def _spans(nodes: Iterable[SyntaxTreeNode], style: Span) -> Iterator[Span]:
    for node in nodes:
        text = _text(node)
        if text:
            yield replace(style, text=text, code=node.type == "code_inline")
        elif node.children:
            yield from _spans(node.children, _styled(style, node))


def _text(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "text" | "text_special" | "code_inline":
            return _clean(node.content)
        case _:
            return ""


def _styled(style: Span, node: SyntaxTreeNode) -> Span:
    match node.type:
        case "strong":
            return replace(style, bold=True)
        case "em":
            return replace(style, italic=True)
        case "s":
            return replace(style, strike=True)
        case "link":
            return replace(style, url=_url(str(node.attrs.get("href", ""))))
        case _:
            return style


def _url(target: str) -> str | None:
    return target if _ALLOWED_URL.match(target) else None


def _clean(text: str) -> str:
    return _BIDI_CONTROLS.sub("", text)
