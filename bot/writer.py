"""One thread that writes what many ask for at once: a commit, and so an fsync, for all that waited for the last one."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from bot.database import Database

Item = TypeVar("Item")
T = TypeVar("T")
BATCH = 128


class _Work(NamedTuple):
    """``together``: there is an item, and one call takes all items that wait for it."""

    do: Callable[..., Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    item: Any = None
    together: bool = False


class Writer:
    """Runs small pieces of work in order, each committed when its result is given. The pool has a
    connection for it besides those of the turns, so that a durable inbox row never waits for one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def run(self, do: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Work(do, loop, future))
        return await future

    async def together(self, do: Callable[[Connection, Sequence[Item]], Sequence[T]], item: Item) -> T:
        """What waits for the same function is done by one call of it, which gives a result for each item."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Work(do, loop, future, item, together=True))
        return await future

    def close(self) -> None:
        """Finish what is queued."""
        self._queue.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < BATCH and not self._queue.empty():
                work = self._queue.get()
                if work is None:
                    self._commit(batch)
                    return
                batch.append(work)
            self._commit(batch)

    def _commit(self, batch: list[_Work]) -> None:
        try:
            with self._database.engine.begin() as connection:
                results = _do(connection, batch)
        except Exception as error:  # noqa: BLE001 whoever asked is told; this thread must outlive every mistake of theirs
            if len(batch) > 1:  # one of them is to blame; the others must not pay for it
                for work in batch:
                    self._commit([work])
            else:
                _tell(batch[0], None, error)
            return
        for work, result in zip(batch, results, strict=True):
            _tell(work, result, None)


def _do(connection: Connection, batch: list[_Work]) -> list[Any]:
    """What is done together is done where the first of it stands."""
    items: dict[Callable[..., Any], list[Any]] = {}
    for work in batch:
        if work.together:
            items.setdefault(work.do, []).append(work.item)
    done: dict[Callable[..., Any], Iterator[Any]] = {}
    results = []
    for work in batch:
        if not work.together:
            results.append(work.do(connection))
            continue
        if work.do not in done:
            done[work.do] = iter(work.do(connection, items[work.do]))
        results.append(next(done[work.do]))
    return results


def _tell(work: _Work, result: object, error: Exception | None) -> None:
    def settle() -> None:
        if work.future.done():  # whoever asked has gone
            return
        if error is not None:
            work.future.set_exception(error)
        else:
            work.future.set_result(result)

    if not work.loop.is_closed():
        work.loop.call_soon_threadsafe(settle)
