"""Form <-> Teams' dialog: an Adaptive Card with inputs. What comes back is checked, since it was outside."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from pydantic import ValidationError

from bot.channels.teams import cards
from bot.channels.teams.cards import ACTION
from bot.channels.teams.envelope import Body, an_object, is_id, storable
from bot.channels.teams.prose import Block, line, run
from bot.channels.text import clean
from handlers.notices.models import Place
from handlers.ui import Button, Buttons, Card, Form, Input, Text

COMMAND = "command:"
"""In front of a command's name, where a button opens the dialog that the command asked for."""
LARGEST_FORM = 100_000
REQUIRED = "Please fill this in."
SEVERAL = "[]"
"""Behind the name of an input of which several may be chosen."""


@dataclass(frozen=True, slots=True)
class Pressed:
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A dialog that came back. ``form`` is what was shown, to show it again where something was wrong."""

    name: str
    context: str
    values: Mapping[str, str]
    at: Mapping[str, Any]
    form: Form | None


def pressed(data: object) -> Pressed | None:
    """What a button of ours says in an action's data."""
    said = an_object(an_object(data).get(ACTION))
    action, value = said.get("action"), said.get("value")
    if not isinstance(action, str) or not action:
        return None
    return Pressed(storable(action)[:200], storable(value)[:1_000] if isinstance(value, str) else "")


def offer(name: str, words: str, form: Form) -> Card:
    """A message cannot be answered with a dialog, but with a button that opens it."""
    button = Button(label=form.title, action=f"{COMMAND}{name}", value=words[:500], opens_form=True, style="primary")
    return Card(body=(Text(text="This needs a few details from you."), Buttons(buttons=(button,))))


def whispered(place: Place) -> Place:
    """Commands are answered to the person alone."""
    return place if place.private else replace(place, private=True, whisper=True)


def task(
    form: Form, at: Place, errors: Mapping[str, str] | None = None, values: Mapping[str, str] | None = None
) -> Body:
    """The dialog as the answer to a click. ``errors`` stand under their fields; ``values`` are kept."""
    content = {"contentType": cards.CONTENT_TYPE, "content": dialog(form, at, errors or {}, values)}
    value = {"title": clean(form.title), "width": "medium", "height": "medium", "card": content}
    return {"task": {"type": "continue", "value": value}}


def told(words: str) -> Body:
    """A dialog that only says something."""
    return {"task": {"type": "message", "value": clean(words)[:1_000]}}


def dialog(form: Form, at: Place, errors: Mapping[str, str], values: Mapping[str, str] | None = None) -> Block:
    body: list[Block] = [line([run(form.note)])] if form.note else []
    named = {field.name for field in form.inputs}
    body.extend(map(_error, dict.fromkeys(said for name, said in errors.items() if name not in named)))
    for field in form.inputs:
        body.append(_input(field if values is None else _again(field, values.get(field.name, ""))))
        body.extend([line([run(field.help, isSubtle=True, size="Small")], spacing="None")] if field.help else [])
        body.extend([_error(errors[field.name])] if field.name in errors else [])
    drawn = cards.whole(body, form.title)
    drawn["actions"] = [_submit(form, at)]
    if cards.size(drawn) > cards.LARGEST:  # then its errors are told without showing it again
        del drawn["actions"][0]["data"][ACTION]["shown"]
    return drawn


def _again(field: Input, typed: str) -> Input:
    """With as much of it as the input can hold; what comes back from a dialog may be anything."""
    kept = typed[: field.max_length]
    if field.options:
        known = {option.value for option in field.options}
        kept = "\n".join(value for value in typed.split("\n") if value in known)
    return field.model_copy(update={"value": kept})


def _submit(form: Form, at: Place) -> Block:
    place = {"message": at.message, "thread": at.thread, "whisper": at.whisper, "private": at.private}
    data = {"form": form.name, "context": form.context, "at": place, "shown": _packed(form)}
    return {"type": "Action.Submit", "id": "submit", "title": clean(form.submit), "data": {ACTION: data}}


def _error(said: str) -> Block:
    return line([run(said, color="Attention", weight="Bolder")], spacing="Small")


def _input(field: Input) -> Block:
    if field.kind == "choices":
        return _choices(field)
    common: Block = {"id": field.name, "label": clean(field.label), "isRequired": field.required}
    if field.required:
        common["errorMessage"] = REQUIRED
    if field.value:
        common["value"] = field.value
    match field.kind:
        case "choice":
            choices = [{"title": clean(option.label), "value": option.value} for option in field.options]
            return {"type": "Input.ChoiceSet", "style": "compact", "choices": choices, **common}
        case "date":
            return {"type": "Input.Date", **common}
        case _:
            multiline = field.kind != "line"
            return {"type": "Input.Text", "isMultiline": multiline, "maxLength": field.max_length, **common}


def _choices(field: Input) -> Block:
    """Several of a list come back with commas between them, so that none may be in one."""
    return {
        "type": "Input.ChoiceSet",
        "id": f"{field.name}{SEVERAL}",
        "label": clean(field.label),
        "isRequired": field.required,
        "isMultiSelect": True,
        "choices": [{"title": clean(option.label), "value": quote(option.value)} for option in field.options],
        "value": ",".join(quote(value) for value in field.chosen),
        **({"errorMessage": REQUIRED} if field.required else {}),
    }


def _answer(name: str, value: str) -> tuple[str, str]:
    if not name.endswith(SEVERAL):
        return name, storable(value)
    return name.removesuffix(SEVERAL), storable("\n".join(unquote(one) for one in value.split(",") if one))


def sent(data: object) -> Sent | None:
    """What a dialog of ours sends back."""
    raw = an_object(data)
    said = an_object(raw.get(ACTION))
    name, context = said.get("form"), said.get("context")
    if not isinstance(name, str) or not name:
        return None
    typed = {storable(key)[:100]: value for key, value in raw.items() if isinstance(value, str) and value}
    values = dict(_answer(name, value) for name, value in typed.items() if name not in (ACTION, "msteams"))
    context = storable(context)[:1_000] if isinstance(context, str) else ""
    return Sent(storable(name)[:100], context, values, an_object(said.get("at")), _unpacked(said.get("shown")))


def back(place: Place, at: Mapping[str, Any]) -> Place:
    """Where the dialog was opened from. The conversation is Teams' own word; the rest travelled with the dialog."""
    message, thread = at.get("message"), at.get("thread")
    return replace(
        place,
        message=str(message) if is_id(message) else "",
        thread=str(thread) if is_id(thread) else "",
        whisper=bool(at.get("whisper")),
        private=place.private or bool(at.get("whisper")),
    )


def _packed(form: Form) -> str:
    """Small, since a card with all its choices twice would be too large for Teams."""
    shown = json.dumps(form.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
    return base64.b64encode(zlib.compress(shown.encode(), 9)).decode()


def _unpacked(packed: object) -> Form | None:
    if not isinstance(packed, str):
        return None
    try:
        reader = zlib.decompressobj()
        shown = reader.decompress(base64.b64decode(packed, validate=True), LARGEST_FORM)
        return Form.model_validate_json(shown)
    except (ValueError, zlib.error, ValidationError):
        return None
