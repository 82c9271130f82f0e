"""What Teams' activities say, read defensively: the SDK's own models refuse some that are real."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from handlers.notices.models import Place
from handlers.turn import Link

Body = dict[str, Any]
_ID = re.compile(r"(?!\.+$)[A-Za-z0-9._:|=@;,+~!*-]{1,500}")  # goes into keys and addresses
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MENTION = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.S | re.I)
_THREAD = ";messageid="
SPEECH = frozenset({"message", "messageUpdate", "messageDelete"})
MEMBERSHIP = frozenset({"conversationUpdate", "installationUpdate"})
FILE = "application/vnd.microsoft.teams.file.download.info"


class Malformed(ValueError):
    """No activity of Teams' looks like this."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who acts. ``account`` is their id in this conversation, ``user`` the one in their directory where it is known."""

    account: str
    user: str
    tenant: str


def check(value: object) -> Body:
    """The activity as it is, if every part that anybody looks at is what it should be. Raises Malformed."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise Malformed("no activity")
    for name in ("serviceUrl", "service_url", "text", "textFormat", "name", "action", "channelId"):
        if not isinstance(value.get(name), str | None):
            raise Malformed(f"{name} is no text")
    _ids(value, ("id", "replyToId"))
    for name in ("from", "recipient", "conversation", "channelData"):
        if not isinstance(value.get(name), dict | None):
            raise Malformed(f"{name} is no object")
        _ids(value.get(name) or {}, ("id", "aadObjectId", "tenantId"))
    for name in ("entities", "attachments", "membersAdded", "membersRemoved"):
        if not isinstance(value.get(name), list | None):
            raise Malformed(f"{name} is no list")
    _ids(an_object(channel_data(value).get("tenant")), ("id",))
    return value


def whole(body: Body) -> bool:
    """Whether somebody can be answered: a person, in a conversation."""
    return bool(_text(body.get("from"), "id") and _text(body.get("conversation"), "id"))


def _ids(value: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        found = value.get(name)
        if found is not None and found != "" and not (isinstance(found, str) and _ID.fullmatch(found)):
            raise Malformed(f"{name} is no id")


def is_id(value: object) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def an_object(value: object) -> Body:
    return value if isinstance(value, dict) else {}


def channel_data(body: Body) -> Body:
    return an_object(body.get("channelData"))


def _text(value: object, name: str) -> str:
    found = an_object(value).get(name)
    return found if isinstance(found, str) else ""


def storable(text: str) -> str:
    return _UNSTORABLE.sub("", text)


def key(body: Body) -> str:
    """What makes this activity itself: two of them have one id only if one is the other, sent again."""
    parts = [str(body.get("type")), _text(body.get("conversation"), "id"), str(body.get("id") or "")]
    if body["type"] != "message" or not body.get("id"):  # an edit has the id of what it changes
        parts.append(sha256(json.dumps(body, sort_keys=True).encode()).hexdigest())
    return ":".join(parts)


def sender(body: Body) -> Sender:
    account = _text(body.get("from"), "id")
    return Sender(account, _text(body.get("from"), "aadObjectId") or account, tenant(body))


def tenant(body: Body) -> str:
    return _text(body.get("conversation"), "tenantId") or _text(channel_data(body).get("tenant"), "id")


def conversation(body: Body) -> str:
    """Without the thread, which Teams writes into the id."""
    return _text(body.get("conversation"), "id").partition(";")[0]


def private(body: Body) -> bool:
    kind = _text(body.get("conversation"), "conversationType")
    return kind == "personal" or (not kind and not conversation(body).startswith("19:"))


def thread(body: Body) -> str:
    """The message that this is said under: the first one of a channel's thread, which may be this one; in a chat, the
    one that is quoted."""
    under = _text(body.get("conversation"), "id").partition(_THREAD)[2].partition(";")[0] or next(_quoted(body), "")
    first = body["type"] == "message" and _text(body.get("conversation"), "conversationType") == "channel"
    return under or (str(body.get("id") or "") if first else "")


def _quoted(body: Body) -> Any:
    for entity in body.get("entities") or ():
        if an_object(entity).get("type") == "quotedReply" and (found := _text(entity.get("quotedReply"), "messageId")):
            yield found
    for attachment in body.get("attachments") or ():
        if an_object(attachment).get("contentType") == "messageReference" and (found := _text(attachment, "id")):
            yield found


def place(body: Body, team: str, **different: Any) -> Place:
    who = sender(body)
    said: dict[str, Any] = {
        "platform": "teams",
        "team": team,
        "conversation": conversation(body),
        "user": who.user,
        "thread": thread(body),
        "private": private(body),
        "message": str(body.get("id") or ""),
    }
    return Place(**(said | different))


def own(body: Body) -> str:
    """Our own id in this conversation."""
    return _text(body.get("recipient"), "id")


def mentions_us(body: Body) -> bool:
    return any(_text(found.get("mentioned"), "id") == own(body) for found in _mentions(body))


def _mentions(body: Body) -> list[Body]:
    return [an_object(found) for found in body.get("entities") or () if an_object(found).get("type") == "mention"]


def words(body: Body) -> str:
    """What the person typed: our own name goes, other people's stay with an @ before them."""
    ours = {_text(found, "text") for found in _mentions(body) if _text(found.get("mentioned"), "id") == own(body)}
    text = body.get("text") or ""
    for name in sorted(ours - {""}, key=len, reverse=True):
        text = text.replace(name, " ")
    text = html.unescape(_MENTION.sub(lambda found: "@" + found[1], text)).replace("\u00a0", " ")
    return storable(text).strip()


def links(body: Body) -> tuple[Link, ...]:
    """Files, as their address in the sender's own OneDrive: whoever may see the file there can open it."""
    found = []
    for file in map(an_object, body.get("attachments") or ()):
        url = _text(file, "contentUrl")
        if file.get("contentType") == FILE and url.startswith("https://"):
            found.append(Link(name=storable(_text(file, "name") or "file")[:200], url=storable(url)[:1_000]))
    return tuple(found[:10])


def joined(body: Body) -> bool:
    """Whether the assistant was added here."""
    if body["type"] == "installationUpdate":
        return body.get("action") in ("add", "add-upgrade")
    return own(body) in _people(body.get("membersAdded"))


def left(body: Body) -> bool:
    if body["type"] == "installationUpdate":
        return body.get("action") in ("remove", "remove-upgrade")
    return own(body) in _people(body.get("membersRemoved"))


def _people(members: object) -> set[str]:
    found = {_text(member, "id") for member in members} if isinstance(members, list) else set()
    return found - {""}


def message_text(payload: Body) -> str:
    """What a message says that an action was called on; Teams gives it as HTML."""
    body = an_object(payload.get("body"))
    content = body.get("content")
    if not isinstance(content, str):
        return ""
    if body.get("contentType") != "text":
        content = re.sub(r"<(?:br|/p|/div|/li)\b[^>]*>", "\n", content, flags=re.I)
        content = html.unescape(re.sub(r"<[^>]*>", "", content)).replace("\u00a0", " ")
    return storable(content).strip()
