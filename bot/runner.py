"""Runs a turn: the handler decides, and all that comes of it is committed in one transaction, or none of it."""

from collections.abc import Callable
from datetime import datetime
from time import perf_counter

from sqlmodel import Session

from bot import inbox
from bot.calls import Act, Caller, Done, Event, EventKey
from bot.database import Database
from bot.directory import Directory
from bot.metrics import TURN_SECONDS, TURNS
from bot.postroom import Postroom, Written
from handlers import router
from handlers.errors import FormError, NotAllowed, PortalError
from handlers.notices import store as notices
from handlers.notices.models import Place
from handlers.partners import store as partners
from handlers.turn import Guest, Open, Person, Policy, Say, Turn
from handlers.ui import Card
from handlers.usage.models import TurnEvent
from knowledge.audience import Reader
from knowledge.search import Found


class Runner:
    def __init__(
        self,
        database: Database,
        search: Callable[[str, Reader], Found],
        policy: Policy,
        directory: Directory,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self.search = search
        self._policy = policy
        self._directory = directory
        self._clock = clock

    def run(self, caller: Caller, place: Place, event: Event, act: Act) -> Done:
        began, came = perf_counter(), self._clock()
        with self._database.read() as look, self._database.session() as session:
            if _done(look, event):
                return Done(again=True)
            person = person_of(look, caller)
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
            session.add(_usage(turn, place, person, result, milliseconds, self._clock()))
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
        if act.offer and any(isinstance(said, Open) for said in outcomes):
            turn.session.rollback()  # what is only offered is asked for anew by its button
        if not act.silent:
            outcomes = router.with_dialogs(turn, outcomes, opens=act.offer is None)
        return self._room(turn.session, turn.place).write(act.possible(outcomes)), turn.result

    def _by_guest(self, look: Session, session: Session, caller: Caller, place: Place, act: Act) -> tuple[Written, str]:
        chat = (caller.platform, caller.team, caller.user)
        guest = Guest(look, session, place, self._clock(), self._policy, chat, caller.email or "")
        guest.pressed = card_pressed(look, place, act.pressed)
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
        return Postroom(self._directory, session, place, self._clock())

    def _open(self, look: Session, session: Session, person: Person, place: Place, act: Act) -> Turn:
        under = place.thread if act.pressed is None and place.thread != place.message else ""
        return Turn(
            look=look,
            session=session,
            who=person,
            place=place,
            now=self._clock(),
            search=self.search,
            policy=self._policy,
            pressed=card_pressed(look, place, act.pressed),
            subject=notices.subject_of(look, place.platform, place.conversation, under) if under else "",
            links=act.links,
        )

    def _seen_just_now(self, look: Session, caller: Caller, person: Person) -> bool:
        """Here, and nowhere else since, through whichever process."""
        chat = (caller.platform, caller.team, caller.user)
        return partners.seen_just_now(look, person.contact_id, chat, self._directory.platforms, self._clock())

    def _remember(self, session: Session, caller: Caller, place: Place, person: Person) -> None:
        chat = (caller.platform, caller.team, caller.user)
        direct = place.conversation if place.private and not place.whisper else ""
        partners.remember(session, *chat, person.contact_id, person.email, self._clock(), direct)


def card_pressed(look: Session, place: Place, pressed: str | None) -> Card | None:
    if pressed is None or not (place.message or pressed):
        return None
    found = notices.pressed(look, place, pressed.partition(":")[0])
    return Card.model_validate(notices.card_of(look, found)) if found else None


def person_of(look: Session, caller: Caller) -> Person | None:
    """By the address that the platform vouches for, else by what a manager or an invitation has granted."""
    found = partners.by_email(look, caller.email) if caller.email else None
    found = found or partners.by_chat(look, caller.platform, caller.team, caller.user)
    return Person.of(*found) if found else None


def _done(look: Session, event: Event) -> bool:
    return isinstance(event, EventKey) and inbox.known(look, event.platform, event.team, event.key)


def _usage(
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
