"""What is said about certificates. The rows themselves are on the ground floor, with the partners."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Field

from handlers.partners.models import REMINDED, Certificate, Contact, Hush, Partner, Programme
from knowledge.base import Row

COPIED_FROM = 30
"""Days before its end from which on the partner's admins hear of a certificate, too."""
SOON = max(REMINDED)
TOGETHER = timedelta(days=6)
"""What comes within a week is told in one message."""
NEVER_EARLY = (1, 0)
"""Days before the end on which a reminder comes by itself: a few days earlier it would be worth less."""


class Copy(Row, table=True):
    """An admin is still to hear that one of their people was reminded of this certificate."""

    __tablename__ = "certificate_copy"

    admin_id: int = Field(primary_key=True, foreign_key="contact.id")
    certificate_id: int = Field(primary_key=True, foreign_key="certificate.id")


class Reminder(Row, table=True):
    """On ``told_on`` the holder of a certificate heard what is laid down, or was asked for, for ``day``. Both are still
    to come where somebody tried them out."""

    __tablename__ = "certificate_reminder"

    certificate_id: int = Field(primary_key=True, foreign_key="certificate.id")
    day: date = Field(primary_key=True)
    told_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate, and whose it is. ``until``: for everybody of that partner who is certified in the same today, the
    last day on which they are."""

    certificate: Certificate
    programme: Programme
    contact: Contact
    partner: Partner | None
    until: Sequence[date] = ()

    @property
    def renewal_url(self) -> str:
        return self.certificate.renewal_url or self.programme.course_url

    def stake(self, today: date) -> str:
        """What its partner loses with it, "" where that is nothing."""
        needed = self.programme.needed(self.partner.tier) if self.partner else 0
        if not needed or self.partner is None:
            return ""
        tier, people = self.partner.tier, len(self.until)
        left = people - (self.certificate.days_left(today) >= 0)
        if left < needed:
            return f"{people} of {needed} required for {tier}; without it {self._lost(left)}"
        certified = f"{people} {'person is' if people == 1 else 'people are'} certified, and {tier} needs {needed}"
        later = sum(day > self.certificate.expires_on for day in self.until)
        if later >= needed:
            return f"{certified}: enough without it"
        return f"{certified}; {people - later} of them end by then, and unless some renew, {self._lost(later)}"

    def _lost(self, left: int) -> str:
        assert self.partner is not None
        falls_to = self.programme.enough_for(left)
        return f"you fall to {falls_to}" if falls_to else f"{self.partner.tier} is lost"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the certificates of a partner stand: how many end within 30 days, within 90, have lapsed within the last 90;
    and when the next one ends."""

    partner: str
    within_30: int
    within_90: int
    lapsed: int
    ends_next: date | None


class Told(NamedTuple):
    """``today``, where they are, somebody hears of a certificate what was to be heard on ``day``."""

    held: Held
    day: date
    today: date


def told_together(certificates: Iterable[Certificate], today: date) -> list[tuple[Certificate, date]]:
    """What is due, and what would follow within a week; but what somebody has put off comes when they want it. Each
    with the one of its days that is told with this, of several the last."""
    marked = [(one, one.remind_on) for one in certificates if one.remind_on]
    if all(day > today for _, day in marked):
        return []
    due = [(one, day) for one, day in marked if day <= today or _may_come_early(one, day, today)]
    return [(one, max([day, *_told(one, today, several=len(due) > 1)])) for one, day in due]


def _told(one: Certificate, today: date, *, several: bool) -> Iterator[date]:
    for day in one.laid_down():
        if day <= today or (several and _may_come_early(one, day, today)):
            yield day


def _may_come_early(certificate: Certificate, day: date, today: date) -> bool:
    if day > today + TOGETHER or certificate.hush != Hush.none:
        return False
    return (certificate.expires_on - day).days not in NEVER_EARLY
