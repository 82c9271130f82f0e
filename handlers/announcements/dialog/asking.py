"""Asking a second manager: whether it may go to many, or whether what they approved may say something else."""

from collections.abc import Mapping, Sequence

from handlers.announcements.dialog.preview import for_whom, reach
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import Announcement
from handlers.announcements.store import announcements, progress
from handlers.announcements.views import draft
from handlers.announcements.views.wording import people, when
from handlers.errors import PortalError
from handlers.partners import store as partners
from handlers.turn import Outcome, Rewrite, Say, Tell, Turn
from handlers.ui import Card

NO_OTHER = (
    "A second manager has to approve {code}, and there is nobody else who could: neither a managers' channel nor "
    "another manager. Nothing was {done}."
)
LATER = "This has been changed since. The newest request stands below."


def ask(turn: Turn, what: Announcement, number: int, proposed: Mapping[str, str] | None = None) -> Sequence[Outcome]:
    """In the managers' channel or, where there is none, in everybody's own messages. What was asked before and not
    decided, nobody decides any more. ``number``: how many people it reaches; ``proposed``: other words for it."""
    before = withdraw(what, LATER)
    what.requests, what.proposed = what.requests + 1, dict(proposed) if proposed else None
    card = request(turn, what, number)
    if turn.policy.has_managers_channel:
        return [*before, Say(card, to="managers", subject=what.request)]
    others = [one for one in partners.vendors(turn.look, rules.SENDERS) if one.id != what.author_id]
    if not others:
        raise PortalError(NO_OTHER.format(code=what.code, done="sent" if what.begun_at is None else "changed"))
    return [*before, *(Tell(one.id, card, subject=what.request) for one in others if one.id is not None)]


def withdraw(what: Announcement, why: str) -> Sequence[Outcome]:
    """Nobody has to decide any more."""
    if not what.asks:
        return ()
    what.proposed = None
    return [Rewrite(what.request, draft.decided(what, why, "info"), everywhere=True)]


def request(turn: Turn, what: Announcement, number: int) -> Card:
    author = announcements.author(turn.session, what).name
    if what.proposed is None:
        to = f"{people(number)} ({for_whom(turn.look, what)})"
        return draft.asked(what, f"{author} wants to send this to {to}. {when(what)}.", what.words)
    lead = f"{author} wants {what.code}, for {people(number)}, to say this. Until you decide it stays as it is."
    return draft.asked(what, lead, what.proposed)


def reached(turn: Turn, what: Announcement) -> int:
    """How many get it, or were to get it."""
    if what.begun_at is None:
        return reach(turn.look, what, turn.policy, turn.now).number
    return progress.counts(turn.session, what).chosen
