"""What a listener does of every platform's: the work of one event, and what becomes of it if that fails."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.portal import Portal
from bot.workers import Workers
from handlers.notices.models import Place

log = structlog.get_logger()
T = TypeVar("T")
Body = dict[str, Any]


class Listener(ABC):
    """Does the work of one event, from the request itself or from its inbox row after a crash. ``away``: what says that
    the platform does not answer us."""

    away: ClassVar[tuple[type[Exception], ...]]

    def __init__(self, portal: Portal, inbox: Inbox, outbox: Outbox, workers: Workers) -> None:
        self._portal = portal
        self._inbox = inbox
        self._outbox = outbox
        self._workers = workers

    async def work(self, body: Body, event: int) -> None:
        """Whatever fails here is nobody's fault who talks to us: it is logged, and they are told a number."""
        try:
            await self._dispatch(body, event)
        except Exception as error:  # noqa: BLE001 the edge
            if not isinstance(error, (OperationalError, InterfaceError, *self.away)):
                await self._sorry(body, event, error)
                return
            log.warning("put_off", row=event, reason=type(error).__name__)
            await self._inbox.put_off(event)

    @abstractmethod
    async def _dispatch(self, body: Body, event: int) -> None: ...

    @abstractmethod
    def _where(self, body: Body) -> Place | None:
        """Where somebody can be told that it failed."""

    async def _sorry(self, body: Body, event: int, error: Exception) -> None:
        reference = uuid4().hex[:8]
        log.error("turn_failed", reference=reference, row=event, error=type(error).__name__, exc_info=error)
        if (place := self._where(body)) is not None:
            done = await self._run(self._portal.apologise, place, reference, event)
            await asyncio.shield(self._outbox.follow(done))

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        return await self._workers.run(partial(function, *arguments))
