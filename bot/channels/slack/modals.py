"""Form <-> modal."""

import json
from typing import Any

from bot.calls import Caller
from bot.channels.slack.blocks import Block
from bot.channels.slack.envelope import storable
from bot.channels.slack.formatted import of_rich_text, rich_text
from bot.channels.text import clean
from handlers.notices.models import Place
from handlers.ui import Form, Input


def modal(form: Form, opened_at: Place) -> dict[str, Any]:
    """What the form came from travels along, so that its answer can be given in the same place."""
    at = {
        "conversation": opened_at.conversation,
        "thread": opened_at.thread,
        "message": opened_at.message,
        "private": opened_at.private,
        "whisper": opened_at.whisper,
        "reply_url": opened_at.reply_url,
    }
    return {
        "type": "modal",
        "callback_id": form.name,
        "title": _plain(form.title),
        "submit": _plain(form.submit),
        "close": _plain("Cancel"),
        "private_metadata": json.dumps({"context": form.context, "at": at}),
        "notify_on_close": True,
        "blocks": [*_note(form.note), *(_input(field) for field in form.inputs)],
    }


def _note(text: str) -> list[Block]:
    return [{"type": "section", "block_id": "form:note", "text": _plain(text)}] if text else []


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": clean(text), "emoji": False}


def _input(field: Input) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(field.label),
        "optional": not field.required,
        "element": _element(field),
    }
    return block | {"hint": _plain(field.help)} if field.help else block


def _element(field: Input) -> Block:
    match field.kind:
        case "choice":
            return _choice(field)
        case "choices":
            return _choices(field)
        case "formatted":
            return _formatted(field)
        case "date":
            return _date(field)
        case "line" | "paragraph":
            return _text(field)


def _date(field: Input) -> Block:
    element: Block = {"type": "datepicker", "action_id": field.name}
    return element | {"initial_date": field.value} if field.value else element


def _text(field: Input) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.kind == "paragraph",
        "max_length": field.max_length,
    }
    return element | {"initial_value": field.value} if field.value else element


def _choice(field: Input) -> Block:
    options = [{"text": _plain(option.label), "value": option.value} for option in field.options]
    element: Block = {"type": "static_select", "action_id": field.name, "options": options}
    chosen = [option for option in options if option["value"] == field.value]
    return element | {"initial_option": chosen[0]} if chosen else element


def _choices(field: Input) -> Block:
    options = [{"text": _plain(option.label), "value": option.value} for option in field.options]
    element: Block = {"type": "multi_static_select", "action_id": field.name, "options": options}
    chosen = [option for option in options if option["value"] in field.chosen]
    return element | {"initial_options": chosen} if chosen else element


def _formatted(field: Input) -> Block:
    element: Block = {"type": "rich_text_input", "action_id": field.name}
    return element | {"initial_value": rich_text(field.value)} if field.value else element


def answers(view: dict[str, Any]) -> dict[str, str]:
    """The raw values by the input's name; what was left empty is missing."""
    found: dict[str, str] = {}
    for name, elements in _items(_items(view.get("state")).get("values")).items():
        for element in _items(elements).values():
            if value := _answer(_items(element)):
                found[str(name)] = storable(value)
    return found


def _answer(said: dict[str, Any]) -> str:
    several = said.get("selected_options")
    if isinstance(several, list):
        values = (_items(option).get("value") for option in several)
        return "\n".join(value for value in values if isinstance(value, str))
    if "rich_text_value" in said:
        return of_rich_text(said["rich_text_value"])
    value = said.get("value") or said.get("selected_date") or _items(said.get("selected_option")).get("value")
    return value if isinstance(value, str) else ""


def _items(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def origin(view: dict[str, Any], caller: Caller) -> tuple[str, str, Place]:
    """The form's name and context, and the place it was opened from. It came back from outside, so it is checked."""
    try:
        kept = _items(json.loads(view.get("private_metadata") or "{}"))
    except (ValueError, RecursionError):
        kept = {}
    at, context = _items(kept.get("at")), storable(str(kept.get("context") or ""))
    place = Place(
        platform="slack",
        team=caller.team,
        conversation=str(at.get("conversation") or caller.user),
        user=caller.user,
        thread=str(at.get("thread") or ""),
        private=bool(at.get("private", True)),
        whisper=bool(at.get("whisper")),
        message=str(at.get("message") or ""),
        reply_url=str(at.get("reply_url") or ""),
    )
    return str(view.get("callback_id") or ""), context, place
