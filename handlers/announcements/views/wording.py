"""Numbers, times and states as people read them."""

from datetime import datetime

from handlers.announcements.models.announcement import KINDS, Announcement, State, When
from handlers.cite import day
from handlers.hours import zone_of

STATES = {
    State.draft: "Draft",
    State.asked: "Waiting for a second manager",
    State.scheduled: "Scheduled",
    State.sending: "Going out",
    State.sent: "Sent",
    State.cancelled: "Cancelled",
    State.recalled: "Recalled",
}


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


def about(announcement: Announcement) -> str:
    """Kind, product and version."""
    product = " ".join(part for part in (announcement.product, announcement.version) if part)
    return " · ".join(part for part in (KINDS[announcement.kind], product) if part)


def state(announcement: Announcement) -> str:
    if announcement.paused and announcement.state == State.sending:
        return "Paused"
    return STATES[State(announcement.state)]
