"""What a platform does with a message: one attempt, and what may come of it."""

from typing import Protocol

from handlers.notices.models import Delivery


class Later(Exception):
    """The platform did not take the message now; it was certainly not posted."""

    def __init__(self, seconds: float | None, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Throttled(Later):
    """The platform asks everybody to wait. That is no fault of the message, so that it is never given up for it."""


class Refused(Exception):
    """The platform will never take this message."""


class Uncertain(Exception):
    """Nobody knows whether the message was posted, and looking it up tells only after ``settle`` seconds."""

    def __init__(self, reason: str, settle: float | None = None) -> None:
        super().__init__(reason)
        self.settle = settle


class Parked(Exception):
    """Nobody knows whether the message was posted, and nothing will ever tell: an operator decides."""


class Transport(Protocol):
    """One platform's way to post. Raises Later, Refused or Uncertain."""

    async def send(self, delivery: Delivery) -> str:
        """Post it; returns the platform's id of the message ("" if it gives none)."""
        ...

    async def find(self, delivery: Delivery) -> str | None:
        """The id of the message if it was posted before, else None; then the delivery's card may say from now on that
        it comes again. May raise Parked as well. Called side by side for messages of the same conversation, so that
        one look may serve all of them."""
        ...
