"""How days and certificates are put into words."""

from datetime import date

from handlers.cite import day, shortened
from handlers.partners.models import Certificate, Hush

SAID = {
    Hush.snoozed: "put off",
    Hush.renewed: "you renewed it; not confirmed yet",
    Hush.not_theirs: "you said it is not yours",
}
"""What its holder has said of a certificate, told to them."""


def in_days(days: int) -> str:
    """As in "expires in 3 days"."""
    match days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
        case _:
            return f"in {days} days" if days > 0 else f"{-days} days ago"


def left(days: int) -> str:
    """As in "Lens Engineer: 3 days left"."""
    if days < 0:
        return f"lapsed {in_days(days)}"
    return "last day today" if days == 0 else f"{days} day{'' if days == 1 else 's'} left"


def ends(certificate: Certificate, today: date) -> str:
    days = certificate.days_left(today)
    verb = "Lapsed" if days < 0 else "Expires"
    return f"{verb} {in_days(days)}, on {day(certificate.expires_on)}"


def number(count: int, noun: str = "certificate") -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def named(name: str) -> str:
    return shortened(name, 120)
