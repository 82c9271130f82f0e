"""What is said about tickets. Nothing here commits."""

from datetime import datetime

from sqlmodel import Session, col, select

from handlers.notices.models import Place
from handlers.tickets.models import Side, Ticket, TicketMessage
from handlers.turn import Link


def add(
    session: Session,
    ticket: Ticket,
    by: int,
    side: Side,
    text: str,
    at: datetime,
    *,
    links: tuple[Link, ...] = (),
    sent: bool = True,
    place: Place | None = None,
) -> TicketMessage:
    """``place``: where the words stand, if they can be changed there later."""
    assert ticket.id is not None
    message = TicketMessage(
        ticket_id=ticket.id,
        contact_id=by,
        side=side,
        text=text,
        at=at,
        links=[{"name": link.name, "url": link.url} for link in links],
        sent_at=at if sent else None,
        platform=place.platform if place else "",
        conversation=place.conversation if place else "",
        message=place.message if place else "",
    )
    session.add(message)
    return message


def by_token(session: Session, token: str) -> TicketMessage | None:
    return session.exec(select(TicketMessage).where(TicketMessage.token == token)).first()


def written(session: Session, place: Place, by: int) -> TicketMessage | None:
    """What this person wrote as this message of the platform's."""
    if not place.message:
        return None
    rows = select(TicketMessage).where(
        TicketMessage.platform == place.platform,
        TicketMessage.conversation == place.conversation,
        TicketMessage.message == place.message,
        TicketMessage.contact_id == by,
    )
    return session.exec(rows.limit(1)).first()


def said(session: Session, ticket: Ticket, limit: int) -> list[TicketMessage]:
    """The latest words that both sides have read, the oldest of them first."""
    rows = select(TicketMessage).where(
        TicketMessage.ticket_id == ticket.id, col(TicketMessage.sent_at).is_not(None), ~col(TicketMessage.deleted)
    )
    return list(session.exec(rows.order_by(col(TicketMessage.id).desc()).limit(limit)))[::-1]
