"""Markdown to passages: about ninety words each, never across a heading, cut where a reader would cut."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from indexer.blocks import Block, blocks

TARGET = 90  # words; against whole sections .717 to .567 hit@1 (docs/decisions/0003). Other sizes were not tried
LONGEST = 140  # words; a section up to this stays in one piece
SHORTEST = 25  # words; a tail below this joins the piece before it


class Piece(NamedTuple):
    """``section`` is the heading path below the title ("A > B"), ``text`` the Markdown that people are shown."""

    section: str
    text: str


def passages(title: str, body: str) -> list[Piece]:
    """Pieces in the order of the text. Linear in the length of the body, whatever is in it."""
    return [Piece(path, text) for path, section in _sections(title, body) for text in _pack(section)]


def line(title: str, piece: Piece) -> str:
    """What is embedded and counted: title and heading path in front, markup gone."""
    head = " > ".join(part for part in (title.strip(), piece.section) if part)
    return f"{head}\n{plain(piece.text)}"


class _Text(Protocol):
    @property
    def text(self) -> str: ...


T = TypeVar("T", bound=_Text)
_LINK = re.compile(r"\[[^\]\[]{1,300}\](?:\([^()]{0,2000}\)|\[[^\]\[]{0,100}\])")

_SIGNPOST = frozenset("learn more about see also read related and or the for in on information further".split())


def telling(pieces: Sequence[T]) -> Sequence[T]:
    """Without those that are nothing but links: "Next steps" at the end of a page names its subject and answers
    nothing. All of them, if there is nothing else."""
    return [piece for piece in pieces if not _points_elsewhere(piece.text)] or pieces


def _points_elsewhere(text: str) -> bool:
    rest, links = _LINK.subn("", text)
    return links > 0 and _SIGNPOST.issuperset(re.findall(r"\w+", plain(rest).casefold()))


_MARKUP = (
    (re.compile(r"<!--[^<>]{0,2000}-->"), " "),
    (re.compile(r"^[ \t]*:::.*$", re.M), " "),  # directives of documentation sites: images, zones, columns
    (re.compile(r"!\[([^\]\[]{0,300})\]\([^()\s]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\]\[]{1,300})\](?:\([^()]{0,2000}\)|\[[^\]\[]{0,100}\])"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,500}>"), " "),
    (re.compile(r"^[ \t]*(?:`{3,}|~{3,}).*$", re.M), " "),
    (re.compile(r"^[ \t>]*\[!(\w{2,12})\]", re.M), r"\1:"),  # "> [!NOTE]"
    (re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}[-:| \t]*$", re.M), " "),  # the rule under a table's head
    (re.compile(r"^[ \t]*(?:>[ \t]?)+", re.M), ""),
    (re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+", re.M), ""),
    (re.compile(r"^#{1,6}[ \t]+", re.M), ""),
    (re.compile(r"[*`|]+|(?<!\w)_+|_+(?!\w)|\\(?=\W)"), " "),
    (re.compile(r"\s+"), " "),
)


def plain(text: str) -> str:
    """Markdown without its signs. Every pattern is bounded, so no text makes it slow."""
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    return text.strip()


def _sections(title: str, body: str) -> Iterator[tuple[str, list[Block]]]:
    path: list[tuple[int, str]] = []
    section: list[Block] = []
    for block in blocks(body):
        if block.kind != "heading":
            section.append(block)
            continue
        if section:
            yield _path(title, path), section
            section = []
        while path and path[-1][0] >= block.level:
            path.pop()
        path.append((block.level, block.text))
    if section:
        yield _path(title, path), section


def _path(title: str, path: list[tuple[int, str]]) -> str:
    """The headings above, without the one that only repeats the title."""
    said = title.strip().casefold()
    headings = (plain(text) for _, text in path)
    return " > ".join(heading for heading in headings if heading and heading.casefold() != said)


def _pack(section: list[Block]) -> list[str]:
    """Neighbouring blocks together up to the target; a line that ends in a colon stays with what it announces."""
    whole = sum(block.size for block in section)
    if whole <= LONGEST:
        packed = [section]
    else:
        packed = _fill(section, TARGET if whole > 2 * TARGET else whole / 2)
    texts = ["".join(_joined(piece)).strip("\n") for piece in packed]
    return [text for text in texts if plain(text)]


def _fill(section: list[Block], target: float) -> list[list[Block]]:
    packed: list[list[Block]] = []
    piece: list[Block] = []
    filled = 0.0
    for block in section:
        over = filled + block.size - target
        if piece and over > 0 and over > target - filled and not piece[-1].announces:
            packed.append(piece)
            piece, filled = [], 0.0
        piece.append(block)
        filled += block.size
    if packed and filled < SHORTEST:
        packed[-1].extend(piece)
    elif piece:
        packed.append(piece)
    return packed


def _joined(piece: list[Block]) -> Iterator[str]:
    for before, block in zip([None, *piece], piece, strict=False):
        if before is not None:
            tight = before.kind == block.kind == "item" and not block.loose
            yield " " if block.kind == before.kind == "sentence" and not block.loose else "\n" if tight else "\n\n"
        yield block.text
