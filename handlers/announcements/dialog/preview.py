"""What there is to know before an announcement is sent: how it looks, whom it reaches, who is left out and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from handlers.announcements.dialog.access import seen
from handlers.announcements.models.announcement import UNSENT, Announcement
from handlers.announcements.models.counts import Reach
from handlers.announcements.store import announcements, audience, sent
from handlers.announcements.views import desk, reader
from handlers.turn import Outcome, Policy, Say, Turn

STRANGERS = 11


def reach(session: Session, what: Announcement, policy: Policy, now: datetime) -> Reach:
    everybody = audience.chosen(what, announcements.author(session, what), policy, now)
    numbers = audience.numbers(session, everybody)
    number, mornings, last = numbers.pop("", 0), 0, None
    for zone, there in audience.zones(session, everybody).items():
        at = max(what.due(zone, now), now)
        allowed = policy.quiet.over(at, zone) if policy.quiet and not what.urgent else at
        if allowed > at:
            mornings, last = mornings + there, max(allowed, last or allowed)
    return Reach(
        left_out=numbers,
        number=number,
        fresh=audience.never_seen(session, everybody, policy) if "slack" in policy.platforms else 0,
        mornings=mornings,
        last=last,
        strangers=announcements.strangers(session, what, STRANGERS) if what.whom.listed else (),
    )


def preview(turn: Turn, what: Announcement) -> Sequence[Outcome]:
    """As its readers will see it, and below that what else there is to know."""
    reached = reach(turn.session, what, turn.policy, turn.now)
    author = announcements.author(turn.session, what).name
    control = desk.preview(what, reached, turn.who.time_zone, turn.policy.per_second, turn.policy.approval_over)
    return [Say(reader.announcement(what, author), to="asker"), Say(control, to="asker")]


def left(turn: Turn, value: str) -> Sequence[Outcome]:
    """ "code:start": a page of those who are left out."""
    turn.kind, turn.result = "announcement", "list"
    code, _, start = value.partition(":")
    what, first = seen(turn, code), number(start)
    if what.state in UNSENT:
        everybody = audience.chosen(what, announcements.author(turn.look, what), turn.policy, turn.now)
        found = audience.left_out(turn.look, everybody, first, desk.PAGE + 1)
    else:
        found = sent.left_out(turn.look, what, first, desk.PAGE + 1)
    return [Say(desk.left_out(what, found, first), to="asker")]


def number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0
