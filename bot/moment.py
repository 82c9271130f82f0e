"""What time it is, for everybody who shares a store: by the database's clock, since those of machines and programs
differ."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, func, select

GRAIN = timedelta(milliseconds=5)  # SQLite tells its time, the machine's, in whole milliseconds


class Clock:
    """Between two looks at the database's clock it goes on by itself, so that a machine whose clock is set neither ends
    other processes' leases nor sends anything early."""

    def __init__(self) -> None:
        self._looked: tuple[datetime, float] | None = None

    def sync(self, connection: Connection) -> None:
        began = monotonic()
        if connection.dialect.name == "postgresql":
            at = connection.execute(select(func.clock_timestamp())).scalar_one().astimezone(UTC)
        else:
            told = connection.execute(select(func.strftime("%Y-%m-%dT%H:%M:%f+00:00", "now"))).scalar_one()
            at = datetime.fromisoformat(told)
        looked = at, (began + monotonic()) / 2
        if self._looked is None or abs(at - self._at(self._looked, looked[1])) > GRAIN:
            self._looked = looked

    def now(self) -> datetime:
        if self._looked is None:
            return datetime.now(UTC)
        return self._at(self._looked, monotonic())

    @staticmethod
    def _at(looked: tuple[datetime, float], when: float) -> datetime:
        at, then = looked
        return at + timedelta(seconds=when - then)
