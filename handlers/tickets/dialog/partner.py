"""What the partner's people do with their ticket besides writing: escalate it when it is late, and say how it was."""

from collections.abc import Sequence

from handlers.errors import PortalError
from handlers.partners import store as partners
from handlers.tickets.dialog.rights import anew, for_partner, note
from handlers.tickets.models import Known
from handlers.tickets.views import desk, partner, parts
from handlers.turn import Follow, Outcome, Rewrite, Say, Tell, Turn


def escalate(turn: Turn, code: str) -> Sequence[Outcome]:
    known = for_partner(turn, code)
    ticket = known.ticket
    if ticket.escalated_at is not None:
        raise PortalError(f"{ticket.code} is escalated already. Nothing was changed.")
    if not ticket.may_be_escalated(turn.now):
        raise PortalError(f"{ticket.code} is not late, so there is nothing to escalate. Write in its thread instead.")
    ticket.escalated_at = turn.now
    note(turn, ticket, "escalated")
    card = desk.escalated(known, turn.who.name)
    told, sentence = _managers(turn, known)
    return [
        *told,
        Follow(f"ticket-desk:{ticket.code}", card),
        *anew(turn, ticket),
        Rewrite(f"ticket-escalate:{ticket.code}", parts.line(f"✓ {ticket.code} is escalated.")),
        Say(parts.done(sentence), to="asker"),
    ]


def _managers(turn: Turn, known: Known) -> tuple[Sequence[Outcome], str]:
    """In the managers' channel, else the one who is in charge; and what can be promised."""
    card, code = desk.escalated(known, turn.who.name), known.ticket.code
    if turn.policy.has_managers_channel:
        return (Say(card, to="managers"),), f"The managers know that {code} is late. I marked it."
    manager = partners.manager_of(turn.look, known.partner) if known.partner else None
    if manager is None or manager.id is None:
        return (), f"I marked {code} as escalated, but there is no manager here whom I can tell. Please call them."
    return (Tell(manager.id, card),), f"I wrote to {manager.name}, your channel manager, that {code} is late."


def good(turn: Turn, code: str) -> Sequence[Outcome]:
    return _rated(turn, code, good=True)


def bad(turn: Turn, code: str) -> Sequence[Outcome]:
    return _rated(turn, code, good=False)


def _rated(turn: Turn, code: str, *, good: bool) -> Sequence[Outcome]:
    ticket = for_partner(turn, code).ticket
    if ticket.satisfaction:
        raise PortalError("You have told me already, thank you. Nothing was changed.")
    if ticket.resolved_at is None and ticket.live:
        raise PortalError(f"{ticket.code} is open again. Tell me when it is resolved.")
    ticket.satisfaction = "good" if good else "bad"
    note(turn, ticket, "rated", ticket.satisfaction)
    card = partner.rated(ticket.code, good)
    said = "it was good" if good else "it was not good"
    return [
        Rewrite(f"ticket-rating:{ticket.code}", card),
        Follow(f"ticket-desk:{ticket.code}", parts.line(f"{turn.who.name} says of the help: {said}.")),
    ]
