"""How fast notices go out: to a workspace, and to each of its conversations.

A platform that asks to wait does not say whom it means: one conversation, or the whole workspace. Whoever was not going
as fast as it may cannot have been meant.
"""

from dataclasses import dataclass, field
from math import inf
from threading import Lock
from typing import NamedTuple

from bot.pace import PATIENCE, SLOWEST, Known, Pace

RUSH = 0.9  # times the shortest distance between two
IN_ONE, GENTLE, GENTLY = 1.0, 0.9, 10.0  # messages a second in a conversation; how much slower, and how often
SLIGHTLY = 0.5  # seconds
REMEMBERED = 5_000  # conversations of a workspace


RATES = {"teams": 30.0}
"""Messages a second to a workspace, to begin with, where it is not ten: Teams allows 30 to 50 in a tenant."""


class Lane(NamedTuple):
    """Where a message goes. ``waits``: it keeps the pace; else it goes at once, and those that wait make up for it.
    ``asks``: the platform is asked for somebody first, which it limits apart from what is posted."""

    platform: str
    team: str
    conversation: str
    waits: bool
    asks: bool = False


class News(NamedTuple):
    """What one process tells another of a workspace: what is ``known`` of its pace, for how many seconds it is
    ``closed``, and how many messages were ``answered``, that is, went without keeping the pace."""

    team: str
    known: Known = ()
    closed: float = 0.0
    answered: int = 0


@dataclass(slots=True)
class Workspace:
    """``each``: what was learned of its conversations, which all may go equally fast."""

    whole: Pace = field(default_factory=Pace)
    each: Pace = field(default_factory=lambda: Pace(IN_ONE, burst=3.0, floor=IN_ONE))
    conversations: dict[str, Pace] = field(default_factory=dict)
    last_refused: str = ""
    taught_at: float = -inf
    answered: int = 0  # since this was asked last

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

    def news(self, team: str, now: float) -> News:
        answered, self.answered = self.answered, 0
        known = [*self.whole.known(), self.each.rate, self.each.burst] if self.whole.known() else []
        return News(team, known, self.whole.closed(now), answered)

    def hear(self, news: News, now: float) -> None:
        if news.known:
            *whole, self.each.rate, self.each.burst = news.known
            self.whole.restore(whole, now)
            self.conversations, self.taught_at = {}, now
        if news.closed > self.whole.closed(now) + SLIGHTLY:
            self.whole.close(news.closed, now)
        for _ in range(news.answered):
            self.whole.spend(now)

    def _teach(self, rate: float, now: float) -> None:
        self.each.rate, self.each.burst, self.taught_at = max(rate, SLOWEST), 1.0, now
        for conversation in self.conversations.values():
            conversation.follow(self.each, now)


class Paces:
    """All workspaces of a process, asked from several threads."""

    def __init__(self) -> None:
        self._workspaces: dict[str, dict[str, Workspace]] = {}
        self._lock = Lock()
        self._soonest = 0.0

    def take(self, lane: Lane, now: float) -> bool:
        """Whether one more may go there now."""
        with self._lock:
            paces = self._all(lane, now)
            wait = max(pace.wait(now) for pace in paces) if lane.waits else 0.0
            if wait > 0:
                self._soonest = min(self._soonest, now + wait)
                return False
            for pace in paces:
                pace.spend(now)
            self._workspace(lane).answered += not lane.waits
            return True

    def closed(self, lane: Lane, now: float) -> float:
        """For how many seconds the platform wants to hear nothing there that can wait."""
        with self._lock:
            return max(pace.closed(now) for pace in self._all(lane, now)) if lane.waits else 0.0

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
            if lane.asks:
                self._workspace(lane._replace(asks=False)).whole.returned()

    def soonest(self, now: float, at_most: float) -> float:
        """Seconds until one of those may go that were told to wait since this was asked last."""
        with self._lock:
            seconds, self._soonest = self._soonest - now, now + at_most
        return min(max(seconds, 0.0), at_most)

    def news(self, platform: str, now: float) -> list[News]:
        """Of each workspace once, under its own name if it has one: what was learned, and what went since the last time
        this was asked."""
        with self._lock:
            known = self._workspaces.get(platform, {})
            return [workspace.news(team, now) for team, workspace in known.items() if team or len(known) == 1]

    def hear(self, platform: str, news: News, now: float) -> None:
        """What another process knows of a workspace."""
        with self._lock:
            self._workspace(Lane(platform, news.team, "", waits=True)).hear(news, now)

    def _all(self, lane: Lane, now: float) -> list[Pace]:
        workspace = self._workspace(lane)
        posts = [self._workspace(lane._replace(asks=False)).whole] if lane.asks else []
        return [workspace.whole, workspace.conversation(lane.conversation, now), *posts]

    def _workspace(self, lane: Lane) -> Workspace:
        """What names no workspace goes to the installation's own, which is the first one that is named."""
        known = self._workspaces.setdefault(f"{lane.platform}, asked" if lane.asks else lane.platform, {})
        if lane.team not in known:
            first = next(iter(known.values()), None)
            known[lane.team] = first if first and (not lane.team or list(known) == [""]) else _new(lane.platform)
        return known[lane.team]


def _new(platform: str) -> Workspace:
    return Workspace(Pace(RATES[platform])) if platform in RATES else Workspace()
