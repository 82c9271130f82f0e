"""Text in Adaptive Cards. TextRun has no markup, so what was typed is shown letter by letter; TextBlock reads some
Markdown, and is used where a link has to stand in the text."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.channels import richtext
from bot.channels.text import clean

Block = dict[str, Any]
_MARKS = re.compile(r"([\\*_\[\]])|(?m:^(?=[-+#>]|\d+[.)]))")
_UNSAFE = str.maketrans({"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "\\": "%5C", '"': "%22"})
INDENT = "\u2003"


def run(text: str, **style: Any) -> Block:
    return {"type": "TextRun", "text": clean(text) or " ", **style}


def line(runs: Sequence[Block], **style: Any) -> Block:
    return {"type": "RichTextBlock", "inlines": list(runs), **style}


def link(text: str, url: str) -> str:
    return f"[{escaped(clean(text).replace(chr(10), ' ') or url)}]({clean(url).translate(_UNSAFE)})"


def escaped(text: str) -> str:
    """Text that TextBlock shows as it is: what could begin a style, a link or a list is taken by its word."""
    return _MARKS.sub(lambda found: "\\" + found[0] if found[0] else "\u200b", text)


def blocks(parsed: Iterable[richtext.Block]) -> list[Block]:
    """An article's Markdown."""
    return [drawn for block in parsed for drawn in _block(block, "")]


def _block(block: richtext.Block, before: str) -> list[Block]:
    match block:
        case richtext.Paragraph():
            return [_paragraph(block.spans, before)]
        case richtext.Heading():
            return [_paragraph(block.spans, before, bold=True)]
        case richtext.Code():
            return [{"type": "Container", "style": "emphasis", "items": _code(block.text)}]
        case richtext.Rule():
            return [line([run("———", isSubtle=True)])]
        case richtext.Quote():
            inside = [drawn for inner in block.blocks for drawn in _block(inner, before)]
            return [{"type": "Container", "style": "emphasis", "items": inside}]
        case richtext.List():
            return _list(block, before)
        case richtext.Table():
            return [_table(block)]


def _list(block: richtext.List, before: str) -> list[Block]:
    drawn: list[Block] = []
    for number, item in enumerate(block.items):
        mark = f"{block.start + number}. " if block.ordered else "• "
        for position, inner in enumerate(item):
            lead = before + mark if position == 0 else before + INDENT
            deeper = isinstance(inner, richtext.List)
            drawn.extend(_block(inner, before + INDENT * 2 if deeper else lead))
    for part in drawn[1:]:
        part["spacing"] = "Small"
    return drawn


def _table(block: richtext.Table) -> Block:
    rows = [block.head, *block.rows]
    return {
        "type": "Table",
        "firstRowAsHeader": True,
        "columns": [{"width": 1} for _ in block.head],
        "rows": [
            {"type": "TableRow", "cells": [{"type": "TableCell", "items": [_paragraph(cell, "")]} for cell in row]}
            for row in rows
        ],
    }


def _code(text: str) -> list[Block]:
    lines = [line([run(one, fontType="Monospace")]) for one in text.split("\n")]
    for after in lines[1:]:
        after["spacing"] = "None"
    return lines


def _paragraph(spans: richtext.Spans, before: str, bold: bool = False) -> Block:
    if any(span.url for span in spans):
        text = escaped(before) + "".join(_marked(span, bold) for span in spans)
        return {"type": "TextBlock", "wrap": True, "text": text}
    runs = [run(before)] if before else []
    return line([*runs, *(_run(span, bold) for span in spans if span.text)] or [run(" ")])


def _run(span: richtext.Span, bold: bool) -> Block:
    style: dict[str, Any] = {}
    if bold or span.bold:
        style["weight"] = "Bolder"
    if span.italic:
        style["italic"] = True
    if span.strike:
        style["strikethrough"] = True
    if span.code:
        style["fontType"] = "Monospace"
    return run(span.text, **style)


def _marked(span: richtext.Span, bold: bool) -> str:
    """The span in TextBlock's Markdown, which has bold, italic and links; a link has no other style beside it."""
    if span.url:
        return link(span.text, span.url)
    text = escaped(clean(span.text)).replace("\n", "\n\n")
    mark = "**" * (bold or span.bold) + "_" * span.italic
    inner = text.strip(" ")
    if not mark or not inner:
        return text
    begin, end = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{begin}{mark}{inner}{mark[::-1]}{end}"
