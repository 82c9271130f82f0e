"""The one door: what a person says, presses or submits becomes a turn, and what the clock decides is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot import inbox
from bot.calls import Act, Caller, Done, Event, nothing
from bot.database import Database
from bot.directory import Directory
from bot.postroom import Postroom
from bot.runner import Runner, card_pressed, person_of
from bot.sorry import sorry
from handlers import router
from handlers.notices import store as notices
from handlers.notices.models import InboxState, Place
from handlers.questions import store as questions
from handlers.turn import Guest, Link, Outcome, Policy, Say, Tick, Turn
from handlers.ui import Card, Form
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
        self._policy = policy
        self._directory = directory
        self._runner = Runner(database, search, policy, directory, lambda: self.clock())  # noqa: PLW0108 it may be set

    def say(self, caller: Caller, place: Place, words: str, event: Event = None, links: tuple[Link, ...] = ()) -> Done:
        act = Act(lambda turn: router.say(turn, words), lambda guest: router.guests().hears(guest, words), links=links)
        return self._runner.run(caller, place, event, act)

    def edit(self, caller: Caller, place: Place, words: str | None, event: Event = None) -> Done:
        """The message ``place.message`` says something else now; None: it was deleted."""
        return self._runner.run(caller, place, event, Act(lambda turn: router.edited(turn, words), nothing))

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
        return self._runner.run(caller, place, event, act)

    def shortcut(self, caller: Caller, place: Place, name: str, words: str, event: Event = None) -> Done:
        act = Act(lambda turn: router.shortcut(turn, name, words), lambda guest: router.guests().hears(guest, ""))
        return self._runner.run(caller, place, event, act)

    def press(self, caller: Caller, place: Place, action: str, value: str, event: Event = None) -> Done:
        act = Act(
            lambda turn: router.press(turn, action, value),
            lambda guest: router.guest_press(guest, action, value),
            pressed=value,
        )
        return self._runner.run(caller, place, event, act)

    def press_shown(self, caller: Caller, place: Place, action: str, event: Event = None) -> Done:
        """The button of the message ``place.message`` that does this; if it has none any more, nothing happens."""
        with self.database.read() as look:
            card = card_pressed(look, place, "")
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
        return self._runner.run(caller, place, event, act)

    def close(
        self, caller: Caller, place: Place, form: str, context: str, values: Mapping[str, str], event: Event = None
    ) -> Done:
        """A dialog was closed without being sent."""
        return self._runner.run(
            caller, place, event, Act(lambda turn: router.close(turn, form, context, values), nothing)
        )

    def keep(self, caller: Caller, place: Place, form: str, context: str, values: Mapping[str, str]) -> str:
        """As with ``close``, but nothing is said: it may still be open. Returns the context under which it goes on."""
        goes_on = [context]

        def act(turn: Turn) -> Sequence[Outcome]:
            kept = router.keep(turn, form, context, values)
            goes_on.extend([kept.context] if kept else [])
            return ()

        self._runner.run(caller, place, None, Act(act, nothing, silent=True))
        return goes_on[-1]

    def home(self, caller: Caller, place: Place, event: Event = None) -> Card:
        shown: list[Card] = []

        def act(turn: Turn) -> Sequence[Outcome]:
            turn.kind = "home"
            shown.append(router.home(turn))
            return ()

        def refuse(guest: Guest) -> Sequence[Outcome]:
            shown.extend(said.card for said in router.guests().hears(guest, "") if isinstance(said, Say))
            return ()

        self._runner.run(caller, place, event, Act(act, refuse, silent=True))
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
        return self._runner.run(caller, place, event, act)

    def knows(self, caller: Caller) -> bool:
        with self.database.read() as look:
            return person_of(look, caller) is not None

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
