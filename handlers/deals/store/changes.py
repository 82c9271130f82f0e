"""How a deal changes: always here, so that its history, its keys and its clock go along."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from handlers.deals.models import times
from handlers.deals.models.deal import Deal, DealCollaborator, DealKey
from handlers.deals.models.states import DECISIONS, Act
from handlers.deals.models.whole import Whole
from handlers.deals.store import deals
from handlers.partners import store as partners
from handlers.partners.models import Contact, Partner

EVENTS = 8  # of the history, on a card


def apply(
    session: Session, deal: Deal, act: Act, by: int | None, at: datetime, said: str = "", internal: str = ""
) -> None:
    """``deal`` is locked, and somebody has asked whether this may happen. ``by`` is None for the clock."""
    deal.enter(act)
    if act in DECISIONS:
        deal.decided_by, deal.decided_at = by, at
    elif by is not None:
        deal.changed_at = at
        deal.nudge_at = at + times.STALLED
    times.settle(deal)
    session.add(deal)
    deals.log(session, deal, act, by, at, said, internal)
    if not deal.live:
        session.execute(delete(DealKey).where(col(DealKey.deal_id) == deal.id))


def zone(session: Session, partner: Partner) -> str:
    """Where the channel manager is who is in charge of a partner."""
    manager = partners.manager_of(session, partner)
    return manager.time_zone if manager else "UTC"


def partner(session: Session, deal: Deal) -> Partner:
    found = partners.partner_by_id(session, deal.partner_id)
    assert found is not None, "a foreign key says so"
    return found


def people(session: Session, deal: Deal) -> Sequence[Contact]:
    """Who hears of changes: those who work on it and still belong to the partner."""
    shared = select(DealCollaborator.contact_id).where(DealCollaborator.deal_id == deal.id)
    concerned = select(Contact).where(
        (col(Contact.id) == deal.entered_by) | col(Contact.id).in_(shared),
        Contact.partner_id == deal.partner_id,
        col(Contact.active),
    )
    return session.exec(concerned.order_by(Contact.name).limit(100)).all()


def whole(session: Session, deal: Deal) -> Whole:
    session.flush()
    entered_by = partners.by_id(session, deal.entered_by)
    assert entered_by is not None, "a foreign key says so"
    return Whole(
        deal=deal,
        partner=partner(session, deal),
        entered_by=entered_by,
        decider=partners.by_id(session, deal.decided_by) if deal.decided_by else None,
        original=deals.by_id(session, deal.duplicate_of) if deal.duplicate_of else None,
        people=deals.collaborators(session, deal),
        history=deals.history(session, deal, EVENTS),
    )
