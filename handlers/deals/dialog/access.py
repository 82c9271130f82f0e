"""Finding a deal for somebody: what they may not see is not there, in the same words as what nobody has."""

from collections.abc import Collection

from sqlmodel import Session

from handlers.codes import understood
from handlers.deals.models import rules
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import DECISIONS, Act, Extension, State
from handlers.deals.models.whole import Whole
from handlers.deals.store import changes, deals
from handlers.deals.views.wording import STATES, moment
from handlers.errors import NotAllowed, PortalError
from handlers.turn import Turn

UNKNOWN = "There is no such deal for you. Write /deals to see the deals that you can see."
NOT_YOURS = "Only a channel manager decides about deals."
OWN = "Nobody decides about a deal of their own entry or their own partner. Ask another channel manager."
EXTENSION = frozenset({Act.extension_asked, Act.extended, Act.extension_declined})
STAY = frozenset({Act.moved, Act.noted, Act.shared})
PARTNERS_DO = "Only the partner's own people do this with their deal."


def code_of(text: str) -> str:
    """A button's value or what somebody typed, as a code; "" for what is none."""
    return understood("D", text[:40]) or ""


def seen(turn: Turn, text: str) -> Deal:
    """A deal to look at."""
    return _seen(turn, turn.look, deals.by_code(turn.look, code_of(text)))


def _seen(turn: Turn, session: Session, deal: Deal | None) -> Deal:
    if deal is None or not rules.sees(deal, turn.who, deals.collaborates(session, deal, turn.who.contact_id)):
        raise NotAllowed(UNKNOWN)
    return deal


def to_change(turn: Turn, text: str, act: Act, *, lock: bool = True) -> Deal:
    """A deal with which this may be done now, by this person. Locked, so that nobody else does something meanwhile."""
    if act in DECISIONS and not rules.manages(turn.who):
        raise NotAllowed(NOT_YOURS)
    session = turn.session if lock else turn.look
    deal = _seen(turn, session, (deals.locked if lock else deals.by_code)(session, code_of(text)))
    if not rules.may(act, deal, turn.who, deals.collaborates(session, deal, turn.who.contact_id)):
        raise NotAllowed(OWN if act in DECISIONS else PARTNERS_DO)
    if not deal.may(act):
        turn.result = "again"
        raise PortalError(_as_it_stands(changes.whole(session, deal), act, turn.who.time_zone))
    return deal


def _as_it_stands(whole: Whole, act: Act, zone: str) -> str:
    """Somebody else was there before, or it was done already: who, what and when."""
    deal = whole.deal
    if act in EXTENSION and deal.state == State.approved:
        return f"{_extension(deal, act)}{_last(whole, zone, EXTENSION)}. Nothing was changed."
    if deal.state == State.submitted:
        return f"{deal.code} is waiting for a decision, so this cannot be done now. Nothing was changed."
    return (
        f"{deal.code} is {STATES[State(deal.state)]} already{_last(whole, zone, frozenset(Act))}. Nothing was changed."
    )


def _extension(deal: Deal, act: Act) -> str:
    if deal.extension == Extension.none:
        return f"Nobody has asked for an extension of {deal.code}"
    if act == Act.extension_asked:
        return f"An extension of {deal.code} can be asked for once, and it was"
    return f"The extension of {deal.code} was {deal.extension} already"


def _last(whole: Whole, zone: str, acts: Collection[Act]) -> str:
    """Who brought the deal to where it stands, and when."""
    brought = [each for each in whole.history if each[0].act in acts and each[0].act not in STAY]
    if not brought:
        return ""
    event, name = brought[-1]
    by = f", by {name}" if name else ""
    return f"{by} on {moment(event.at, zone)}"
