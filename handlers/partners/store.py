"""Every query on partners, contacts and chat identities. Nothing here commits."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from handlers.partners.models import ChatIdentity, Contact, Partner
from knowledge.base import insert_into

SEEN_AGAIN_AFTER = timedelta(minutes=5)


def by_email(session: Session, email: str) -> tuple[Contact, Partner | None] | None:
    """The active contact with this address."""
    found = session.exec(
        select(Contact, Partner)
        .join(Partner, col(Contact.partner_id) == col(Partner.id), isouter=True)
        .where(Contact.email == email.casefold(), col(Contact.active))
    ).first()
    return (found[0], found[1]) if found else None


def everybody(session: Session) -> list[tuple[Contact, Partner | None]]:
    rows = session.exec(
        select(Contact, Partner)
        .join(Partner, col(Contact.partner_id) == col(Partner.id), isouter=True)
        .where(col(Contact.active))
        .order_by(func.coalesce(Partner.name, ""), Contact.name)
    )
    return [(contact, partner) for contact, partner in rows]


def active_emails(session: Session) -> frozenset[str]:
    return frozenset(session.exec(select(Contact.email).where(col(Contact.active))))


def remember(session: Session, platform: str, team: str, user: str, contact_id: int, email: str, now: datetime) -> None:
    """Keep who somebody is in a chat, for messages they did not ask for."""
    fields = {"contact_id": contact_id, "email": email, "seen_at": now}
    known = insert_into(ChatIdentity, session.get_bind().dialect.name).values(
        platform=platform, team=team, user=user, **fields
    )
    session.execute(known.on_conflict_do_update(index_elements=["platform", "team", "user"], set_=fields))


def partners_by_name(session: Session) -> dict[str, Partner]:
    """Partners by their folded name."""
    return {partner.name.casefold(): partner for partner in session.exec(select(Partner))}


def contacts_by_email(session: Session) -> dict[str, Contact]:
    return {contact.email: contact for contact in session.exec(select(Contact))}
