"""Many deals at once, as far as somebody may see them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, false, true
from sqlmodel import Session, and_, col, func, or_, select

from handlers.deals.models.deal import Deal, DealCollaborator
from handlers.deals.models.names import Name
from handlers.deals.models.rules import manages
from handlers.deals.models.states import LIVE, UNDECIDED, State
from handlers.partners.models import Partner, Role
from handlers.turn import Person

SOON = timedelta(days=30)
_STATES: dict[str, frozenset[State]] = {
    **dict.fromkeys(("open", "live", "active"), LIVE),
    **dict.fromkeys(("waiting", "pending", "undecided", "submitted"), UNDECIDED),
    **dict.fromkeys(("protected", "approved"), frozenset({State.approved})),
    "closed": frozenset(State) - LIVE,
    "all": frozenset(State),
    **{state: frozenset({state}) for state in State if state not in ("submitted", "approved")},
}


class Chosen(NamedTuple):
    """Which deals of those that somebody may see. ``name``: a part of the customer's or the partner's."""

    states: frozenset[State] = LIVE
    soon: bool = False
    name: str = ""

    @classmethod
    def by(cls, words: str) -> "Chosen":
        """ "open Kestrel": words that name a state choose by it, all others are a name."""
        states, rest, soon = frozenset[State](), list[str](), False
        for word in words.split()[:20]:
            folded = word.casefold().strip(",.")
            soon = soon or folded == "expiring"
            if folded in _STATES:
                states |= _STATES[folded]
            elif folded not in ("deals", "deal", "expiring"):
                rest.append(word)
        return cls(frozenset({State.approved}) if soon else states or LIVE, soon, " ".join(rest)[:100])


class Total(NamedTuple):
    stage: str
    currency: str
    number: int
    value: Decimal


def seen_by(who: Person) -> ColumnElement[bool]:
    """The one condition under which any deal is read for somebody."""
    if manages(who):
        return true()
    if who.partner_id is None:
        return false()
    own = col(Deal.partner_id) == who.partner_id
    if who.role == Role.partner_admin:
        return own
    shared = select(DealCollaborator.deal_id).where(DealCollaborator.contact_id == who.contact_id)
    return and_(own, or_(col(Deal.entered_by) == who.contact_id, col(Deal.id).in_(shared)))


def _chosen(session: Session, who: Person, chosen: Chosen, now: datetime) -> ColumnElement[bool]:
    wanted = and_(seen_by(who), col(Deal.state).in_(sorted(chosen.states)))
    if chosen.soon:
        wanted = and_(wanted, col(Deal.protected_until) <= now + SOON)
    if not chosen.name:
        return wanted
    named = []
    if latin := Name.of(chosen.name).latin:
        named.append(col(Deal.latin).contains(latin, autoescape=True))
    if manages(who):
        named.append(col(Deal.partner_id).in_(_partners(session, chosen.name)))
    return and_(wanted, or_(*named)) if named else false()


def _partners(session: Session, name: str) -> Sequence[int | None]:
    """Compared here, since databases do not fold every script's letters alike."""
    rows = session.exec(select(Partner.id, Partner.name).limit(10_000))
    return [partner_id for partner_id, full in rows if name.casefold() in full.casefold()]


def totals(session: Session, who: Person, chosen: Chosen, now: datetime) -> list[Total]:
    """By stage and currency."""
    rows = session.execute(
        select(Deal.stage, Deal.currency, func.count(), func.sum(Deal.value))
        .where(_chosen(session, who, chosen, now))
        .group_by(Deal.stage, Deal.currency)
    )
    return [Total(stage, currency, number, Decimal(value)) for stage, currency, number, value in rows]


def page(
    session: Session, who: Person, chosen: Chosen, now: datetime, start: int, length: int
) -> list[tuple[Deal, str]]:
    """Deals with their partners' names: first those whose protection ends next, then those that wait for a decision."""
    first = case((col(Deal.state) == State.approved, 0), else_=1)
    rows = session.exec(
        select(Deal, Partner.name)
        .join(Partner, col(Deal.partner_id) == col(Partner.id))
        .where(_chosen(session, who, chosen, now))
        .order_by(first, col(Deal.protected_until), col(Deal.due_at), col(Deal.id).desc())
        .offset(start)
        .limit(length)
    )
    return [(deal, name) for deal, name in rows]
