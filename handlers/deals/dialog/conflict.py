"""What a partner learns of other partners' deals: clear, needs review, protected until a month. Nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.deals.models import rules
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import UNDECIDED, Verdict
from handlers.deals.store import deals, drafts
from handlers.deals.store.alike import Match
from handlers.deals.views import desk
from handlers.deals.views.wording import month
from handlers.hours import zone_of
from handlers.turn import Outcome, Say, Turn

WINDOW = timedelta(hours=1)
MOST = 5  # conflicts of a partner within the window


@dataclass(frozen=True, slots=True)
class Found:
    """``refused``: why the deal cannot be registered now, "" if it can."""

    verdict: Verdict
    refused: str = ""
    outcomes: Sequence[Outcome] = ()


def held_already(turn: Turn, partner_id: int, similar: Sequence[Match]) -> str:
    """Which deal of their own it is, for who may see it; "" if there is none."""
    mine = [match.deal for match in similar if match.deal.partner_id == partner_id and _same(match)]
    held = next((deal for deal in mine if _holds(deal, turn.now)), None)
    if held is None:
        return ""
    if rules.sees(held, turn.who, deals.collaborates(turn.session, held, turn.who.contact_id)):
        return f"This customer is registered already: it is your deal {held.code}. Write /deals to see it."
    return (
        "Your company has registered this customer already. Ask your partner admin to add you to that deal as a "
        "collaborator."
    )


def conflict(turn: Turn, partner_id: int, similar: Sequence[Match]) -> Found:
    """The check itself. Who ran into many conflicts has to wait, whatever this one would have found."""
    recent = drafts.conflicts(turn.session, partner_id, turn.now - WINDOW, MOST)
    if len(recent) >= MOST:
        return Found(Verdict.review, _slowed(turn, recent[-1].at))
    others = [match for match in similar if match.deal.partner_id != partner_id and _holds(match.deal, turn.now)]
    if not others:
        return Found(Verdict.clear)
    protected = [match.deal for match in others if _same(match) and match.deal.protected(turn.now)]
    verdict = Verdict.protected if protected else Verdict.review
    drafts.found(turn.session, partner_id, turn.who.contact_id, turn.now, verdict)
    until = max((deal.protected_until for deal in protected if deal.protected_until), default=turn.now)
    refused = f"This customer is protected until {month(until)}." if protected else ""
    return Found(verdict, refused, _reported(turn, partner_id))


def _same(match: Match) -> bool:
    return match.likeness == Verdict.protected


def _holds(deal: Deal, now: datetime) -> bool:
    """Whether it stands in anybody's way: a protection that is over does not, even before the clock has said so."""
    return deal.state in UNDECIDED or deal.protected(now)


def _slowed(turn: Turn, oldest: datetime) -> str:
    until = (oldest + WINDOW).astimezone(zone_of(turn.who.time_zone))
    return (
        "Your company has run into many conflicts within the last hour, so its checks are slowed. Nothing was checked. "
        f"Try again after {until:%H:%M}."
    )


def _reported(turn: Turn, partner_id: int) -> Sequence[Outcome]:
    """The managers hear once of a partner who runs into so many."""
    turn.session.flush()
    recent = drafts.conflicts(turn.session, partner_id, turn.now - WINDOW, MOST)
    if len(recent) < MOST or any(each.reported for each in recent):
        return ()
    drafts.reported(turn.session, partner_id, turn.now - WINDOW)
    card = desk.probing(turn.who.partner, len(recent), recent[-1].at + WINDOW)
    return [Say(card, to="managers", subject=f"deal-checks:{partner_id}")]
