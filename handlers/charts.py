"""Charts as pictures that a card can hold: pure, a few numbers in, a PNG out.

The drawing library is loaded when the first chart is drawn, so that whoever draws none pays nothing for it. Its own
font knows plain letters only: others are written in those (the card beside the picture has the names as they are).
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from anyascii import anyascii

from handlers.ui import Picture

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

MOST_BARS = 6
WIDTH, ROW, EDGE, LINE = 540, 52, 16, 10
GROUND, INK, SOFT, TRACK = "#ffffff", "#1d2733", "#5b6675", "#e6eaef"
TONES: Mapping["Tone", str] = {"good": "#2f8f5b", "plain": "#3b6fb5", "warning": "#d08700", "bad": "#c2372e"}
SHADES = 10  # between ground and ink, for smooth letters; with the other colours fewer than 16, half a byte each

Tone: TypeAlias = Literal["good", "plain", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Bar:
    """``share`` of the full length is filled, from 0 to 1; ``value`` says in words how much that is."""

    label: str
    value: str
    share: float
    tone: Tone = "plain"


def bars(rows: Sequence[Bar], says: str = "") -> Picture:
    """A line for each: its label and its value, and below them how full it is. ``says`` opens the words that stand for
    the picture where it cannot be seen."""
    if not 1 <= len(rows) <= MOST_BARS:
        raise ValueError(f"A chart has 1 to {MOST_BARS} bars.")
    words = "; ".join(f"{row.label}: {row.value}" for row in rows)
    alt = f"{says}: {words}" if says else words
    return Picture(png=b64encode(_drawn(tuple(rows))).decode(), alt=alt if len(alt) <= 1_000 else f"{alt[:999]}…")


@lru_cache(maxsize=64)
def _drawn(rows: tuple[Bar, ...]) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, ROW * len(rows) + EDGE), GROUND)
    draw = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        _bar(draw, row, EDGE // 2 + number * ROW)
    file = BytesIO()
    image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


@lru_cache(maxsize=1)
def _palette() -> "Image":
    from PIL import Image, ImageColor

    ground, ink = Image.new("RGB", (1, 1), GROUND), Image.new("RGB", (1, 1), INK)
    shades = [Image.blend(ground, ink, step / (SHADES - 1)).tobytes() for step in range(SHADES)]
    colours = [bytes(ImageColor.getrgb(name)) for name in (TRACK, *TONES.values())]
    palette = Image.new("P", (1, 1))
    palette.putpalette(b"".join([*shades, *colours]))
    return palette


def _bar(draw: "ImageDraw", row: Bar, top: int) -> None:
    font, right = _font(), WIDTH - EDGE
    value = _fitting(draw, row.value, right // 2)
    label = _fitting(draw, row.label, right - EDGE * 2 - draw.textlength(value, font))
    draw.text((EDGE, top + 20), label, INK, font, anchor="ls")
    draw.text((right, top + 20), value, SOFT, font, anchor="rs")
    line = (EDGE, top + 30, right, top + 30 + LINE)
    draw.rounded_rectangle(line, LINE // 2, TRACK)
    filled = (right - EDGE) * min(max(row.share, 0.0), 1.0)
    if filled:
        end = EDGE + max(filled, LINE)  # as little as there is can be seen
        draw.rounded_rectangle((EDGE, top + 30, end, top + 30 + LINE), LINE // 2, TONES[row.tone])


def _fitting(draw: "ImageDraw", text: str, room: float) -> str:
    """The text on one line, as far as there is room for it."""
    plain: str = anyascii(" ".join(text.split())[:100])[:100]
    if draw.textlength(plain, _font()) <= room:
        return plain
    while plain and draw.textlength(f"{plain}…", _font()) > room:
        plain = plain[:-1]
    return f"{plain.rstrip()}…"


@lru_cache(maxsize=1)
def _font() -> "FreeTypeFont":
    from PIL import ImageFont

    font: Any = ImageFont.load_default(18)
    loaded: FreeTypeFont = font
    return loaded
