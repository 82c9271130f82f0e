"""A deal as its partner and its managers see it, and what its people are told."""

from collections.abc import Sequence
from datetime import datetime

from handlers.cite import day, shortened
from handlers.deals.models import domains
from handlers.deals.models.deal import Deal, DealEvent
from handlers.deals.models.states import Act, Extension, State, Verdict
from handlers.deals.models.whole import Whole
from handlers.deals.views.wording import ACTS, NO_STAGE, STATES, country, days_left, moment, money, on, said
from handlers.ui import MAX_ACTIONS, Banner, Button, Buttons, Card, Element, Facts, Text

CHECKED = {
    Verdict.clear: "clear",
    Verdict.review: "needs review: a channel manager compares it with other registrations",
}


def card(whole: Whole, now: datetime, zone: str, more: bool = False) -> Card:
    """For the people of the partner. ``more``: the buttons that had no room on the first card."""
    return Card(
        title=shortened(f"{whole.deal.code}: {whole.deal.customer}", 150),
        body=(*standing(whole, now, zone), *_facts(whole), *story(whole, zone, False), _buttons(whole.deal, more)),
    )


def for_managers(whole: Whole, now: datetime, zone: str, decides: bool) -> Card:
    """One deal on a manager's request. ``decides``: it is none of their own."""
    buttons = decision_buttons(whole.deal) if decides else ()
    return Card(
        title=shortened(f"{whole.deal.code}: {whole.deal.customer}", 150),
        body=(
            *standing(whole, now, zone),
            *_facts(whole, with_partner=True),
            *story(whole, zone, True),
            *((Buttons(buttons=buttons),) if buttons else ()),
        ),
    )


def registered(whole: Whole, now: datetime, zone: str) -> Card:
    """The confirmation. It is the deal's card, so that it can be rewritten into one."""
    shown = card(whole, now, zone)
    verdict = CHECKED[Verdict(whole.deal.verdict)]
    text = f"Registered under the number {whole.deal.code}. Check: {verdict}."
    return Card(title=shown.title, body=(Banner(tone="success", text=text), *shown.body))


def standing(whole: Whole, now: datetime, zone: str) -> tuple[Element, ...]:
    """How the deal stands, in a line that is not overlooked."""
    deal = whole.deal
    text, tone = _standing(whole, now, zone)
    lines: list[Element] = [Banner.model_validate({"text": text, "tone": tone})]
    if deal.state == State.needs_information and deal.question:
        lines.append(said(deal.question))
    if deal.extension == Extension.asked and deal.state == State.approved:
        lines.append(Banner(text="An extension was asked for. A channel manager decides."))
    return tuple(lines)


def _standing(whole: Whole, now: datetime, zone: str) -> tuple[str, str]:
    deal, by = whole.deal, f" by {whole.decider.name}" if whole.decider else ""
    when = f" on {on(deal.decided_at, zone)}" if deal.decided_at else ""
    if deal.state == State.submitted:
        due = f" It is due by {moment(deal.due_at, zone)}." if deal.due_at else ""
        return f"Waiting for a decision.{due}", "info"
    if deal.state == State.needs_information:
        return f"More information is needed, asked for{by}{when}:", "warning"
    if deal.state == State.approved and deal.protected_until:
        until = deal.protected_until
        return f"Approved{by}. Protected until {on(until, zone)}, {days_left(until, now)}.", "success"
    if deal.state in (State.rejected, State.duplicate):
        original = whole.original.code if _own(whole) and whole.original else ""
        of = f" of {original}" if original else ""
        because = f": {deal.reason}" if deal.reason else "."
        return f"{STATES[State(deal.state)].capitalize()}{of}{by}{when}{because}", "warning"
    because = f": {deal.reason}" if deal.reason and deal.state in (State.lost, State.withdrawn) else "."
    return f"{STATES[State(deal.state)].capitalize()}{because}", "info"


def _own(whole: Whole) -> bool:
    """Whether the original is a deal of the same partner: that of another one is not named."""
    return whole.original is not None and whole.original.partner_id == whole.deal.partner_id


def _facts(whole: Whole, with_partner: bool = False) -> tuple[Facts, ...]:
    deal = whole.deal
    rows = [
        ("Domain", domains.readable(deal.host)),
        ("Country", country(deal.country) if deal.country else ""),
        ("Contact", f"{deal.contact_name}, {deal.contact_email}"),
        ("Product", deal.product),
        ("Value", money(deal.value, deal.currency)),
        ("Expected close", day(deal.expected_close)),
        ("Stage", deal.stage or NO_STAGE),
        ("Entered by", whole.entered_by.name),
        ("Collaborators", ", ".join(person.name for person in whole.people)),
    ]
    if with_partner:
        rows.insert(0, ("Partner", partner(whole)))
    return (Facts(rows=tuple((label, shortened(value, 600)) for label, value in rows if value)),)


def partner(whole: Whole) -> str:
    kind = " ".join((whole.partner.tier, whole.partner.region, whole.partner.type))
    return f"{whole.partner.name} ({kind})"


def story(whole: Whole, zone: str, internal: bool) -> tuple[Element, ...]:
    """The note, and what happened so far."""
    note = (Text(text="Note", style="strong"), said(whole.deal.note)) if whole.deal.note else ()
    if not whole.history:
        return note
    lines = "\n".join(f"• {_happened(event, name, zone, internal)}" for event, name in whole.history)
    return (*note, Text(text="History", style="strong"), Text(text=lines[:3_000], style="subtle"))


def _happened(event: DealEvent, name: str, zone: str, internal: bool) -> str:
    by = f" by {name}" if name else ""
    words = " ".join(part for part in (event.said, event.internal if internal else "") if part)
    text = f": {shortened(words, 300)}" if words else ""
    return f"{on(event.at, zone)}: {ACTS[Act(event.act)]}{by}{text}"


def _buttons(deal: Deal, more: bool) -> Element:
    first, rest = _work(deal)
    if not first:
        return Text(text="This deal is closed. Nothing more can be done with it.", style="subtle")
    if more:
        return Buttons(buttons=(*rest, show_button(deal, "Back")))
    onward = Button(label="More", action="deals.more", value=deal.code)
    return Buttons(buttons=(*first, onward) if rest else tuple(first))


def _work(deal: Deal) -> tuple[Sequence[Button], Sequence[Button]]:
    """What the partner can do with a deal: what is done most, and what has no room beside it."""
    possible = [button for act, button in _everything(deal) if deal.may(act)]
    return (
        (possible, ()) if len(possible) <= MAX_ACTIONS else (possible[: MAX_ACTIONS - 1], possible[MAX_ACTIONS - 1 :])
    )


def _everything(deal: Deal) -> Sequence[tuple[Act, Button]]:
    code = deal.code
    return [
        (Act.answered, Button(label="Answer", action="deals.answer", value=code, style="primary", opens_form=True)),
        (Act.moved, Button(label="Move stage", action="deals.stage", value=code, opens_form=True)),
        (Act.noted, Button(label="Add note", action="deals.note", value=code, opens_form=True)),
        (Act.won, Button(label="Won", action="deals.won", value=code)),
        (Act.lost, Button(label="Lost", action="deals.lost", value=code, opens_form=True)),
        (Act.extension_asked, Button(label="Ask for an extension", action="deals.extend", value=code, opens_form=True)),
        (Act.shared, Button(label="Add collaborator", action="deals.share", value=code, opens_form=True)),
        (Act.withdrawn, Button(label="Withdraw", action="deals.withdraw", value=code, style="danger", opens_form=True)),
    ]


def show_button(deal: Deal, label: str = "Show the deal") -> Button:
    return Button(label=label, action="deals.show", value=deal.code)


def decision_buttons(deal: Deal) -> tuple[Button, ...]:
    code = deal.code
    everything = [
        (Act.approved, Button(label="Approve", action="deals.approve", value=code, style="primary")),
        (Act.rejected, Button(label="Reject", action="deals.reject", value=code, style="danger", opens_form=True)),
        (Act.asked, Button(label="Ask for information", action="deals.ask", value=code, opens_form=True)),
        (Act.duplicate, Button(label="Mark as duplicate", action="deals.duplicate", value=code, opens_form=True)),
        (Act.extended, Button(label="Extend", action="deals.grant", value=code, style="primary")),
        (Act.extension_declined, Button(label="Decline", action="deals.decline", value=code, opens_form=True)),
    ]
    return tuple(button for act, button in everything if deal.may(act))


def reminder(whole: Whole, text: str, tone: str) -> Card:
    """What the clock says to the people of a deal, with what they may want to do about it."""
    wanted = (Act.extension_asked, Act.moved, Act.won, Act.lost)
    possible = [button for act, button in _everything(whole.deal) if act in wanted and whole.deal.may(act)]
    return Card(
        title=shortened(f"{whole.deal.code}: {whole.deal.customer}", 150),
        body=(
            Banner.model_validate({"text": text, "tone": tone}),
            Buttons(buttons=(*possible, show_button(whole.deal))),
        ),
    )


def news(whole: Whole, text: str, quoted: str = "", tone: str = "info") -> Card:
    """What has happened to a deal, for somebody who works on it."""
    deal = whole.deal
    buttons = [show_button(deal)]
    if deal.may(Act.answered):
        answer = Button(label="Answer", action="deals.answer", value=deal.code, style="primary", opens_form=True)
        buttons.insert(0, answer)
    quote = (said(quoted),) if quoted else ()
    return Card(
        title=shortened(f"{deal.code}: {deal.customer}", 150),
        body=(Banner.model_validate({"text": text, "tone": tone}), *quote, Buttons(buttons=tuple(buttons))),
    )
