"""Those who got an announcement: what they acknowledged, muted, and can read again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, and_, col, delete, func, or_, select, update

from handlers.announcements.models.announcement import Announcement, Mute, Recipient, State
from handlers.announcements.models.audience import Reason
from handlers.notices.models import Delivery, DeliveryState, Operation, Place
from handlers.turn import Person
from knowledge.base import insert_into


def acknowledge(session: Session, announcement: Announcement, contact_id: int, at: datetime | None) -> bool:
    """``at`` is None to take it back; False if nothing was changed."""
    known = col(Recipient.acknowledged_at)
    changed = update(Recipient).where(
        col(Recipient.announcement_id) == announcement.id,
        col(Recipient.contact_id) == contact_id,
        known.is_(None) if at else known.is_not(None),
    )
    return session.connection().execute(changed.values(acknowledged_at=at)).rowcount == 1


def spare(session: Session, announcement: Announcement, contact_id: int) -> None:
    """They need no reminder any more, if one waits."""
    waits = update(Delivery).where(
        col(Delivery.unique_key).in_(_reminders(announcement, contact_id)), col(Delivery.state) == DeliveryState.due
    )
    session.execute(waits.values(state=DeliveryState.cancelled, error="acknowledged before it could go out"))


def _reminders(announcement: Announcement, contact_id: int) -> list[str]:
    return [f"{announcement.code}/r{number}:{contact_id}" for number in range(1, announcement.reminders + 1)]


def messages(session: Session, announcement: Announcement, contact_id: int, place: Place) -> Sequence[Delivery]:
    """What somebody has of it: what they were sent, and what they have read again at this place."""
    keys = (f"{announcement.code}:{contact_id}", *_reminders(announcement, contact_id))
    read = and_(
        Delivery.platform == place.platform,
        Delivery.conversation == place.conversation,
        Delivery.subject == announcement.subject,
        col(Delivery.contact_id).is_(None),
    )
    theirs = select(Delivery).where(
        or_(col(Delivery.unique_key).in_(keys), read),
        Delivery.operation == Operation.post,
        col(Delivery.state).in_((DeliveryState.sent, DeliveryState.sending, DeliveryState.unknown)),
    )
    return session.exec(theirs.order_by(col(Delivery.id))).all()


def recipient(session: Session, announcement: Announcement, contact_id: int) -> Recipient | None:
    found = select(Recipient).where(Recipient.announcement_id == announcement.id, Recipient.contact_id == contact_id)
    return session.exec(found).first()


def mute(session: Session, contact_id: int, topic: str) -> None:
    new = insert_into(Mute, session.get_bind().dialect.name).values(contact_id=contact_id, topic=topic)
    session.execute(new.on_conflict_do_nothing())


def unmute(session: Session, contact_id: int, topic: str) -> None:
    session.execute(delete(Mute).where(col(Mute.contact_id) == contact_id, col(Mute.topic) == topic))


def muted(session: Session, contact_id: int) -> set[str]:
    return set(session.exec(select(Mute.topic).where(Mute.contact_id == contact_id)))


def for_them(session: Session, announcement: Announcement, who: Person) -> bool:
    found = select(Announcement.id).where(Announcement.id == announcement.id, _for(who))
    return session.exec(found).first() is not None


def _for(who: Person) -> ColumnElement[bool]:
    """What went out to this person, or would have but for a reason of their own; of what was cancelled only what they
    have. The vendor's people see all."""
    begun = col(Announcement.begun_at).is_not(None)
    if who.partner_id is None:
        return begun
    meant = exists().where(
        col(Recipient.announcement_id) == col(Announcement.id),
        col(Recipient.contact_id) == who.contact_id,
        col(Recipient.reason) != Reason.other_manager,
    )
    got = exists().where(
        col(Delivery.unique_key) == col(Announcement.code) + f":{who.contact_id}",
        col(Delivery.state).in_((DeliveryState.sent, DeliveryState.unknown)),
    )
    return and_(begun, meant, or_(col(Announcement.state) != State.cancelled, got))


def _current(who: Person, today: date) -> ColumnElement[bool]:
    """What is still news to them."""
    return and_(
        _for(who),
        col(Announcement.state) != State.recalled,
        or_(col(Announcement.expires_on).is_(None), col(Announcement.expires_on) >= today),
    )


def news(
    session: Session, who: Person, product: str, since: datetime, today: date, limit: int
) -> Sequence[Announcement]:
    """The newest first."""
    wanted = [_current(who, today), col(Announcement.begun_at) >= since]
    if product:
        said = product.lower()
        about = (
            func.lower(text).contains(said, autoescape=True) for text in (Announcement.product, Announcement.title)
        )
        wanted.append(or_(*about))
    found = select(Announcement).where(*wanted).order_by(col(Announcement.begun_at).desc(), col(Announcement.id).desc())
    return session.exec(found.limit(limit)).all()


def products(session: Session, who: Person, today: date) -> list[str]:
    """Of which there is news for them."""
    found = select(Announcement.product).where(Announcement.product != "", _current(who, today)).distinct()
    return sorted(session.exec(found.limit(200)))
