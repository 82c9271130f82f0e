"""Text as it may be shown anywhere."""

import re

from bot.channels import richtext
from handlers.ui import Card, Element, Markdown, Text

_CONTROLS = re.compile("[\ud800-\udfff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Without control characters: terminals obey them, and bidi controls could make a line read as another one."""
    return _CONTROLS.sub("", text)


def plain(card: Card) -> str:
    """What notifications say, screen readers, and clients that draw no cards: Markdown as its words."""
    return clean(card.model_copy(update={"body": tuple(_plain(element) for element in card.body)}).plain())


def _plain(element: Element) -> Element:
    if not isinstance(element, Markdown):
        return element
    return Text.model_construct(text=richtext.words(richtext.parse(element.text)))
