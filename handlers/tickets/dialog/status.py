"""Looking at tickets: one by its number or by what is said of it, or all that somebody may see."""

from collections.abc import Sequence

from handlers.partners import store as partners
from handlers.tickets.dialog import said
from handlers.tickets.dialog.rights import of_team, visible
from handlers.tickets.models import Ticket
from handlers.tickets.store import messages, tickets
from handlers.tickets.views import desk, partner
from handlers.turn import Outcome, Say, Turn
from handlers.ui import number

MOST = 200  # tickets that one list or search reads
NONE_FITS = "I found no ticket about that. These are the ones you may see:"
LIST = frozenset({"mine", "list", "my tickets", "tickets", "my", "all"})


def command_about(turn: Turn, words: str) -> Sequence[Outcome] | None:
    """What /ticket shows, None where it is to open one."""
    if words.strip().casefold() in LIST:
        return listed(turn, "0")
    code = said.code(words) if len(words.split()) <= said.FEW else None
    return show(turn, code) if code else None


def show(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "shown"
    return _one(turn, visible(turn, code))


def by_code(turn: Turn, words: str) -> Sequence[Outcome]:
    return show(turn, said.code(words) or "")


def by_words(turn: Turn, words: str) -> Sequence[Outcome]:
    """ "What about my ticket on SSO?": the one whose subject has most of these words, the open ones first."""
    asked = said.about(words)
    found, note = list[Ticket](), ""
    live = _seen(turn, live=True)
    if asked:
        found = _best(asked, live) or _best(asked, _seen(turn, live=False))
        note = "" if found else NONE_FITS
    elif len(live) == 1 and not said.several(words):
        found = live
    if len(found) == 1:
        turn.kind, turn.result = "ticket", "shown"
        return _one(turn, found[0])
    if found:
        turn.kind, turn.result = "ticket", "listed"
        return [Say(partner.listed(found[: partner.PAGE], 0, False, turn.now), to="asker")]
    return listed(turn, "0", note)


def listed(turn: Turn, page: str, note: str = "") -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "listed"
    every = [*_seen(turn, live=True), *_seen(turn, live=False)]
    at = number(page)
    start = at * partner.PAGE
    shown, more = every[start : start + partner.PAGE], len(every) > start + partner.PAGE
    return [Say(partner.listed(shown, at, more, turn.now, note if every else ""), to="asker")]


def _seen(turn: Turn, *, live: bool) -> list[Ticket]:
    return tickets.listed(turn.look, turn.who, live=live, start=0, limit=MOST)


def _best(asked: frozenset[str], among: Sequence[Ticket]) -> list[Ticket]:
    """Those that share most with what was asked, by their subjects; by their texts where no subject does."""
    for of in (lambda ticket: f"{ticket.subject} {ticket.product}", lambda ticket: ticket.text):
        likeness = {ticket.code: said.likeness(asked, of(ticket)) for ticket in among}
        most = max(likeness.values(), default=0)
        if most:
            return [ticket for ticket in among if likeness[ticket.code] == most]
    return []


def _one(turn: Turn, ticket: Ticket) -> Sequence[Outcome]:
    """The team gets its own card; what the partner's people get can be answered in its thread."""
    known = tickets.known(turn.look, ticket)
    if of_team(turn.who) and not ticket.concerns(turn.who):
        return [Say(desk.card(known), to="asker")]
    words = [
        (message, _name(turn, message.contact_id))
        for message in messages.said(turn.look, ticket, partner.OLDEST_SHOWN)
        if message.text
    ]
    card = partner.shown(known, words, turn.now, turn.who.time_zone)
    own = "" if turn.who.contact_id == ticket.contact_id else f":{turn.who.contact_id}"
    return [Say(card, to="asker", subject=f"ticket:{ticket.code}{own}")]


def _name(turn: Turn, contact_id: int) -> str:
    person = partners.by_id(turn.look, contact_id)
    return person.name if person else "Somebody"
