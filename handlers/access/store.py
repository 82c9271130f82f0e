"""Every query on requests for access, invitations and wrong codes. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from handlers.access.models import AccessRequest, Invite, RequestState, WrongCode, digest, new_code
from handlers.partners.models import Contact, Partner
from knowledge.base import alone

Chat = tuple[str, str, str]


def one_by_one(session: Session) -> None:
    """Who is let in is decided one by one: what two people do in the same instant comes in a row."""
    alone(session, "access")


# Requests


def latest(session: Session, chat: Chat) -> AccessRequest | None:
    """What this chat user asked for last."""
    platform, team, user = chat
    asked = select(AccessRequest).where(
        AccessRequest.platform == platform, AccessRequest.team == team, AccessRequest.user == user
    )
    return session.exec(asked.order_by(col(AccessRequest.id).desc()).limit(1)).first()


def asked_since(session: Session, since: datetime, chat: Chat | None = None) -> int:
    """How many requests there were, of everybody or of one chat user."""
    asked = select(func.count()).select_from(AccessRequest).where(AccessRequest.asked_at > since)
    if chat:
        platform, team, user = chat
        asked = asked.where(AccessRequest.platform == platform, AccessRequest.team == team, AccessRequest.user == user)
    return session.exec(asked).one()


def by_token(session: Session, token: str) -> AccessRequest | None:
    return session.exec(select(AccessRequest).where(AccessRequest.token == token)).first()


def locked(session: Session, request: AccessRequest) -> AccessRequest:
    """The request as it is now, held until the end of the turn."""
    held = select(AccessRequest).where(AccessRequest.id == request.id).with_for_update()
    return session.exec(held.execution_options(populate_existing=True)).one()


# Who they might be


def holder(session: Session, email: str) -> Contact | None:
    """The contact with this address, deactivated or not."""
    return session.exec(select(Contact).where(Contact.email == email.casefold())).first()


def partner_of_domain(session: Session, domain: str) -> int | None:
    """The one partner whose people have addresses at this domain; None if there is none, or more than one."""
    at = select(Contact.partner_id).where(
        col(Contact.email).endswith(f"@{domain}", autoescape=True), col(Contact.partner_id).is_not(None)
    )
    found = session.exec(at.distinct().limit(2)).all()
    return found[0] if len(found) == 1 else None


def partners(session: Session, limit: int) -> list[Partner]:
    return list(session.exec(select(Partner).order_by(func.lower(Partner.name), Partner.name).limit(limit)))


# Invitations


def invite(session: Session, contact: Contact, now: datetime, valid: timedelta) -> tuple[str, Invite]:
    """A new code for a contact; older ones of theirs are void. The code itself is kept nowhere."""
    assert contact.id is not None
    one_by_one(session)
    void(session, contact.id, now)
    code = new_code()
    made = Invite(contact_id=contact.id, digest=digest(code), created_at=now, expires_at=now + valid)
    session.add(made)
    return code, made


def void(session: Session, contact_id: int, now: datetime) -> None:
    """Codes of this contact that nobody has used work no more."""
    unused = (
        col(Invite.contact_id) == contact_id,
        col(Invite.used_at).is_(None),
        col(Invite.voided_at).is_(None),
    )
    session.exec(update(Invite).where(*unused).values(voided_at=now))


def leaked(session: Session, codes: Sequence[str], now: datetime) -> list[Contact]:
    """Codes that others have read work no more. Returns for whom they were, if they would have worked."""
    read = select(Invite, Contact).join(Contact, col(Invite.contact_id) == col(Contact.id))
    found = session.exec(read.where(col(Invite.digest).in_([digest(f"INV-{code}") for code in codes]))).all()
    good = [(invite, contact) for invite, contact in found if invite.good(now)]
    for invite, _ in good:
        invite.voided_at = now
        session.add(invite)
    return [contact for _, contact in good]


def invited(session: Session, code: str, now: datetime) -> tuple[Invite, Contact] | None:
    """What a code opens now, held until the end of the turn; None if it lets nobody in."""
    found = session.exec(select(Invite).where(Invite.digest == digest(f"INV-{code}")).with_for_update()).first()
    if found is None or not found.good(now):
        return None
    contact = session.get(Contact, found.contact_id)
    return (found, contact) if contact is not None and contact.active else None


def wrong_codes(session: Session, chat: Chat, limit: int) -> list[datetime]:
    """When this chat user last typed wrong codes, newest first."""
    platform, team, user = chat
    typed = select(WrongCode.at).where(WrongCode.platform == platform, WrongCode.team == team, WrongCode.user == user)
    return list(session.exec(typed.order_by(col(WrongCode.at).desc()).limit(limit)))


def wrong_since(session: Session, since: datetime) -> int:
    return session.exec(select(func.count()).select_from(WrongCode).where(WrongCode.at > since)).one()


def settle(session: Session, chat: Chat, contact_id: int, now: datetime) -> AccessRequest | None:
    """End the open request of somebody who came in by a code; returns it."""
    asked = latest(session, chat)
    if asked is None or asked.state != RequestState.open:
        return None
    asked.state, asked.contact_id, asked.decided_at = RequestState.settled, contact_id, now
    session.add(asked)
    return asked
