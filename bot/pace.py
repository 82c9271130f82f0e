"""How fast messages go out: a small burst, then a steady rate that learns what the platform allows, and keeps to it.

A platform that asks to wait does not say whom it means: one conversation, or the whole workspace. Whoever was not going
as fast as it may cannot have been meant.
"""

from dataclasses import dataclass, field
from math import inf
from threading import Lock
from typing import NamedTuple

SLOWEST, FASTEST = 0.05, 100.0  # messages a second
SHORTEST = 1e-3  # seconds
CLOSE = 0.94  # of what was refused: then it is known well enough
PATIENCE = 3600.0  # seconds until it is seen whether more is allowed by now
MORE = 1.15
LESS = 0.85  # when less is allowed all of a sudden
SPARE = 1.5  # messages that are taken after a pause besides a second's worth, whatever is allowed in the long run
MEMORY = 2.0  # times the longest pause that was asked for: in less time nothing is proven
HURRY = 1.5  # times the shortest distance between two
CATCH_UP = 0.05  # seconds that one may be late and still make up for it
RUSH = 0.9
IN_ONE, GENTLE, GENTLY = 1.0, 0.9, 10.0  # messages a second in a conversation; how much slower, and how often
REMEMBERED = 5_000  # conversations of a workspace


RATES = {"teams": 30.0}
"""Messages a second to a workspace, to begin with, where it is not ten: Teams allows 30 to 50 in a tenant."""


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
        self.gap = (now - max(self.last, self._closed_until)) * self.rate
        if not self.hurried:
            self._since, self._went, self._began = now, 0, None
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
    each: Pace = field(default_factory=lambda: Pace(IN_ONE, burst=3.0, floor=IN_ONE))
    conversations: dict[str, Pace] = field(default_factory=dict)
    last_refused: str = ""
    taught_at: float = -inf

    def conversation(self, name: str, now: float) -> Pace:
        if self.each.rate < IN_ONE and now - self.taught_at > PATIENCE:
            self._teach(IN_ONE, now)
        found = self.conversations.get(name)
        if found is None:
            if len(self.conversations) >= REMEMBERED:
                self.conversations = {of: pace for of, pace in self.conversations.items() if not pace.idle(now)}
            found = self.conversations[name] = Pace(self.each.rate, self.each.burst, floor=self.each.rate)
        return found

    def refused(self, name: str, seconds: float, now: float) -> None:
        """Where both were in a hurry, it was the conversation if it made use of its burst, or was refused before."""
        conversation, again = self.conversation(name, now), self.last_refused == name
        self.last_refused = name
        if self.whole.closed(now):  # on its way already when the workspace was told to wait
            self.whole.refused(seconds, now)
        elif conversation.gap < RUSH or (conversation.hurried and (again or not self.whole.hurried)):
            self._conversation_refused(conversation, seconds, now)
        else:
            self.whole.refused(seconds, now)

    def _conversation_refused(self, conversation: Pace, seconds: float, now: float) -> None:
        """What one of them learns holds for all. It is done gently: perhaps it was the workspace after all."""
        self.whole.returned()
        conversation.close(seconds, now)
        if now - self.taught_at > GENTLY:
            self._teach(self.each.rate * (GENTLE if self.each.burst == 1 else 1.0), now)

    def _teach(self, rate: float, now: float) -> None:
        self.each.rate, self.each.burst, self.taught_at = max(rate, SLOWEST), 1.0, now
        for conversation in self.conversations.values():
            conversation.follow(self.each, now)


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

    def learned(self, lane: Lane) -> bool:
        """Whether it is known how much the workspace allows."""
        with self._lock:
            return self._workspace(lane).whole.learned

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
