"""What operators read when something is wrong."""

from datetime import UTC, datetime

from handlers.audit.models import Failing, Group, Matter
from handlers.cite import shortened
from handlers.ui import Banner, Card, Facts, Text

CLOCK = "clock"


def overdue(group: Group) -> Card:
    return _card(
        f"{_messages(group)} should have gone out and did not.",
        group,
        "Is a worker running, and can it reach the platform? portal deliveries --state due",
    )


def in_doubt(group: Group) -> Card:
    return _card(
        f"Nobody knows whether {_messages(group)} arrived.",
        group,
        "portal deliveries --state unknown lists them; cancel what has arrived, and retry what has not.",
    )


def failed(group: Group) -> Card:
    return _card(
        f"{_messages(group)} could not be delivered.", group, "portal deliveries --state failed; then retry, or cancel."
    )


def stuck(group: Group) -> Card:
    text = f"{_acts(group.count)} been waiting for more than 15 minutes, and nobody has an answer yet."
    return _card(text, group, "Is the store or the platform away? The log says so where it says put_off.")


def lost(group: Group) -> Card:
    text = f"{_acts(group.count)} been given up. Nothing came of it, and whoever it was should ask again."
    return _card(text, group, "The log has turn_failed with the reference that they were told.")


def failing(row: Failing) -> Card:
    if row.name == CLOCK:
        title = f"Nobody kept the clock from {_when(row.since)} on. What was missed is caught up now."
        return Card(title=title, body=(Text(text="portal worker, run or demo keep it.", style="subtle"),))
    facts = (("Since", _when(row.since)), ("Reason", shortened(row.error, 300) or "see the log"))
    return Card(title=f"The schedule {row.name} fails.", body=(Facts(rows=facts),))


def over(matter: Matter, now: datetime) -> Card:
    """What was given up is told for a day and no longer, whatever became of it."""
    given_up = matter.name.startswith(("failed:", "lost:"))
    said = "Put right, or older than a day" if given_up else "Settled"
    return Card(title=matter.title, body=(Banner(text=f"{said}: {_when(now)}.", tone="success"),))


def _card(title: str, group: Group, advice: str) -> Card:
    facts = [("Platform", group.platform), ("Oldest", _when(group.since))]
    if group.reason:
        facts.append(("Reason", shortened(group.reason, 300)))
    return Card(title=title, body=(Facts(rows=tuple(facts)), Text(text=advice, style="subtle")))


def _messages(group: Group) -> str:
    of = f" of {group.of}" if group.of else ""
    return f"{group.count:,} message{'' if group.count == 1 else 's'}{of}"


def _acts(count: int) -> str:
    """What people did, as the beginning of a sentence."""
    return "A message or a press has" if count == 1 else f"{count:,} messages or presses have"


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d %B %Y, %H:%M} UTC"
