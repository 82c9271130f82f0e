"""The threads that turns run in, and the work that a stopping process still has in hand."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar

import structlog

from bot.database import TURNS_AT_ONCE

log = structlog.get_logger()
T = TypeVar("T")
AFTER_ERROR = 1.0  # seconds


class Workers:
    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=TURNS_AT_ONCE, thread_name_prefix="turn")
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    def later(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Start work that nobody waits for; it is finished before the process ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work_failed", error=type(error).__name__, exc_info=error)

    @property
    def busy(self) -> bool:
        """Whether there is work in hand."""
        return bool(self._tasks)

    async def drain(self, seconds: float) -> None:
        """Wait for what is in hand. What is not done by then is taken up again from its row."""
        end = monotonic() + seconds
        while self._tasks and monotonic() < end:  # what is in hand may still start something
            await asyncio.wait(self._tasks, timeout=end - monotonic())
        self._threads.shutdown(wait=False, cancel_futures=True)


async def forever(step: Any, seconds: float, name: str) -> None:
    """Run a step again and again. The database being away is no reason to end."""
    while True:
        pause = seconds
        try:
            await step()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 the loop is an edge: whatever fails now is tried again, and seen in the log
            log.error(
                "loop_failed", loop=name, error=type(error).__name__, reason=str(getattr(error, "orig", error))[:200]
            )
            pause = max(seconds, AFTER_ERROR)
        await asyncio.sleep(pause)
