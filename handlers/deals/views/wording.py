"""Money, days and states as people read them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from babel import Locale

from handlers.cite import day, shortened
from handlers.deals.models.amounts import in_words
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import Act, State
from handlers.hours import zone_of
from handlers.ui import Text

STATES = {
    State.submitted: "waiting for a decision",
    State.needs_information: "needs information",
    State.approved: "approved",
    State.rejected: "rejected",
    State.duplicate: "duplicate",
    State.withdrawn: "withdrawn",
    State.expired: "protection ended",
    State.won: "won",
    State.lost: "lost",
}
ACTS = {
    Act.registered: "Registered",
    Act.approved: "Approved",
    Act.rejected: "Rejected",
    Act.asked: "Asked for information",
    Act.answered: "Answered",
    Act.duplicate: "Marked as a duplicate",
    Act.withdrawn: "Withdrawn",
    Act.won: "Won",
    Act.lost: "Lost",
    Act.expired: "Protection ended",
    Act.moved: "Moved",
    Act.noted: "Note",
    Act.shared: "Shared",
    Act.extension_asked: "Asked for an extension",
    Act.extended: "Protection extended",
    Act.extension_declined: "Extension declined",
    Act.imported: "Imported",
}
NO_STAGE = "No stage yet"
LONGEST_SAID = 2_500


def money(value: Decimal, currency: str) -> str:
    return f"{currency} {in_words(value, 'en')}"


def moment(at: datetime, zone: str) -> str:
    """A day and a time where somebody is, with the name of that time."""
    there = at.astimezone(zone_of(zone))
    return f"{day(there)}, {there:%H:%M} {there:%Z}"


def on(at: datetime, zone: str) -> str:
    return day(at.astimezone(zone_of(zone)))


def month(at: datetime) -> str:
    return f"{at:%B %Y}"


def country(code: str) -> str:
    return str(Locale("en").territories.get(code, code))


def days_left(until: datetime, now: datetime) -> str:
    left = (until.date() - now.date()).days
    return "less than a day left" if left < 1 else "1 day left" if left == 1 else f"{left} days left"


def said(text: str) -> Text:
    """What somebody wrote, in full and as they wrote it."""
    return Text(text=text[:LONGEST_SAID])


def line(deal: Deal, partner: str = "") -> str:
    """A deal in one line of a list."""
    name = f"{shortened(deal.customer, 80)} ({deal.code})"
    return f"{name} · {partner}" if partner else name


def detail(deal: Deal, now: datetime, zone: str) -> str:
    parts: Sequence[str] = (
        money(deal.value, deal.currency),
        deal.stage or NO_STAGE,
        _standing(deal, now, zone),
        f"closes {day(deal.expected_close)}",
    )
    return shortened(" · ".join(parts), 300)


def _standing(deal: Deal, now: datetime, zone: str) -> str:
    if deal.state == State.approved and deal.protected_until:
        return f"protected until {on(deal.protected_until, zone)} ({days_left(deal.protected_until, now)})"
    return STATES[State(deal.state)]


def date_field(text: str) -> str:
    """A day as a form takes it; "" for what is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
