"""One process at a time sends the notices of a platform, so that what it learns of their pace holds for all of them; it
stands in the store for whoever comes after (docs/decisions/0016)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Connection, select
from sqlmodel import col

from bot import lease
from bot.claims import waiting
from bot.moment import Clock
from bot.pace import Known
from bot.paces import News, Paces
from handlers.notices.models import KnownPace
from knowledge.base import insert_into

log = structlog.get_logger()

LEASE = timedelta(seconds=7)  # renewed as long as there are notices; whoever is killed or frozen is replaced within it
HANDED_OVER = timedelta(seconds=1)  # until the next one may send: what went last is past by then
EVERY = 0.5  # seconds between two looks at what others tell

Place = tuple[str, str]
"""Platform and team."""


class Keeper:
    """All of it is done in transactions that claim deliveries anyway."""

    def __init__(self, paces: Paces, clock: Clock) -> None:
        self._paces = paces
        self._clock = clock
        self._me = lease.myself()
        self._until: dict[str, datetime] = {}
        self._shared = 0.0
        self._learned: dict[Place, Known] = {}  # as it stands in the store
        self._closed: dict[Place, datetime] = {}
        self._answered: dict[Place, int] = {}

    def kept(self, connection: Connection, platforms: Sequence[str]) -> list[str]:
        """Where this process may send notices now. Who may takes them over as soon as there are any."""
        if monotonic() - self._shared >= EVERY:
            self._shared = monotonic()
            self._share(connection, platforms)
        for platform in platforms:
            if not self._lasts(platform, LEASE / 2) and waiting(connection, platform, self._clock.now()):
                self._hold(connection, platform)
        return [platform for platform in platforms if self._lasts(platform)]

    def _share(self, connection: Connection, platforms: Sequence[str]) -> None:
        """Who keeps the pace hears what others have sent, and writes down what it has learned."""
        for platform in platforms:
            if self._lasts(platform):
                self._hear(connection, platform)
            self._tell(connection, platform)

    def _hold(self, connection: Connection, platform: str) -> None:
        now = self._clock.now()
        before = lease.hold(connection, lease_of(platform), self._me, now, LEASE)
        if before is None:
            self._until.pop(platform, None)
            return
        self._until[platform] = now + LEASE
        if before != self._me:
            log.info("notices_taken_over", platform=platform)
            self._take_over(connection, platform)

    def give_back(self, connection: Connection) -> None:
        for platform in self._until:
            self._tell(connection, platform)
            lease.give_back(connection, lease_of(platform), self._me, self._clock.now() + HANDED_OVER)
        self._until.clear()

    def forget(self) -> None:
        """A transaction came to nothing: what was written in it, the lease too, is not known any more."""
        for remembered in (self._until, self._learned, self._closed):
            remembered.clear()

    def _lasts(self, platform: str, at_least: timedelta = timedelta()) -> bool:
        until = self._until.get(platform)
        return until is not None and until - self._clock.now() > at_least

    def _take_over(self, connection: Connection, platform: str) -> None:
        for row in _rows(connection, platform):
            place = (platform, row.team)
            self._learned[place], self._answered[place] = row.learned, row.answered
            self._paces.hear(platform, News(row.team, row.learned, self._seconds(row.closed_until)), monotonic())

    def _hear(self, connection: Connection, platform: str) -> None:
        for row in _rows(connection, platform):
            place = (platform, row.team)
            answered = row.answered - self._answered.get(place, 0)
            self._learned[place], self._answered[place] = row.learned, row.answered
            self._paces.hear(platform, News(row.team, (), self._seconds(row.closed_until), answered), monotonic())

    def _tell(self, connection: Connection, platform: str) -> None:
        """What somebody else answered is told to who keeps the pace, if there is anybody."""
        listens = not self._lasts(platform) and self._seconds(lease.ends(connection, lease_of(platform))) > 0
        for news in sorted(self._paces.news(platform, monotonic())):  # in one order, so that nobody waits in a circle
            place, values = (platform, news.team), dict[str, Any]()
            if news.known and news.known != self._learned.get(place) and self._lasts(platform):
                values["learned"] = self._learned[place] = news.known
            closed = self._clock.now() + timedelta(seconds=news.closed)
            if news.closed > EVERY and closed - self._closed.get(place, NEVER) > timedelta(seconds=EVERY):
                values["closed_until"] = self._closed[place] = closed
            if news.answered and listens:
                values["answered"] = news.answered
            if values:
                _write(connection, place, values)

    def _seconds(self, until: datetime | None) -> float:
        return 0.0 if until is None else (until - self._clock.now()).total_seconds()


NEVER = datetime.min.replace(tzinfo=UTC)


def lease_of(platform: str) -> str:
    return f"notices:{platform}"


def _rows(connection: Connection, platform: str) -> Sequence[Any]:
    kept = select(
        col(KnownPace.team), col(KnownPace.learned), col(KnownPace.closed_until), col(KnownPace.answered)
    ).where(col(KnownPace.platform) == platform)
    return connection.execute(kept).all()


def _write(connection: Connection, place: Place, values: dict[str, Any]) -> None:
    platform, team = place
    first = {"platform": platform, "team": team, "learned": [], "answered": 0, **values}
    changed = {**values}
    if "answered" in values:
        changed["answered"] = col(KnownPace.answered) + values["answered"]
    row = insert_into(KnownPace, connection.dialect.name).values(**first)
    connection.execute(row.on_conflict_do_update(index_elements=["platform", "team"], set_=changed))
