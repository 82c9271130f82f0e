"""Who may do what with a ticket, asked again at every step and within the locked row."""

from collections.abc import Sequence

from handlers import codes
from handlers.errors import NotAllowed
from handlers.notices import store as notices
from handlers.partners.models import Contact, Role
from handlers.tickets.models import Known, Ticket
from handlers.tickets.store import tickets
from handlers.tickets.views import desk, partner, parts
from handlers.turn import Follow, Outcome, Person, Replace, Rewrite, Tell, Turn
from handlers.ui import Card

UNKNOWN = "There is no such ticket among those you may see. Write “my tickets” to see yours."
TEAM_ONLY = "Only the partner team can do this. Write in the thread of your ticket, and they will read it."


def of_team(who: Person) -> bool:
    return Role(who.role).of_vendor


def visible(turn: Turn, code: str) -> Ticket:
    """The ticket, to be looked at. What does not exist and what is not for this person sound the same."""
    ticket = tickets.by_code(turn.look, _number(code))
    if ticket is None or not (of_team(turn.who) or ticket.concerns(turn.who)):
        raise NotAllowed(UNKNOWN)
    return ticket


def for_team(turn: Turn, code: str) -> Known:
    """The ticket, locked for one of the vendor's people."""
    if not of_team(turn.who):
        raise NotAllowed(TEAM_ONLY)
    ticket = tickets.locked(turn.session, _number(code))
    if ticket is None:
        raise NotAllowed(UNKNOWN)
    return tickets.known(turn.session, ticket)


def for_partner(turn: Turn, code: str) -> Known:
    """The ticket, locked for who opened it, or for an administrator of the same partner."""
    visible(turn, code)
    ticket = tickets.locked(turn.session, _number(code))
    if ticket is None or not ticket.concerns(turn.who):
        raise NotAllowed(UNKNOWN)
    return tickets.known(turn.session, ticket)


def _number(code: str) -> str:
    return codes.understood(tickets.PREFIX, code) or ""


def to_partner(turn: Turn, known: Known, card: Card, copy: str = "") -> Sequence[Outcome]:
    """A word to all of the partner's side who take part, each in their own thread. Nobody is told what they did
    themselves, or what is no longer theirs. ``copy``: by which the word is found when its original changes."""
    return [_told(turn, known, reader, card, copy) for reader in known.readers if reader.id != turn.who.contact_id]


def _told(turn: Turn, known: Known, reader: Contact, card: Card, copy: str) -> Outcome:
    """Who joined in may have no thread yet, for a card in the thread of their own question is none: then this begins
    it."""
    assert reader.id is not None
    thread = known.subject(f"ticket:{known.ticket.code}", reader)
    root = notices.root(turn.look, thread)
    if reader.id != known.opener.id and (root is None or root.thread):
        return Tell(reader.id, card.model_copy(update={"title": parts.title(known.ticket)}), subject=thread)
    return Follow(thread, card, known.subject(copy, reader) if copy else "")


def anew(turn: Turn, ticket: Ticket) -> Sequence[Outcome]:
    """The cards at the top of both threads as things stand now; and the pressed one, where that is another one."""
    subject = f"ticket-desk:{ticket.code}"
    known = tickets.known(turn.session, ticket)
    card = desk.card(known)
    root = notices.root(turn.look, subject)
    here = root is not None and root.platform_id == turn.place.message
    shown = {button.action for button in turn.pressed.buttons} if turn.pressed else set()
    pressed = not shown.isdisjoint({"tickets.severity", "tickets.reopen"})
    again = (Replace(card),) if pressed and not here else ()
    theirs = (Rewrite(f"ticket:{ticket.code}", partner.opened(known, root is not None)),) if known.listens else ()
    return (Rewrite(subject, card), *again, *theirs)


def note(turn: Turn, ticket: Ticket, kind: str, detail: str = "") -> None:
    turn.kind, turn.result = "ticket", kind
    tickets.record(turn.session, ticket, kind, turn.who.contact_id, turn.now, detail)
