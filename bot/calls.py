"""Who calls, and what a committed turn left to do."""

from dataclasses import dataclass, field

from handlers.notices.models import Delivery
from handlers.ui import Form


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a platform says is there. ``email`` is None unless the platform vouches for it and for the person."""

    platform: str
    team: str
    user: str
    email: str | None


@dataclass(frozen=True, slots=True)
class EventKey:
    """An event that is recorded with its turn, for channels that answer within the request."""

    platform: str
    team: str
    key: str
    body: str = ""


Event = int | EventKey | None


@dataclass(slots=True)
class Done:
    """What a committed turn left to do: rows that this process must send, and whether there are others that anybody may
    claim. ``again``: this event was here before and had no second effect."""

    deliveries: list[Delivery] = field(default_factory=list)
    notices: bool = False
    form: Form | None = None
    again: bool = False
