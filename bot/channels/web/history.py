"""What the page shows: people to be, and the conversation as its rows tell it."""

import json
from typing import Any

from sqlmodel import Session, col, select

from bot.channels import richtext
from bot.database import Database
from bot.portal import Caller
from handlers.notices.models import Delivery, DeliveryState, InboxEvent, Operation
from handlers.partners import store as partners

LONGEST = 300  # rows of a conversation that the page shows


def people(database: Database) -> list[dict[str, str]]:
    with database.read() as look:
        return [
            {
                "email": contact.email,
                "name": contact.name,
                "role": contact.role,
                "language": contact.language,
                "partner": partner.name if partner else "",
                "type": partner.type if partner else "",
                "tier": partner.tier if partner else "",
                "region": partner.region if partner else "",
            }
            for contact, partner in partners.everybody(look)
        ]


def messages(database: Database, caller: Caller, place: str, after: str) -> dict[str, Any]:
    """Messages since ``after`` (a cursor of an earlier answer, "" for all), rewritten ones in their latest form."""
    conversation = "support" if place == "support" else f"dm:{caller.user}"
    with database.read() as look:
        deliveries = _deliveries(look, conversation)
        shown = [*_own_words(look, conversation), *_cards(deliveries)]
        cursor = f"{max((row.id or 0 for row in deliveries), default=0)}:{len(shown)}"
    shown.sort(key=lambda message: message["at"])
    return {"cursor": cursor, "messages": [] if cursor == after else shown}


def _deliveries(look: Session, conversation: str) -> list[Delivery]:
    sent = select(Delivery).where(
        Delivery.platform == "web", Delivery.conversation == conversation, Delivery.state == DeliveryState.sent
    )
    return list(look.exec(sent.order_by(col(Delivery.id).desc()).limit(LONGEST)))[::-1]


def _cards(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {}
    for row in deliveries:
        if row.operation == Operation.update and row.platform_id in shown:
            shown[row.platform_id]["card"] = drawn(row.card)
        elif row.operation != Operation.update:
            shown[row.platform_id] = {
                "id": row.platform_id,
                "from": "assistant",
                "text": None,
                "card": drawn(row.card),
                "private": row.operation == Operation.whisper,
                "at": row.created_at.isoformat(),
            }
    return list(shown.values())


def _own_words(look: Session, conversation: str) -> list[dict[str, Any]]:
    said = select(InboxEvent).where(InboxEvent.platform == "web", InboxEvent.team == conversation)
    rows = look.exec(said.order_by(col(InboxEvent.id).desc()).limit(LONGEST))
    return [
        {
            "id": f"me-{row.key}",
            "from": "me",
            "text": json.loads(row.body),
            "card": None,
            "private": False,
            "at": row.received_at.isoformat(),
        }
        for row in rows
        if row.body
    ]


def drawn(card: dict[str, Any]) -> dict[str, Any]:
    """The card with its Markdown parsed, so that the page needs no parser and trusts no markup."""
    return card | {"body": [_drawn(element) for element in card["body"]]}


def _drawn(element: dict[str, Any]) -> dict[str, Any]:
    if element["kind"] != "markdown":
        return element
    return element | {"blocks": richtext.to_json(richtext.parse(element["text"]))}
