"""A small burst, then a steady rate that learns what the platform allows, and keeps to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

SLOWEST, FASTEST = 0.05, 100.0  # messages a second
SHORTEST = 1e-3  # seconds
CLOSE = 0.94  # of what was refused: then it is known well enough
PATIENCE = 3600.0  # seconds until it is seen whether more is allowed by now
MORE = 1.15
LESS = 0.85  # when less is allowed all of a sudden
SPARE = 1.5  # messages that are taken after a pause besides a second's worth, whatever is allowed in the long run
MEMORY = 2.0  # times the longest pause that was asked for: in less time nothing is proven
HURRY = 1.5  # times the shortest distance between two
LULL = 2.0  # seconds without anything to send, after which what went before says nothing any more
CATCH_UP = 0.15  # seconds that one may be late and still make up for it

Known = Sequence[float]
"""What is learned, as numbers that can be written down."""


@dataclass(slots=True)
class Pace:
    """A bucket of permissions. What is allowed lies between ``floor``, which is proven, and ``ceiling``, which was
    refused; somewhere between them is tried until they are close, and then the floor is kept
    (docs/decisions/0014). Times are seconds of one clock that never goes back."""

    rate: float = 10.0  # a second
    burst: float = 10.0
    floor: float = 0.0
    ceiling: float = inf
    memory: float = 2.5  # seconds over which the platform counts, as far as one can see
    gap: float = inf  # how much time the last one left to the one before, 1 being the shortest in the long run
    last: float = -inf
    _left: float = field(init=False)
    _at: float = 0.0
    _closed_until: float = -inf
    _since: float = 0.0  # since when it goes as fast as it may
    _went: int = 0  # how many went since then
    _began: float | None = None  # a refusal since which all is counted
    _opened: float = 0.0  # the end of its pause
    _total: int = 0
    _paused: float = 0.0  # seconds
    _settled: float = inf  # since when no more is tried

    def __post_init__(self) -> None:
        self._left = self.burst

    @property
    def learned(self) -> bool:
        """Whether it is known what is allowed."""
        return self._settled < inf

    @property
    def hurried(self) -> bool:
        """Whether the last one went about as soon as it might."""
        return self.gap < HURRY

    def closed(self, now: float) -> float:
        """For how many seconds the platform still wants to be left alone."""
        return max(0.0, self._closed_until - now)

    def wait(self, now: float) -> float:
        """Seconds until one more may go."""
        self._refill(now)
        return max(self.closed(now), (1 - self._left) / self.rate, 0.0)

    def idle(self, now: float) -> bool:
        """Whether nothing went lately, so that forgetting all about it changes nothing."""
        self._refill(now)
        return self._left >= self.burst and not self.closed(now)

    def take(self, now: float) -> bool:
        """Whether one more may go now."""
        if self.wait(now) > 0:
            return False
        self.spend(now)
        return True

    def spend(self, now: float) -> None:
        """One goes now, whether it may or not; those that come later make up for it."""
        self._refill(now)
        passed = now - max(self.last, self._closed_until)
        self.gap, late = passed * self.rate, passed - 1 / self.rate
        if late > LULL:
            self._since, self._went, self._began = now, 0, None
        self._paused += max(late, 0.0)  # who comes late may lose what was saved up for it
        self._left, self.last = max(self._left - 1, -self.burst), now
        self._went += 1
        self._total += 1
        self._look_up(now)

    def _look_up(self, now: float) -> None:
        """What was taken for long enough is proven, and then more is tried."""
        stretch = now - self._since
        proven = (self._went - SPARE) / (stretch + 1)
        if proven > (self.floor + self.rate) / 2 > self.floor and stretch > MEMORY * self.memory:
            self.floor, self._began = proven, None
            self._choose(now)
        elif now - self._settled > PATIENCE:
            self.ceiling = inf
            self._choose(now)

    def _choose(self, now: float, guess: float = inf) -> None:
        self._settled = inf
        if self.ceiling == inf:
            self.rate *= MORE
            self._since, self._went = now, 0
        elif self.floor >= CLOSE * self.ceiling:
            self.rate, self._settled = self.floor, now
        else:
            self.rate = guess if self.floor < guess < self.ceiling else (self.floor + self.ceiling) / 2
        self.rate = min(max(self.rate, SLOWEST), FASTEST)

    def close(self, seconds: float, now: float) -> None:
        """Nothing more for so long, and then one after the other."""
        until = max(self._closed_until, now + seconds)
        self._paused += until - max(self._closed_until, now)
        if not self._total:
            self._opened = until
        self._closed_until = self._at = self._since = until
        self._left, self._went = 1.0, 0

    def returned(self) -> None:
        """One that went was not taken."""
        self._went -= self._went > 0
        self._total -= self._total > 0

    def refused(self, seconds: float, now: float) -> None:
        """The platform asked to wait. Nothing is learned from what was on its way already when it last did."""
        self.returned()
        if not self.closed(now):
            self.memory = max(self.memory, seconds)
            if self._went:
                self._learn(now, now + seconds)
        self.close(seconds, now)

    def _learn(self, now: float, opens: float) -> None:
        """Whoever is refused has taken all there was. So from one refusal to another the platform took what it allows,
        give or take one message, if it counts by the message; and exactly that from the end of one pause to that of
        the other, if it counts by the minute. At most it allows what it took without the pauses."""
        if self.rate <= self.floor:
            self.floor, self._began = self.rate * LESS, None
        self.ceiling, guess = min(self.ceiling, self.rate), inf
        if self._began is None:
            self._began, self._total, self._paused = now, 0, 0.0
        else:
            took = (max(now - self._began, SHORTEST), max(opens - self._opened, SHORTEST))
            self.floor, guess = (self._total - 1) / max(took), (self._total + 1) / min(took)
            self.ceiling = min(self.ceiling, (self._total + 1) / max(took[0] - self._paused, SHORTEST))
        self.floor = min(max(self.floor, 0.0), self.ceiling)
        self.burst = 1 + CATCH_UP * self.rate
        self._choose(now, guess)

    def follow(self, other: "Pace", now: float) -> None:
        """What was learned of its kind holds for this one."""
        self.rate = self.floor = other.rate
        self.burst = other.burst
        self._left = min(self._left, self.burst, (now - self.last) * self.rate)

    def known(self) -> Known:
        """What it has learned, to be kept; nothing before it was refused."""
        return [] if self.ceiling == inf else [self.rate, self.burst, self.floor, self.ceiling, self.memory]

    def restore(self, known: Known, now: float) -> None:
        """Go on with what was learned before; what went just now nobody knows."""
        self.rate, self.burst, self.floor, self.ceiling, self.memory = known
        self._settled = now if self.rate <= self.floor else inf
        self._left, self._at, self._since, self._went, self._began = 0.0, now, now, 0, None

    def _refill(self, now: float) -> None:
        if now > self._at:
            self._left = min(self.burst, self._left + (now - self._at) * self.rate)
            self._at = now
