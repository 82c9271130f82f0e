"""Card -> Adaptive Card 1.5. Pure: a card in, JSON out; text that somebody typed is never markup."""

import json
from collections.abc import Iterable
from typing import Any

import structlog

from bot.channels import richtext
from bot.channels.teams import prose
from bot.channels.teams.prose import Block, line, run
from bot.channels.text import clean, plain
from handlers.ui import Banner, Button, Buttons, Card, Divider, Document, Element, Facts, Item, Markdown, Picture, Text

log = structlog.get_logger()

LARGEST = 27_000  # bytes; Teams takes 28 KB
SHORTENED = "This is longer than Teams can show at once, so that some of it is left out here."
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
TONES = {"info": ("ℹ️", "accent"), "warning": ("⚠️", "warning"), "success": ("✅", "good")}
STYLES = {"primary": "positive", "danger": "destructive"}
ACTION = "portal"
"""The part of an action's data that is ours; beside it stand the inputs' values and what Teams adds."""


def draw(card: Card) -> Block:
    """The card, with its longest texts shortened aloud where Teams would refuse it for its size."""
    drawn = _whole(card)
    if size(drawn) <= LARGEST:
        return drawn
    while size(drawn) > LARGEST - 500:
        card = _shorter(card)
        drawn = _whole(card)
    log.warning("card_shortened", platform="teams", bytes=size(drawn))
    drawn["body"].append(_banner("warning", SHORTENED))
    return drawn


def size(drawn: Block) -> int:
    return len(json.dumps(drawn, ensure_ascii=False).encode())


def _shorter(card: Card) -> Card:
    """The same card with its longest element cut by a third, or without it, where all of them are short."""
    at = max(range(len(card.body)), key=lambda number: len(_words(card.body[number])))
    cut = _cut(card.body[at])
    left = (cut,) if cut != card.body[at] else ()
    return card.model_copy(update={"body": (*card.body[:at], *left, *card.body[at + 1 :])})


def _words(element: Element) -> str:
    if isinstance(element, Facts):
        return "".join(value for _, value in element.rows)
    return str(getattr(element, "text", ""))


def _cut(element: Element) -> Element:
    def cut(text: str) -> str:
        return text[: len(text) * 2 // 3].rstrip() + "…" if len(text) > 50 else text

    if isinstance(element, Facts):
        return element.model_copy(update={"rows": tuple((label, cut(value)) for label, value in element.rows)})
    return element.model_copy(update={"text": cut(_words(element))})


def _whole(card: Card) -> Block:
    body: list[Block] = [_title(card.title)] if card.title else []
    separated = False
    for element in card.body:
        if isinstance(element, Divider):
            separated = True
            continue
        drawn = _element(element)
        if separated and drawn:
            drawn[0]["separator"] = True
            separated = False
        body.extend(drawn)
    return whole(_numbered(body), card.title or plain(card)[:200])


def whole(body: list[Block], fallback: str) -> Block:
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": "1.5",
        "fallbackText": clean(fallback) or "…",
        "body": body,
    }


def summary(card: Card) -> str:
    """What a notification says, and a client that draws no cards."""
    return plain(card)[:1_000]


def _title(title: str) -> Block:
    return line([run(title, size="Large", weight="Bolder")])


def _element(element: Text | Markdown | Banner | Facts | Picture | Document | Buttons | Item) -> list[Block]:
    match element:
        case Text():
            return [_text(element)]
        case Markdown():
            return prose.blocks(richtext.parse(element.text))
        case Banner():
            return [_banner(element.tone, element.text)]
        case Facts():
            return _facts(element)
        case Buttons():
            return [{"type": "ActionSet", "actions": [_button(button) for button in element.buttons]}]
        case Item():
            return [_item(element)]
        case Picture() | Document():
            return [_picture(element) if isinstance(element, Picture) else _line(element.alt)]


def _banner(tone: str, text: str) -> Block:
    sign, style = TONES[tone]
    return {"type": "Container", "style": style, "items": [line([run(f"{sign} {text}", weight="Bolder")])]}


def _text(element: Text) -> Block:
    strong = {"weight": "Bolder"} if element.style == "strong" else {}
    if element.url:
        return {"type": "TextBlock", "wrap": True, "text": prose.link(element.text, element.url), **strong}
    if element.style == "subtle":
        return _line(element.text)
    return line([run(element.text, **strong)])


def _line(text: str) -> Block:
    return line([run(text, isSubtle=True, size="Small")])


def _facts(facts: Facts) -> list[Block]:
    """Not a FactSet, which reads Markdown."""
    drawn = [line([run(f"{label}: ", weight="Bolder"), run(value)], spacing="Small") for label, value in facts.rows]
    del drawn[0]["spacing"]
    return drawn


def _picture(picture: Picture) -> Block:
    url = f"data:image/png;base64,{picture.png}"
    return {"type": "Image", "url": url, "altText": clean(picture.alt), "size": "Stretch"}


def _item(element: Item) -> Block:
    said = [line([run(element.text, weight="Bolder")])]
    if element.detail:
        said.append(line([run(element.detail, isSubtle=True)], spacing="None"))
    pressed = {"type": "ActionSet", "actions": [_button(element.button)]}
    return {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "stretch", "items": said},
            {"type": "Column", "width": "auto", "verticalContentAlignment": "Center", "items": [pressed]},
        ],
    }


def _button(button: Button) -> Block:
    """A press on Action.Execute is answered with the card that takes its place; a dialog can only be the answer to
    ``task/fetch``, which Teams makes of Action.Submit."""
    said = {"action": button.action, "value": button.value}
    drawn: Block = {"type": "Action.Execute", "title": clean(button.label) or "…", "verb": button.action}
    drawn["data"] = {ACTION: said}
    if button.opens_form:
        drawn = {
            "type": "Action.Submit",
            "title": drawn["title"],
            "data": {"msteams": {"type": "task/fetch"}, ACTION: said},
        }
    if button.style != "default":
        drawn["style"] = STYLES[button.style]
    return drawn


def _numbered(body: list[Block]) -> list[Block]:
    """Ids of our own, so that a card is drawn the same every time."""
    for number, action in enumerate(actions(body)):
        action["id"] = f"a{number}"
    return body


def actions(part: Any) -> Iterable[Block]:
    """Every action in a drawn card, from above to below."""
    if isinstance(part, list):
        for each in part:
            yield from actions(each)
    elif isinstance(part, dict):
        if str(part.get("type", "")).startswith("Action."):
            yield part
            return
        for each in part.values():
            yield from actions(each)
