"""A second manager decides: what they were asked goes out, or says something else; or it does not."""

from collections.abc import Sequence

from pydantic import Field

from handlers.announcements.dialog.access import CHANGED, UNKNOWN, allowed, becomes, code_of
from handlers.announcements.dialog.correcting import change
from handlers.announcements.dialog.preview import reach, sendable, standing, starts
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import Announcement, State
from handlers.announcements.models.counts import Reach
from handlers.announcements.store import announcements
from handlers.announcements.views import draft, forms, reader
from handlers.announcements.views.wording import people
from handlers.errors import NotAllowed, PortalError
from handlers.feature import Typed
from handlers.turn import Open, Outcome, Rewrite, Tell, Turn
from handlers.ui import Card

OWN = "Nobody approves their own announcement. Another channel manager or an operator has to."


class Declined(Typed):
    reason: str = Field(min_length=1, max_length=forms.LONGEST_REASON)


def _to_decide(turn: Turn, value: str, *, lock: bool = True) -> Announcement:
    """``value``: "code:request", so that nobody approves words other than those above the button; whoever writes the
    code alone decides what is asked now."""
    allowed(turn)
    code, _, number = value.partition(":")
    what = (announcements.locked if lock else announcements.by_code)(turn.session if lock else turn.look, code_of(code))
    if what is None:
        raise NotAllowed(UNKNOWN)
    if not rules.approves(what, turn.who):
        raise NotAllowed(OWN)
    if not what.asks:
        turn.result = "again"
        raise PortalError(f"Nothing about {what.code} waits for your approval any more. Nothing was changed.")
    if number and number != str(what.requests):
        raise PortalError(CHANGED.format(code=what.code))
    return what


def approve(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "approved"
    what = _to_decide(turn, value, lock=False)
    if what.proposed is not None:
        return _approve_words(turn, value)
    reached = reach(turn.look, what, turn.policy, turn.now)
    sendable(turn, what, reached, turn.look)
    what = _to_decide(turn, value)
    what.state, what.approved_by = State.scheduled, turn.who.contact_id
    what.starts_at = starts(turn, what)
    said = f"{turn.who.name} approved {what.code}, to {people(reached.number)}."
    return _decided(turn, what, said, "success", reached=reached)


def _approve_words(turn: Turn, value: str) -> Sequence[Outcome]:
    what = _to_decide(turn, value)
    assert what.proposed is not None
    change(turn, what, what.proposed)
    what.approved_by = turn.who.contact_id
    return _decided(turn, what, f"{turn.who.name} approved the new words of {what.code}.", "success")


def ask_why(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    _to_decide(turn, value, lock=False)
    return [Open(forms.declined(value))]


def decline(turn: Turn, value: str, entry: Declined) -> Sequence[Outcome]:
    """What was to be sent is a draft again; what was to be changed stays as it is."""
    turn.kind, turn.result = "announcement", "declined"
    what = _to_decide(turn, value)
    if what.proposed is not None:
        what.proposed = None
        said = f"{turn.who.name} declined the new words of {what.code}: {entry.reason}"
        return _decided(turn, what, said, "warning", draft.edits(what))
    what.state = State.draft
    return _decided(turn, what, f"{turn.who.name} declined {what.code}: {entry.reason}", "warning", draft.left(what))


def _decided(
    turn: Turn, what: Announcement, said: str, tone: str, go_on: Card | None = None, reached: Reach | None = None
) -> Sequence[Outcome]:
    """Whoever was asked sees what was decided, its author is told, and the author's card goes on."""
    turn.session.add(what)
    turn.session.flush()
    zone = announcements.author(turn.session, what).time_zone
    told = Card(body=(*reader.line(said, tone).body, *(go_on.body if go_on else ())))
    return [
        *becomes(turn, what.request, draft.decided(what, said, tone)),
        Rewrite(what.desk, standing(turn, what, zone, reached)),
        Tell(what.author_id, told),
    ]
