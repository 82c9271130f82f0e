"""Thousands of deliveries to many workspaces whose limits nobody knows, in simulated time: the rows, the claims and the
paces are the real ones, only the clock and the platform are not."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from statistics import mean

from sqlalchemy import Connection, insert, update
from sqlmodel import col

from bot.claims import claim, lane_of
from bot.database import Database
from bot.pace import Paces
from handlers.notices.models import NOTICE, Delivery, DeliveryState

BEGIN = datetime(2031, 5, 7, 11, tzinfo=UTC)
ON_THE_WAY = (0.02, 0.08)  # seconds until a call arrives
LATE = (0.01, 0.03)  # seconds by which a busy process wakes too late
LEARNT = 0.6  # of a workspace's deliveries, after which its limits ought to be known


@dataclass
class Bucket:
    """``rate`` a second after a burst; who comes too early is told whole seconds to wait, as Slack does."""

    rate: float
    burst: float
    left: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.burst

    def wait(self, now: float) -> float:
        self.left, self.at = min(self.burst, self.left + (now - self.at) * self.rate), now
        return 0.0 if self.left >= 1 else max(1.0, math.ceil((1 - self.left) / self.rate))


@dataclass
class Workspace:
    whole: Bucket
    conversations: dict[str, Bucket]
    sent: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    def post(self, conversation: str, now: float) -> float:
        """0 if it was taken, else the seconds to wait."""
        both = (self.whole, self.conversations[conversation])
        if wait := max(bucket.wait(now) for bucket in both):
            self.refused.append(now)
            return wait
        for bucket in both:
            bucket.left -= 1
        self.sent.append(now)
        return 0.0

    def allowed(self) -> float:
        """Messages a second, in all."""
        return min(self.whole.rate, sum(bucket.rate for bucket in self.conversations.values()))

    def learnt(self) -> tuple[float, int]:
        """What share of the allowed was used once the limits ought to be known, and how often too much."""
        known = self.sent[int(len(self.sent) * LEARNT) :]
        used = (len(known) - 1) / (known[-1] - known[0]) / self.allowed()
        return used, sum(at > known[0] for at in self.refused)


@dataclass
class Outcome:
    sent: int
    share: float
    worst: float
    too_fast: int
    refused: int
    seconds: float


def run(database: Database, workspaces: int, conversations: int, each: int, seed: int = 1) -> Outcome:
    chance = Random(seed)
    world = {f"T{number}": _workspace(chance, number, conversations) for number in range(workspaces)}
    _fill(database, world, each)
    with database.engine.begin() as connection:
        seconds = _deliver(connection, world, workspaces * conversations * each, chance)
    learnt = [workspace.learnt() for workspace in world.values()]
    return Outcome(
        sent=sum(len(workspace.sent) for workspace in world.values()),
        share=mean(share for share, _ in learnt),
        worst=min(share for share, _ in learnt),
        too_fast=sum(times for _, times in learnt),
        refused=sum(len(workspace.refused) for workspace in world.values()),
        seconds=seconds,
    )


def _workspace(chance: Random, number: int, conversations: int) -> Workspace:
    rate = chance.uniform(0.5, 2.0)
    buckets = {f"C{number}-{of}": Bucket(1.0, chance.choice((2, 4))) for of in range(conversations)}
    return Workspace(Bucket(rate, chance.choice((2, 5, 10))), buckets)


def _fill(database: Database, world: dict[str, Workspace], each: int) -> None:
    """Workspace by workspace, as campaigns are written, so that the first could stand in the way of all others."""
    rows = [
        {"delivery_id": f"{team}-{name}-{number}", "platform": "test", "team": team, "conversation": name,
         "kind": NOTICE, "card": {}, "due_at": BEGIN, "created_at": BEGIN}
        for team, workspace in world.items() for number in range(each) for name in workspace.conversations
    ]  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(insert(Delivery), rows)


def _deliver(connection: Connection, world: dict[str, Workspace], left: int, chance: Random) -> float:
    paces, now, calls = Paces(), 0.0, list[tuple[float, int, Delivery]]()
    while left:
        for row, _ in claim(
            connection,
            ["test"],
            BEGIN + timedelta(seconds=now),
            lambda lane: paces.take(lane, now),  # noqa: B023
            full=lambda lane: paces.full(lane, now),  # noqa: B023
        ):
            heappush(calls, (now + chance.uniform(*ON_THE_WAY), row.id or 0, row))
        now = min(now + paces.soonest(now, 1.0), calls[0][0] if calls else math.inf) + chance.uniform(*LATE)
        while calls and calls[0][0] <= now:
            at, _, row = heappop(calls)
            wait = world[row.team].post(row.conversation, at)
            if wait:
                paces.refused(lane_of(row), wait, at)
            left -= not wait
            _settle(connection, row, now + wait if wait else None)
    return now


def _settle(connection: Connection, row: Delivery, due: float | None) -> None:
    values = {"state": DeliveryState.sent, "lease_until": None, "due_at": row.due_at}
    if due is not None:
        values |= {"state": DeliveryState.due, "due_at": BEGIN + timedelta(seconds=due)}
    connection.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**values))
