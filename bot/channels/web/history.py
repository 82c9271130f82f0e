"""What the page shows: people to be, and the conversation as its rows tell it."""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.calls import Caller
from bot.channels import richtext
from bot.channels.offered import SHORTCUTS
from bot.channels.slack import blocks as slack
from bot.channels.teams import cards as teams
from bot.channels.text import clean, plain
from bot.database import Database
from bot.demo.program import FOR_PARTNERS, FOR_THE_TEAM, VENDOR, is_demo
from bot.directory import direct
from handlers import router
from handlers.notices import store as notices
from handlers.notices.models import Delivery, DeliveryState, InboxEvent, Operation
from handlers.partners import store as partners
from handlers.partners.models import Contact, Partner, Role
from handlers.ui import Card

VISITOR = "visitor"
"""Somebody whom the programme does not know, so that this can be tried as well."""

PORTAL = {"name": "/portal", "does": "Ask a question"}
"""What has no handler of its own says the same as words without it."""

OWN = "me-"
"""In front of the key of an event, the page's id of what somebody wrote."""

EDITED, DELETED = "edited", "deleted"

LONGEST = 300  # rows of a conversation that the page shows


def world(database: Database) -> dict[str, Any]:
    """People to be. Who the vendor is, and what to ask them, is known of the demo's programme only."""
    with database.read() as look:
        everybody = partners.everybody(look)
        demo = is_demo(frozenset(contact.email for contact, _ in everybody))
        people = [_person(contact, partner, demo) for contact, partner in everybody]
    visitor = {"email": VISITOR, "name": "Somebody new", "role": "visitor", "language": "en", "partner": ""}
    people.append(visitor | {"type": "", "tier": "", "region": "", "suggestions": ()})
    commands = [*({"name": f"/{name}", "does": command.does} for name, command in router.commands()), PORTAL]
    shortcuts = [{"name": name, "label": label, "does": does} for name, label, does in SHORTCUTS]
    return {"vendor": VENDOR if demo else "", "people": people, "commands": commands, "shortcuts": shortcuts}


def _person(contact: Contact, partner: Partner | None, demo: bool) -> dict[str, Any]:
    suggestions = FOR_PARTNERS if partner else FOR_THE_TEAM
    return {
        "email": contact.email,
        "name": contact.name,
        "role": contact.role,
        "language": contact.language,
        "partner": partner.name if partner else "",
        "type": partner.type if partner else "",
        "tier": partner.tier if partner else "",
        "region": partner.region if partner else "",
        "suggestions": suggestions if demo else (),
    }


def role(database: Database, email: str) -> Role | None:
    with database.read() as look:
        found = partners.by_email(look, email)
    return Role(found[0].role) if found else None


def conversation(caller: Caller, place: str) -> str:
    return direct("web", caller.user) if place == "chat" else place


def messages(database: Database, caller: Caller, place: str, after: str) -> dict[str, Any]:
    """All messages if anything changed since ``after`` (the cursor of an earlier answer, or ""), else none; and the ids
    of those that are gone."""
    here = conversation(caller, place)
    with database.read() as look:
        deliveries = _deliveries(look, here)
        shown = [*_words(look, here, caller), *_cards(look, deliveries, caller)]
        gone = _gone(look, here)
    if len(deliveries) == LONGEST:  # questions from before the first answer that is still shown
        shown = [message for message in shown if message["at"] >= deliveries[0].due_at.isoformat()]
    shown.sort(key=lambda message: message["at"])
    cursor = sha256(json.dumps(shown).encode()).hexdigest()
    return {"cursor": cursor, "messages": [] if cursor == after else shown, "gone": gone}


def can_be_replied_to(database: Database, caller: Caller, place: str, message: str) -> bool:
    """Whether this is a message of ours that this person sees there, and no reply itself."""
    found = select(Delivery.id).where(
        Delivery.platform == "web",
        Delivery.conversation == conversation(caller, place),
        Delivery.platform_id == message,
        Delivery.operation == Operation.post,
        Delivery.thread == "",
        Delivery.state == DeliveryState.sent,
    )
    with database.read() as look:
        return look.exec(found.limit(1)).first() is not None


def _deliveries(look: Session, here: str) -> list[Delivery]:
    sent = select(Delivery).where(
        Delivery.platform == "web", Delivery.conversation == here, Delivery.state == DeliveryState.sent
    )
    return list(look.exec(sent.order_by(col(Delivery.id).desc()).limit(LONGEST)))[::-1]


def _gone(look: Session, here: str) -> list[str]:
    removed = select(Delivery.platform_id).where(
        Delivery.platform == "web", Delivery.conversation == here, Delivery.state == DeliveryState.removed
    )
    return list(look.exec(removed.order_by(col(Delivery.id).desc()).limit(LONGEST)))


def _cards(look: Session, deliveries: list[Delivery], caller: Caller) -> list[dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {}
    for row in deliveries:
        if row.operation == Operation.update and row.platform_id in shown:
            shown[row.platform_id]["card"] = drawn(notices.card_of(look, row))
        elif row.operation == Operation.post or (row.operation == Operation.whisper and row.user == caller.user):
            shown[row.platform_id] = {
                "id": row.platform_id,
                "from": "assistant",
                "text": None,
                "card": drawn(_handed_over(notices.card_of(look, row), row, caller)),
                "private": row.operation == Operation.whisper,
                "thread": row.thread,
                "at": row.due_at.isoformat(),
            }
    return list(shown.values())


def _handed_over(card: dict[str, Any], row: Delivery, caller: Caller) -> dict[str, Any]:
    """With the address of each document in it, which is that of its message."""
    address = "/api/document?" + urlencode({"person": caller.user, "message": row.platform_id})
    parts = card["body"]
    return card | {"body": [part | {"url": address} if part["kind"] == "document" else part for part in parts]}


def _words(look: Session, here: str, caller: Caller) -> list[dict[str, Any]]:
    said = select(InboxEvent).where(InboxEvent.platform == "web", InboxEvent.team == here)
    rows = look.exec(said.order_by(col(InboxEvent.id).desc()).limit(LONGEST))
    return [_said(row, json.loads(row.body), caller) for row in rows if row.body]


def said(database: Database, caller: Caller, place: str, message: str) -> str:
    """What a message says that this person sees there, with its Markdown; "" if there is none."""
    with database.read() as look:
        if message.startswith(OWN):
            row = look.exec(_written(caller, place, message)).first()
            return str(json.loads(row.body)["text"]) if row and row.body else ""
        for sent in reversed(_deliveries(look, conversation(caller, place))):
            theirs = sent.operation == Operation.whisper and sent.user != caller.user
            if sent.platform_id == message and not theirs:
                return Card.model_validate(notices.card_of(look, sent)).plain()
    return ""


def own_reply(database: Database, caller: Caller, place: str, message: str) -> str:
    """The thread in which this person wrote this message; "" if they did not, or took it back."""
    with database.read() as look:
        row = look.exec(_written(caller, place, message)).first()
        said = json.loads(row.body) if row and row.body else {}
    mine = said.get("by") == caller.user and said.get("changed") != DELETED
    return str(said["thread"]) if mine else ""


def rewrite(database: Database, caller: Caller, place: str, message: str, words: str | None) -> None:
    """What the person wrote says something else now, or nothing any more (None)."""
    with database.session() as session:
        row = session.exec(_written(caller, place, message)).one()
        new = {"text": words, "changed": EDITED} if words is not None else {"text": "", "links": [], "changed": DELETED}
        row.body = json.dumps(json.loads(row.body) | new)
        session.add(row)
        session.commit()


def _written(caller: Caller, place: str, message: str) -> SelectOfScalar[InboxEvent]:
    return select(InboxEvent).where(
        InboxEvent.platform == "web",
        InboxEvent.team == conversation(caller, place),
        InboxEvent.key == message.removeprefix(OWN),
    )


def _said(row: InboxEvent, said: Any, caller: Caller) -> dict[str, Any]:
    by = str(said["by"])
    return {
        "id": f"{OWN}{row.key}",
        "from": "me" if by == caller.user else by,
        "text": clean(said["text"]),
        "links": said.get("links", []),
        "changed": said.get("changed", ""),
        "card": None,
        "private": False,
        "thread": said["thread"],
        "at": row.received_at.isoformat(),
    }


def drawn(card: dict[str, Any]) -> dict[str, Any]:
    """The card with its Markdown parsed, so that the page needs no parser and trusts no markup."""
    shown = _cleaned(card | {"body": [_drawn(element) for element in card["body"]]})
    assert isinstance(shown, dict)
    return shown | {"elsewhere": _elsewhere(Card.model_validate(card))} if card.get("sample") else shown


def _elsewhere(card: Card) -> dict[str, Any]:
    """The very blocks that Slack gets, the very card that Teams gets, and what a notification says."""
    theirs = card.model_copy(update={"sample": False})
    return {"slack": slack.draw(theirs), "teams": teams.draw(theirs), "text": plain(theirs)}


def _cleaned(value: Any) -> Any:
    """Every text in it without what would make it read as another one."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return {name: _cleaned(each) for name, each in value.items()} if isinstance(value, dict) else value


def _drawn(element: dict[str, Any]) -> dict[str, Any]:
    if element["kind"] != "markdown":
        return element
    return element | {"blocks": richtext.to_json(richtext.parse(element["text"]))}
