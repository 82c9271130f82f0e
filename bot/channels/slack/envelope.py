"""What Slack's requests say, read defensively: anybody's JSON can carry a valid signature in a test, or a bug."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from handlers.notices.models import Place

_ID = re.compile(r"[A-Za-z0-9._:|=-]{1,255}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what is no text for a database
_NAMES = ("user", "channel", "ts", "thread_ts", "event_ts", "team", "user_team", "source_team")

EVENTS = frozenset({"message", "app_mention", "app_home_opened", "agent_session_stopped"})
DIALOGS = frozenset({"view_submission", "view_closed"})
INTERACTIONS = frozenset({"block_actions", "message_action", *DIALOGS})


class Malformed(ValueError):
    """No request of Slack's looks like this."""


def unpack(raw: bytes, content_type: str) -> dict[str, Any]:
    """The body of a request as one object, whether it came as JSON or as a form. Raises Malformed."""
    try:
        text = raw.decode("utf-8")
        if content_type.split(";", maxsplit=1)[0].strip().lower() == "application/json" or text[:1] == "{":
            return check(json.loads(text))
        form = {name: values[-1] for name, values in parse_qs(text, max_num_fields=100).items()}
        return _payload(check(json.loads(form["payload"]))) if "payload" in form else _command(form)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None


def check(value: object) -> dict[str, Any]:
    """The body as it is, if every part that anybody looks at is what it should be. Raises Malformed."""
    if not isinstance(value, dict):
        raise Malformed("not an object")
    _strings(value, ("type", "token", "challenge", "response_url"))
    _ids(value, ("team_id", "event_id", "api_app_id", "trigger_id"))
    if value.get("type") == "event_callback":
        _event(value.get("event"))
    elif "event" in value:
        raise Malformed("an event in something else")
    elif value.get("type") in INTERACTIONS:
        _payload(value)
    elif "command" in value:
        _command(value)
    return value


def _event(event: object) -> None:
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise Malformed("an event without a type")
    if event["type"] in EVENTS:
        _ids(event, _NAMES)
        _strings(event, ("text", "subtype", "tab", "channel_type"))
    if event["type"] == "app_home_opened" and not event.get("user"):
        raise Malformed("nobody opened the app")


def _payload(payload: dict[str, Any]) -> dict[str, Any]:
    """An interaction names its user and its type, and its parts are objects."""
    if not isinstance(payload.get("type"), str):
        raise Malformed("a payload without a type")
    for name in ("user", "team", "channel", "container", "message", "view"):
        if not isinstance(payload.get(name), dict | None):
            raise Malformed(f"{name} is no object")
        _ids(payload.get(name) or {}, ("id", "team_id", "channel_id", "message_ts", "thread_ts", "ts", "hash"))
    if not _part(payload, "user", "id"):
        raise Malformed("an interaction of nobody")
    if payload["type"] == "block_actions":
        _actions(payload.get("actions"))
    if payload["type"] == "message_action":
        _strings(payload, ("callback_id",))
        _strings(payload.get("message") or {}, ("text",))
    if payload["type"] in DIALOGS:
        _view(payload.get("view") or {})
    return payload


def _view(view: dict[str, Any]) -> None:
    _strings(view, ("callback_id", "private_metadata"))
    if not isinstance(view.get("type"), str):
        raise Malformed("no view was submitted or closed")


def _actions(actions: object) -> None:
    if not isinstance(actions, list) or not actions:
        raise Malformed("a press on nothing")
    for action in actions:
        if not isinstance(action, dict) or not isinstance(action.get("action_id"), str):
            raise Malformed("an action without a name")
        _strings(action, ("value", "block_id", "type"))


def _command(form: dict[str, Any]) -> dict[str, Any]:
    if "ssl_check" in form:
        return form
    _strings(form, ("command", "text", "response_url"))
    _ids(form, ("user_id", "team_id", "channel_id", "trigger_id"))
    if not (form.get("command") or "").startswith("/") or not form.get("user_id"):
        raise Malformed("neither an event, nor a payload, nor a command")
    return form


def _strings(value: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if not isinstance(value.get(name), str | None):
            raise Malformed(f"{name} is no text")


def _ids(value: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """What goes into keys and addresses is written in plain letters; anything else is no id of Slack's."""
    for name in names:
        found = value.get(name)
        if found is not None and found != "" and not (isinstance(found, str) and _ID.fullmatch(found)):
            raise Malformed(f"{name} is no id")


def an_object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def is_id(value: object) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def storable(text: str) -> str:
    return _UNSTORABLE.sub("", text)


def key(body: dict[str, Any]) -> str:
    """What makes this request itself. A mention in a thread comes as two events with one time stamp: one key."""
    event = body.get("event")
    if body.get("type") == "view_closed":
        view = body.get("view") or {}
        return f"closed:{view.get('id') or _digest(body)}"
    if body.get("type") == "view_submission":  # a dialog can be sent again with something else in it
        view = body.get("view") or {}
        sent = {name: view.get(name) for name in ("hash", "state", "private_metadata")}
        return f"view:{view.get('id') or ''}:{_digest(sent)}"
    if isinstance(event, dict):
        channel, ts = event.get("channel"), event.get("ts")
        if event.get("type") in ("message", "app_mention") and isinstance(channel, str) and isinstance(ts, str):
            return f"message:{channel}:{ts}"
        return f"event:{body.get('event_id') or _digest(body)}"
    return f"trigger:{body.get('trigger_id') or _digest(body)}"


def _digest(body: dict[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def pressed_at(body: dict[str, Any], home: str) -> Place:
    """Where a button was pressed. The Home and dialogs are in no conversation: answers go to the direct messages."""
    who = user(body)
    container = body.get("container") or {}
    channel = _part(body, "channel", "id") or str(container.get("channel_id") or "")
    shown = body.get("message") or {}
    message_ts = str(container.get("message_ts") or shown.get("ts") or "")
    thread = str(container.get("thread_ts") or shown.get("thread_ts") or "")
    if not channel:
        return Place(platform="slack", team=home, conversation=who, user=who)
    whisper = bool(container.get("is_ephemeral"))
    direct = channel.startswith("D")
    url = body.get("response_url")
    return Place(
        platform="slack",
        team=home,
        conversation=channel,
        user=who,
        private=direct or whisper,
        whisper=whisper,
        thread=thread or ("" if whisper else message_ts),
        message=message_ts,
        reply_url=url if whisper and isinstance(url, str) else "",
    )


def where(body: dict[str, Any], home: str) -> Place | None:
    """The place of any request, for an apology; None where there is nobody to tell."""
    event = body.get("event") or {}
    if body.get("type") in INTERACTIONS:
        return pressed_at(body, home)
    who = str(event.get("user") or body.get("user_id") or "")
    channel = str(event.get("channel") or body.get("channel_id") or who)
    if not who or event.get("type") == "app_home_opened":
        return None
    thread = str(event.get("thread_ts") or event.get("ts") or "")
    direct = channel.startswith(("D", "U", "W"))
    return Place(platform="slack", team=home, conversation=channel, user=who, thread=thread, private=direct)


def _part(body: dict[str, Any], part: str, name: str) -> str:
    value = (body.get(part) or {}).get(name)
    return value if isinstance(value, str) else ""


def user(body: dict[str, Any]) -> str:
    """Who interacts."""
    return _part(body, "user", "id")


def user_team(body: dict[str, Any]) -> str:
    """In an interaction the user's own workspace stands with the user, else with the request."""
    return _part(body, "user", "team_id") or _part(body, "team", "id") or str(body.get("team_id") or "")
