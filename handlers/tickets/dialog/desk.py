"""What the vendor's team does with a ticket: take, assign, ask, resolve, reopen, set its severity."""

from collections.abc import Sequence

from pydantic import Field

from handlers.errors import FormError, PortalError
from handlers.feature import Typed
from handlers.tickets.dialog.rights import anew, for_team, note, to_partner
from handlers.tickets.models import STATES, Known, Severity, Side, State, Ticket
from handlers.tickets.store import messages, tickets
from handlers.tickets.views import desk, forms, partner, parts
from handlers.turn import Follow, Open, Outcome, Tell, Turn
from handlers.ui import Form


def take(turn: Turn, code: str) -> Sequence[Outcome]:
    known = for_team(turn, code)
    ticket = _live(known.ticket)
    if known.assignee is not None:
        raise PortalError(_taken(known.assignee.name, ticket, mine=known.assignee.id == turn.who.contact_id))
    _begin(turn, ticket, turn.who.contact_id)
    note(turn, ticket, "taken")
    told = parts.line(f"{turn.who.name} looks after {ticket.code} now.")
    return [*anew(turn, ticket), *to_partner(turn, known, told)]


def _taken(name: str, ticket: Ticket, *, mine: bool) -> str:
    if mine:
        return f"You have taken {ticket.code} already. Nothing was changed."
    return f"{name} looks after {ticket.code} already. Press Assign to change that. Nothing was changed."


def _begin(turn: Turn, ticket: Ticket, assignee_id: int) -> None:
    ticket.assignee_id = assignee_id
    if ticket.state == State.open:
        ticket.move(State.in_progress, turn.now)


class Assignment(Typed):
    person: str = Field(max_length=20)


def offer_assign(turn: Turn, code: str) -> Sequence[Outcome]:
    ticket = _live(for_team(turn, code).ticket)
    return _opened(turn, forms.assign(ticket, tickets.vendor_people(turn.look)))


def assign(turn: Turn, code: str, entry: Assignment) -> Sequence[Outcome]:
    known = for_team(turn, code)
    ticket = _live(known.ticket)
    person = next((one for one in tickets.vendor_people(turn.look) if str(one.id) == entry.person), None)
    if person is None or person.id is None:
        raise FormError(person="Choose one of the team.")
    if ticket.assignee_id == person.id:
        raise FormError(person=f"{person.name} looks after it already. Choose somebody else, or close this.")
    _begin(turn, ticket, person.id)
    note(turn, ticket, "assigned", str(person.id))
    outcomes = [*anew(turn, ticket), *to_partner(turn, known, parts.line(f"{person.name} looks after it now."))]
    if person.id != turn.who.contact_id:
        outcomes.append(Tell(person.id, desk.assigned(known, turn.who.name)))
    return outcomes


class Asked(Typed):
    question: str = Field(min_length=1, max_length=3_000)


def offer_ask(turn: Turn, code: str) -> Sequence[Outcome]:
    return _opened(turn, forms.ask(_live(for_team(turn, code).ticket)))


def ask(turn: Turn, code: str, entry: Asked) -> Sequence[Outcome]:
    known = for_team(turn, code)
    ticket = _live(known.ticket)
    if not known.readers:
        raise FormError(question="Who opened this ticket has no access any more, so nobody would read it.")
    ticket.first_replied_at = ticket.first_replied_at or turn.now
    if ticket.state != State.waiting:
        ticket.move(State.waiting, turn.now)
    ticket.last_word_at = turn.now
    messages.add(turn.session, ticket, turn.who.contact_id, Side.team, entry.question, turn.now)
    note(turn, ticket, "asked")
    return [
        *anew(turn, ticket),
        Follow(f"ticket-desk:{ticket.code}", parts.words(turn.who.name, entry.question, (), "Asked the partner.")),
        *to_partner(turn, known, partner.asked(turn.who.name, entry.question)),
    ]


def resolve(turn: Turn, code: str) -> Sequence[Outcome]:
    known = for_team(turn, code)
    ticket = known.ticket
    ticket.move(State.resolved, turn.now)
    note(turn, ticket, "resolved")
    return [
        *anew(turn, ticket),
        *to_partner(turn, known, partner.resolved(ticket, turn.who.name)),
        *_rating(turn, known),
    ]


def _rating(turn: Turn, known: Known) -> Sequence[Outcome]:
    """Who opened the ticket is asked how it was, once."""
    if not known.listens or known.opener.id == turn.who.contact_id:
        return ()
    code = known.ticket.code
    card, subject = partner.rating(code), f"ticket-rating:{code}"
    return (Follow(f"ticket:{code}", card, subject, f"ticket:{code}:rating"),)


def reopen(turn: Turn, code: str) -> Sequence[Outcome]:
    known = for_team(turn, code)
    ticket = known.ticket
    ticket.reopen(turn.now)
    note(turn, ticket, "reopened")
    told = parts.line(f"{turn.who.name} has opened {ticket.code} again.")
    return [*anew(turn, ticket), *to_partner(turn, known, told)]


class Chosen(Typed):
    severity: str = Field(max_length=20)


def offer_severity(turn: Turn, code: str) -> Sequence[Outcome]:
    return _opened(turn, forms.severity(_live(for_team(turn, code).ticket)))


def set_severity(turn: Turn, code: str, entry: Chosen) -> Sequence[Outcome]:
    known = for_team(turn, code)
    ticket = _live(known.ticket)
    if entry.severity not in list(Severity):
        raise FormError(severity="Choose one of the severities.")
    chosen, before = Severity(entry.severity), Severity(ticket.severity)
    if chosen == before:
        raise FormError(severity=f"It is {parts.SEVERITIES[chosen]} already. Choose another one, or close this.")
    ticket.severity = chosen
    ticket.set_targets()
    note(turn, ticket, "severity", f"{before} {chosen}")
    told = parts.line(f"{turn.who.name} has set the severity of {ticket.code} to {parts.SEVERITIES[chosen]}.")
    return [*anew(turn, ticket), *to_partner(turn, known, told)]


def _live(ticket: Ticket) -> Ticket:
    if not ticket.live:
        state = STATES[State(ticket.state)]
        raise PortalError(f"{ticket.code} is {state} already. Press Reopen first. Nothing was changed.")
    return ticket


def _opened(turn: Turn, form: Form) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "form"
    return [Open(form)]
