"""What time it is, for everybody who shares a store: by the database's clock, since those of machines differ."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, func, select


class Clock:
    """Between two looks at the database's clock it goes on by itself, so that a machine whose clock is set neither ends
    other processes' leases nor sends anything early. SQLite has no clock but the machine's."""

    def __init__(self) -> None:
        self._looked: tuple[datetime, float] | None = None

    def sync(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            began = monotonic()
            at = connection.execute(select(func.clock_timestamp())).scalar_one()
            self._looked = (at.astimezone(UTC), (began + monotonic()) / 2)

    def now(self) -> datetime:
        if self._looked is None:
            return datetime.now(UTC)
        at, when = self._looked
        return at + timedelta(seconds=monotonic() - when)
