"""What people wrote, changed or deleted, and what Slack's notation in it means."""

import re
from dataclasses import dataclass
from typing import Any

from bot.channels.slack.envelope import an_object, is_id, storable
from bot.channels.slack.formatted import markdown
from handlers.turn import Link, Words

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^>]*)>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([a-z]+)(?:\^[A-Z0-9]+)?(?:\|([^>]*))?>")


SUBTYPES = frozenset({"", "file_share", "thread_broadcast"})
"""Messages that a person wrote; every other subtype is an edit, a deletion, a bot or a notice of Slack's own."""


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
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A person's message says something else now. ``text`` is None if it was deleted."""

    user: str
    user_team: str
    channel: str
    ts: str
    thread: str
    text: str | None


def edit(body: dict[str, Any], bot_user: str) -> Edit | None:
    """What was changed in a message that a person wrote, or None if it was something else."""
    event = an_object(body.get("event"))
    subtype = event.get("subtype")
    if event.get("type") != "message" or subtype not in ("message_changed", "message_deleted"):
        return None
    old, new = an_object(event.get("previous_message")), an_object(event.get("message"))
    now = new if subtype == "message_changed" else old
    user, ts, channel = now.get("user"), now.get("ts"), event.get("channel")
    if not (is_id(user) and is_id(ts) and is_id(channel)) or user == bot_user or now.get("bot_id"):
        return None
    text = now.get("text") if subtype == "message_changed" else None
    if subtype == "message_changed" and (not isinstance(text, str) or text == old.get("text")):
        return None  # a preview was unfurled, or a reply was counted
    thread = now.get("thread_ts")
    return Edit(
        user=str(user),
        user_team=_team(now),
        channel=str(channel),
        ts=str(ts),
        thread=str(thread) if is_id(thread) else "",
        text=words(text, bot_user) if isinstance(text, str) else None,
    )


def _links(event: dict[str, Any]) -> tuple[Link, ...]:
    """Files, as Slack's own addresses of them: whoever may see the file there can open it."""
    files = event.get("files")
    found = []
    for file in files if isinstance(files, list) else ():
        url, name = an_object(file).get("permalink"), an_object(file).get("name")
        if isinstance(url, str) and url.startswith("https://"):
            found.append(Link(name=storable(str(name or "file"))[:200], url=storable(url)[:1_000]))
    return tuple(found[:10])


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
        text=written(event, bot_user),
        direct=event.get("channel_type") == "im" or channel.startswith("D"),
        mentions_us=mentioned,
        links=_links(event),
    )


def _team(event: dict[str, Any]) -> str:
    """The author's workspace; it differs from ours for somebody who shares a channel over Slack Connect."""
    found = event.get("user_team") or event.get("source_team") or event.get("team") or ""
    return found if isinstance(found, str) else ""


def written(message: dict[str, Any], bot_user: str) -> Words:
    """The text of a message or command, with its formatting."""
    return Words(words(str(message.get("text") or ""), bot_user), markdown(message, bot_user))


def words(text: str, bot_user: str) -> str:
    """What the person typed, without Slack's notation: our own name goes, links become their label."""
    text = _MENTION.sub(lambda found: "" if found[1] == bot_user else "@" + found[1], text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _SPECIAL.sub(lambda found: found[2] or f"@{found[1]}", text)
    text = _LINK.sub(lambda found: found[2] or found[1], text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return storable(text).strip()
