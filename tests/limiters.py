"""What platforms do with those who send too fast: ``post`` says 0 if it takes a message, else the seconds to wait."""

import math
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Protocol


class Limiter(Protocol):
    rate: float
    """Messages a second that it takes in the long run."""

    def post(self, now: float) -> float: ...


def _whole(seconds: float) -> float:
    """Slack says whole seconds, and never none."""
    return float(max(1, math.ceil(seconds)))


@dataclass
class Bucket:
    """``rate`` a second after a burst."""

    rate: float
    burst: float
    left: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.burst

    def wait(self, now: float) -> float:
        self.left, self.at = min(self.burst, self.left + (now - self.at) * self.rate), now
        return 0.0 if self.left >= 1 else _whole((1 - self.left) / self.rate)

    def post(self, now: float) -> float:
        wait = self.wait(now)
        self.left -= not wait
        return wait


@dataclass
class Moody(Bucket):
    """A bucket that asks to wait up to half a minute, whatever it has to spare."""

    chance: Random = field(default_factory=Random)

    def wait(self, now: float) -> float:
        wait = super().wait(now)
        return wait and max(wait, self.chance.randint(1, 30))


@dataclass
class Window:
    """``many`` in every ``seconds`` of its clock."""

    many: int
    seconds: float
    ahead: float = 0.0
    number: int = -1
    went: int = 0

    @property
    def rate(self) -> float:
        return self.many / self.seconds

    def post(self, now: float) -> float:
        number, passed = divmod(now + self.ahead, self.seconds)
        if number != self.number:
            self.number, self.went = int(number), 0
        if self.went >= self.many:
            return _whole(self.seconds - passed)
        self.went += 1
        return 0.0


@dataclass
class Sliding:
    """``many`` in any ``seconds``."""

    many: int
    seconds: float
    went: deque[float] = field(default_factory=deque)

    @property
    def rate(self) -> float:
        return self.many / self.seconds

    def post(self, now: float) -> float:
        while self.went and self.went[0] <= now - self.seconds:
            self.went.popleft()
        if len(self.went) >= self.many:
            return _whole(self.went[0] + self.seconds - now)
        self.went.append(now)
        return 0.0


@dataclass
class Spacing:
    """At least so much time between two."""

    rate: float
    free: float = 0.0

    def post(self, now: float) -> float:
        if now < self.free:
            return _whole(self.free - now)
        self.free = now + 1 / self.rate
        return 0.0


def bucket(chance: Random, rate: float) -> Bucket:
    return Bucket(rate, chance.choice((2, 5, 10)))


def moody(chance: Random, rate: float) -> Moody:
    return Moody(rate, chance.choice((2, 5, 10)), chance=chance)


def window(chance: Random, rate: float) -> Window:
    seconds = chance.choice((10.0, 60.0))
    return Window(round(rate * seconds), seconds, chance.uniform(0, seconds))


def sliding(chance: Random, rate: float) -> Sliding:
    seconds = chance.choice((10.0, 60.0))
    return Sliding(round(rate * seconds), seconds)


def spacing(_: Random, rate: float) -> Spacing:
    return Spacing(rate)


KINDS = {made.__name__: made for made in (bucket, moody, window, sliding, spacing)}
