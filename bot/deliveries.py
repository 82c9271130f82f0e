"""`portal deliveries`: what is on its way, what failed and why, and what an operator does about it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import Session, col

from bot.announcements import one as announcement
from bot.channels.text import clean
from bot.database import Database, open_store
from bot.report import as_json as written
from bot.settings import Settings
from handlers.errors import PortalError
from handlers.notices.models import PARKED, Delivery, DeliveryState, InboxEvent, InboxState
from handlers.notices.store import OPEN, is_open

LISTED = 200  # rows of the table; JSON has them all
AT_ONCE = 500  # rows that are read together
_COLUMNS = (
    *(col(Delivery.delivery_id), col(Delivery.state), col(Delivery.kind), col(Delivery.operation)),
    *(col(Delivery.platform), col(Delivery.conversation), col(Delivery.subject), col(Delivery.campaign)),
    *(col(Delivery.attempts), col(Delivery.created_at), col(Delivery.due_at), col(Delivery.platform_id)),
    col(Delivery.error),
)
"""What messages say is not shown: operators need not read what people write."""


def listing(session: Session, state: str | None, campaign: str | None, *, as_json: bool) -> Iterator[str]:
    """Piece by piece, the newest first."""
    wanted = select(*_COLUMNS).order_by(col(Delivery.id).desc())
    if state:
        wanted = wanted.where(col(Delivery.state) == state)
    if campaign is not None:
        wanted = wanted.where(col(Delivery.campaign) == announcement(session, campaign).code)
    rows = session.execute(wanted if as_json else wanted.limit(LISTED + 1)).yield_per(AT_ONCE)
    return written(map(_shown, rows)) if as_json else _table(rows)


def _table(rows: Iterable[Any]) -> Iterator[str]:
    number = 0
    for number, row in enumerate(rows, start=1):
        yield f"{_line(row)}\n" if number <= LISTED else f"These are the newest {LISTED}; --json lists all.\n"
    if not number:
        yield "There are no such deliveries.\n"


def retry(settings: Settings, numbers: Sequence[str]) -> str:
    """Failed and cancelled ones are due again, as if they had never been tried; and what waits for this decision."""
    database = open_store(settings.database, settings.portal_home)
    now = database.clock.now()
    again = {"state": DeliveryState.due, "attempts": 0, "due_at": now, "lease_until": None, "error": ""}
    in_time = or_(col(Delivery.expires_at).is_(None), col(Delivery.expires_at) > now)
    only = "Only what failed, was cancelled or waits for you can be, unless it has expired."
    return _change(database, numbers, and_(_RETRIED, in_time), again, "To be sent again", only)


def cancel(settings: Settings, numbers: Sequence[str]) -> str:
    """What is not sent stays unsent, and what failed is settled. What is being sent at this moment may still arrive."""
    database = open_store(settings.database, settings.portal_home)
    values = {"state": DeliveryState.cancelled, "lease_until": None, "error": "cancelled by an operator"}
    unsent = col(Delivery.state).in_((*OPEN, DeliveryState.failed))
    only = "Only what was neither sent nor cancelled can be."
    return _change(database, numbers, unsent, values, "Cancelled", only)


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


_RETRIED = or_(
    col(Delivery.state).in_((DeliveryState.failed, DeliveryState.cancelled)),
    and_(col(Delivery.state) == DeliveryState.unknown, col(Delivery.due_at) == PARKED),
)


def _change(
    database: Database, numbers: Sequence[str], which: ColumnElement[bool], values: dict[str, Any], done: str, only: str
) -> str:
    """How many of them were changed, as a sentence, and why not all of them; that none was is an error."""
    with database.session() as session:
        unknown = sorted(set(numbers) - set(_known(session, numbers)))
        if unknown:
            raise PortalError(f"There is no delivery {unknown[0]}. `portal deliveries` lists them with their ids.")
        chosen = update(Delivery).where(col(Delivery.delivery_id).in_(numbers), which)
        count = session.connection().execute(chosen.values(**values)).rowcount
        session.commit()
    if not count:
        raise PortalError(f"Nothing was changed. {only}")
    named = len(set(numbers))
    return f"{done}: {count} of {named}." + (f" {only}" if count < named else "")


def _known(session: Session, numbers: Sequence[str]) -> Sequence[str]:
    return session.scalars(select(col(Delivery.delivery_id)).where(col(Delivery.delivery_id).in_(numbers))).all()


def _shown(row: Any) -> dict[str, Any]:
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


def _line(row: Any) -> str:
    about = f"{row.platform} {row.conversation}" + (f" {row.subject}" if row.subject else "")
    why = f": {row.error}" if row.error else ""
    return clean(f"{row.delivery_id}  {row.state:<9}  {_moment(row.due_at)}  {row.attempts}x  {about}{why}")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
