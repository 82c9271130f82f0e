"""Announcements one by one, and their lists of addresses."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, delete, func, insert, or_, select

from handlers import codes
from handlers.announcements.models.announcement import Announcement, Listed, State
from handlers.partners.models import Contact

PREFIX = "A"


def add(session: Session, announcement: Announcement, make: Callable[[str, int], str] = codes.code) -> None:
    """Store a new one under a number that none has yet."""
    codes.add(session, announcement, PREFIX, make)


def by_code(session: Session, code: str) -> Announcement | None:
    return session.exec(select(Announcement).where(Announcement.code == code)).first()


def locked(session: Session, code: str) -> Announcement | None:
    """As it is now, held until the end of the turn."""
    return session.exec(select(Announcement).where(Announcement.code == code).with_for_update()).first()


def by_id(session: Session, announcement_id: int) -> Announcement:
    return session.exec(select(Announcement).where(Announcement.id == announcement_id)).one()


def author(session: Session, announcement: Announcement) -> Contact:
    return session.exec(select(Contact).where(Contact.id == announcement.author_id)).one()


def latest(session: Session, limit: int) -> Sequence[Announcement]:
    """All that were not thrown away before anybody got them, the newest first."""
    kept = select(Announcement).where(
        or_(Announcement.state != State.cancelled, col(Announcement.begun_at).is_not(None))
    )
    return session.exec(kept.order_by(col(Announcement.id).desc()).limit(limit)).all()


def discard(session: Session, announcement: Announcement) -> None:
    """A draft that nobody has seen."""
    session.execute(delete(Listed).where(col(Listed.announcement_id) == announcement.id))
    session.delete(announcement)


def drop_old(session: Session, before: datetime) -> None:
    """Drafts that nobody went on with."""
    old = select(Announcement).where(Announcement.state == State.draft, col(Announcement.created_at) < before)
    for announcement in session.exec(old.limit(100)):
        discard(session, announcement)


def list_only(session: Session, announcement: Announcement, addresses: Iterable[str]) -> None:
    """These addresses and no others."""
    session.execute(delete(Listed).where(col(Listed.announcement_id) == announcement.id))
    rows = [{"announcement_id": announcement.id, "email": address} for address in sorted(set(addresses))]
    for start in range(0, len(rows), 5_000):
        session.execute(insert(Listed), rows[start : start + 5_000])


def listed(session: Session, announcement: Announcement, limit: int) -> Sequence[str]:
    chosen = select(Listed.email).where(Listed.announcement_id == announcement.id)
    return session.exec(chosen.order_by(Listed.email).limit(limit)).all()


def strangers(session: Session, announcement: Announcement, limit: int) -> Sequence[str]:
    """Addresses of its list that no partner's contact has."""
    return session.exec(select(Listed.email).where(_unknown(announcement)).order_by(Listed.email).limit(limit)).all()


def number_strangers(session: Session, announcement: Announcement) -> int:
    return session.exec(select(func.count()).select_from(Listed).where(_unknown(announcement))).one()


def _unknown(announcement: Announcement) -> ColumnElement[bool]:
    known = select(Contact.email).where(col(Contact.partner_id).is_not(None))
    return and_(col(Listed.announcement_id) == announcement.id, col(Listed.email).not_in(known))
