"""One deal: found, locked, added, and what happened to it."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select, union_all

from handlers.codes import code
from handlers.deals.models.deal import Customer, Deal, DealCollaborator, DealEvent, DealKey
from handlers.deals.models.states import MANY, Act, State
from handlers.partners.models import Contact

TRIES = 4  # codes of each length that are tried


def by_code(session: Session, code: str) -> Deal | None:
    return session.exec(select(Deal).where(Deal.code == code)).first()


def by_id(session: Session, deal_id: int) -> Deal | None:
    return session.get(Deal, deal_id)


def locked(session: Session, code: str) -> Deal | None:
    """Nobody else changes it until the turn is over, and what they changed before is seen."""
    found = select(Deal).where(Deal.code == code).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).first()


def collaborates(session: Session, deal: Deal, contact_id: int) -> bool:
    return session.get(DealCollaborator, (deal.id, contact_id)) is not None


def collaborators(session: Session, deal: Deal) -> Sequence[Contact]:
    joined = select(Contact).join(DealCollaborator, col(DealCollaborator.contact_id) == col(Contact.id))
    return session.exec(joined.where(DealCollaborator.deal_id == deal.id).order_by(Contact.name).limit(100)).all()


def share(session: Session, deal: Deal, contact_id: int) -> None:
    assert deal.id is not None
    session.add(DealCollaborator(deal_id=deal.id, contact_id=contact_id))


def add(session: Session, deal: Deal) -> None:
    """With a code that no other deal has; the caller is alone among those who add."""
    deal.code = free_code(lambda code: by_code(session, code) is not None)
    session.add(deal)
    session.flush()
    put_all_keys(session, [deal])


def free_code(taken: Callable[[str], bool]) -> str:
    for longer in range(TRIES + 1):
        for _ in range(TRIES):
            made = code("D", longer)
            if not taken(made):
                return made
    raise AssertionError("so many deals that no code is left")


def put_keys(session: Session, deal: Deal) -> None:
    """A live deal is found by its keys, a closed one by none."""
    assert deal.id is not None
    session.execute(delete(DealKey).where(col(DealKey.deal_id) == deal.id))
    put_all_keys(session, [deal])


def put_all_keys(session: Session, fresh: Sequence[Deal]) -> None:
    """Of deals that have none yet. What is returned is of no use, but has them all go in one statement."""
    rows = [{"key": key, "deal_id": deal.id} for deal in fresh if deal.live for key in sorted(keys(deal.identity))]
    if rows:
        session.execute(insert(DealKey).returning(col(DealKey.deal_id)), rows).all()


def keys(customer: Customer) -> frozenset[str]:
    return customer.exact | customer.name.parts()


def log(
    session: Session, deal: Deal, act: Act, by: int | None, at: datetime, said: str = "", internal: str = ""
) -> None:
    """``internal`` is for the vendor's people alone."""
    assert deal.id is not None
    event = DealEvent(deal_id=deal.id, at=at, contact_id=by, act=act, state=deal.state, said=said, internal=internal)
    session.add(event)


def history(session: Session, deal: Deal, limit: int) -> list[tuple[DealEvent, str]]:
    """The last events, oldest first, each with the name of who did it ("" for the clock)."""
    rows = session.exec(
        select(DealEvent, Contact.name)
        .join(Contact, col(DealEvent.contact_id) == col(Contact.id), isouter=True)
        .where(DealEvent.deal_id == deal.id)
        .order_by(col(DealEvent.id).desc())
        .limit(limit)
    )
    return [(event, name or "") for event, name in rows][::-1]


def counts(session: Session, partner_id: int) -> dict[str, int]:
    """How many deals of a partner are in which state; counting stops at ``MANY``."""
    each = [
        select(select(Deal.state).where(Deal.partner_id == partner_id, Deal.state == state).limit(MANY).subquery())
        for state in State
    ]
    return Counter(state for (state,) in session.execute(union_all(*each)))
