"""Whom an announcement reaches and how far it is, in numbers that add up to its audience."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Counts:
    """``left_out`` by reason. ``waiting`` has those whose message is not written yet as well; ``unknown`` may have
    arrived and are looked up, ``parked`` as well, where nothing can be looked up and an operator decides.
    ``removed``: who was sent it and has it no more. ``unfound``: those of the left out whom nobody was found for when
    it was sent. ``acknowledged`` has those as well who have read it as news; ``silent``: who was sent it and has not.
    ``last``: when the last that waits is due."""

    left_out: Mapping[str, int] = field(default_factory=dict)
    sent: int = 0
    removed: int = 0
    waiting: int = 0
    sending: int = 0
    unknown: int = 0
    parked: int = 0
    failed: int = 0
    cancelled: int = 0
    expired: int = 0
    unfound: int = 0
    acknowledged: int = 0
    silent: int = 0
    last: datetime | None = None

    @property
    def chosen(self) -> int:
        """Who gets it, or was to get it."""
        ended = self.sent + self.removed + self.parked + self.failed + self.cancelled + self.expired
        return self.open + ended

    @property
    def audience(self) -> int:
        return self.chosen + sum(self.left_out.values())

    @property
    def open(self) -> int:
        return self.waiting + self.sending + self.unknown

    @property
    def asked(self) -> int:
        """Of whom those who have acknowledged it are a part."""
        return self.acknowledged + self.silent


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom it would reach now; ``whom`` says that in words. ``mornings`` is how many of them are not written to at once
    since it is night or a day off where they are, and ``last`` when the last of all may be; ``late`` how many are not
    written to at all since it expires before that, ``passed`` how many at once since it was that time there already.
    ``fresh``: how many are yet to be found by their address; ``unknown``: how many addresses of its list nobody has,
    and ``strangers`` the first of these."""

    left_out: Mapping[str, int]
    number: int
    whom: str
    fresh: int = 0
    mornings: int = 0
    last: datetime | None = None
    late: int = 0
    passed: int = 0
    strangers: Sequence[str] = ()
    unknown: int = 0

    @property
    def audience(self) -> int:
        return self.number + sum(self.left_out.values())

    @property
    def goes_out(self) -> bool:
        return self.number > self.late


class Left(NamedTuple):
    """Somebody, and why they are left out."""

    name: str
    email: str
    partner: str
    reason: str
