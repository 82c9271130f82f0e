"""Those who got an announcement: what they acknowledged, muted, and can read again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, delete, func, or_, select, update

from handlers.announcements.models.announcement import OUT, Announcement, Mute, Recipient, State
from handlers.announcements.models.audience import Reason
from handlers.turn import Person
from knowledge.base import insert_into


def acknowledge(session: Session, announcement: Announcement, contact_id: int, at: datetime | None) -> bool:
    """``at`` is None to take it back; False if nothing was changed."""
    known = col(Recipient.acknowledged_at)
    changed = update(Recipient).where(
        col(Recipient.announcement_id) == announcement.id,
        col(Recipient.contact_id) == contact_id,
        col(Recipient.reason).in_(("", Reason.unreachable)),
        known.is_(None) if at else known.is_not(None),
    )
    return session.connection().execute(changed.values(acknowledged_at=at)).rowcount == 1


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


def news(
    session: Session, who: Person, product: str, since: datetime, today: date, limit: int
) -> Sequence[Announcement]:
    """What went out to this person since then, the newest first; the vendor's people see all. Who was left out for a
    reason of their own can read it here."""
    wanted = [
        col(Announcement.state).in_((*OUT, State.cancelled)),
        col(Announcement.begun_at) >= since,
        or_(col(Announcement.expires_on).is_(None), col(Announcement.expires_on) >= today),
    ]
    if product:
        said = product.lower()
        about = (
            func.lower(text).contains(said, autoescape=True) for text in (Announcement.product, Announcement.title)
        )
        wanted.append(or_(*about))
    if who.partner_id is not None:
        mine = select(Recipient.announcement_id).where(
            Recipient.contact_id == who.contact_id, Recipient.reason != Reason.other_manager
        )
        wanted.append(col(Announcement.id).in_(mine))
    found = select(Announcement).where(*wanted).order_by(col(Announcement.begun_at).desc(), col(Announcement.id).desc())
    return session.exec(found.limit(limit)).all()


def products(session: Session) -> list[str]:
    """Of which there were announcements."""
    found = select(Announcement.product).where(Announcement.product != "").distinct()
    return sorted(session.exec(found.limit(200)))
