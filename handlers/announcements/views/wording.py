"""Numbers, times, audiences and states as people read them."""

from collections.abc import Sequence
from datetime import datetime

from handlers.announcements.models.announcement import KINDS, Announcement, State, When
from handlers.announcements.models.counts import Reach
from handlers.cite import day
from handlers.hours import zone_of
from handlers.partners.models import PartnerType, Role
from handlers.ui import Facts

STATES = {
    State.draft: "Draft",
    State.asked: "Waiting for a second manager",
    State.scheduled: "Scheduled",
    State.sending: "Going out",
    State.sent: "Sent",
    State.cancelled: "Cancelled",
    State.recalled: "Recalled",
}


TYPES = {PartnerType.reseller: "Resellers", PartnerType.technology: "Technology", PartnerType.service: "Service"}
ROLES = {Role.partner_user: "Partner users", Role.partner_admin: "Partner admins"}
NAMED = 5


def people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def moment(at: datetime, zone: str) -> str:
    there = at.astimezone(zone_of(zone))
    return f"{there:%a} {day(there)}, {there:%H:%M} ({zone})"


def span(seconds: float) -> str:
    """How long something takes, roughly."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 1.5 * length or (unit == "minute" and seconds >= length):
            count = round(seconds / length)
            return f"about {count} {unit}{'s' if count != 1 else ''}"
    return "less than a minute"


def when(announcement: Announcement) -> str:
    if announcement.timing == When.now or not announcement.at:
        return "As soon as it is sent"
    at = datetime.fromisoformat(announcement.at)
    there = f"{at:%a} {day(at)}, {at:%H:%M}"
    return f"{there}, each person's own time" if announcement.timing == When.local else f"{there} ({announcement.zone})"


def whom(announcement: Announcement, partners: Sequence[str]) -> str:
    """``partners``: the names of those that are named."""
    audience = announcement.whom
    conditions = (
        _either([TYPES[PartnerType(kind)] for kind in audience.types]),
        _either(audience.tiers),
        _either(audience.regions),
        _either(audience.languages, "language "),
        _either([ROLES[Role(role)] for role in audience.roles]),
        _either(audience.certified, "certified in "),
        _either(audience.not_certified, "not certified in "),
        _either(partners, "of "),
        "a list of addresses" if audience.listed else "",
    )
    return "; ".join(condition for condition in conditions if condition) or "All partners' people"


def _either(values: Sequence[str], lead: str = "") -> str:
    more = f" or {len(values) - NAMED:,} more" if len(values) > NAMED else ""
    return lead + " or ".join(values[:NAMED]) + more if values else ""


def reaches(reach: Reach) -> list[tuple[str, str]]:
    all_of_it = ": all of the audience" if reach.number else ": nobody is all of that"
    of = f" of an audience of {reach.audience:,}" if reach.left_out else all_of_it
    return [("Audience", reach.whom), ("To", people(reach.number) + of)]


def about(announcement: Announcement) -> str:
    """Kind, product and version."""
    product = " ".join(part for part in (announcement.product, announcement.version) if part)
    return " · ".join(part for part in (KINDS[announcement.kind], product) if part)


def state(announcement: Announcement) -> str:
    if announcement.paused and announcement.state == State.sending:
        return "Paused"
    return STATES[State(announcement.state)]


def facts(rows: Sequence[tuple[str, str]]) -> list[Facts]:
    """As many as there are, of which an element holds ten."""
    return [Facts(rows=tuple(rows[start : start + 10])) for start in range(0, len(rows), 10)]
