"""Who calls, what is to be done, and what a committed turn left to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from handlers.notices.models import Delivery
from handlers.turn import Guest, Link, Open, Outcome, Say, Turn
from handlers.ui import Card, Form


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a platform says is there. ``email`` is None unless the platform vouches for it and for the person."""

    platform: str
    team: str
    user: str
    email: str | None


@dataclass(frozen=True, slots=True)
class EventKey:
    """An event that is recorded with its turn, for channels that answer within the request. ``tells``: their answer
    says why nothing was done, so that no message does."""

    platform: str
    team: str
    key: str
    body: str = ""
    tells: bool = False


Event = int | EventKey | None


@dataclass(slots=True)
class Done:
    """What a committed turn left to do: rows that this process must send, and whether there are others that anybody may
    claim. ``pressed`` is what the card has become that it happened on, where it has changed; ``again``: this event was
    here before and had no second effect; ``refused``: nothing was done, and this is why."""

    deliveries: list[Delivery] = field(default_factory=list)
    notices: bool = False
    form: Form | None = None
    pressed: Card | None = None
    again: bool = False
    refused: Card | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What is done, by a contact and by somebody who is none. ``pressed``: the subject of the card it happens on, None
    if it happens on no card; ``silent``: the caller shows what there is to tell, so that no message is written;
    ``offer`` makes a card of a form that cannot be opened here and now."""

    contact: Callable[[Turn], Sequence[Outcome]]
    guest: Callable[[Guest], Sequence[Outcome]]
    pressed: str | None = None
    silent: bool = False
    links: tuple[Link, ...] = ()
    offer: Callable[[Form], Card] | None = None

    def possible(self, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        if self.offer is None:
            return outcomes
        offer = self.offer
        return [Say(offer(said.form), to="asker") if isinstance(said, Open) else said for said in outcomes]


def nothing(_: Guest) -> Sequence[Outcome]:
    return ()
