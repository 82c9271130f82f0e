"""What Slack's requests say, read defensively: anybody's JSON can carry a valid signature in a test, or a bug."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from handlers.notices.models import Place

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^>]*)>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([a-z]+)(?:\^[A-Z0-9]+)?(?:\|([^>]*))?>")

EVENTS = frozenset({"message", "app_mention", "app_home_opened", "agent_session_stopped"})
SUBTYPES = frozenset({"", "file_share", "thread_broadcast"})
"""Messages that a person wrote; every other subtype is an edit, a deletion, a bot or a notice of Slack's own."""


class Malformed(ValueError):
    """No request of Slack's looks like this."""


def unpack(raw: bytes, content_type: str) -> dict[str, Any]:
    """The body of a request as one object, whether it came as JSON or as a form. Raises Malformed."""
    try:
        text = raw.decode("utf-8")
        if content_type.split(";", maxsplit=1)[0].strip().lower() == "application/json" or text[:1] == "{":
            return _object(json.loads(text))
        form = {name: values[0] for name, values in parse_qs(text, max_num_fields=100).items()}
        if "payload" in form:
            return _checked_payload(_object(json.loads(form["payload"])))
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None
    if not form.get("command", "").startswith("/") and "ssl_check" not in form:
        raise Malformed("neither an event, nor a payload, nor a command")
    return form


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("not an object")
    if value.get("type") == "event_callback":
        event = value.get("event")
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            raise Malformed("an event without a type")
    _strings(value, ("team_id", "event_id", "type", "api_app_id", "token"))
    return value


def _strings(value: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if not isinstance(value.get(name, ""), str | None):
            raise Malformed(f"{name} is no text")


def _checked_payload(payload: dict[str, Any]) -> dict[str, Any]:
    """An interaction names its user and its type, and its parts are objects."""
    if not isinstance(payload.get("type"), str):
        raise Malformed("a payload without a type")
    for name in ("user", "team", "channel", "container", "message", "view"):
        if not isinstance(payload.get(name, {}), dict | None):
            raise Malformed(f"{name} is no object")
    actions = payload.get("actions", [])
    if not isinstance(actions, list) or not all(isinstance(action, dict) for action in actions):
        raise Malformed("actions are no list of objects")
    return payload


@dataclass(frozen=True, slots=True)
class Message:
    """Words of a person. ``thread``: the thread they stand in, "" at the top level."""

    user: str
    user_team: str
    channel: str
    ts: str
    thread: str
    text: str
    direct: bool
    mentions_us: bool


def message(body: dict[str, Any], bot_user: str) -> Message | None:
    """The message of an event, or None if no person wrote anything."""
    event = body.get("event") or {}
    names = ("user", "channel", "ts", "text")
    if event.get("type") not in ("message", "app_mention") or event.get("bot_id") or event.get("app_id"):
        return None
    if (event.get("subtype") or "") not in SUBTYPES or event.get("edited"):
        return None
    if not all(isinstance(event.get(name), str) for name in names) or event["user"] == bot_user:
        return None
    channel, text, thread = event["channel"], event["text"], event.get("thread_ts")
    mentioned = event["type"] == "app_mention" or any(found == bot_user for found in _MENTION.findall(text))
    return Message(
        user=event["user"],
        user_team=_team(event),
        channel=channel,
        ts=event["ts"],
        thread=thread if isinstance(thread, str) else "",
        text=words(text, bot_user),
        direct=event.get("channel_type") == "im" or channel.startswith("D"),
        mentions_us=mentioned,
    )


def _team(event: dict[str, Any]) -> str:
    """The author's workspace; it differs from ours for somebody who shares a channel over Slack Connect."""
    found = event.get("user_team") or event.get("source_team") or event.get("team") or ""
    return found if isinstance(found, str) else ""


def words(text: str, bot_user: str) -> str:
    """What the person typed, without Slack's notation: our own name goes, links become their label."""
    text = _MENTION.sub(lambda found: "" if found[1] == bot_user else "@" + found[1], text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _SPECIAL.sub(lambda found: found[2] or f"@{found[1]}", text)
    text = _LINK.sub(lambda found: found[2] or found[1], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def key(body: dict[str, Any]) -> str:
    """What makes this request itself. A mention in a thread comes as two events with one time stamp: one key."""
    event = body.get("event")
    if isinstance(event, dict):
        channel, ts = event.get("channel"), event.get("ts")
        if event.get("type") in ("message", "app_mention") and isinstance(channel, str) and isinstance(ts, str):
            return f"message:{channel}:{ts}"
        return f"event:{body.get('event_id') or _digest(body)}"
    return f"trigger:{body.get('trigger_id') or _digest(body)}"


def _digest(body: dict[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def pressed_at(body: dict[str, Any], home: str) -> Place:
    """Where a button was pressed. On the Home there is no conversation: answers go to the direct messages."""
    user = _text(body, "user", "id")
    container = body.get("container") or {}
    channel = _text(body, "channel", "id") or str(container.get("channel_id") or "")
    shown = body.get("message") or {}
    message_ts = str(container.get("message_ts") or shown.get("ts") or "")
    thread = str(container.get("thread_ts") or shown.get("thread_ts") or "")
    if not channel:
        return Place(platform="slack", team=home, conversation=user, user=user)
    whisper = bool(container.get("is_ephemeral"))
    direct = channel.startswith("D")
    url = body.get("response_url")
    return Place(
        platform="slack",
        team=home,
        conversation=channel,
        user=user,
        private=direct or whisper,
        whisper=whisper,
        thread=thread or ("" if whisper else message_ts),
        message=message_ts,
        reply_url=url if whisper and isinstance(url, str) else "",
    )


def where(body: dict[str, Any], home: str) -> Place | None:
    """The place of any request, for an apology; None where there is nobody to tell."""
    event = body.get("event") or {}
    if body.get("type") == "block_actions":
        return pressed_at(body, home)
    user = str(event.get("user") or body.get("user_id") or "")
    channel = str(event.get("channel") or body.get("channel_id") or user)
    if not user or event.get("type") == "app_home_opened":
        return None
    thread = str(event.get("thread_ts") or event.get("ts") or "")
    direct = channel.startswith(("D", "U", "W"))
    return Place(platform="slack", team=home, conversation=channel, user=user, thread=thread, private=direct)


def _text(body: dict[str, Any], part: str, name: str) -> str:
    value = (body.get(part) or {}).get(name)
    return value if isinstance(value, str) else ""


def user_team(body: dict[str, Any]) -> str:
    """In an interaction the user's own workspace stands with the user, else with the request."""
    return _text(body, "user", "team_id") or _text(body, "team", "id") or str(body.get("team_id") or "")
