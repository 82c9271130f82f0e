"""How fast messages go out: a small burst, then a steady rate that learns what the platform allows.

A platform that asks to wait does not say whom it means: one conversation, or the whole workspace. Whoever was not going
as fast as it may cannot have been meant.
"""

from dataclasses import dataclass, field
from math import inf
from threading import Lock
from typing import NamedTuple

SLOWEST, FASTEST = 0.05, 100.0  # messages a second
LONG_ENOUGH = 5.0  # seconds from which on a stretch tells what is allowed
MARGIN = 0.985  # of what was allowed, after a refusal
PATIENCE = 300.0  # seconds without a refusal until a little more is tried
MORE = 1.02
SOON_MORE = 1.15  # where a refusal came too soon to learn from, until the next one
MANY = 30  # messages in a row that tell exactly enough
GENTLE, GENTLY = 0.9, 10.0  # how much slower conversations go, and how often
RUSH, HURRY = 0.9, 1.5  # times the shortest distance between two
CATCH_UP = 0.15  # seconds that one may be late and still make up for it
REMEMBERED = 5_000  # conversations of a workspace


RATES = {"teams": 30.0}
"""Messages a second to a workspace, to begin with, where it is not ten: Teams allows 30 to 50 in a tenant."""


@dataclass(slots=True)
class Pace:
    """A bucket of permissions. Times are seconds of one clock that never goes back."""

    rate: float = 10.0  # a second
    burst: float = 10.0
    learned: bool = False  # else more is tried soon
    gap: float = inf  # how much time the last one left to the one before, 1 being the shortest in the long run
    last: float = -inf
    _left: float = field(init=False)
    _at: float = 0.0
    _closed_until: float = -inf
    _tried: float = 0.0
    _since: float = 0.0  # since when it goes as fast as it may
    _count: int = 0  # how many went since then
    _began: float = 0.0  # the refusal since which all that went is counted
    _total: int = 0

    def __post_init__(self) -> None:
        self._left = self.burst

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
        self.gap = (now - max(self.last, self._closed_until)) * self.rate
        if not self.hurried:
            self._tried, self._began, self._total = now, 0.0, 0
        if not self.hurried or not self._count:
            self._since, self._count = now, 0
        self._left, self.last = max(self._left - 1, -self.burst), now
        self._count += 1
        patience, more = (PATIENCE, MORE) if self.learned else (LONG_ENOUGH, SOON_MORE)
        if now - self._tried > patience:
            self.rate, self._tried = min(self.rate * more, FASTEST), now

    def close(self, seconds: float, now: float) -> None:
        """Nothing more for so long, and then one after the other."""
        self._closed_until = max(self._closed_until, now + seconds)
        self._left, self._at = 0.0, self._closed_until

    def refused(self, seconds: float, now: float) -> None:
        """The platform asked to wait. Nothing is learned from what was on its way already when it last did."""
        self.close(seconds, now)
        if self._count:
            self._learn(now)
            self._tried, self._count = self._closed_until, 0

    def _learn(self, now: float) -> None:
        """A short time tells only that this was too fast. What was taken in a longer one is what is allowed, or less if
        the platform had saved something up; then it is what was taken in all, pauses included."""
        stretch, went = now - self._since, self._count - 1
        self._began = self._began or now
        self._total += went if now > self._began else 0
        if stretch < LONG_ENOUGH and self.learned and self.burst > 1:
            self.rate, self.burst = self.rate * MARGIN, 1.0  # it may have meant two that came close together
            return
        if stretch < LONG_ENOUGH:
            allowed = self.rate / 2
        elif self.learned and self._total:
            allowed = self._total / (now - self._began)
        else:
            allowed = max(went / stretch, self.rate / SOON_MORE) * MARGIN
        self.learned = stretch >= LONG_ENOUGH
        self.rate = max(min(self.rate, allowed), SLOWEST)
        self.burst = max(1.0, self.rate * CATCH_UP)
        if went >= MANY:
            self._began, self._total = now, 0

    def at_most(self, other: "Pace") -> None:
        """What was learned of its kind holds for this one."""
        self.rate, self.burst = min(self.rate, other.rate), min(self.burst, other.burst)
        self._left = min(self._left, self.burst)

    def _refill(self, now: float) -> None:
        if now > self._at:
            self._left = min(self.burst, self._left + (now - self._at) * self.rate)
            self._at = now


class Lane(NamedTuple):
    """Where a message goes. ``waits``: it keeps the pace; else it goes at once, and those that wait make up for it."""

    platform: str
    team: str
    conversation: str
    waits: bool


@dataclass(slots=True)
class _Workspace:
    """``each``: what was learned of its conversations, which all may go equally fast."""

    whole: Pace = field(default_factory=Pace)
    each: Pace = field(default_factory=lambda: Pace(rate=1.0, burst=3.0, learned=True))
    conversations: dict[str, Pace] = field(default_factory=dict)
    last_refused: str = ""
    taught_at: float = -inf

    def conversation(self, name: str, now: float) -> Pace:
        found = self.conversations.get(name)
        if found is None:
            if len(self.conversations) >= REMEMBERED:
                self.conversations = {of: pace for of, pace in self.conversations.items() if not pace.idle(now)}
            found = self.conversations[name] = Pace(self.each.rate, self.each.burst, self.each.learned)
        return found

    def refused(self, name: str, seconds: float, now: float) -> None:
        """Where both were in a hurry, it was the conversation if it made use of its burst, or was refused before."""
        conversation, again = self.conversation(name, now), self.last_refused == name
        self.last_refused = name
        if self.whole.closed(now):  # on its way already when the workspace was told to wait
            self.whole.close(seconds, now)
        elif conversation.gap < RUSH or (conversation.hurried and (again or not self.whole.hurried)):
            self._conversation_refused(conversation, seconds, now)
        else:
            self.whole.refused(seconds, now)

    def _conversation_refused(self, conversation: Pace, seconds: float, now: float) -> None:
        """What one of them learns holds for all. It is done gently: perhaps it was the workspace after all."""
        conversation.close(seconds, now)
        if now - self.taught_at > GENTLY:
            self.taught_at = now
            self.each.rate = max(self.each.rate * (GENTLE if self.each.burst == 1 else 1.0), SLOWEST)
            self.each.burst = 1.0
            for other in self.conversations.values():
                other.at_most(self.each)


class Paces:
    """All workspaces of a process, asked from several threads."""

    def __init__(self) -> None:
        self._workspaces: dict[str, dict[str, _Workspace]] = {}
        self._lock = Lock()
        self._soonest = 0.0

    def take(self, lane: Lane, now: float) -> bool:
        """Whether one more may go there now."""
        with self._lock:
            paces = self._both(lane, now)
            wait = max(pace.wait(now) for pace in paces) if lane.waits else 0.0
            if wait > 0:
                self._soonest = min(self._soonest, now + wait)
                return False
            for pace in paces:
                pace.spend(now)
            return True

    def closed(self, lane: Lane, now: float) -> float:
        """For how many seconds the platform wants to hear nothing there that can wait."""
        with self._lock:
            return max(pace.closed(now) for pace in self._both(lane, now)) if lane.waits else 0.0

    def full(self, lane: Lane, now: float) -> bool:
        """Whether nothing at all may go to this workspace now, to whatever conversation."""
        with self._lock:
            return lane.waits and self._workspace(lane).whole.wait(now) > 0

    def refused(self, lane: Lane, seconds: float, now: float) -> None:
        with self._lock:
            self._workspace(lane).refused(lane.conversation, seconds, now)

    def soonest(self, now: float, at_most: float) -> float:
        """Seconds until one of those may go that were told to wait since this was asked last."""
        with self._lock:
            seconds, self._soonest = self._soonest - now, now + at_most
        return min(max(seconds, 0.0), at_most)

    def _both(self, lane: Lane, now: float) -> tuple[Pace, Pace]:
        workspace = self._workspace(lane)
        return workspace.whole, workspace.conversation(lane.conversation, now)

    def _workspace(self, lane: Lane) -> _Workspace:
        """What names no workspace goes to the installation's own, which is the first one that is named."""
        known = self._workspaces.setdefault(lane.platform, {})
        if lane.team not in known:
            first = next(iter(known.values()), None)
            known[lane.team] = first if first and (not lane.team or list(known) == [""]) else _new(lane.platform)
        return known[lane.team]


def _new(platform: str) -> _Workspace:
    return _Workspace(Pace(RATES[platform])) if platform in RATES else _Workspace()
