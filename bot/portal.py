"""The one door: what a person says, presses or submits becomes a turn, and a turn is one transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import perf_counter

from sqlmodel import Session

from bot import inbox
from bot.calls import Act, Caller, Done, Event, EventKey, nothing
from bot.database import Database
from bot.directory import Directory
from bot.metrics import TURN_SECONDS, TURNS
from bot.postroom import Postroom, Written
from bot.sorry import sorry
from handlers import router
from handlers.errors import FormError, NotAllowed, PortalError
from handlers.notices import store as notices
from handlers.notices.models import InboxState, Place
from handlers.partners import store as partners
from handlers.questions import store as questions
from handlers.turn import Guest, Link, Outcome, Person, Policy, Say, Tick, Turn
from handlers.ui import Card, Form
from handlers.usage.models import TurnEvent
from knowledge.audience import Reader
from knowledge.search import Found


class Portal:
    def __init__(
        self,
        database: Database,
        search: Callable[[str, Reader], Found],
        policy: Policy,
        directory: Directory,
    ) -> None:
        self.database = database
        self.clock: Callable[[], datetime] = database.clock.now
        self._search = search
        self._policy = policy
        self._directory = directory

    def say(self, caller: Caller, place: Place, words: str, event: Event = None, links: tuple[Link, ...] = ()) -> Done:
        act = Act(lambda turn: router.say(turn, words), lambda guest: router.guests().hears(guest, words), links=links)
        return self._turn(caller, place, event, act)

    def edit(self, caller: Caller, place: Place, words: str | None, event: Event = None) -> Done:
        """The message ``place.message`` says something else now; None: it was deleted."""
        return self._turn(caller, place, event, Act(lambda turn: router.edited(turn, words), nothing))

    def command(
        self,
        caller: Caller,
        place: Place,
        name: str,
        words: str,
        event: Event = None,
        offer: Callable[[Form], Card] | None = None,
    ) -> Done:
        act = Act(
            lambda turn: router.command(turn, name, words),
            lambda guest: router.guests().hears(guest, words),
            offer=offer,
        )
        return self._turn(caller, place, event, act)

    def shortcut(self, caller: Caller, place: Place, name: str, words: str, event: Event = None) -> Done:
        act = Act(lambda turn: router.shortcut(turn, name, words), lambda guest: router.guests().hears(guest, ""))
        return self._turn(caller, place, event, act)

    def press(self, caller: Caller, place: Place, action: str, value: str, event: Event = None) -> Done:
        act = Act(
            lambda turn: router.press(turn, action, value),
            lambda guest: router.guest_press(guest, action, value),
            pressed=value,
        )
        return self._turn(caller, place, event, act)

    def press_shown(self, caller: Caller, place: Place, action: str, event: Event = None) -> Done:
        """The button of the message ``place.message`` that does this; if it has none any more, nothing happens."""
        with self.database.read() as look:
            card = self._card(look, place, "")
        found = [button.value for button in card.buttons if button.action == action] if card else []
        return self.press(caller, place, action, found[0], event) if found else Done()

    def submit(
        self, caller: Caller, place: Place, form: str, context: str, values: Mapping[str, str], event: Event = None
    ) -> Done:
        """Raises FormError for what stands under a field; then nothing has happened."""
        act = Act(
            lambda turn: router.submit(turn, form, context, values),
            lambda guest: router.guest_submit(guest, form, context, values),
            pressed=context,
        )
        return self._turn(caller, place, event, act)

    def close(
        self, caller: Caller, place: Place, form: str, context: str, values: Mapping[str, str], event: Event = None
    ) -> Done:
        """A dialog was closed without being sent."""
        return self._turn(caller, place, event, Act(lambda turn: router.close(turn, form, context, values), nothing))

    def keep(self, caller: Caller, place: Place, form: str, context: str, values: Mapping[str, str]) -> None:
        """As with ``close``, but nothing is said: the dialog may still be open."""
        act = Act(lambda turn: router.close(turn, form, context, values), nothing, silent=True)
        self._turn(caller, place, None, act)

    def home(self, caller: Caller, place: Place, event: Event = None) -> Card:
        shown: list[Card] = []

        def act(turn: Turn) -> Sequence[Outcome]:
            turn.kind = "home"
            shown.append(router.home(turn))
            return ()

        def refuse(guest: Guest) -> Sequence[Outcome]:
            shown.extend(said.card for said in router.guests().hears(guest, "") if isinstance(said, Say))
            return ()

        self._turn(caller, place, event, Act(act, refuse, silent=True))
        return shown[0]

    def tick(
        self,
        schedule: str,
        now: datetime,
        allowed: Callable[[Session], None] = lambda _: None,
        *,
        supposed: bool = False,
    ) -> int:
        """Run a schedule, or a step of a chore, as if it were ``now``. Returns how many messages it wrote. ``allowed``
        is asked last and may raise, so that nothing has happened."""
        steps = {name: chore.step for name, chore in router.chores()}
        run = (dict(router.schedules()) | steps)[schedule]
        with self.database.read() as look, self.database.session() as session:
            tick = Tick(look=look, session=session, now=now, policy=self._policy, supposed=supposed)
            written = Postroom(self._directory, session, None, self.clock(), tick).write(run(tick))
            session.add_all(written.rows)
            session.flush()
            allowed(session)
            session.commit()
        return len(written.rows) + written.many

    def waits(self, chore: str, now: datetime) -> bool:
        """Whether there is work to do."""
        with self.database.read() as look:
            return dict(router.chores())[chore].waits(look, now)

    def start(self, caller: Caller, place: Place, event: Event = None) -> Done:
        """The Home as a message, where the platform has no other place for it."""
        act = Act(lambda turn: [Say(router.home(turn), to="asker")], lambda guest: router.guests().hears(guest, ""))
        return self._turn(caller, place, event, act)

    def knows(self, caller: Caller) -> bool:
        with self.database.read() as look:
            return self._who(look, caller) is not None

    def follows(self, platform: str, conversation: str, thread: str) -> bool:
        """Whether the assistant takes part in this thread."""
        with self.database.read() as look:
            if questions.follows(look, platform, conversation, thread):
                return True
            return bool(notices.subject_of(look, platform, conversation, thread))

    def apologise(self, place: Place, reference: str, event: int) -> Done:
        """After an error nobody foresaw: end the event, and say so under a number that is in the log."""
        with self.database.session() as session:
            ended = inbox.end(session, event, InboxState.failed)
            room = Postroom(self._directory, session, place, self.clock())
            rows = room.write([Say(sorry(reference), to="asker")]).answers if ended else []
            session.add_all(rows)
            session.commit()
        return Done(deliveries=rows)

    def _turn(self, caller: Caller, place: Place, event: Event, act: Act) -> Done:
        began, came = perf_counter(), self.clock()
        with self.database.read() as look, self.database.session() as session:
            if _done(look, event):
                return Done(again=True)
            person = self._who(look, caller)
            news = person is not None and not self._seen_just_now(look, caller, person)
            if person:
                turn = self._open(look, session, person, place, act)
                written, result = self._by_contact(turn, act)
            else:
                turn = None
                written, result = self._by_guest(look, session, caller, place, act)
            if written.errors and _done(session, event):  # what is in the way is what the same one has made just now
                session.rollback()
                return Done(again=True)
            if written.errors:  # what was learnt is kept and told to others; the dialog may be sent again
                session.add_all(written.notices)
                session.commit()
                raise FormError(**written.errors)
            if not inbox.begin(session, event, came):
                session.rollback()
                return Done(again=True)
            if written.refused and isinstance(event, EventKey) and event.tells:
                written.answers.clear()
            if person and news:
                self._remember(session, caller, place, person)
            milliseconds = round((perf_counter() - began) * 1000)
            session.add_all(() if act.silent else written.rows)
            session.add(_event(turn, place, person, result, milliseconds, self.clock()))
            session.commit()
        kind = turn.kind if turn and turn.kind else "other"
        TURNS.labels(place.platform, kind, result).inc()
        TURN_SECONDS.observe(perf_counter() - began)
        done = Done(written.answers, bool(written.notices), written.form, refused=written.refused)
        done.pressed = written.become_of(place, known=turn is None or turn.pressed is not None)
        return done

    def _by_contact(self, turn: Turn, act: Act) -> tuple[Written, str]:
        try:
            outcomes = act.contact(turn)
        except FormError:
            raise
        except PortalError as error:
            return self._told(turn.session, turn.place, error)
        return self._room(turn.session, turn.place).write(act.possible(outcomes)), turn.result

    def _by_guest(self, look: Session, session: Session, caller: Caller, place: Place, act: Act) -> tuple[Written, str]:
        chat = (caller.platform, caller.team, caller.user)
        guest = Guest(look, session, place, self.clock(), self._policy, chat, caller.email or "")
        guest.pressed = self._card(look, place, act.pressed)
        try:
            outcomes = act.guest(guest)
        except FormError:
            raise
        except PortalError as error:
            return self._told(session, place, error)
        return self._room(session, place).write(act.possible(outcomes)), guest.result

    def _told(self, session: Session, place: Place, error: PortalError) -> tuple[Written, str]:
        """What was done so far is undone, and the person is told why."""
        session.rollback()
        said = Card.model_validate({"body": [{"kind": "banner", "text": str(error)}]})
        written = self._room(session, place).write([Say(said, to="asker")])
        written.refused = said
        return written, "not_allowed" if isinstance(error, NotAllowed) else "told"

    def _room(self, session: Session, place: Place) -> Postroom:
        return Postroom(self._directory, session, place, self.clock())

    def _open(self, look: Session, session: Session, person: Person, place: Place, act: Act) -> Turn:
        under = place.thread if act.pressed is None and place.thread != place.message else ""
        return Turn(
            look=look,
            session=session,
            who=person,
            place=place,
            now=self.clock(),
            search=self._search,
            policy=self._policy,
            pressed=self._card(look, place, act.pressed),
            subject=notices.subject_of(look, place.platform, place.conversation, under) if under else "",
            links=act.links,
        )

    def _card(self, look: Session, place: Place, pressed: str | None) -> Card | None:
        if pressed is None or not (place.message or pressed):
            return None
        found = notices.pressed(look, place, pressed.partition(":")[0])
        return Card.model_validate(notices.card_of(look, found)) if found else None

    def _who(self, look: Session, caller: Caller) -> Person | None:
        """By the address that the platform vouches for, else by what a manager or an invitation has granted."""
        found = partners.by_email(look, caller.email) if caller.email else None
        found = found or partners.by_chat(look, caller.platform, caller.team, caller.user)
        return Person.of(*found) if found else None

    def _seen_just_now(self, look: Session, caller: Caller, person: Person) -> bool:
        """Here, and nowhere else since, through whichever process."""
        chat = (caller.platform, caller.team, caller.user)
        return partners.seen_just_now(look, person.contact_id, chat, self._directory.platforms, self.clock())

    def _remember(self, session: Session, caller: Caller, place: Place, person: Person) -> None:
        chat = (caller.platform, caller.team, caller.user)
        direct = place.conversation if place.private and not place.whisper else ""
        partners.remember(session, *chat, person.contact_id, person.email, self.clock(), direct)


def _done(look: Session, event: Event) -> bool:
    return isinstance(event, EventKey) and inbox.known(look, event.platform, event.team, event.key)


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
