"""Markdown to blocks, line by line: headings, paragraphs, list items, tables, code.

A parser of our own, since all we need is where a text may be cut; it looks at each line once, so a hostile or
broken file costs no more than its length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

BIGGEST = 160  # words; a block above this is cut inside: paragraphs at sentences, tables at rows, code at lines

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(slots=True)
class Block:
    """``kind``: heading, text, item, table, code or sentence (a part of a text that was too long).

    ``loose`` is true where the source had a blank line in front; ``size`` counts words.
    """

    kind: str
    text: str
    level: int = 0
    loose: bool = True
    size: float = field(init=False)

    def __post_init__(self) -> None:
        self.size = size(self.text)

    @property
    def announces(self) -> bool:
        return self.kind in ("text", "sentence") and self.text.rstrip(" *_").endswith((":", "："))


def size(text: str) -> float:
    """Words; two signs of a script without spaces count as one, and a run without any space by its length."""
    return max(len(text.split()) + len(_WIDE.findall(text)) / 2, len(text) / 16)


def blocks(body: str) -> Iterator[Block]:
    for block in _Scanner().scan(body):
        if block.kind == "heading" or block.size <= BIGGEST:
            yield block
        else:
            yield from _cut(block)


class _Scanner:
    """Reads lines, holds the one block that is still open."""

    def __init__(self) -> None:
        self.kind = ""
        self.lines: list[str] = []
        self.loose = True
        self.blank = True
        self.fence = ""

    def scan(self, body: str) -> Iterator[Block]:
        for line in body.expandtabs(4).splitlines():
            yield from self._inside_fence(line) if self.fence else self._line(line)
        yield from self._close()

    def _close(self) -> Iterator[Block]:
        text = "\n".join(self.lines).strip("\n").rstrip()
        if text.strip():
            yield Block(self.kind, text, loose=self.loose)
        self.kind, self.lines, self.fence = "", [], ""

    def _open(self, kind: str, line: str) -> None:
        self.kind, self.lines, self.loose, self.blank = kind, [line], self.blank, False

    def _inside_fence(self, line: str) -> Iterator[Block]:
        self.lines.append(line)
        bare = line.strip()
        if bare.startswith(self.fence) and not bare.strip(self.fence[0]):
            self.fence = ""
            if self.kind == "code":
                yield from self._close()

    def _line(self, line: str) -> Iterator[Block]:
        bare = line.strip()
        indented = line.startswith("  ")
        if not bare:
            if self.kind == "item":
                self.lines.append("")
            else:
                yield from self._close()
            self.blank = True
        elif self.kind == "item" and indented:
            self._continue(line)
        elif fence := _FENCE.match(line):
            yield from self._close()
            self._open("code", line)
            self.fence = fence[1]
        elif heading := _HEADING.match(line):
            yield from self._close()
            yield Block("heading", heading[2] or "", len(heading[1]))
            self.blank = True
        elif self.kind == "text" and len(self.lines) == 1 and (under := _UNDERLINE.match(line)):
            yield Block("heading", self.lines[0].strip(), 1 if under[1][0] == "=" else 2)
            self.kind, self.lines, self.blank = "", [], True
        else:
            yield from self._content(line, bare)

    def _continue(self, line: str) -> None:
        self.lines.append(line)
        self.blank = False
        if fence := _FENCE.match(line.strip()):
            self.fence = fence[1]

    def _content(self, line: str, bare: str) -> Iterator[Block]:
        if _RULE.match(line):
            yield from self._close()
            self.blank = True
        elif _ITEM.match(line):
            yield from self._close()
            self._open("item", line)
        elif self.kind == "text" and len(self.lines) == 1 and "|" in bare and _TABLE_RULE.match(bare):
            self.kind = "table"
            self.lines.append(line)
        elif self.kind and not (self.kind == "item" and self.blank):
            self.lines.append(line)
        else:
            yield from self._close()
            self._open("text", line)
        self.blank = False


def _cut(block: Block) -> Iterator[Block]:
    """A block that is too long: head rows and fences are repeated, so that every part can be drawn alone."""
    lines = block.text.split("\n")
    if block.kind == "table" and len(lines) > 2:
        head, last, lines = "\n".join(lines[:2]) + "\n", "", lines[2:]
    elif block.kind == "code" and _FENCE.match(lines[0]):
        closed = len(lines) > 1 and bool(_FENCE.match(lines[-1]))
        head, last, lines = lines[0] + "\n", "\n" + lines[0].strip()[:3], lines[1 : -1 if closed else None]
    else:
        yield from _sentences(block)
        return
    for part in _bounded(lines, BIGGEST / 2, "\n"):
        yield Block(block.kind, head + part + last)


def _sentences(block: Block) -> Iterator[Block]:
    units = block.text.split("\n") if block.kind == "item" else _SENTENCE.split(block.text)
    joint = "\n" if block.kind == "item" else " "
    for number, part in enumerate(_bounded(units, BIGGEST / 2, joint)):
        yield Block("item" if block.kind == "item" else "sentence", part, loose=block.loose and not number)


def _bounded(units: list[str], limit: float, joint: str) -> Iterator[str]:
    """Units together up to ``limit`` words; one that is longer alone is cut at a space, or where it must be."""
    held: list[str] = []
    filled = 0.0
    for unit in (part for whole in units for part in _hard(whole, limit)):
        weight = size(unit)
        if held and filled + weight > limit:
            yield joint.join(held)
            held, filled = [], 0.0
        held.append(unit)
        filled += weight
    if held:
        yield joint.join(held)


def _hard(unit: str, limit: float) -> Iterator[str]:
    if size(unit) <= 2 * limit:
        yield unit
        return
    step = int(limit * 6 / (3 if _WIDE.search(unit[:2000]) else 1))
    start = 0
    while start < len(unit):
        end = start + step
        space = unit.rfind(" ", start + step // 2, end) if end < len(unit) else -1
        end = space if space > 0 else end
        yield unit[start:end].strip()
        start = end
