"""Finding an announcement for somebody; what they may not see is not there."""

from collections.abc import Sequence

from handlers.announcements.models import rules
from handlers.announcements.models.announcement import Announcement, State
from handlers.announcements.store import announcements
from handlers.announcements.views.wording import state
from handlers.codes import understood
from handlers.errors import NotAllowed, PortalError
from handlers.notices import store as notices
from handlers.turn import Outcome, Replace, Rewrite, Say, Turn
from handlers.ui import Card

FOR_SENDERS = "Only channel managers write announcements. Ask me about the programme instead, or write “news”."
UNKNOWN = "There is no such announcement for you. Write “announcements” to see those that there are."
CHANGED = (
    "{code} was changed after this was asked, so that nothing was decided. Write “{code}” to see what it is to say now."
)
NOT_YOURS = "Only its author or an operator decides about this announcement. Nothing was changed."


def code_of(text: str) -> str:
    return understood(announcements.PREFIX, text[:40]) or ""


def allowed(turn: Turn) -> None:
    if not rules.sends(turn.who):
        raise NotAllowed(FOR_SENDERS)


def seen(turn: Turn, text: str) -> Announcement:
    allowed(turn)
    found = announcements.by_code(turn.look, code_of(text))
    if found is None:
        raise NotAllowed(UNKNOWN)
    return found


def to_change(turn: Turn, text: str, *states: State, lock: bool = True) -> Announcement:
    """One with which this person may go on, locked as it is now, in one of these states."""
    allowed(turn)
    session = turn.session if lock else turn.look
    found = (announcements.locked if lock else announcements.by_code)(session, code_of(text))
    if found is None:
        raise NotAllowed(UNKNOWN)
    if not rules.commands(found, turn.who):
        raise NotAllowed(NOT_YOURS)
    stands(turn, found, *states)
    return found


def stands(turn: Turn, found: Announcement, *states: State) -> None:
    if found.state not in states:
        turn.result = "again"
        raise PortalError(
            f"{found.code} is in another state by now: {state(found).lower()}. Nothing was changed. Write "
            f"“{found.code}” to see what can be done with it."
        )


def begun(what: Announcement) -> Announcement:
    if what.begun_at is None:
        raise PortalError(f"Nobody was sent {what.code}. Write “{what.code}” to see how it stands.")
    return what


def becomes(turn: Turn, subject: str, card: Card) -> Sequence[Outcome]:
    """The messages on this subject become this card, and what was pressed as well if that is another."""
    pressed = turn.place.message
    there = pressed and any(post.platform_id == pressed for post in notices.posts(turn.session, subject))
    return [*(() if there else in_place(turn, card)), Rewrite(subject, card, everywhere=True)]


def in_place(turn: Turn, card: Card) -> Sequence[Outcome]:
    """What was pressed becomes this card; who pressed nothing gets it as an answer."""
    return [Replace(card) if turn.pressed is not None and turn.place.message else Say(card, to="asker")]
