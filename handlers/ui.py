"""What can be shown: cards and forms as typed values, free of any platform.

A card is data. It is stored in the outbox as JSON and drawn by each channel (Block Kit, Adaptive Card,
browser page). Limits are those that every platform can keep, checked when the card is built.
"""

from base64 import b64decode
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MAX_ACTIONS = 6
MAX_BODY = 30
MAX_TEXT = 3_000
MAX_LABEL = 75
MAX_OPTIONS = 100
MAX_PICTURE = 16_384  # of base64, so 12 KB of file: the whole card must be under 28 KB on Teams


class Shown(BaseModel):
    # What is shown may be what somebody wrote, and an error may end in a log: so it never quotes its input.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Text(Shown):
    """Plain text, shown letter by letter; nothing in it is markup. ``url`` makes all of it a link; ``cites``: to what
    the card was taken from."""

    kind: Literal["text"] = "text"
    text: str = Field(min_length=1, max_length=MAX_TEXT)
    style: Literal["plain", "strong", "subtle"] = "plain"
    url: str | None = None
    cites: bool = False


class Markdown(Shown):
    """What the vendor's own people publish: an article, an announcement. Never used for what a partner typed."""

    kind: Literal["markdown"] = "markdown"
    text: str = Field(min_length=1, max_length=MAX_TEXT)


class Banner(Shown):
    """A line that must not be overlooked."""

    kind: Literal["banner"] = "banner"
    text: str = Field(min_length=1, max_length=MAX_TEXT)
    tone: Literal["info", "warning", "success"] = "info"


class Facts(Shown):
    """Label and value, line by line."""

    kind: Literal["facts"] = "facts"
    rows: tuple[tuple[str, str], ...] = Field(min_length=1, max_length=10)


class Picture(Shown):
    """A small PNG in base64, and the words that stand for it where it cannot be seen. A card has one at most."""

    kind: Literal["picture"] = "picture"
    png: str = Field(min_length=1, max_length=MAX_PICTURE, repr=False)
    alt: str = Field(min_length=1, max_length=1_000)

    @field_validator("png")
    @classmethod
    def _is_a_png(cls, png: str) -> str:
        if not b64decode(png, validate=True).startswith(b"\x89PNG\r\n\x1a\n"):
            raise ValueError("A picture is a PNG.")
        return png

    @property
    def file(self) -> bytes:
        return b64decode(self.png)


class Document(Shown):
    """A file that is made when it is handed over, for ``reader`` (a contact's number), who is authorised again then.
    ``source`` finds who makes it, ``value`` says of what; ``alt`` stands for it where a platform cannot hand it over.
    Only for what is told directly."""

    kind: Literal["document"] = "document"
    name: str = Field(pattern=r"^[\w.-]{1,75}$")
    source: str = Field(min_length=1, max_length=100)
    value: str = Field(max_length=500)
    reader: int
    alt: str = Field(min_length=1, max_length=1_000)


class Divider(Shown):
    kind: Literal["divider"] = "divider"


class Button(Shown):
    """``value`` is an opaque id: whoever presses is authorised again. ``opens_form``: the press answers with a form."""

    label: str = Field(min_length=1, max_length=MAX_LABEL)
    action: str = Field(min_length=1, max_length=100)
    value: str = Field(default="", max_length=500)
    style: Literal["default", "primary", "danger"] = "default"
    opens_form: bool = False


def number(value: str) -> int:
    """What a button brings back as the number of a page or a row. Anything else, as a forged one may bring, is 0, which
    is the first page and no row."""
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 10 else 0


class Buttons(Shown):
    kind: Literal["buttons"] = "buttons"
    buttons: tuple[Button, ...] = Field(min_length=1, max_length=MAX_ACTIONS)


class Item(Shown):
    """A line of a list that can be pressed."""

    kind: Literal["item"] = "item"
    text: str = Field(min_length=1, max_length=MAX_TEXT)
    detail: str = Field(default="", max_length=300)
    button: Button


Element = Annotated[
    Text | Markdown | Banner | Facts | Picture | Document | Divider | Buttons | Item, Field(discriminator="kind")
]


class Card(Shown):
    """One message. ``title`` is its first line; a plain-text version exists of every card. A ``sample`` shows what
    others will get, and is followed by how it looks on the other platforms."""

    title: str = Field(default="", max_length=150)
    body: tuple[Element, ...] = Field(default=(), max_length=MAX_BODY)
    sample: bool = False

    @model_validator(mode="after")
    def _fits_every_platform(self) -> Self:
        if not self.title and not self.body:
            raise ValueError("A card needs a title or a body.")
        keys = [(button.action, button.value) for button in self.buttons]
        if len(keys) > MAX_ACTIONS:
            raise ValueError(f"A card has at most {MAX_ACTIONS} actions.")
        if len(set(keys)) < len(keys):
            raise ValueError("Two buttons of a card must not do the same.")
        if len(self.pictures) > 1:
            raise ValueError("A card has at most one picture.")
        return self

    @property
    def buttons(self) -> tuple[Button, ...]:
        found: list[Button] = []
        for element in self.body:
            if isinstance(element, Buttons):
                found.extend(element.buttons)
            elif isinstance(element, Item):
                found.append(element.button)
        return tuple(found)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(element for element in self.body if isinstance(element, Picture))

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(element for element in self.body if isinstance(element, Document))

    def without(self, *actions: str) -> "Card":
        """The same card with these actions gone, and nothing left behind where they stood."""
        return Card(title=self.title, body=tuple(_without(self.body, frozenset(actions))))

    def and_then(self, *elements: Element) -> "Card":
        return Card(title=self.title, body=(*self.body, *elements))

    def plain(self) -> str:
        """The card as text, for notifications, screen readers and clients that draw no cards."""
        lines = [self.title, *(_plain(element) for element in self.body)]
        return "\n".join(line for line in lines if line)[:MAX_TEXT]


def _without(body: Iterable[Element], actions: frozenset[str]) -> Iterable[Element]:
    for element in body:
        if isinstance(element, Buttons):
            left = tuple(button for button in element.buttons if button.action not in actions)
            if left:
                yield Buttons(buttons=left)
        elif not (isinstance(element, Item) and element.button.action in actions):
            yield element


def _plain(element: Element) -> str:
    match element:
        case Text() | Markdown() | Banner():
            return element.text
        case Picture() | Document():
            return element.alt
        case Facts():
            return "\n".join(f"{label}: {value}" for label, value in element.rows)
        case Item():
            return f"- {element.text}" + (f" ({element.detail})" if element.detail else "")
        case Buttons() | Divider():
            return ""


class Option(Shown):
    """``value`` is one line, since several are told apart by their lines."""

    value: str = Field(min_length=1, max_length=75, pattern=r"^[^\r\n]+$")
    label: str = Field(min_length=1, max_length=75)


class Input(Shown):
    """One question of a form. ``name`` is the attribute of the form's model that takes the answer; a date's ``value``
    is written as 2027-03-31. Of ``choices`` several may be taken: their values stand on a line each. What is written
    in a ``formatted`` one is Markdown, whatever the platform lets people format with."""

    name: str
    label: str = Field(max_length=48)
    kind: Literal["line", "paragraph", "formatted", "choice", "choices", "date"] = "line"
    help: str = Field(default="", max_length=150)
    required: bool = True
    value: str = ""
    max_length: int = MAX_TEXT
    options: tuple[Option, ...] = Field(default=(), max_length=MAX_OPTIONS)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The values of a choice that is made already."""
        return tuple(self.value.split("\n")) if self.value else ()


class Form(Shown):
    """A dialog. ``name`` finds its handler when it comes back, ``context`` returns with it unchanged. ``note`` stands
    above the inputs."""

    name: str
    title: str = Field(max_length=24)
    submit: str = Field(default="Send", max_length=24)
    inputs: tuple[Input, ...] = Field(min_length=1, max_length=20)
    context: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=MAX_TEXT)
