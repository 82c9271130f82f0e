"""The one door: what a person says, presses or submits becomes a turn, and a turn is one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

from sqlalchemy import update
from sqlmodel import Session, col

from bot import inbox
from bot.database import Database
from bot.metrics import TURN_SECONDS, TURNS
from bot.refusals import refusal, sorry
from handlers import router
from handlers.answers import store as answers
from handlers.errors import FormError, NotAllowed, PortalError
from handlers.notices import store as notices
from handlers.notices.models import Delivery, DeliveryState, InboxEvent, InboxState, Operation, Place
from handlers.partners import store as partners
from handlers.turn import Open, Outcome, Person, Policy, Replace, Say, Turn
from handlers.ui import Card, Form
from handlers.usage.models import TurnEvent
from knowledge.audience import Reader
from knowledge.search import Found

Act = Callable[[Turn], Sequence[Outcome]]


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


@dataclass(slots=True)
class Done:
    """What a committed turn left to do. ``again``: this event was here before and had no second effect."""

    deliveries: list[Delivery] = field(default_factory=list)
    form: Form | None = None
    again: bool = False


class Portal:
    """``desk`` is the vendor's support channel: (platform, conversation), or None."""

    def __init__(
        self,
        database: Database,
        search: Callable[[str, Reader], Found],
        policy: Policy,
        desk: tuple[str, str] | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.database = database
        self.clock = clock
        self._search = search
        self._policy = policy
        self._desk = desk
        self._seen: dict[tuple[str, str, str], tuple[int, datetime]] = {}

    def say(self, caller: Caller, place: Place, words: str, event: "int | EventKey | None" = None) -> Done:
        return self._turn(caller, place, event, lambda turn: router.say(turn, words))

    def command(
        self, caller: Caller, place: Place, name: str, words: str, event: "int | EventKey | None" = None
    ) -> Done:
        return self._turn(caller, place, event, lambda turn: router.command(turn, name, words))

    def press(
        self, caller: Caller, place: Place, action: str, value: str, event: "int | EventKey | None" = None
    ) -> Done:
        return self._turn(caller, place, event, lambda turn: router.press(turn, action, value), value)

    def submit(
        self,
        caller: Caller,
        place: Place,
        form: str,
        context: str,
        values: Mapping[str, str],
        event: "int | EventKey | None" = None,
    ) -> Done:
        """Raises FormError for what stands under a field; then nothing has happened."""
        return self._turn(caller, place, event, lambda turn: router.submit(turn, form, context, values), context)

    def home(self, caller: Caller, place: Place, event: "int | EventKey | None" = None) -> Card:
        shown: list[Card] = []

        def act(turn: Turn) -> Sequence[Outcome]:
            turn.kind = "home"
            shown.append(router.home(turn))
            return ()

        self._turn(caller, place, event, act, silent=True)
        return shown[0] if shown else refusal()

    def knows(self, caller: Caller) -> bool:
        with self.database.read() as look:
            return self._who(look, caller) is not None

    def follows(self, platform: str, conversation: str, thread: str) -> bool:
        """Whether the assistant takes part in this thread."""
        with self.database.read() as look:
            return answers.follows(look, platform, conversation, thread)

    def apologise(self, place: Place, reference: str, event: int) -> Done:
        """After an error nobody foresaw: end the event, and say so under a number that is in the log."""
        with self.database.session() as session:
            ended = _end(session, event, InboxState.failed)
            rows = [self._post(place, Say(sorry(reference), to="asker"))] if ended else []
            session.add_all(rows)
            session.commit()
        return Done(deliveries=rows)

    def _turn(
        self,
        caller: Caller,
        place: Place,
        event: "int | EventKey | None",
        act: Act,
        subject: str = "",
        *,
        silent: bool = False,
    ) -> Done:
        """``silent``: what there is to tell is shown by the caller, so no message is written."""
        began, came = perf_counter(), self.clock()
        with self.database.read() as look, self.database.session() as session:
            person = self._who(look, caller)
            turn = self._open(look, session, person, place, subject) if person else None
            done, result = self._act(turn, place, act, session)
            if not _begin(session, event, came):
                session.rollback()
                return Done(again=True)
            if person:
                self._remember(session, caller, person)
            milliseconds = round((perf_counter() - began) * 1000)
            session.add_all(() if silent else done.deliveries)
            session.add(_event(turn, place, person, result, milliseconds, self.clock()))
            session.commit()
        kind = turn.kind if turn and turn.kind else "other"
        TURNS.labels(place.platform, kind, result).inc()
        TURN_SECONDS.observe(perf_counter() - began)
        return done

    def _act(self, turn: Turn | None, place: Place, act: Act, session: Session) -> tuple[Done, str]:
        if turn is None:
            return self._perform(place, None, [Say(refusal(), to="asker")]), "refused"
        try:
            outcomes = act(turn)
        except FormError:
            raise
        except PortalError as error:
            session.rollback()
            said = Card.model_validate({"body": [{"kind": "banner", "text": str(error)}]})
            result = "not_allowed" if isinstance(error, NotAllowed) else "told"
            return self._perform(place, None, [Say(said, to="asker")]), result
        return self._perform(place, turn, outcomes), turn.result

    def _open(self, look: Session, session: Session, person: Person, place: Place, subject: str) -> Turn:
        pressed = notices.pressed(look, place, subject.partition(":")[0]) if place.message or subject else None
        return Turn(
            look=look,
            session=session,
            who=person,
            place=place,
            now=self.clock(),
            search=self._search,
            policy=self._policy,
            pressed=Card.model_validate(pressed.card) if pressed else None,
        )

    def _who(self, look: Session, caller: Caller) -> Person | None:
        found = partners.by_email(look, caller.email) if caller.email else None
        return Person.of(*found) if found else None

    def _remember(self, session: Session, caller: Caller, person: Person) -> None:
        key, now = (caller.platform, caller.team, caller.user), self.clock()
        contact, at = self._seen.get(key, (0, now))
        if contact == person.contact_id and now - at < partners.SEEN_AGAIN_AFTER:
            return
        partners.remember(session, *key, person.contact_id, person.email, now)
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[key] = (person.contact_id, now)

    def _perform(self, place: Place, turn: Turn | None, outcomes: Sequence[Outcome]) -> Done:
        done = Done()
        for outcome in outcomes:
            match outcome:
                case Say():
                    if outcome.to != "support" or self._desk:
                        done.deliveries.append(self._post(place, outcome))
                case Replace():
                    done.deliveries.append(_update(place, outcome.card, self.clock()))
                case Open():
                    done.form = outcome.form
        return done

    def _post(self, place: Place, say: Say) -> Delivery:
        row = _delivery(place, say.card, self.clock())
        row.subject = say.subject
        if say.to == "support" and self._desk:
            row.platform, row.conversation = self._desk
            row.thread = row.reply_url = row.user = ""
        elif place.whisper or (say.to == "asker" and not place.private):
            row.operation = Operation.whisper
        else:
            row.reply_url = ""
        return row


def _delivery(place: Place, card: Card, now: datetime) -> Delivery:
    """A row that this process sends itself, at once; its lease keeps everybody else away until then."""
    return Delivery(
        platform=place.platform,
        team=place.team,
        conversation=place.conversation,
        thread=place.thread,
        user=place.user,
        reply_url=place.reply_url,
        card=card.model_dump(mode="json"),
        state=DeliveryState.sending,
        due_at=now,
        lease_until=now + notices.LEASE,
        attempts=1,
        created_at=now,
    )


def _update(place: Place, card: Card, now: datetime) -> Delivery:
    row = _delivery(place, card, now)
    row.operation, row.platform_id = Operation.update, place.message
    if not place.whisper:
        row.reply_url = ""
    return row


def _begin(session: Session, event: "int | EventKey | None", came: datetime) -> bool:
    """Take the event into the turn's transaction; False if another turn has committed it."""
    if isinstance(event, EventKey):
        key = (event.platform, event.team, event.key, event.body)
        return inbox.insert(session.connection(), *key, InboxState.done, came) is not None
    return event is None or _end(session, event, InboxState.done)


def _end(session: Session, event: int, state: InboxState) -> bool:
    ended = update(InboxEvent).where(col(InboxEvent.id) == event, col(InboxEvent.state) == InboxState.received)
    return session.connection().execute(ended.values(state=state, body="")).rowcount == 1


def _event(
    turn: Turn | None, place: Place, person: Person | None, result: str, milliseconds: int, now: datetime
) -> TurnEvent:
    return TurnEvent(
        at=now,
        contact_id=person.contact_id if person else None,
        partner_id=person.partner_id if person else None,
        platform=place.platform,
        place="private" if place.private else "channel",
        kind=turn.kind if turn else "refused",
        outcome=result,
        article_id=turn.article_id if turn else None,
        milliseconds=milliseconds,
    )
