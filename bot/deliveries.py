"""`portal deliveries`: what is on its way, what failed and why, and what an operator does about it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col, select

from bot.claims import NEVER
from bot.database import open_store
from bot.settings import Settings
from handlers.errors import PortalError
from handlers.notices.models import Delivery, DeliveryState, InboxEvent, InboxState
from handlers.notices.store import OPEN, is_open

LISTED = 200  # rows of the table; JSON has them all
_RETRIED = or_(
    col(Delivery.state).in_((DeliveryState.failed, DeliveryState.cancelled)),
    and_(col(Delivery.state) == DeliveryState.unknown, col(Delivery.due_at) == NEVER),
)


def listing(settings: Settings, state: str | None, campaign: str | None, *, as_json: bool) -> str:
    """What messages say is not shown: operators need not read what people write."""
    with open_store(settings.database, settings.portal_home).session() as session:
        wanted = select(Delivery).order_by(col(Delivery.id).desc())
        if state:
            wanted = wanted.where(Delivery.state == state)
        if campaign:
            wanted = wanted.where(Delivery.campaign == campaign.strip().upper())
        rows = session.exec(wanted if as_json else wanted.limit(LISTED)).all()
    if as_json:
        return json.dumps([_shown(row) for row in rows], ensure_ascii=False)
    return "\n".join(_line(row) for row in rows) or "There are no such deliveries."


def retry(settings: Settings, numbers: Sequence[str]) -> str:
    """Failed and cancelled ones are due again, as if they had never been tried; and what waits for this decision."""
    again = {"state": DeliveryState.due, "attempts": 0, "due_at": datetime.now(UTC), "lease_until": None, "error": ""}
    count = _change(settings, numbers, _RETRIED, again)
    return f"{count} of {len(numbers)} will be sent again. Only what failed, was cancelled or waits for you can be."


def cancel(settings: Settings, numbers: Sequence[str]) -> str:
    """What is not sent yet stays unsent. What is being sent at this moment may still arrive."""
    values = {"state": DeliveryState.cancelled, "lease_until": None, "error": "cancelled by an operator"}
    count = _change(settings, numbers, col(Delivery.state).in_(OPEN), values)
    return f"{count} of {len(numbers)} were cancelled. What has been sent cannot be."


def cancel_waiting(settings: Settings) -> str:
    """Nothing that is in the store now goes out, and no event that came in earlier is answered: as a restored backup
    wants it. What failed stays as it is."""
    values = {"state": DeliveryState.cancelled, "lease_until": None, "error": "cancelled with all that waited"}
    ended = {"state": InboxState.failed, "body": "", "error": "cancelled with all that waited"}
    with open_store(settings.database, settings.portal_home).session() as session:
        connection = session.connection()
        messages = connection.execute(update(Delivery).where(is_open(Delivery)).values(**values)).rowcount
        received = update(InboxEvent).where(col(InboxEvent.state) == InboxState.received)
        events = connection.execute(received.values(**ended)).rowcount
        session.commit()
    return f"{messages} messages and {events} events were cancelled."


def _change(settings: Settings, numbers: Sequence[str], which: ColumnElement[bool], values: dict[str, Any]) -> int:
    with open_store(settings.database, settings.portal_home).session() as session:
        unknown = sorted(set(numbers) - set(_known(session, numbers)))
        if unknown:
            raise PortalError(f"There is no delivery {unknown[0]}. `portal deliveries` lists them with their ids.")
        chosen = update(Delivery).where(col(Delivery.delivery_id).in_(numbers), which)
        count = session.connection().execute(chosen.values(**values)).rowcount
        session.commit()
    return count


def _known(session: Session, numbers: Sequence[str]) -> Sequence[str]:
    return session.exec(select(Delivery.delivery_id).where(col(Delivery.delivery_id).in_(numbers))).all()


def _shown(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.delivery_id,
        "state": row.state,
        "kind": row.kind,
        "operation": row.operation,
        "platform": row.platform,
        "conversation": row.conversation,
        "subject": row.subject,
        "campaign": row.campaign,
        "attempts": row.attempts,
        "created_at": _moment(row.created_at),
        "due_at": _moment(row.due_at),
        "platform_id": row.platform_id,
        "error": row.error,
    }


def _line(row: Delivery) -> str:
    about = f"{row.platform} {row.conversation}" + (f" {row.subject}" if row.subject else "")
    why = f": {row.error}" if row.error else ""
    return f"{row.delivery_id}  {row.state:<9}  {_moment(row.due_at)}  {row.attempts}x  {about}{why}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
