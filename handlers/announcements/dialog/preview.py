"""What there is to know before an announcement is sent: how it looks, whom it reaches, who is left out and why."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from handlers.announcements.dialog.access import seen
from handlers.announcements.dialog.entry import whole
from handlers.announcements.models import rules
from handlers.announcements.models.announcement import Announcement, State, When
from handlers.announcements.models.counts import Reach
from handlers.announcements.store import announcements, audience, progress, sent
from handlers.announcements.views import desk, draft, reader
from handlers.announcements.views.chart import chart
from handlers.announcements.views.wording import when, whom
from handlers.cite import shortened
from handlers.errors import PortalError
from handlers.partners import store as partners
from handlers.turn import Outcome, Policy, Say, Turn
from handlers.ui import Card, number

STRANGERS = 10


def reach(session: Session, what: Announcement, policy: Policy, now: datetime) -> Reach:
    everybody = audience.chosen(what, announcements.author(session, what), policy, now)
    numbers = audience.numbers(session, everybody)
    number, mornings, last, late, passed = numbers.pop("", 0), 0, None, 0, 0
    for zone, there in audience.zones(session, everybody).items():
        at = max(what.due(zone, now), now)
        allowed = policy.quiet.over(at, zone) if policy.quiet and not what.urgent else at
        if what.expired(allowed):
            late += there
        else:
            mornings, last = mornings + there * (allowed > at), max(allowed, last or allowed)
            passed += there * (what.due(zone, now) < allowed == now)
    return Reach(
        left_out=numbers,
        number=number,
        whom=for_whom(session, what),
        fresh=audience.never_seen(session, everybody, policy) if "slack" in policy.platforms else 0,
        mornings=mornings,
        last=last,
        late=late,
        passed=passed,
        strangers=announcements.strangers(session, what, STRANGERS) if what.whom.listed else (),
        unknown=announcements.number_strangers(session, what) if what.whom.listed else 0,
    )


def for_whom(session: Session, what: Announcement) -> str:
    found = (partners.partner_by_id(session, number) for number in what.whom.partners)
    return shortened(whom(what, [partner.name for partner in found if partner]), 600)


def preview(turn: Turn, what: Announcement) -> Sequence[Outcome]:
    """As its readers will see it, and below that what else there is to know."""
    reached = reach(turn.session, what, turn.policy, turn.now)
    author = announcements.author(turn.session, what).name
    pace, over, commands = turn.policy.per_second, turn.policy.approval_over, rules.commands(what, turn.who)
    control = draft.preview(what, reached, turn.who.time_zone, pace, over, commands=commands)
    sample = reader.announcement(what, author).model_copy(update={"sample": True})
    return [Say(sample, to="asker"), Say(control, to="asker")]


def standing(turn: Turn, what: Announcement, zone: str, reached: Reach | None = None, *, commands: bool = True) -> Card:
    """Its card, for somebody in this time zone. ``reached``: whom it is to reach, where that is known already."""
    if reached is None and what.state in (State.asked, State.scheduled):
        reached = reach(turn.session, what, turn.policy, turn.now)
    counts = progress.counts(turn.session, what)
    pace, picture = turn.policy.per_second, chart(what, counts)
    return desk.progress(what, counts, turn.now, zone, pace, picture, reached, commands=commands)


def complete(what: Announcement) -> None:
    if not whole(what):
        raise PortalError(f"{what.code} is only half written. Write “{what.code}” to go on with it. Nothing was sent.")


def sendable(turn: Turn, what: Announcement, reached: Reach, session: Session) -> None:
    complete(what)
    if not what.chosen:
        raise PortalError(f"Choose first who gets {what.code}: press “Change the audience”. Nothing was sent.")
    if not reached.number:
        raise PortalError(f"{draft.nobody(what, reached)} Nothing was sent.")
    if what.expired(turn.now):
        raise PortalError(f"{what.code} has expired. Edit its text and choose a later day. Nothing was sent.")
    if not reached.goes_out:
        raise PortalError(f"{what.code} expires before anybody could get it. Choose a later day. Nothing was sent.")
    zones = _zones(session, turn, what)
    if what.timing != When.now and all(what.due(zone, turn.now) <= turn.now for zone in zones):
        raise PortalError(f"The time for {what.code} has passed: {when(what)}. Change it with the audience.")


def starts(turn: Turn, what: Announcement) -> datetime:
    """When the first of its readers may get it."""
    return max(min(what.due(zone, turn.now) for zone in _zones(turn.session, turn, what)), turn.now)


def _zones(session: Session, turn: Turn, what: Announcement) -> Collection[str]:
    everybody = audience.chosen(what, announcements.author(session, what), turn.policy, turn.now)
    return audience.zones(session, everybody) or {what.zone: 1}


def left(turn: Turn, value: str) -> Sequence[Outcome]:
    """ "code:start": a page of those who are left out."""
    turn.kind, turn.result = "announcement", "list"
    code, _, start = value.partition(":")
    what, first = seen(turn, code), number(start)
    if what.begun_at is None:
        everybody = audience.chosen(what, announcements.author(turn.look, what), turn.policy, turn.now)
        found = audience.left_out(turn.look, everybody, first, desk.PAGE + 1)
    else:
        found = sent.left_out(turn.look, what, first, desk.PAGE + 1)
    return [Say(desk.left_out(what, found, first), to="asker")]
