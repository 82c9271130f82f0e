"""What the partner's people do with their deal."""

from collections.abc import Sequence

from pydantic import Field

from handlers.deals.dialog.access import to_change
from handlers.deals.dialog.telling import emit, in_place, own, rewritten, to_managers, told
from handlers.deals.models import times
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import LOST_BECAUSE, STAGES, UNDECIDED, Act, Extension
from handlers.deals.store import changes, deals
from handlers.deals.views import cards, desk, forms
from handlers.deals.views.forms import LONGEST_NOTE
from handlers.errors import FormError, PortalError
from handlers.feature import Typed
from handlers.partners import store as partners
from handlers.partners.models import Contact
from handlers.turn import Open, Outcome, Turn
from handlers.ui import MAX_OPTIONS, number


class Answer(Typed):
    answer: str = Field(min_length=1, max_length=LONGEST_NOTE)


class Staging(Typed):
    stage: str


class Noting(Typed):
    note: str = Field(min_length=1, max_length=LONGEST_NOTE)


class Sharing(Typed):
    colleague: str


class Extending(Typed):
    reason: str = Field(min_length=1, max_length=LONGEST_NOTE)


class Withdrawal(Typed):
    reason: str = Field(default="", max_length=LONGEST_NOTE)


class Loss(Typed):
    reason: str
    explanation: str = Field(default="", max_length=LONGEST_NOTE)


def ask_answer(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    deal = to_change(turn, code, Act.answered, lock=False)
    return [Open(forms.reply(deal.code, deal.question))]


def answer(turn: Turn, code: str, entry: Answer) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.answered
    deal = to_change(turn, code, Act.answered)
    times.resume(deal, turn.now, changes.zone(turn.session, changes.partner(turn.session, deal)))
    return _changed(turn, deal, Act.answered, entry.answer, "answered the question about {}:", quote=True)


def ask_stage(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    deal = to_change(turn, code, Act.moved, lock=False)
    return [Open(forms.staging(deal.code, deal.stage))]


def move(turn: Turn, code: str, entry: Staging) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.moved
    if entry.stage not in STAGES:
        raise FormError(stage="Choose one of the stages in the list.")
    deal = to_change(turn, code, Act.moved)
    if deal.stage == entry.stage:
        raise FormError(stage="The deal is in this stage already. Choose another one, or press Cancel.")
    deal.stage = entry.stage
    return _changed(turn, deal, Act.moved, f"to {entry.stage}", f"moved {{}} to {entry.stage}.")


def ask_note(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(forms.noting(to_change(turn, code, Act.noted, lock=False).code))]


def note(turn: Turn, code: str, entry: Noting) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.noted
    return _changed(turn, to_change(turn, code, Act.noted), Act.noted, entry.note, "added a note to {}:", quote=True)


def ask_colleague(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    deal = to_change(turn, code, Act.shared, lock=False)
    known = {deal.entered_by, *(person.id for person in deals.collaborators(turn.look, deal))}
    everybody = partners.colleagues(turn.look, deal.partner_id, MAX_OPTIONS + len(known) + 1)
    free = [person for person in everybody if person.id not in known]
    if not free:
        raise PortalError("Everybody at your company works on this deal already, so there is nobody to add.")
    return [Open(forms.sharing(deal.code, free))]


def share(turn: Turn, code: str, entry: Sharing) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.shared
    deal = to_change(turn, code, Act.shared)
    person = _colleague(turn, deal, entry.colleague)
    if person.id in {deal.entered_by, *(known.id for known in deals.collaborators(turn.session, deal))}:
        raise FormError(colleague="They work on this deal already. Choose somebody else.")
    assert person.id is not None
    deals.share(turn.session, deal, person.id)
    return _changed(turn, deal, Act.shared, f"with {person.name}", "shared {} with a colleague.")


def _colleague(turn: Turn, deal: Deal, text: str) -> Contact:
    """Of the same partner, and nobody else."""
    found = partners.by_email(turn.session, text) if "@" in text else None
    person = found[0] if found else partners.by_id(turn.session, number(text))
    if person is None or not person.active or person.partner_id != deal.partner_id:
        raise FormError(colleague="Choose one of your colleagues.")
    return person


def ask_extension(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    deal = _extendable(turn, code, lock=False)
    return [Open(forms.extension(deal.code, times.EXTENSION.days))]


def extension(turn: Turn, code: str, entry: Extending) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.extension_asked
    deal = _extendable(turn, code, lock=True)
    deal.extension = Extension.asked
    outcomes = _changed(turn, deal, Act.extension_asked, entry.reason, "asked for an extension of {}:", quote=True)
    whole = changes.whole(turn.session, deal)
    zone = changes.zone(turn.session, whole.partner)
    card = desk.extension(whole, times.EXTENSION.days, entry.reason, zone)
    return [*outcomes, *to_managers(turn, whole, card, f"deal-extension:{deal.code}")]


def _extendable(turn: Turn, code: str, *, lock: bool) -> Deal:
    deal = to_change(turn, code, Act.extension_asked, lock=lock)
    if not deal.protected(turn.now):
        raise PortalError("The protection has ended, so it cannot be extended. Register the deal again with /deal.")
    return deal


def ask_withdrawal(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(forms.withdrawal(to_change(turn, code, Act.withdrawn, lock=False).code))]


def withdraw(turn: Turn, code: str, entry: Withdrawal) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.withdrawn
    deal = to_change(turn, code, Act.withdrawn)
    deal.reason = entry.reason
    return _changed(turn, deal, Act.withdrawn, entry.reason, "withdrew {}.", quote=True)


def won(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.won
    return _changed(turn, to_change(turn, code, Act.won), Act.won, "", "marked {} as won.")


def ask_loss(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(forms.loss(to_change(turn, code, Act.lost, lock=False).code))]


def lost(turn: Turn, code: str, entry: Loss) -> Sequence[Outcome]:
    turn.kind, turn.result = "changed", Act.lost
    if entry.reason not in LOST_BECAUSE:
        raise FormError(reason="Choose one of the reasons in the list.")
    deal = to_change(turn, code, Act.lost)
    deal.reason = ": ".join(part for part in (LOST_BECAUSE[entry.reason], entry.explanation) if part)
    return _changed(turn, deal, Act.lost, deal.reason, "marked {} as lost:", quote=True)


def _changed(turn: Turn, deal: Deal, act: Act, words: str, did: str, *, quote: bool = False) -> Sequence[Outcome]:
    """``words``: what goes into the history; ``did``: what somebody did with "{}"; ``quote``: in these words."""
    undecided, quoted = deal.state in UNDECIDED, words if quote else ""
    changes.apply(turn.session, deal, act, turn.who.contact_id, turn.now, words)
    whole = changes.whole(turn.session, deal)
    note = desk.changed(whole, f"{turn.who.name} {did.format('the deal')}", quoted)
    return [
        *in_place(turn, own(whole), cards.card(whole, turn.now, turn.who.time_zone)),
        *rewritten(turn, whole, note if undecided else None),
        *told(turn, whole, cards.news(whole, f"{turn.who.name} {did.format('your deal')}", quoted)),
        emit(whole, act),
    ]
