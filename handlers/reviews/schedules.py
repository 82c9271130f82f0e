"""Once a week, at nine where they are, owners are asked about articles that are past their review date, and about
those that nobody was shown for long."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from handlers.hours import awake, nine, zone_of
from handlers.partners.models import Contact
from handlers.reviews import store, views
from handlers.turn import Outcome, Tell, Tick

WEEK = timedelta(days=7)


def due(tick: Tick) -> Sequence[Outcome]:
    outcomes: list[Outcome] = []
    asked: dict[int | None, list[date]] = {}
    for row in store.asked_since(tick.session, tick.now.date() - WEEK):
        asked.setdefault(row.contact_id, []).append(row.on)
    everybody = store.owners(tick.session)
    owners = [(owner, today) for owner in everybody if (today := _day(tick, owner, asked.get(owner.id, ())))]
    unseen = store.unseen(tick.look, tick.now) if owners else frozenset[int]()
    for owner, today in owners:
        waiting = store.waiting(tick.session, owner.email, unseen, today)
        if waiting and owner.id is not None:
            outcomes.append(Tell(owner.id, views.ask(waiting, today), key=f"reviews:{owner.id}:{today}"))
            store.asked(tick.session, owner.id, today)
    return outcomes


def _day(tick: Tick, owner: Contact, asked: Iterable[date]) -> date | None:
    """Today where this owner is, if they may be asked now, and were not within a week. That they were as of a day to
    come does not count before it."""
    zone, quiet = owner.time_zone, tick.policy.quiet
    today = tick.now.astimezone(zone_of(zone)).date()
    if any(today - WEEK < day <= today for day in asked):
        return None
    return today if nine(today, zone, quiet) <= tick.now and awake(tick.now, zone, quiet) else None
