"""What a channel manager decides. Every press is authorised again, under the deal's lock."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import Field

from handlers.deals.dialog.access import code_of, to_change
from handlers.deals.dialog.telling import desk_card, desk_of, emit, in_place, rewritten, told
from handlers.deals.models import times
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import REASONS, Act, Extension
from handlers.deals.store import alike, changes, deals
from handlers.deals.views import cards, desk, forms
from handlers.deals.views.forms import LONGEST_NOTE
from handlers.deals.views.wording import on
from handlers.errors import FormError, PortalError
from handlers.feature import Typed
from handlers.turn import Open, Outcome, Rewrite, Turn
from knowledge.base import alone


class Rejection(Typed):
    reason: str
    explanation: str = Field(default="", max_length=LONGEST_NOTE)


class Question(Typed):
    question: str = Field(min_length=1, max_length=LONGEST_NOTE)


class Duplication(Typed):
    original: str = Field(min_length=1, max_length=40)


class Declining(Typed):
    explanation: str = Field(min_length=1, max_length=LONGEST_NOTE)


def approve(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "decided", Act.approved
    alone(turn.session, "deals")  # two partners' deals for one customer are approved one after the other
    deal = to_change(turn, code, Act.approved)
    _unprotected(turn, deal)
    partner = changes.partner(turn.session, deal)
    days = turn.policy.protection_days.get(partner.tier.casefold(), turn.policy.default_protection)
    changes.apply(turn.session, deal, Act.approved, turn.who.contact_id, turn.now)
    times.protect(deal, turn.now, turn.now + timedelta(days=days))
    until = on(turn.now + timedelta(days=days), "UTC")
    return _decided(turn, deal, Act.approved, f"approved your deal. It is protected until {until}.", tone="success")


def _unprotected(turn: Turn, deal: Deal) -> None:
    """One customer is protected for one partner."""
    for match in alike.matches(turn.session, deal.identity):
        other = match.deal
        if other.partner_id != deal.partner_id and other.domain == deal.domain and other.protected(turn.now):
            holder = changes.partner(turn.session, other).name
            raise PortalError(
                f"{other.code} of {holder} is approved for this customer already and protected until "
                f"{on(other.protected_until or turn.now, turn.who.time_zone)}. Reject {deal.code}, or mark it as a "
                "duplicate. Nothing was changed."
            )


def ask_reason(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(forms.rejection(to_change(turn, code, Act.rejected, lock=False).code))]


def reject(turn: Turn, code: str, entry: Rejection) -> Sequence[Outcome]:
    turn.kind, turn.result = "decided", Act.rejected
    if entry.reason not in REASONS:
        raise FormError(reason="Choose one of the reasons in the list.")
    deal = to_change(turn, code, Act.rejected)
    deal.reason = ": ".join(part for part in (REASONS[entry.reason], entry.explanation) if part)
    changes.apply(turn.session, deal, Act.rejected, turn.who.contact_id, turn.now, deal.reason)
    return _decided(turn, deal, Act.rejected, "rejected your deal:", deal.reason, tone="warning")


def ask_question(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(forms.question(to_change(turn, code, Act.asked, lock=False).code))]


def question(turn: Turn, code: str, entry: Question) -> Sequence[Outcome]:
    turn.kind, turn.result = "decided", Act.asked
    deal = to_change(turn, code, Act.asked)
    deal.question = entry.question
    zone = changes.zone(turn.session, changes.partner(turn.session, deal))
    times.pause(deal, turn.now, zone)
    changes.apply(turn.session, deal, Act.asked, turn.who.contact_id, turn.now, entry.question)
    text = "needs more information before deciding about your deal:"
    return _decided(turn, deal, Act.asked, text, entry.question, tone="warning")


def ask_original(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(forms.duplication(to_change(turn, code, Act.duplicate, lock=False).code))]


def duplicate(turn: Turn, code: str, entry: Duplication) -> Sequence[Outcome]:
    turn.kind, turn.result = "decided", Act.duplicate
    original = deals.by_code(turn.session, code_of(entry.original) or code_of(f"D-{entry.original}"))
    if original is None:
        raise FormError(original="There is no deal with this number. It is written like D-4XQ9.")
    deal = to_change(turn, code, Act.duplicate)
    if original.id == deal.id:
        raise FormError(original="This is the same deal. Write the number of the other one.")
    deal.duplicate_of = original.id
    own = original.partner_id == deal.partner_id
    said, internal = (f"of {original.code}", "") if own else ("", f"of {original.code}")
    changes.apply(turn.session, deal, Act.duplicate, turn.who.contact_id, turn.now, said, internal)
    of = f" of your deal {original.code}" if own else ""
    return _decided(turn, deal, Act.duplicate, f"marked your deal as a duplicate{of}.", tone="warning")


def extend(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "decided", Act.extended
    deal = to_change(turn, code, Act.extended)
    if deal.protected_until is None or not deal.protected(turn.now):
        raise PortalError(f"The protection of {deal.code} has ended, so it cannot be extended. Nothing was changed.")
    deal.extension = Extension.granted
    changes.apply(turn.session, deal, Act.extended, turn.who.contact_id, turn.now)
    times.protect(deal, turn.now, deal.protected_until + times.EXTENSION)
    text = f"extended the protection of your deal until {on(deal.protected_until, 'UTC')}."
    return _extension_decided(turn, deal, Act.extended, text, "")


def ask_why_not(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind = "opened"
    return [Open(forms.declining(to_change(turn, code, Act.extension_declined, lock=False).code))]


def decline(turn: Turn, code: str, entry: Declining) -> Sequence[Outcome]:
    turn.kind, turn.result = "decided", Act.extension_declined
    deal = to_change(turn, code, Act.extension_declined)
    deal.extension = Extension.declined
    changes.apply(turn.session, deal, Act.extension_declined, turn.who.contact_id, turn.now, entry.explanation)
    text = "declined the extension of your deal:"
    return _extension_decided(turn, deal, Act.extension_declined, text, entry.explanation)


def _decided(turn: Turn, deal: Deal, act: Act, text: str, quoted: str = "", tone: str = "info") -> Sequence[Outcome]:
    whole = changes.whole(turn.session, deal)
    note = desk.decided(whole, act, turn.who.time_zone, quoted if act == Act.asked else "")
    return [
        *in_place(turn, desk_of(whole), desk_card(turn, whole, note)),
        *rewritten(turn, whole, note),
        *told(turn, whole, cards.news(whole, f"{turn.who.name} {text}", quoted, tone)),
        emit(whole, act),
    ]


def _extension_decided(turn: Turn, deal: Deal, act: Act, text: str, quoted: str) -> Sequence[Outcome]:
    whole, about = changes.whole(turn.session, deal), f"deal-extension:{deal.code}"
    note = desk.extension_decided(whole, act, turn.who.time_zone, quoted)
    card = desk.extension(whole, times.EXTENSION.days, "", turn.who.time_zone, note)
    return [
        *in_place(turn, about, card),
        Rewrite(about, card),
        *rewritten(turn, whole, None),
        *told(turn, whole, cards.news(whole, f"{turn.who.name} {text}", quoted)),
        emit(whole, act),
    ]
