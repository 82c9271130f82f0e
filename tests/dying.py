"""A turn that dies in front of each of its statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine, event

from bot.database import Database


class Died(Exception):
    pass


def until_it_lives(database: Database, act: Callable[[], object], state: Callable[[Database], object]) -> int:
    """Dies at every statement of it in turn, of which nothing may be left, until it is done. Returns its deaths."""
    before, deaths = state(database), 0
    while True:
        with _dying(database.engine, deaths), suppress(Died):
            act()
            return deaths
        assert state(database) == before
        deaths += 1


@contextmanager
def _dying(engine: Engine, lived: int) -> Iterator[None]:
    left = lived

    def strike(connection: object, cursor: object, statement: str, *_: object) -> None:
        nonlocal left
        if statement.startswith("BEGIN"):
            return
        if not left:
            raise Died
        left -= 1

    event.listen(engine, "before_cursor_execute", strike)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", strike)
