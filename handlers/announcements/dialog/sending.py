"""From a preview to its readers: a test, and the sending itself."""

from collections.abc import Sequence
from datetime import datetime

from handlers.announcements.dialog.access import NOT_YOURS, in_place, seen, to_change
from handlers.announcements.dialog.asking import LATER, ask, withdraw
from handlers.announcements.dialog.going import told
from handlers.announcements.dialog.preview import complete, reach, sendable, standing, starts
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import Announcement, State
from handlers.announcements.models.counts import Reach
from handlers.announcements.store import announcements
from handlers.announcements.views import reader
from handlers.announcements.views.wording import people, when
from handlers.errors import NotAllowed, PortalError
from handlers.notices import store as notices
from handlers.turn import Outcome, Rewrite, Say, Tell, Turn

WORDS_FIRST = "A second manager decides about new words of {code}. Change who gets it, or when, after that."


def test(turn: Turn, code: str) -> Sequence[Outcome]:
    """To the one who asks, as its readers will get it."""
    turn.kind, turn.result = "announcement", "tested"
    what = seen(turn, code)
    if not rules.commands(what, turn.who):
        raise NotAllowed(NOT_YOURS)
    complete(what)
    card = reader.announcement(what, announcements.author(turn.look, what).name)
    return [
        Say(card, to="direct"),
        Say(reader.line(f"This was a test of {what.code}, sent to you alone."), to="direct"),
    ]


def send(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "announcement", "sent"
    what = to_change(turn, code, State.draft, lock=False)
    reached = reach(turn.look, what, turn.policy, turn.now)  # looking comes first: others wait while it is locked
    sendable(turn, what, reached, turn.look)
    what = to_change(turn, code, State.draft)
    if reached.number > turn.policy.approval_over:
        return _ask(turn, what, reached)
    return _release(turn, what, reached)


def _ask(turn: Turn, what: Announcement, reached: Reach) -> Sequence[Outcome]:
    """A second manager decides."""
    turn.result = "asked"
    requests = ask(turn, what, reached.number)
    what.state = State.asked
    turn.session.add(what)
    said = f"{what.code} would go to {people(reached.number)}, so a second manager has been asked to approve it."
    return [*in_place(turn, reader.line(said)), *_card(turn, what, reached), *requests]


def _release(turn: Turn, what: Announcement, reached: Reach) -> list[Outcome]:
    what.state = State.scheduled
    what.starts_at = starts(turn, what)
    turn.session.add(what)
    turn.session.flush()
    said = f"{_goes(what, turn.now, people(reached.number))} Its card is in your direct messages."
    return [*in_place(turn, reader.line(said, "success")), *_card(turn, what, reached)]


def again(turn: Turn, what: Announcement, *, same: bool) -> Sequence[Outcome]:
    """What waits for its time, or for approval, has another audience or time. ``same``: only another time. A second
    manager approves whom it goes to, above the bound; when it goes is its author's."""
    turn.result = "changed"
    if what.proposed is not None:
        raise PortalError(WORDS_FIRST.format(code=what.code))
    reached = reach(turn.session, what, turn.policy, turn.now)
    sendable(turn, what, reached, turn.session)
    to = people(reached.number)
    if reached.number > turn.policy.approval_over and not (same and what.state == State.scheduled):
        requests = ask(turn, what, reached.number)
        what.state, what.approved_by = State.asked, None
        return [*told(turn, what, f"{what.code} would go to {to} now. A second manager has to approve it."), *requests]
    withdrawn = withdraw(what, LATER)
    what.state, what.starts_at = State.scheduled, starts(turn, what)
    return [*told(turn, what, _goes(what, turn.now, to)), *withdrawn]


def _goes(what: Announcement, now: datetime, to: str) -> str:
    assert what.starts_at is not None
    goes = f"is going out to {to}" if what.starts_at <= now else f"is scheduled for {to}: {when(what)}"
    return f"{what.code} {goes}."


def _card(turn: Turn, what: Announcement, reached: Reach) -> Sequence[Outcome]:
    """The one card that tells its author how it goes on. It is there already if it was declined before."""
    card = standing(turn, what, turn.who.time_zone, reached)
    if notices.root(turn.session, what.desk):
        return [Rewrite(what.desk, card)]
    if what.author_id == turn.who.contact_id:
        return [Say(card, to="direct", subject=what.desk, key=what.desk)]
    return [Tell(what.author_id, card, subject=what.desk, key=what.desk)]
