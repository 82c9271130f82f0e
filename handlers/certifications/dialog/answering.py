"""What people say to a reminder: later, it is done, it is not mine."""

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import field_validator

from handlers.certifications import store
from handlers.certifications.models import Held
from handlers.certifications.views import reminders as views
from handlers.errors import FormError, NotAllowed, PortalError
from handlers.feature import Typed
from handlers.hours import nine, zone_of
from handlers.partners import store as partners
from handlers.partners.models import Hush
from handlers.turn import Open, Outcome, Replace, Say, Tell, Turn

DAY, WEEK, LONGEST = timedelta(days=1), timedelta(days=7), timedelta(days=366)
NOT_YOURS = "This reminder is for somebody else. “My certifications” shows yours."
CHANGED = "These certificates have changed since. “My certifications” shows how they stand now."
NOTHING = "There is no reminder of mine that this could answer. “My certifications” shows what you have."


class Later(Typed):
    day: date


class Which(Typed):
    """Ids of certificates, a line each."""

    which: frozenset[int]

    @field_validator("which", mode="before")
    @classmethod
    def _lines(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(int(line) for line in value.split() if line.isdecimal() and line.isascii() and len(line) < 12)


def tomorrow(turn: Turn, value: str) -> Sequence[Outcome]:
    return snooze(turn, value, turn.today + DAY)


def week(turn: Turn, value: str) -> Sequence[Outcome]:
    return snooze(turn, value, turn.today + WEEK)


def until(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    _told(turn, value)
    return [Open(views.snooze_form(value, turn.today + WEEK))]


def put_off(turn: Turn, value: str, entry: Later) -> Sequence[Outcome]:
    return snooze(turn, value, entry.day)


def snooze(turn: Turn, value: str, until: date) -> Sequence[Outcome]:
    turn.kind, turn.result = "answered", "snoozed"
    held = _open(turn, value)
    if not turn.today < until <= turn.today + LONGEST:
        raise FormError(day="Choose a day from tomorrow on, within a year.")
    for one in held:
        one.certificate.silence(Hush.snoozed, until)
    comes = nine(until, turn.who.time_zone, turn.policy.quiet).astimezone(zone_of(turn.who.time_zone)).date()
    return _answer(turn, views.snoozed(comes, held))


def renewed(turn: Turn, value: str) -> Sequence[Outcome]:
    return _renewed(turn, _open(turn, value))


def which_renewed(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(views.renewed_form(value, _told(turn, value)))]


def these_renewed(turn: Turn, value: str, entry: Which) -> Sequence[Outcome]:
    return _renewed(turn, _chosen(turn, value, entry))


def _renewed(turn: Turn, held: Sequence[Held]) -> Sequence[Outcome]:
    turn.kind, turn.result = "answered", "renewed"
    for one in held:
        one.certificate.silence(Hush.renewed)
    return _answer(turn, views.renewed(held))


def one_renewed(turn: Turn, name: str) -> Sequence[Outcome]:
    return _renewed(turn, _named(turn, name))


def not_mine(turn: Turn, value: str) -> Sequence[Outcome]:
    return _not_mine(turn, _open(turn, value))


def one_not_mine(turn: Turn, name: str) -> Sequence[Outcome]:
    return _not_mine(turn, _named(turn, name))


def which_not_mine(turn: Turn, value: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(views.not_mine_form(value, _told(turn, value)))]


def these_not_mine(turn: Turn, value: str, entry: Which) -> Sequence[Outcome]:
    return _not_mine(turn, _chosen(turn, value, entry))


def _not_mine(turn: Turn, held: Sequence[Held]) -> Sequence[Outcome]:
    turn.kind, turn.result = "answered", "not_mine"
    told: list[Outcome] = []
    for one in held:
        if one.certificate.hush != Hush.not_theirs:
            told.append(_report(turn, one))
        one.certificate.silence(Hush.not_theirs)
    return [*_answer(turn, views.not_mine(held)), *told]


def _report(turn: Turn, held: Held) -> Outcome:
    """To the channel manager in charge; to the operators where nobody is."""
    card = views.reported(held)
    manager = partners.manager_of(turn.session, held.partner) if held.partner else None
    return Tell(manager.id, card) if manager and manager.id else Say(card, to="operators")


def _told(turn: Turn, value: str) -> list[Held]:
    """What this person was reminded of by the message whose button has this value: "contact:day"."""
    contact_id, _, day = value.partition(":")
    if contact_id != str(turn.who.contact_id):
        raise NotAllowed(NOT_YOURS)
    try:
        told = store.reminded(turn.session, turn.who.contact_id, date.fromisoformat(day))
    except ValueError:
        told = []
    if not told:
        raise PortalError(CHANGED)
    return told


def _open(turn: Turn, value: str) -> list[Held]:
    """Of these, what nothing was said of that an import is to decide; all of them where that is none, since people
    change their minds."""
    told = _told(turn, value)
    return [one for one in told if one.certificate.hush in (Hush.none, Hush.snoozed)] or told


def last(turn: Turn) -> str:
    """The value of the buttons of the reminder under which somebody writes instead of pressing, else of the newest."""
    about, _, value = turn.subject.partition(":")
    if about == "certificates":
        return value
    day = store.last_reminded(turn.look, turn.who.contact_id)
    if day is None:
        raise PortalError(NOTHING)
    return f"{turn.who.contact_id}:{day}"


def _chosen(turn: Turn, value: str, entry: Which) -> list[Held]:
    chosen = [one for one in _told(turn, value) if one.certificate.id in entry.which]
    if not chosen:
        raise FormError(which="Choose at least one of them.")
    return chosen


def _named(turn: Turn, name: str) -> list[Held]:
    """Those of a reminder in whose names all of the words are."""
    told, words = _told(turn, last(turn)), name.casefold().split()
    found = [one for one in told if all(word in one.programme.name.casefold() for word in words)]
    if not found:
        raise PortalError(views.none_named(name, told))
    return found


def _answer(turn: Turn, said: str) -> Sequence[Outcome]:
    card = views.done(turn.pressed, said)
    return [Replace(card)] if turn.pressed is not None else [Say(card, to="asker")]
