"""Deliveries to workspaces whose limits nobody knows, in simulated time: only the clock and the platform are not real.

``run``: thousands of rows of workspaces that are buckets, claimed and paced as always. ``steady``: one workspace of any
kind and its pace, for as long as one likes.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import cycle
from random import Random
from statistics import mean

from sqlalchemy import Connection, insert, update
from sqlmodel import col

from bot.claims import claim, lane_of
from bot.database import Database
from bot.paces import Lane, Paces
from handlers.notices.models import NOTICE, Delivery, DeliveryState
from tests.limiters import KINDS, Bucket, Limiter, bucket

BEGIN = datetime(2031, 5, 7, 11, tzinfo=UTC)
ON_THE_WAY = (0.02, 0.08)  # seconds until a call arrives
LATE = (0.01, 0.03)  # seconds by which a busy process wakes too late
MEASURED = (0.6, 0.95)  # of a workspace's deliveries: learning comes before; after it, some conversations have run dry


@dataclass
class Workspace:
    whole: Limiter
    conversations: dict[str, Bucket]
    sent: list[float] = field(default_factory=list)
    refused: list[tuple[float, bool]] = field(default_factory=list)
    """When, and whether its limit was said to be known by then."""

    @classmethod
    def of(cls, chance: Random, kind: str, rate: float, names: list[str]) -> "Workspace":
        return cls(KINDS[kind](chance, rate), {name: Bucket(1.0, chance.choice((2, 4))) for name in names})

    def post(self, lane: Lane, now: float, paces: Paces) -> float:
        """0 if it was taken, else the seconds to wait."""
        conversation = self.conversations[lane.conversation]
        wait = conversation.wait(now) or self.whole.post(now)
        if wait:
            self.refused.append((now, paces.learned(lane)))
            paces.refused(lane, wait, now)
        else:
            conversation.left -= 1
            self.sent.append(now)
        return wait

    def share(self) -> float:
        """Of what is allowed, when the limits ought to be known."""
        begin, end = (int(len(self.sent) * part) for part in MEASURED)
        known = self.sent[begin:end]
        return (len(known) - 1) / (known[-1] - known[0]) / self.whole.rate


@dataclass
class Outcome:
    """``too_fast``: how often it was refused although the limit was known; ``learning``: how often before."""

    sent: int
    share: float
    worst: float
    too_fast: int
    learning: int
    seconds: float

    @classmethod
    def of(cls, world: list[Workspace], seconds: float) -> "Outcome":
        shares = [workspace.share() for workspace in world]
        known = [known for workspace in world for _, known in workspace.refused]
        sent = sum(len(workspace.sent) for workspace in world)
        return cls(sent, mean(shares), min(shares), sum(known), len(known) - sum(known), seconds)


# -- thousands of rows -------------------------------------------------------------------------------------------------


def run(database: Database, workspaces: int, conversations: int, each: int, seed: int = 1) -> Outcome:
    chance = Random(seed)
    world = {
        f"T{team}": Workspace.of(
            chance, bucket.__name__, chance.uniform(0.5, 2.0), [f"C{team}-{number}" for number in range(conversations)]
        )
        for team in range(workspaces)
    }
    _fill(database, world, each)
    with database.engine.begin() as connection:
        seconds = _deliver(connection, world, workspaces * conversations * each, chance)
    return Outcome.of(list(world.values()), seconds)


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
            wait = world[row.team].post(lane_of(row), at, paces)
            left -= not wait
            _settle(connection, row, now + wait if wait else None)
    return now


def _settle(connection: Connection, row: Delivery, due: float | None) -> None:
    values = {"state": DeliveryState.sent, "lease_until": None, "due_at": row.due_at}
    if due is not None:
        values |= {"state": DeliveryState.due, "due_at": BEGIN + timedelta(seconds=due)}
    connection.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**values))


# -- one workspace of any kind -----------------------------------------------------------------------------------------


def steady(kind: str, rate: float, seconds: float, seed: int, conversations: int = 20) -> Workspace:
    chance, paces, now, calls = Random(seed), Paces(), 0.0, list[tuple[float, int, Lane]]()
    lanes = [Lane("test", "T1", f"C{number}", waits=True) for number in range(conversations)]
    workspace = Workspace.of(chance, kind, rate, [lane.conversation for lane in lanes])
    number, turns = 0, cycle(lanes)
    while now < seconds:
        for lane in (next(turns) for _ in lanes):
            if paces.take(lane, now):
                number += 1
                heappush(calls, (now + chance.uniform(*ON_THE_WAY), number, lane))
        now = min(now + paces.soonest(now, 1.0), calls[0][0] if calls else math.inf) + chance.uniform(*LATE)
        while calls and calls[0][0] <= now:
            at, _, lane = heappop(calls)
            workspace.post(lane, at, paces)
    return workspace
