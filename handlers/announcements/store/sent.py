"""Who got an announcement, person by person."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, and_, case, literal, or_, select
from sqlmodel import Session, col

from handlers.announcements.models.announcement import Announcement, Recipient
from handlers.announcements.models.audience import Reason
from handlers.announcements.models.counts import Left
from handlers.announcements.store.progress import GOT
from handlers.notices.models import NOBODY_FOUND, Delivery, DeliveryState
from handlers.partners.models import Contact, Partner

PAGE = 1_000


def _people(announcement: Announcement, reason: SQLColumnExpression[str]) -> Select[str, str, str, str]:
    """Everybody of the audience with their delivery, where they have one."""
    theirs = and_(col(Delivery.campaign) == announcement.code, col(Delivery.contact_id) == col(Recipient.contact_id))
    return (
        select(col(Contact.name), col(Contact.email), col(Partner.name), reason)
        .select_from(Recipient)
        .join(Contact, col(Contact.id) == col(Recipient.contact_id))
        .join(Partner, col(Partner.id) == col(Contact.partner_id))
        .join(Delivery, theirs, isouter=True)
        .where(col(Recipient.announcement_id) == announcement.id)
    )


def left_out(session: Session, announcement: Announcement, start: int, length: int) -> list[Left]:
    nobody = and_(col(Delivery.state) == DeliveryState.failed, col(Delivery.error).startswith(NOBODY_FOUND))
    reason = case((nobody, literal(Reason.unreachable.value)), else_=col(Recipient.reason))
    rows = _people(announcement, reason).where(or_(col(Recipient.reason) != "", nobody))
    page = rows.order_by(reason, col(Partner.name), col(Contact.name), col(Contact.id)).offset(start).limit(length)
    return [Left(*row) for row in session.execute(page)]


def silent(session: Session, announcement: Announcement, start: int, length: int) -> list[Left]:
    """Who was sent it and has not acknowledged it."""
    rows = _people(announcement, literal("")).where(
        col(Delivery.state).in_(GOT), col(Recipient.acknowledged_at).is_(None)
    )
    page = rows.order_by(col(Partner.name), col(Contact.name), col(Contact.id)).offset(start).limit(length)
    return [Left(*row) for row in session.execute(page)]


def everybody(session: Session, announcement: Announcement) -> Iterator[tuple[Any, ...]]:
    """Name, e-mail, partner, reason, state, error, when it is or was due, when they acknowledged it; read in pages."""
    rows = (
        _people(announcement, col(Recipient.reason))
        .add_columns(col(Delivery.state), col(Delivery.error), col(Delivery.due_at), col(Recipient.acknowledged_at))
        .add_columns(col(Recipient.contact_id))
        .order_by(col(Recipient.contact_id))
        .limit(PAGE)
    )
    last = 0
    while page := session.execute(rows.where(col(Recipient.contact_id) > last)).all():
        for row in page:
            yield tuple(row)[:-1]
        last = page[-1][-1]
