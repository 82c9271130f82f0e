"""How fast notices go out: a small burst, then a steady rate that learns what the platform allows."""

from dataclasses import dataclass, field

LONG_ENOUGH = 5.0  # seconds from which on a stretch tells what is allowed
FEW = 3
MARGIN = 0.97  # of what was allowed, after a refusal
PATIENCE = 300.0  # seconds without a refusal until a little more is tried
MORE = 1.02
SOON_MORE = 1.15  # where a refusal came too soon to learn from, until the next one
SLOWEST, FASTEST = 0.05, 100.0  # messages a second


@dataclass(slots=True)
class Pace:
    """A bucket of permissions for one workspace. Times are seconds of one clock that never goes back."""

    rate: float = 10.0  # a second
    burst: float = 20.0
    _left: float = field(init=False)
    _at: float = 0.0
    _closed_until: float = 0.0
    _tried: float = 0.0
    _since: float | None = None
    _count: int = 0
    _learned: bool = True
    _vain: int = 0

    def __post_init__(self) -> None:
        self._left = self.burst

    def take(self, now: float) -> bool:
        """Whether one more may go now."""
        self._refill(now)
        if now < self._closed_until or self._left < 1:
            return False
        self._left -= 1
        self._count += 1
        if self._since is None:
            self._since = now
        return True

    def refused(self, seconds: float, now: float) -> None:
        """The platform asked to wait. What it took since it last did is what it allows; a short time tells only that
        this was far too fast, and a few messages not even that: it may have meant a single conversation."""
        self._closed_until = max(self._closed_until, now + seconds)
        self._vain = 0 if self._count >= FEW else self._vain + 1
        if self._vain in (0, FEW):
            self._learn(now)
        self._left, self._at, self._tried = 0.0, self._closed_until, self._closed_until
        self._since, self._count = None, 0

    def _learn(self, now: float) -> None:
        stretch = now - self._since if self._since is not None else 0.0
        taken = (self._count - 1) / stretch if stretch else 0.0
        grown = 0.0 if self._learned else self.rate / SOON_MORE  # so much was taken until a moment ago
        allowed = max(taken, grown) * MARGIN if stretch >= LONG_ENOUGH else self.rate / 2
        self._learned = stretch >= LONG_ENOUGH
        self.rate = min(max(min(self.rate, allowed), SLOWEST), FASTEST)
        self.burst, self._vain = 1.0, 0

    def _refill(self, now: float) -> None:
        patience, more = (PATIENCE, MORE) if self._learned else (LONG_ENOUGH, SOON_MORE)
        if now - self._tried > patience:
            self.rate, self._tried = min(self.rate * more, FASTEST), now
        if now > self._at:
            self._left = min(self.burst, self._left + (now - self._at) * self.rate)
            self._at = now
