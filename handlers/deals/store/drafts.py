"""Drafts, and the checks of a partner that found somebody else's deal."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, delete, select, update

from handlers.deals.models.draft import Conflict, Draft
from handlers.deals.models.states import Verdict


def by_token(session: Session, token: str, contact_id: int) -> Draft | None:
    """One's own draft; nobody has anybody else's."""
    return session.exec(select(Draft).where(Draft.token == token, Draft.contact_id == contact_id)).first()


def latest(session: Session, contact_id: int) -> Draft | None:
    """What this person typed last and did not send."""
    typed = select(Draft).where(Draft.contact_id == contact_id, col(Draft.typed))
    return session.exec(typed.order_by(col(Draft.id).desc()).limit(1)).first()


def keep(session: Session, contact_id: int, values: Mapping[str, str], at: datetime, *, typed: bool) -> Draft:
    draft = Draft(token=uuid4().hex, contact_id=contact_id, values=dict(values), typed=typed, at=at)
    session.add(draft)
    return draft


def typed(session: Session, contact_id: int, token: str, values: Mapping[str, str], at: datetime) -> Draft:
    """What stands in a dialog now, in the place of all that was typed in dialogs before. Its button stays good."""
    draft = by_token(session, token, contact_id) or keep(session, contact_id, values, at, typed=True)
    others = delete(Draft).where(col(Draft.contact_id) == contact_id, col(Draft.typed))
    session.execute(others.where(col(Draft.token) != draft.token))
    draft.values, draft.typed, draft.at = dict(values), True, at
    return draft


def drop(session: Session, contact_id: int, token: str = "") -> list[str]:
    """A draft, and what was typed in dialogs: sent or thrown away, it is not offered again. Returns their tokens."""
    gone = delete(Draft).where(col(Draft.contact_id) == contact_id)
    gone = gone.where(col(Draft.typed) | (col(Draft.token) == token))
    return list(session.scalars(gone.returning(col(Draft.token))))


def drop_old(session: Session, before: datetime) -> None:
    session.execute(delete(Draft).where(col(Draft.at) < before))


def conflicts(session: Session, partner_id: int, since: datetime, limit: int) -> list[Conflict]:
    """The newest first."""
    found = select(Conflict).where(Conflict.partner_id == partner_id, Conflict.at > since)
    return list(session.exec(found.order_by(col(Conflict.at).desc()).limit(limit)))


def found(session: Session, partner_id: int, contact_id: int, at: datetime, verdict: Verdict) -> None:
    session.add(Conflict(partner_id=partner_id, contact_id=contact_id, at=at, verdict=verdict))


def reported(session: Session, partner_id: int, since: datetime) -> None:
    """The managers know of the partner's checks."""
    recent = update(Conflict).where(col(Conflict.partner_id) == partner_id, col(Conflict.at) > since)
    session.execute(recent.values(reported=True))


def forget(session: Session, before: datetime) -> None:
    session.execute(delete(Conflict).where(col(Conflict.at) < before))
