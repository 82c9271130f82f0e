"""What the clock says about deals: decisions that wait, protections that end, silence."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from handlers.deals.models import times
from handlers.deals.models.states import Act
from handlers.deals.models.whole import Whole
from handlers.deals.store import changes, drafts, due
from handlers.deals.views import cards, desk
from handlers.deals.views.wording import days_left, on
from handlers.hours import from_nine
from handlers.partners import store as partners
from handlers.turn import Emit, Outcome, Rewrite, Say, Tell, Tick
from handlers.ui import Card

DRAFTS_KEPT = timedelta(days=30)
CONFLICTS_KEPT = timedelta(days=30)


def decisions(tick: Tick) -> Sequence[Outcome]:
    """Warned when three quarters of the time have passed, escalated when it is over; each once. What is said at a
    supposed time takes nothing from the real ones."""
    outcomes: list[Outcome] = []
    for deal in due.alerts(tick.session, tick.now, all_at_once=tick.supposed):
        late = deal.due_at is None or deal.due_at <= tick.now
        whole = changes.whole(tick.session, deal)
        card = desk.due(whole, changes.zone(tick.session, whole.partner), late)
        key = f"deal:{deal.id}:{'late' if late else 'warned'}:{deal.due_at}"
        outcomes.extend(_to_managers(tick, whole, card, key, both=late))
        if not tick.supposed:
            deal.alert_at = None if late else deal.due_at
    return outcomes


def _to_managers(tick: Tick, whole: Whole, card: Card, key: str, *, both: bool) -> Iterator[Outcome]:
    """To their channel, and to the manager in charge where there is none, or where it is late."""
    if tick.policy.has_managers_channel:
        yield Say(card, to="managers", key=key)
    manager = partners.manager_of(tick.session, whole.partner)
    if manager and manager.id and (both or not tick.policy.has_managers_channel):
        yield Tell(manager.id, card, key=f"{key}:{manager.id}")


def expired(tick: Tick) -> Sequence[Outcome]:
    outcomes: list[Outcome] = []
    for deal in due.over(tick.session, tick.now):
        changes.apply(tick.session, deal, Act.expired, None, tick.now)
        whole = changes.whole(tick.session, deal)
        text = "The protection of your deal has ended. Mark it as won or lost, or register it again with /deal."
        outcomes.extend(_to_people(tick, whole, text, f"expired:{deal.protected_until}", tone="warning"))
        outcomes.append(Rewrite(f"deal:{deal.code}", cards.card(whole, tick.now, whole.entered_by.time_zone)))
        outcomes.append(Emit(f"deal.{Act.expired}", whole.payload()))
    return outcomes


def reminders(tick: Tick) -> Sequence[Outcome]:
    """30, 14 and 3 days before the protection ends. Only the last of those that have passed is sent. What is sent at a
    supposed time takes nothing from the real ones."""
    outcomes: list[Outcome] = []
    for deal in due.reminders(tick.session, tick.now, all_at_once=tick.supposed):
        until = deal.protected_until
        assert until is not None, "approved deals are protected until some time"
        if deal.protected(tick.now):
            whole = changes.whole(tick.session, deal)
            last = times.last_reminder(until, tick.now)
            assert last is not None, "one of the days has begun"
            outcomes.extend(_ending(tick, whole, until, last))
        if not tick.supposed:
            deal.remind_at = times.next_reminder(until, tick.now)
    return outcomes


def _ending(tick: Tick, whole: Whole, until: datetime, last: datetime) -> Iterator[Outcome]:
    """From nine on where somebody is, with the days that are left then, and not at all where none are."""
    for person in changes.people(tick.session, whole.deal):
        begins = from_nine(last.date(), tick.now, person.time_zone, tick.policy.quiet)
        left = days_left(until, begins)
        card = cards.reminder(whole, f"The protection of your deal ends on {on(until, 'UTC')}: {left}.", "warning")
        key = f"deal:{whole.deal.id}:reminded:{until}:{last}:{person.id}"
        if person.id:
            yield Tell(person.id, card, key=key, begins=begins, expires=until)


def silence(tick: Tick) -> Sequence[Outcome]:
    """Approved deals about which nobody has done anything for a month. What is asked at a supposed time takes nothing
    from the real ones."""
    outcomes: list[Outcome] = []
    for deal in due.silent(tick.session, tick.now, all_at_once=tick.supposed):
        assert deal.nudge_at, "approved deals are asked about"
        assert deal.protected_until, "approved deals are protected until some time"
        asked_at = times.last_nudge(deal.nudge_at, tick.now)
        text = f"Nothing has happened with your deal since {on(deal.changed_at, 'UTC')}. How is it going?"
        if times.last_reminder(deal.protected_until, tick.now) is None:  # those ask how it is going, too
            whole = changes.whole(tick.session, deal)
            outcomes.extend(_to_people(tick, whole, text, f"silent:{asked_at}", day=tick.now.date()))
        if not tick.supposed:
            deal.nudge_at = asked_at + times.STALLED
    return outcomes


def cleaning(tick: Tick) -> Sequence[Outcome]:
    """Drafts that nobody went on with, and checks of long ago."""
    if tick.supposed:
        return []
    drafts.drop_old(tick.session, tick.now - DRAFTS_KEPT)
    drafts.forget(tick.session, tick.now - CONFLICTS_KEPT)
    return []


def _to_people(
    tick: Tick, whole: Whole, text: str, key: str, tone: str = "info", day: date | None = None
) -> Iterator[Outcome]:
    """``day``: from nine on of that day, where they are."""
    card = cards.reminder(whole, text, tone)
    for person in changes.people(tick.session, whole.deal):
        begins = from_nine(day, tick.now, person.time_zone, tick.policy.quiet) if day else None
        if person.id:
            yield Tell(person.id, card, key=f"deal:{whole.deal.id}:{key}:{person.id}", begins=begins)
