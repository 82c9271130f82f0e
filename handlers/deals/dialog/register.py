"""Registering a deal: the form, what was said already, the check for conflicts, and the draft of a closed dialog."""

from collections.abc import Mapping, Sequence

from handlers.deals.dialog import entry as entries
from handlers.deals.dialog import said
from handlers.deals.dialog.conflict import conflict, held_already
from handlers.deals.dialog.entry import Entered, Entry
from handlers.deals.dialog.telling import desk_card, desk_of, emit, own, to_managers
from handlers.deals.models import times
from handlers.deals.models.amounts import in_words, plain
from handlers.deals.models.deal import Customer, Deal
from handlers.deals.models.draft import Draft
from handlers.deals.models.states import Act, Verdict
from handlers.deals.store import alike, changes, deals, drafts
from handlers.deals.store.alike import Match
from handlers.deals.views import cards, forms, lists
from handlers.errors import NotAllowed, PortalError
from handlers.feature import Kept
from handlers.notices.models import Dialog
from handlers.partners import store as partners
from handlers.turn import Open, Outcome, Refuse, Replace, Rewrite, Say, Turn
from handlers.ui import Form
from knowledge.base import alone

KEPT_HERE, KEPT_ELSEWHERE = "deal-draft", "deal-left"
"""What the offers to go on are about, where a dialog was closed and on another platform."""
GONE = "This draft is not there any more. Register the deal anew with /deal."


def command(turn: Turn, words: str) -> Sequence[Outcome]:
    """/deal, with or without words about the deal."""
    turn.kind, turn.result = "registering", "form"
    _may_register(turn)
    values = _understood(turn, words) if words.strip() else {}
    draft = _begun(turn, values) if values or words.strip() else drafts.latest(turn.look, turn.who.contact_id)
    return [Open(_form(turn, draft.values if draft else values, draft.token if draft else ""))]


def offer(turn: Turn, words: str) -> Sequence[Outcome]:
    """A wish in words. What was said waits in a draft until the form is opened."""
    turn.kind, turn.result = "registering", "offered"
    _may_register(turn)
    values = _understood(turn, words)
    draft = _begun(turn, values)
    return [Say(lists.offer(values, draft.token if draft else ""), to="asker")]


def opened(turn: Turn, token: str) -> Sequence[Outcome]:
    """The button of an offer, of a draft that was kept, or of the Home."""
    turn.kind, turn.result = "registering", "form"
    _may_register(turn)
    if not token:
        return command(turn, "")
    draft = drafts.by_token(turn.look, token, turn.who.contact_id)
    if draft is None:
        raise PortalError(GONE)
    return [Open(_form(turn, draft.values, token))]


def discard(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "registering", "discarded"
    if drafts.by_token(turn.session, token, turn.who.contact_id) is None:
        raise PortalError("This draft is not there any more. There is nothing to discard.")
    drafts.drop(turn.session, turn.who.contact_id, token)
    return [Replace(lists.note("The draft is gone. Register a deal with /deal whenever you like."))]


def closed(turn: Turn, token: str, values: Mapping[str, str]) -> Kept | None:
    """The dialog was closed without being sent: what was typed is kept, and offered again once."""
    turn.kind, turn.result = "registering", "closed"
    typed = {name: text for name, text in values.items() if name in Entry.model_fields and text.strip()}
    if turn.who.partner_id is None or not typed.keys() - {"currency"}:
        return None
    draft = drafts.typed(turn.session, turn.who.contact_id, token, typed, turn.now)
    offered, draft.offered = draft.offered, True
    card = lists.kept(typed.get("customer", ""), draft.token)
    return Kept(draft.token, () if offered else [Say(card, to="direct", subject=f"{KEPT_HERE}:{draft.token}")])


def left(turn: Turn, dialog: Dialog) -> Sequence[Outcome]:
    """On another platform than it was left on: what is known of it, which may be nothing."""
    mine = (turn.session, turn.who.contact_id)
    if dialog.context:
        draft = drafts.by_token(turn.session, dialog.context, turn.who.contact_id)
    else:
        draft = drafts.typed(*mine, "", {}, turn.now)
    if turn.who.partner_id is None or draft is None:
        return []
    draft.typed = draft.offered = True
    card = lists.left(dialog.begun("register a deal"), draft.values, draft.token)
    return [Say(card, to="direct", subject=f"{KEPT_ELSEWHERE}:{draft.token}")]


def submit(turn: Turn, token: str, entry: Entry) -> Sequence[Outcome]:
    turn.kind = "registered"
    partner_id = _may_register(turn)
    entered = entries.checked(entry, turn)
    if entered.interpreted:
        turn.result = "interpreted"
        token = drafts.typed(turn.session, turn.who.contact_id, token, entry.model_dump(), turn.now).token
        return [Open(_again(turn, token, entry, entered))]
    alone(turn.session, "deals")
    identity = entered.identity(turn.who.email)
    similar = alike.matches(turn.session, identity)
    if refused := held_already(turn, partner_id, similar):
        turn.result = "again"
        return [Refuse({"customer": refused})]
    found = conflict(turn, partner_id, similar)
    if found.refused:
        turn.result = found.verdict
        return [Refuse({"customer": found.refused}), *found.outcomes]
    deal = _book(turn, partner_id, entered, identity, found.verdict)
    turn.result = found.verdict
    used = lists.note(f"✓ Registered as {deal.code}.")
    sent = drafts.drop(turn.session, turn.who.contact_id, token)
    offers = [Rewrite(f"{about}:{one}", used) for one in sent for about in (KEPT_HERE, KEPT_ELSEWHERE)]
    return [*_told(turn, deal, similar), *found.outcomes, *offers]


def _may_register(turn: Turn) -> int:
    if turn.who.partner_id is None:
        raise NotAllowed(lists.ONE_PARTNER)
    return turn.who.partner_id


def _understood(turn: Turn, words: str) -> dict[str, str]:
    found = said.understood(words, turn.today, turn.who.language, turn.policy.products)
    if (currency := found.get("currency")) and currency not in turn.policy.currencies:
        del found["currency"]
        found["value"] += f" {currency}"  # else it would be taken for as many of the preselected one
    return found


def _begun(turn: Turn, values: Mapping[str, str]) -> Draft | None:
    """What was said, until the form is sent."""
    return drafts.keep(turn.session, turn.who.contact_id, values, turn.now, typed=False) if values else None


def _form(turn: Turn, values: Mapping[str, str], token: str) -> Form:
    return forms.registration(values, token, turn.policy)


def _again(turn: Turn, token: str, entry: Entry, entered: Entered) -> Form:
    """The value as it was understood, to be looked at before it counts."""
    note = (
        f"I read the value as {in_words(entered.value, turn.who.language)} {entered.currency} "
        f"({plain(entered.value)}). If that is right, press Register again; else correct it."
    )
    return forms.registration(entries.shown_again(entry, entered), token, turn.policy, note)


def _book(turn: Turn, partner_id: int, entered: Entered, identity: Customer, verdict: Verdict) -> Deal:
    partner = partners.partner_by_id(turn.session, partner_id)
    assert partner is not None, "a foreign key says so"
    alert, due = times.decision(turn.now, changes.zone(turn.session, partner))
    deal = Deal(
        code="",
        partner_id=partner_id,
        entered_by=turn.who.contact_id,
        customer=entered.customer,
        host=entered.host,
        domain=identity.domain,
        mail_domain=identity.mail,
        skeleton=identity.skeleton,
        latin=identity.name.latin,
        native=identity.name.native,
        country=entered.country,
        contact_name=entered.contact_name,
        contact_email=entered.contact_email,
        product=entered.product,
        value=entered.value,
        currency=entered.currency,
        expected_close=entered.expected_close,
        stage=entered.stage,
        note=entered.note,
        verdict=verdict,
        submitted_at=turn.now,
        changed_at=turn.now,
        alert_at=alert,
        due_at=due,
    )
    deals.add(turn.session, deal)
    deals.log(turn.session, deal, Act.registered, turn.who.contact_id, turn.now)
    return deal


def _told(turn: Turn, deal: Deal, similar: Sequence[Match]) -> Sequence[Outcome]:
    whole = changes.whole(turn.session, deal)
    confirmation = cards.registered(whole, turn.now, turn.who.time_zone)
    return [
        Say(confirmation, to="direct", subject=own(whole)),
        *to_managers(turn, whole, desk_card(turn, whole, similar=similar), desk_of(whole)),
        emit(whole, Act.registered),
    ]
