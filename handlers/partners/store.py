"""Every query on partners, contacts, chat identities and certificates. Nothing here commits."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, case, false
from sqlmodel import Session, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from handlers.partners.models import Certificate, ChatIdentity, Contact, Partner, Programme
from knowledge.base import insert_into

SEEN_AGAIN_AFTER = timedelta(minutes=5)


_BY_EMAIL = (
    select(Contact, Partner)
    .join(Partner, col(Contact.partner_id) == col(Partner.id), isouter=True)
    .where(Contact.email == bindparam("email"), col(Contact.active))
)


def by_email(session: Session, email: str) -> tuple[Contact, Partner | None] | None:
    """The active contact with this address."""
    found = session.exec(_BY_EMAIL, params={"email": email.casefold()}).first()
    return (found[0], found[1]) if found else None


def by_chat(session: Session, platform: str, team: str, user: str) -> tuple[Contact, Partner | None] | None:
    """The active contact who was let in as this chat user by an invitation or an approval."""
    found = session.exec(
        select(Contact, Partner)
        .join(ChatIdentity, col(ChatIdentity.contact_id) == col(Contact.id))
        .join(Partner, col(Contact.partner_id) == col(Partner.id), isouter=True)
        .where(
            ChatIdentity.platform == platform,
            ChatIdentity.team == team,
            ChatIdentity.user == user,
            col(ChatIdentity.granted),
            col(Contact.active),
        )
    ).first()
    return (found[0], found[1]) if found else None


def active(session: Session, contact_id: int) -> tuple[Contact, Partner | None] | None:
    """The contact, unless they have left."""
    mine = select(Contact, Partner).join(Partner, col(Contact.partner_id) == col(Partner.id), isouter=True)
    found = session.exec(mine.where(Contact.id == contact_id, col(Contact.active))).first()
    return (found[0], found[1]) if found else None


def by_id(session: Session, contact_id: int) -> Contact | None:
    return session.get(Contact, contact_id)


def partner_by_id(session: Session, partner_id: int) -> Partner | None:
    return session.get(Partner, partner_id)


def colleagues(session: Session, partner_id: int, limit: int) -> list[Contact]:
    """The active people of a partner, by name."""
    of_partner = select(Contact).where(Contact.partner_id == partner_id, col(Contact.active))
    return list(session.exec(of_partner.order_by(Contact.name).limit(limit)))


def manager_of(session: Session, partner: Partner) -> Contact | None:
    """The channel manager who is in charge of a partner, if they are a contact; never somebody of a partner's, whatever
    a file says."""
    found = by_email(session, partner.manager_email) if partner.manager_email else None
    return found[0] if found and found[1] is None else None


def vendors(session: Session, roles: Collection[str], limit: int = 50) -> list[Contact]:
    """The vendor's own people in these roles, by name."""
    found = select(Contact).where(col(Contact.role).in_(sorted(roles)), col(Contact.active))
    return list(session.exec(found.order_by(Contact.name).limit(limit)))


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = session.exec(select(Partner.id, Partner.name).where(col(Partner.id).in_(ids))) if ids else ()
    return {partner_id: name for partner_id, name in rows if partner_id is not None}


def partner_names(session: Session, limit: int = 101) -> list[str]:
    return list(session.exec(select(Partner.name).order_by(Partner.name).limit(limit)))


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


def remember(
    session: Session,
    platform: str,
    team: str,
    user: str,
    contact_id: int,
    email: str,
    now: datetime,
    direct: str = "",
) -> None:
    """Keep who somebody is in a chat, for messages they did not ask for. What was granted was granted to one contact:
    when the platform now vouches for another one, it is over."""
    fields = {"contact_id": contact_id, "email": email, "seen_at": now, "away": False} | (
        {"direct": direct} if direct else {}
    )
    known = insert_into(ChatIdentity, session.get_bind().dialect.name).values(
        platform=platform, team=team, user=user, **fields
    )
    still = case((col(ChatIdentity.contact_id) == contact_id, col(ChatIdentity.granted)), else_=false())
    changed = {**fields, "granted": still}
    session.execute(known.on_conflict_do_update(index_elements=["platform", "team", "user"], set_=changed))


def grant(session: Session, chat: tuple[str, str, str], contact: Contact, now: datetime) -> None:
    """From now on this chat user is this contact, whatever the platform says of their address."""
    assert contact.id is not None
    remember(session, *chat, contact.id, contact.email, now)
    platform, team, user = chat
    session.exec(
        update(ChatIdentity)
        .where(col(ChatIdentity.platform) == platform, col(ChatIdentity.team) == team, col(ChatIdentity.user) == user)
        .values(granted=True)
    )


_LAST_SEEN = (
    select(ChatIdentity)
    .where(ChatIdentity.contact_id == bindparam("contact"), ~col(ChatIdentity.away))
    .where(col(ChatIdentity.platform).in_(bindparam("platforms", expanding=True)))
    .order_by(col(ChatIdentity.seen_at).desc())
    .limit(1)
)


def last_seen(session: Session, contact_id: int, platforms: Sequence[str]) -> ChatIdentity | None:
    """Where a person was last, on one of these platforms."""
    return session.exec(_LAST_SEEN, params={"contact": contact_id, "platforms": platforms}).first()


def seen_just_now(
    session: Session, contact_id: int, chat: tuple[str, str, str], platforms: Sequence[str], now: datetime
) -> bool:
    """Whether this is where they were last, and only minutes ago."""
    last = last_seen(session, contact_id, platforms)
    if last is None or now - last.seen_at >= SEEN_AGAIN_AFTER:
        return False
    return (last.platform, last.team, last.user) == chat


def notify(session: Session, contact_id: int, platform: str) -> None:
    """Where this person wants to be told things; "" for where they were last seen."""
    session.exec(update(Contact).where(col(Contact.id) == contact_id).values(notify_on=platform))


def mark_away(session: Session, platform: str, team: str, user: str, *, away: bool) -> None:
    """Whether somebody has the assistant among their chats, or has removed it."""
    session.exec(
        update(ChatIdentity)
        .where(col(ChatIdentity.platform) == platform, col(ChatIdentity.team) == team, col(ChatIdentity.user) == user)
        .values(away=away)
    )


def partners_by_name(session: Session) -> dict[str, Partner]:
    """Partners by their folded name."""
    return {partner.name.casefold(): partner for partner in session.exec(select(Partner))}


def contacts_by_email(session: Session) -> dict[str, Contact]:
    return {contact.email: contact for contact in session.exec(select(Contact))}


def programmes(session: Session) -> list[Programme]:
    return list(session.exec(select(Programme).order_by(Programme.key)))


def certified(names: Sequence[str], on: date) -> SelectOfScalar[int]:
    """The ids of all contacts who hold a certificate of one of these programmes that is valid on a day, as a part of
    other queries: ``where(col(Contact.id).in_(certified(["Lens Engineer"], today)))``."""
    return (
        select(Certificate.contact_id)
        .join(Programme, col(Certificate.programme_id) == col(Programme.id))
        .where(
            col(Programme.key).in_([name.casefold() for name in names]),
            col(Certificate.issued_on) <= on,
            col(Certificate.expires_on) >= on,
        )
    )


def certified_until(session: Session, partner_id: int, programme_id: int, on: date) -> list[date]:
    """For every active person of a partner who is certified on a day, the last day on which they are."""
    held = (
        select(func.max(Certificate.expires_on))
        .join(Contact, col(Certificate.contact_id) == col(Contact.id))
        .where(
            Contact.partner_id == partner_id,
            col(Contact.active),
            Certificate.programme_id == programme_id,
            col(Certificate.issued_on) <= on,
            col(Certificate.expires_on) >= on,
        )
        .group_by(col(Contact.id))
    )
    return list(session.exec(held))
