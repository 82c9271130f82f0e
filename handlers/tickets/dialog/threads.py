"""Two threads of one ticket: the partner's, and the team's, where words stay inside unless they are marked."""

from collections.abc import Sequence

from pydantic import Field

from handlers.errors import NotAllowed, PortalError
from handlers.feature import Typed
from handlers.notices import store as notices
from handlers.notices.models import Place
from handlers.partners import store as partners
from handlers.tickets.dialog import said
from handlers.tickets.dialog.rights import UNKNOWN, anew, for_partner, for_team, note, of_team, to_partner
from handlers.tickets.models import Known, Side, State, Ticket, TicketMessage
from handlers.tickets.store import messages, tickets
from handlers.tickets.views import desk, forms, parts
from handlers.turn import Follow, Link, Open, Outcome, Rewrite, Say, Turn
from handlers.ui import Card

LONGEST = 8_000  # characters
TOO_LONG = f"That is longer than {LONGEST:,} characters, so I did not pass it on. Send it in parts, or as a file."
GONE = "Who opened this ticket has no access any more, so I did not send it."
NOBODY = "I kept this with the ticket. The partner team has no channel here yet; write to your channel manager as well."


# The team's thread


def at_desk(turn: Turn, words: str) -> Sequence[Outcome]:
    return _at_desk(turn, _subject(turn), words)


def _at_desk(turn: Turn, code: str, words: str) -> Sequence[Outcome]:
    known = for_team(turn, code)
    marked, text = said.reply(words)
    _fits(text)
    if not text and not turn.links:
        raise PortalError("There are no words in it. Write your answer behind “reply:”.")
    message = messages.add(
        turn.session,
        known.ticket,
        turn.who.contact_id,
        Side.team,
        text,
        turn.now,
        links=turn.links,
        sent=False,
        place=turn.place,
    )
    if marked:
        names = ", ".join(reader.name for reader in known.readers)
        return [*_send(turn, known, message), Say(parts.line(f"✓ Sent to {names}."))]
    note(turn, known.ticket, "noted")
    return [Say(desk.note(message.token), subject=f"ticket-note:{message.token}")]


def send_note(turn: Turn, token: str) -> Sequence[Outcome]:
    if not of_team(turn.who):
        raise NotAllowed(UNKNOWN)
    found = messages.by_token(turn.look, token)
    if found is None:
        raise NotAllowed(UNKNOWN)
    known = tickets.known(turn.session, tickets.locked_by_id(turn.session, found.ticket_id))
    message = messages.by_token(turn.session, token)
    if message is None or message.deleted:
        raise PortalError("This note was deleted, so it cannot be sent.")
    if message.sent_at is not None:
        raise PortalError("This note was sent already. Nothing was changed.")
    return [*_send(turn, known, message), Rewrite(f"ticket-note:{token}", desk.note_sent(turn.who.name))]


def _send(turn: Turn, known: Known, message: TicketMessage) -> Sequence[Outcome]:
    if not known.readers:
        raise PortalError(GONE)
    ticket = known.ticket
    message.sent_at = ticket.last_word_at = turn.now
    ticket.first_replied_at = ticket.first_replied_at or turn.now
    if ticket.state == State.open:
        ticket.move(State.in_progress, turn.now)
    note(turn, ticket, "replied")
    card = parts.words(_name(turn, message), message.text, message.links)
    return [*to_partner(turn, known, card, f"ticket-copy:{message.token}"), *anew(turn, ticket)]


# The partner's thread


def from_partner(turn: Turn, words: str) -> Sequence[Outcome]:
    return _from_partner(turn, for_partner(turn, _subject(turn)), words.strip(), turn.links, turn.place)


class Reply(Typed):
    text: str = Field(min_length=1, max_length=3_000)


def offer_reply(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "form"
    return [Open(forms.reply(for_partner(turn, code).ticket))]


def reply(turn: Turn, code: str, entry: Reply) -> Sequence[Outcome]:
    known = for_partner(turn, code)
    outcomes = _from_partner(turn, known, entry.text, (), None)
    if any(isinstance(outcome, Say) for outcome in outcomes):
        return outcomes
    return [*outcomes, Say(parts.line(f"✓ Added to {known.ticket.code}."), to="asker")]


def _from_partner(
    turn: Turn, known: Known, text: str, links: tuple[Link, ...], place: Place | None
) -> Sequence[Outcome]:
    _fits(text)
    if not text and not links:
        raise PortalError("There are no words in it. Write what the partner team should read.")
    ticket, who = known.ticket, turn.who
    first = not [before for before in messages.said(turn.session, ticket, 1) if before.side == Side.partner]
    message = messages.add(turn.session, ticket, who.contact_id, Side.partner, text, turn.now, links=links, place=place)
    moved = (links or not said.thanks(text, _names(turn))) and _goes_on(turn, ticket)
    ticket.last_word_at = turn.now
    note(turn, ticket, "reopened" if moved == "reopened" else "said")
    card = parts.words(who.name, text, message.links)
    outcomes: list[Outcome] = [Follow(f"ticket-desk:{ticket.code}", card, f"ticket-copy:{message.token}")]
    outcomes += to_partner(turn, known, card, f"ticket-seen:{message.token}")
    outcomes += anew(turn, ticket) if moved else ()
    return [*outcomes, *_acknowledged(turn, ticket, moved == "reopened", first)]


def _goes_on(turn: Turn, ticket: Ticket) -> str:
    """A real word: what waited for it goes on, what was over is open again."""
    if ticket.state == State.waiting:
        ticket.move(State.in_progress, turn.now)
        return "goes on"
    if not ticket.live:
        ticket.reopen(turn.now)
        return "reopened"
    return ""


def _acknowledged(turn: Turn, ticket: Ticket, reopened: bool, first: bool) -> Sequence[Outcome]:
    """Once in a row of words, so that a conversation is not drowned in it."""
    if notices.root(turn.look, f"ticket-desk:{ticket.code}") is None:
        return [Say(parts.warning(NOBODY), to="asker")]
    if reopened:
        return [Say(parts.line(f"I have opened {ticket.code} again, and the partner team has your words."), to="asker")]
    return [Say(parts.line("✓ The partner team has it."), to="asker")] if first else []


def _names(turn: Turn) -> list[str]:
    return [person.name for person in tickets.vendor_people(turn.look)]


# Words under what was carried over, and changes of words


def under_copy(turn: Turn, words: str) -> Sequence[Outcome]:
    """Somebody answered the copy itself, where a platform lets them: it belongs to the ticket all the same."""
    message = messages.by_token(turn.look, _subject(turn))
    if message is None:
        raise NotAllowed(UNKNOWN)
    code = tickets.by_id(turn.look, message.ticket_id).code
    if of_team(turn.who):
        return _at_desk(turn, code, words)
    return _from_partner(turn, for_partner(turn, code), words.strip(), turn.links, turn.place)


def edited(turn: Turn, words: str | None) -> Sequence[Outcome]:
    """What was carried over changes with its original; what stayed inside stays there."""
    found = messages.written(turn.look, turn.place, turn.who.contact_id)
    if found is None:
        return ()
    known = tickets.known(turn.session, tickets.locked_by_id(turn.session, found.ticket_id))
    message = messages.by_token(turn.session, found.token)
    allowed = of_team(turn.who) if found.side == Side.team else known.ticket.concerns(turn.who)
    if message is None or message.deleted or not allowed:
        return ()
    if words is None:
        return _deleted(turn, known, message)
    text = said.reply(words)[1] if message.side == Side.team else words.strip()
    if text == message.text:
        return ()
    _fits(text)
    message.text = text
    note(turn, known.ticket, "edited")
    return _copies(known, message, parts.words(turn.who.name, text, message.links, "Edited."))


def _deleted(turn: Turn, known: Known, message: TicketMessage) -> Sequence[Outcome]:
    message.deleted, message.text, message.links = True, "", []
    note(turn, known.ticket, "deleted")
    inside = Rewrite(f"ticket-note:{message.token}", desk.note_gone())
    if message.sent_at is None:
        return [inside]
    return _copies(known, message, parts.deleted(turn.who.name))


def _copies(known: Known, message: TicketMessage, card: Card) -> Sequence[Outcome]:
    """Where the words were carried to: nowhere, if they are a note; not to somebody who has no access any more."""
    if message.sent_at is None:
        return []
    copy, seen = f"ticket-copy:{message.token}", f"ticket-seen:{message.token}"
    if message.side == Side.team:
        return [Rewrite(known.subject(copy, reader), card) for reader in known.readers]
    return [Rewrite(copy, card), *(Rewrite(known.subject(seen, reader), card) for reader in known.readers)]


def _subject(turn: Turn) -> str:
    """The ticket's number, or the token of what was written about it."""
    return turn.subject.split(":")[1]


def _fits(text: str) -> None:
    if len(text) > LONGEST:
        raise PortalError(TOO_LONG)


def _name(turn: Turn, message: TicketMessage) -> str:
    person = partners.by_id(turn.session, message.contact_id)
    return person.name if person else turn.who.name
