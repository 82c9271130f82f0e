"""Compare what should have happened with what did, and tell operators of each matter once, as long as it lasts; when it
is over, what they were told says so."""

from collections.abc import Iterator, Sequence

from handlers.audit import store, views
from handlers.turn import Outcome, Rewrite, Say, Tick
from handlers.ui import Card


def look(tick: Tick) -> Sequence[Outcome]:
    """What is so at a supposed time only is no trouble."""
    if tick.supposed:
        return ()
    found = dict(_matters(tick))
    fresh, over = store.news(tick.session, {name: card.title for name, card in found.items()}, tick.now)
    told = [Say(found[matter.name], to="operators", subject=matter.subject) for matter in fresh]
    return [*told, *(Rewrite(matter.subject, views.over(matter, tick.now)) for matter in over)]


def _matters(tick: Tick) -> Iterator[tuple[str, Card]]:
    session, now = tick.session, tick.now
    for group in store.overdue(session, now, tick.policy.per_second):
        yield f"overdue:{group.platform}:{group.of}", views.overdue(group)
    for group in store.in_doubt(session, now):
        yield f"doubt:{group.platform}:{group.of}", views.in_doubt(group)
    for group in store.failed(session, now):
        yield f"failed:{group.platform}:{group.of}:{group.reason[:100]}", views.failed(group)
    for group in store.stuck(session, now):
        yield f"stuck:{group.platform}", views.stuck(group)
    for group in store.lost(session, now):
        yield f"lost:{group.platform}:{group.reason[:100]}", views.lost(group)
    for row in store.failing(session):
        yield f"failing:{row.name}:{row.since:%FT%H:%M}", views.failing(row)
