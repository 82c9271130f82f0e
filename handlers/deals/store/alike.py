"""Live deals for the same customer or a similar one, found by keys so that the number of deals hardly matters."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select as columns
from sqlmodel import Session, col, select, union_all

from handlers.deals.models.deal import Customer, Deal, DealKey
from handlers.deals.models.names import Name
from handlers.deals.models.states import Verdict

EXACT = 100  # deals that are looked at for each key that only the same customer has
COMMON = 150  # a word that more names than this have in common says nothing; there are others in the name
SHOWN = 20
AT_ONCE = 400  # ids in one query; every database takes as many


class Match(NamedTuple):
    """``likeness``: ``protected`` for the same customer, ``review`` for a similar one."""

    deal: Deal
    likeness: Verdict


def matches(session: Session, customer: Customer) -> list[Match]:
    """The nearest first."""
    likenesses: dict[int, Verdict] = {}
    for ids in _chunks(sorted(_candidates(session, customer))):
        for deal_id, other in _customers(session, ids):
            if (likeness := customer.likeness(other)) != Verdict.clear:
                likenesses[deal_id] = likeness
    nearest = sorted(likenesses, key=lambda deal_id: (likenesses[deal_id] != Verdict.protected, deal_id))[:SHOWN]
    found = session.exec(select(Deal).where(col(Deal.id).in_(nearest)).execution_options(populate_existing=True))
    deals = {deal.id: deal for deal in found} if nearest else {}
    return [Match(deals[deal_id], likenesses[deal_id]) for deal_id in nearest]


def _candidates(session: Session, customer: Customer) -> set[int]:
    limits = dict.fromkeys(customer.name.parts(), COMMON) | dict.fromkeys(customer.exact, EXACT)
    each = [
        select(select(DealKey.key, DealKey.deal_id).where(DealKey.key == key).limit(limit + 1).subquery())
        for key, limit in sorted(limits.items())
    ]
    by_key: dict[str, list[int]] = {}
    for key, deal_id in session.execute(union_all(*each)):
        by_key.setdefault(key, []).append(deal_id)
    return {deal_id for key, ids in by_key.items() if key in customer.exact or len(ids) <= COMMON for deal_id in ids}


def _customers(session: Session, ids: Sequence[int]) -> Iterable[tuple[int, Customer]]:
    """Without the rest of the row: there may be hundreds."""
    compared = (Deal.id, Deal.domain, Deal.mail_domain, Deal.skeleton, Deal.latin, Deal.native)
    for deal_id, domain, mail, skeleton, latin, native in session.execute(
        columns(*map(col, compared)).where(col(Deal.id).in_(ids))
    ):
        yield deal_id, Customer(domain, mail, skeleton, Name(latin, native))


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
