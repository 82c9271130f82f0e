"""Writing messages in batches: who is next, and how what was sent is corrected. Every statement moves many rows."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, insert, literal, text
from sqlmodel import Session, and_, col, func, or_, select

from handlers.announcements.models.announcement import CHANGES, Announcement, Recipient, Run, Work
from handlers.notices import store as notices
from handlers.notices.models import Campaign, Delivery, DeliveryState, Operation
from handlers.partners.models import Contact
from handlers.ui import Card

BATCH = 5_000


def freeze(session: Session, announcement: Announcement, everybody: Select[int, str]) -> None:
    """From here on the audience is who it is now."""
    of = everybody.subquery()
    rows = select(literal(announcement.id), of.c.contact_id, of.c.reason)
    session.execute(insert(Recipient).from_select(["announcement_id", "contact_id", "reason"], rows))
    if session.get_bind().dialect.name == "postgresql":  # else it plans the batches as if there were a handful
        session.execute(text("ANALYZE announcement_recipient"))


def zones(session: Session) -> list[str]:
    return list(session.exec(select(Contact.time_zone).distinct()))


def begin(session: Session, announcement: Announcement, work: Work, campaign: str, card: Card) -> None:
    """From here on there are messages to write that say this."""
    assert announcement.id is not None
    paused = announcement.paused and work not in CHANGES
    session.add(Campaign(code=campaign, card=card.model_dump(mode="json"), paused=paused))
    session.flush()
    session.add(Run(announcement_id=announcement.id, work=work, campaign=campaign))


def says(session: Session, campaign: str, card: Card) -> None:
    """What is not sent yet says this from now on."""
    found = session.get(Campaign, campaign)
    if found is not None:
        found.card = card.model_dump(mode="json")


def batch(session: Session, run: Run) -> Select[int] | None:
    """The next of those whom a run is for, as a query of their numbers; None if nobody is left."""
    mine = _of(run)
    part = mine.where(col(Recipient.contact_id) > run.cursor).order_by(col(Recipient.contact_id)).limit(BATCH)
    top = session.execute(select(func.max(part.subquery().c.contact_id))).scalar()
    if top is None:
        return None
    after, run.cursor = run.cursor, top
    return mine.where(col(Recipient.contact_id) > after, col(Recipient.contact_id) <= top)


def _of(run: Run) -> Select[int]:
    mine: Select[int] = select(col(Recipient.contact_id).label("contact_id")).where(
        col(Recipient.announcement_id) == run.announcement_id, col(Recipient.reason) == ""
    )
    if run.work == Work.remind:
        got = select(Delivery.contact_id).where(
            Delivery.campaign == run.campaign.partition("/")[0], Delivery.state == DeliveryState.sent
        )
        return mine.where(col(Recipient.acknowledged_at).is_(None), col(Recipient.contact_id).in_(got))
    return mine


def also(session: Session, campaign: str, card: Card) -> None:
    """What a part of them are to read."""
    session.add(Campaign(code=campaign, card=card.model_dump(mode="json")))


def correct(
    session: Session, announcement: Announcement, run: Run, of: Select[int], now: datetime, *, the_same: bool
) -> None:
    """Rewrite or remove what these people were sent, reminders too. Who has acknowledged it sees so, unless it is
    ``the_same`` for everybody."""
    mine = or_(col(Delivery.campaign) == announcement.code, col(Delivery.campaign).like(f"{announcement.code}/r%"))
    told = select(Recipient.contact_id).where(
        Recipient.announcement_id == announcement.id, col(Recipient.acknowledged_at).is_not(None)
    )
    sent = _posted(mine).where(col(Delivery.contact_id).in_(of))
    change = partial(notices.change_many, session, Operation(run.work))
    if the_same:
        change(sent, run.campaign, now)
        return
    done = col(Delivery.contact_id).in_(told)
    change(sent.where(~done), run.campaign, now)
    change(sent.where(done), acknowledged(run.campaign), now)


def correct_readings(session: Session, announcement: Announcement, run: Run, now: datetime) -> None:
    """Rewrite or remove what people have read again of it, which they asked for and were not sent."""
    read = and_(col(Delivery.subject) == announcement.subject, col(Delivery.campaign) == "")
    notices.change_many(session, Operation(run.work), _posted(read), run.campaign, now)


def acknowledged(campaign: str) -> str:
    """The campaign that says the same to those who have acknowledged it."""
    return f"{campaign}/ok"


def _posted(mine: ColumnElement[bool]) -> Select[Any]:
    sent: Any = Select(Delivery)
    return sent.where(  # type: ignore[no-any-return]
        mine,
        col(Delivery.operation) == Operation.post,
        col(Delivery.state).in_((DeliveryState.sent, DeliveryState.sending, DeliveryState.unknown)),
    )
