"""What a turn decided, as rows of the outbox: who gets which card, where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from sqlmodel import Session

from bot.broadcast import broadcast
from bot.channels.elsewhere import elsewhere
from bot.directory import PAGE, WEBHOOK, Address, Directory
from handlers.notices import store as notices
from handlers.notices.models import ANSWER, CALL, NOTICE, REFERENCE, Delivery, DeliveryState, Operation, Place
from handlers.partners import store as partners
from handlers.turn import Broadcast, Emit, Follow, Open, Outcome, Refuse, Replace, Rewrite, Say, Tell, Tick
from handlers.ui import Card, Form


@dataclass(slots=True)
class Written:
    """``answers`` are sent by the process that ran the turn, which holds their lease; ``notices`` by whoever claims
    them, in the order of their conversation. ``many`` were written by the store itself. ``refused``: nothing was
    done, and this says why."""

    answers: list[Delivery] = field(default_factory=list)
    notices: list[Delivery] = field(default_factory=list)
    form: Form | None = None
    errors: dict[str, str] = field(default_factory=dict)
    many: int = 0
    refused: Card | None = None

    def become_of(self, place: Place, *, known: bool) -> Card | None:
        """What the message at this place says from now on, if it was changed. One that is not ``known`` was posted a
        moment ago, and whoever saw it was faster than the word of where it stands."""
        updates = [row for row in self.rows if row.operation == Operation.update]
        changed = [row for row in updates if row.platform_id == place.message]
        if not known:
            new = (row for row in updates if row.platform_id.startswith(REFERENCE))
            changed = changed or [row for row in new if row.conversation == place.conversation]
        return Card.model_validate(changed[-1].card) if place.message and changed else None

    @property
    def rows(self) -> list[Delivery]:
        return [*self.answers, *self.notices]


class Postroom:
    """``place``: where the turn takes place, None for the clock's, which is told of by ``tick``."""

    def __init__(
        self, directory: Directory, session: Session, place: Place | None, now: datetime, tick: Tick | None = None
    ) -> None:
        self._directory = directory
        self._session = session
        self._place = place
        self._now = now
        self._tick = tick
        self._posted: dict[str, Delivery] = {}

    def write(self, outcomes: Sequence[Outcome]) -> Written:
        written = Written()
        keys = [outcome.key for outcome in outcomes if isinstance(outcome, Say | Tell | Follow) and outcome.key]
        taken = notices.taken(self._session, keys) if keys else set[str]()
        for outcome in chain.from_iterable(map(self._shown, outcomes)):
            if isinstance(outcome, Open):
                written.form = outcome.form
            elif isinstance(outcome, Refuse):
                written.errors.update(outcome.fields)
            elif isinstance(outcome, Broadcast):
                assert self._tick is not None, "no turn of a person waits for so many"
                written.many += broadcast(self._session, self._directory, outcome, self._now, self._tick)
            key = getattr(outcome, "key", "")
            row = None if key and key in taken else self._row(outcome)
            if row is not None:
                if row.subject and row.operation == Operation.post:
                    self._posted.setdefault(row.subject, row)
                row.unique_key = key or None
                if row.platform == PAGE and row.kind == NOTICE and row.due_at <= self._now:
                    _show(row)
                taken.add(key)
                (written.answers if row.kind == ANSWER else written.notices).append(row)
        return written

    def _shown(self, outcome: Outcome) -> Iterator[Outcome]:
        """A sample, and how the other platforms in use draw it; the browser page has that in the sample itself. What is
        rewritten everywhere, message by message."""
        if isinstance(outcome, Rewrite) and outcome.everywhere:
            posts = notices.posts(self._session, outcome.subject)
            yield from (Rewrite(outcome.subject, outcome.card, post) for post in posts)
            return
        yield outcome
        place = self._place
        if isinstance(outcome, Say) and outcome.card.sample and place is not None and place.platform != PAGE:
            for platform in self._directory.platforms:
                if platform != place.platform:
                    yield replace(outcome, card=elsewhere(outcome.card, platform))

    def _row(self, outcome: Outcome) -> Delivery | None:
        match outcome:
            case Say():
                return self._say(outcome)
            case Tell():
                return self._tell(outcome)
            case Follow():
                return self._follow(outcome)
            case Rewrite():
                return self._rewrite(outcome)
            case Replace():
                return self._replace(outcome.card)
            case Emit():
                return self._emit(outcome)
            case Open() | Refuse() | Broadcast():
                return None

    def _tell(self, tell: Tell) -> Delivery | None:
        row = self._to(self._directory.person(self._session, tell.contact_id), tell.card, tell.subject)
        if row is not None:
            row.contact_id, row.expires_at = tell.contact_id, tell.expires
            if self._tick is not None and not tell.urgent:
                self._wait(row, self._tick, tell.begins)
        return row

    def _wait(self, row: Delivery, tick: Tick, begins: datetime | None) -> None:
        """Nobody is written to at night. What may go out at a supposed time is due at once, whatever time it is."""
        assert row.contact_id is not None
        contact = partners.by_id(self._session, row.contact_id)
        assert contact is not None, "only people we know have an address"
        quiet, allowed = tick.policy.quiet, max(tick.now, begins or tick.now)
        if quiet is not None:
            allowed = quiet.over(allowed, contact.time_zone)
        if allowed > tick.now:
            row.due_at = allowed
        if quiet is not None and (allowed > tick.now or not tick.supposed):
            row.quiet_zone = contact.time_zone

    def _say(self, say: Say) -> Delivery | None:
        if say.to in ("support", "managers", "operators"):
            return self._to(self._directory.channel(say.to, say.topic), say.card, say.subject)
        assert self._place is not None, "the clock speaks to nobody in particular"
        if say.to == "direct":
            return self._to(self._directory.asker(self._place), say.card, say.subject)
        row = self._here(say.card, say.subject)
        if self._place.whisper or (say.to == "asker" and not self._place.private):
            row.operation = Operation.whisper
        else:
            row.reply_url = ""
        return row

    def _replace(self, card: Card) -> Delivery:
        assert self._place is not None
        row = self._here(card, "")
        row.operation, row.platform_id = Operation.update, self._place.message
        if not self._place.whisper:
            row.reply_url = ""
        return row

    def _follow(self, follow: Follow) -> Delivery | None:
        root = self._root(follow.of)
        if root is None:
            return None
        thread = root.thread or root.platform_id or REFERENCE + root.delivery_id
        return self._to(_at(root, thread), follow.card, follow.subject)

    def _rewrite(self, rewrite: Rewrite) -> Delivery | None:
        root = rewrite.post or self._root(rewrite.subject)
        if root is None:
            return None
        row = self._delivery(_at(root, root.thread), rewrite.card, "")
        row.operation, row.platform_id = Operation.update, root.platform_id or REFERENCE + root.delivery_id
        return row

    def _root(self, subject: str) -> Delivery | None:
        return notices.root(self._session, subject) or self._posted.get(subject)

    def _emit(self, emit: Emit) -> Delivery | None:
        if not self._directory.webhook:
            return None
        body = {"type": emit.type, "timestamp": self._now.isoformat(), "data": dict(emit.data)}
        row = self._delivery(Address(WEBHOOK, "", WEBHOOK), None, "")
        row.card, row.kind = body, CALL
        return row

    def _here(self, card: Card, subject: str) -> Delivery:
        place = self._place
        assert place is not None
        address = Address(place.platform, place.team, place.conversation, place.user, place.thread)
        row = self._delivery(address, card, subject)
        row.reply_url, row.kind = place.reply_url, ANSWER
        row.state, row.lease_until, row.attempts = DeliveryState.sending, self._now + notices.LEASE, 1
        return row

    def _to(self, address: Address | None, card: Card, subject: str) -> Delivery | None:
        return self._delivery(address, card, subject) if address else None

    def _delivery(self, to: Address, card: Card | None, subject: str) -> Delivery:
        return Delivery(
            platform=to.platform,
            team=to.team,
            conversation=to.conversation,
            thread=to.thread,
            user=to.user,
            kind=NOTICE,
            card=card.model_dump(mode="json") if card else {},
            subject=subject,
            due_at=self._now,
            created_at=self._now,
        )


def _show(row: Delivery) -> None:
    """The browser page reads the rows themselves: what is there is delivered."""
    row.state, row.attempts = DeliveryState.sent, 1
    row.platform_id = row.platform_id or row.delivery_id


def _at(root: Delivery, thread: str) -> Address:
    return Address(root.platform, root.team, root.conversation, root.user, thread)
