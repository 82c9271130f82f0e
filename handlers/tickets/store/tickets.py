"""Tickets, their people and their history. Nothing here commits."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from handlers import codes
from handlers.partners import store as partners
from handlers.partners.models import Contact, Role
from handlers.tickets.models import LIVE, Known, Side, Ticket, TicketEvent, TicketMessage
from handlers.turn import Person

PREFIX = "T"
OF_VENDOR = tuple(role for role in Role if role.of_vendor)


def add(session: Session, ticket: Ticket, make: Callable[[str, int], str] = codes.code) -> None:
    """Store a new ticket under a number that nobody has yet."""
    codes.add(session, ticket, PREFIX, make)


def by_code(session: Session, code: str) -> Ticket | None:
    return session.exec(select(Ticket).where(Ticket.code == code)).first()


def by_id(session: Session, ticket_id: int) -> Ticket:
    return session.exec(select(Ticket).where(Ticket.id == ticket_id)).one()


def locked(session: Session, code: str) -> Ticket | None:
    """The ticket as it is now, held until the end of the turn."""
    return session.exec(select(Ticket).where(Ticket.code == code).with_for_update()).first()


def locked_by_id(session: Session, ticket_id: int) -> Ticket:
    return session.exec(select(Ticket).where(Ticket.id == ticket_id).with_for_update()).one()


def known(session: Session, ticket: Ticket) -> Known:
    opener = partners.by_id(session, ticket.contact_id)
    assert opener is not None, "contacts are never deleted"
    return Known(
        ticket=ticket,
        opener=opener,
        partner=partners.partner_by_id(session, ticket.partner_id) if ticket.partner_id else None,
        assignee=partners.by_id(session, ticket.assignee_id) if ticket.assignee_id else None,
        others=_joined(session, ticket) if ticket.partner_id else (),
    )


def _joined(session: Session, ticket: Ticket) -> Sequence[Contact]:
    """Who else of the partner has written in it, and may still see it."""
    wrote = select(TicketMessage.contact_id).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.side == Side.partner
    )
    people = select(Contact).where(
        col(Contact.id).in_(wrote),
        Contact.id != ticket.contact_id,
        Contact.partner_id == ticket.partner_id,
        Contact.role == Role.partner_admin,
        col(Contact.active),
    )
    return session.exec(people.order_by(col(Contact.id))).all()


def record(session: Session, ticket: Ticket, kind: str, by: int | None, at: datetime, detail: str = "") -> None:
    assert ticket.id is not None
    event = TicketEvent(ticket_id=ticket.id, contact_id=by, kind=kind, state=ticket.state, detail=detail, at=at)
    session.add(event)


def listed(session: Session, who: Person, *, live: bool, start: int, limit: int) -> list[Ticket]:
    """The tickets that somebody may see, those with the latest word first."""
    state = col(Ticket.state).in_(LIVE) if live else col(Ticket.state).not_in(LIVE)
    rows = select(Ticket).where(_seen_by(who), state)
    return list(
        session.exec(rows.order_by(col(Ticket.last_word_at).desc(), col(Ticket.id).desc()).offset(start).limit(limit))
    )


def _seen_by(who: Person) -> ColumnElement[bool]:
    if who.role in OF_VENDOR:
        return col(Ticket.id).is_not(None)
    of_partner = col(Ticket.partner_id) == who.partner_id if who.partner_id else col(Ticket.partner_id).is_(None)
    if who.role == Role.partner_admin and who.partner_id:
        return of_partner
    return and_(of_partner, col(Ticket.contact_id) == who.contact_id)


def vendor_people(session: Session, limit: int = 100) -> list[Contact]:
    people = select(Contact).where(col(Contact.role).in_(OF_VENDOR), col(Contact.active))
    return list(session.exec(people.order_by(Contact.name).limit(limit)))


def content_owners(session: Session, limit: int = 20) -> list[Contact]:
    people = select(Contact).where(Contact.role == Role.content_owner, col(Contact.active))
    return list(session.exec(people.order_by(Contact.name).limit(limit)))


def to_warn(session: Session, now: datetime, limit: int) -> Sequence[Ticket]:
    """Live tickets of which a target comes near, or has passed, and nobody was told so yet."""
    first = and_(
        col(Ticket.first_replied_at).is_(None),
        col(Ticket.first_warn_at) <= now,
        or_(~col(Ticket.first_warned), and_(col(Ticket.breached_at).is_(None), col(Ticket.first_due) <= now)),
    )
    whole = and_(
        col(Ticket.paused_at).is_(None),
        col(Ticket.resolve_warn_at) <= now,
        or_(~col(Ticket.resolve_warned), and_(col(Ticket.breached_at).is_(None), col(Ticket.resolve_due) <= now)),
    )
    rows = select(Ticket).where(col(Ticket.state).in_(LIVE), or_(first, whole))
    return session.exec(rows.order_by(col(Ticket.id)).limit(limit).with_for_update()).all()


def idle(session: Session, states: Sequence[str], until: datetime, limit: int, *, told: bool) -> Sequence[Ticket]:
    """Tickets in these states without a word since ``until``; ``told``: also those whose people were told so."""
    rows = select(Ticket).where(col(Ticket.state).in_(states), col(Ticket.last_word_at) <= until)
    if not told:
        rows = rows.where(or_(col(Ticket.nudged_at).is_(None), col(Ticket.nudged_at) < col(Ticket.last_word_at)))
    return session.exec(rows.order_by(col(Ticket.last_word_at)).limit(limit).with_for_update()).all()
