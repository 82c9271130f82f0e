"""Once a week, at nine where they are, owners are asked about articles that are past their review date."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.hours import awake, nine, zone_of
from handlers.reviews import store, views
from handlers.turn import Outcome, Tell, Tick
from knowledge import store as articles

WEEK = timedelta(days=7)


def due(tick: Tick) -> Sequence[Outcome]:
    outcomes: list[Outcome] = []
    for owner, last in store.owners(tick.session):
        today = tick.now.astimezone(zone_of(owner.time_zone)).date()
        if last is not None and last > today - WEEK:
            continue
        if nine(today, owner.time_zone, tick.policy.quiet) > tick.now or not awake(
            tick.now, owner.time_zone, tick.policy.quiet
        ):
            continue
        waiting = articles.overdue_of(tick.session, [owner.email], today)
        if waiting and owner.id is not None:
            card = views.ask(waiting, today, unseen=store.unseen(tick.session, waiting[0], tick.now))
            outcomes.append(Tell(owner.id, card, key=f"reviews:{owner.id}:{today}"))
            store.asked(tick.session, owner.id, today)
    return outcomes
