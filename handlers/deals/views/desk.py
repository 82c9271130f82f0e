"""What the channel managers see: everything that is needed to decide, and who decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.cite import day, shortened
from handlers.deals.models import domains
from handlers.deals.models.deal import Deal
from handlers.deals.models.states import MANY, UNDECIDED, Act, State, Verdict
from handlers.deals.models.whole import Whole
from handlers.deals.views.cards import decision_buttons, partner, show_button
from handlers.deals.views.wording import NO_STAGE, STATES, country, moment, money, on, said
from handlers.ui import Banner, Buttons, Card, Element, Facts, Text

SIMILAR = 5
HISTORY = (
    (State.approved, "approved"),
    (State.won, "won"),
    (State.lost, "lost"),
    (State.expired, "expired"),
    (State.rejected, "rejected"),
    (State.duplicate, "duplicate"),
    (State.withdrawn, "withdrawn"),
)


def desk(
    whole: Whole,
    similar: Sequence[tuple[Deal, str, Verdict]],
    counts: Mapping[str, int],
    now: datetime,
    zone: str,
    note: Sequence[Element] = (),
) -> Card:
    """``similar``: other deals with the name of their partner, and how alike the customers are. ``note``: what was
    decided or said last."""
    deal = whole.deal
    buttons = decision_buttons(deal) if deal.state in UNDECIDED else ()
    return Card(
        title=shortened(f"{deal.code}: {deal.customer}", 150),
        body=(
            *note,
            _facts(whole, zone),
            *((Text(text="Note", style="strong"), said(deal.note)) if deal.note else ()),
            *_similar(similar, now, zone),
            _history(whole, counts),
            *((Buttons(buttons=buttons),) if buttons else ()),
        ),
    )


def _facts(whole: Whole, zone: str) -> Facts:
    deal = whole.deal
    rows = [
        ("Partner", partner(whole)),
        ("Entered by", f"{whole.entered_by.name}, {whole.entered_by.email}"),
        ("Customer", f"{deal.customer}, {domains.readable(deal.host)}"),
        ("Country", country(deal.country) if deal.country else ""),
        ("Contact", f"{deal.contact_name}, {deal.contact_email}"),
        ("Product", deal.product),
        ("Value", money(deal.value, deal.currency)),
        ("Expected close", f"{day(deal.expected_close)} · {deal.stage or NO_STAGE}"),
        ("Check", "clear" if deal.verdict == Verdict.clear else "needs review"),
        ("Decision due", moment(deal.due_at, zone) if deal.due_at and deal.state in UNDECIDED else ""),
    ]
    return Facts(rows=tuple((label, shortened(value, 600)) for label, value in rows if value))


def _similar(similar: Sequence[tuple[Deal, str, Verdict]], now: datetime, zone: str) -> tuple[Element, ...]:
    if not similar:
        return (Text(text="No similar registrations.", style="subtle"),)
    lines = [_other(*each, now, zone) for each in similar[:SIMILAR]]
    if len(similar) > SIMILAR:
        lines.append(f"and {len(similar) - SIMILAR} more")
    return (Text(text="Similar registrations", style="strong"), Text(text="\n".join(f"• {line}" for line in lines)))


def _other(deal: Deal, partner: str, likeness: Verdict, now: datetime, zone: str) -> str:
    alike = "same customer" if likeness == Verdict.protected else "similar name or domain"
    standing = STATES[State(deal.state)]
    if deal.protected(now) and deal.protected_until:
        standing = f"protected until {on(deal.protected_until, zone)}"
    return shortened(
        f"{deal.code} of {partner}: {shortened(deal.customer, 80)}, {domains.readable(deal.host)}, "
        f"{money(deal.value, deal.currency)}, entered {on(deal.submitted_at, zone)}, {standing} ({alike})",
        500,
    )


def _history(whole: Whole, counts: Mapping[str, int]) -> Text:
    """``counts`` stop at ``MANY`` for every state."""
    undecided = sum(counts.get(state, 0) for state in UNDECIDED) - (whole.deal.state in UNDECIDED)
    told = [f"{_number(counts[state])} {word}" for state, word in HISTORY if counts.get(state)]
    so_far = ", ".join(told) if told else "nothing decided yet"
    waiting = f"{_number(undecided)} other waiting" if undecided else "no other waiting"
    return Text(text=f"{whole.partner.name} so far: {so_far}; {waiting}.", style="subtle")


def _number(count: int) -> str:
    return str(count) if count < MANY else f"{MANY} or more"


def decided(whole: Whole, act: Act, zone: str, words: str = "") -> tuple[Element, ...]:
    """Who decided what and when, in their words."""
    deal, who = whole.deal, whole.decider.name if whole.decider else "somebody"
    original = whole.original.code if whole.original else "another deal"
    when = moment(deal.decided_at, zone) if deal.decided_at else ""
    text = {
        Act.approved: f"Approved by {who}, {when}."
        + (f" Protected until {on(deal.protected_until, zone)}." if deal.protected_until else ""),
        Act.rejected: f"Rejected by {who}, {when}: {deal.reason}",
        Act.duplicate: f"Marked as a duplicate of {original} by {who}, {when}.",
        Act.asked: f"{who} asked the partner, {when}. The clock stands still until the answer:",
    }[act]
    tone = "success" if act == Act.approved else "warning"
    return (Banner.model_validate({"text": shortened(text, 2_900), "tone": tone}), *((said(words),) if words else ()))


def changed(whole: Whole, text: str, words: str = "") -> tuple[Element, ...]:
    """What the partner did meanwhile."""
    question = (Text(text="Asked", style="subtle"), said(whole.deal.question)) if whole.deal.question else ()
    return (*question, Banner(text=text), *((said(words),) if words else ()))


def extension(whole: Whole, days: int, reason: str, zone: str, note: Sequence[Element] = ()) -> Card:
    deal = whole.deal
    until = on(deal.protected_until, zone) if deal.protected_until else ""
    rows = (
        ("Partner", partner(whole)),
        ("Customer", shortened(f"{deal.customer}, {domains.readable(deal.host)}", 600)),
        ("Value", money(deal.value, deal.currency)),
        ("Stage", deal.stage or NO_STAGE),
        ("Protected until", until),
    )
    buttons = [button for button in decision_buttons(deal) if button.action in ("deals.grant", "deals.decline")]
    return Card(
        title=shortened(f"{deal.code}: {days} more days are asked for", 150),
        body=(
            *note,
            Facts(rows=rows),
            *((Text(text="Why", style="strong"), said(reason)) if reason else ()),
            *((Buttons(buttons=(*buttons, show_button(deal))),) if buttons else ()),
        ),
    )


def extension_decided(whole: Whole, act: Act, zone: str, words: str = "") -> tuple[Element, ...]:
    deal, who = whole.deal, whole.decider.name if whole.decider else "somebody"
    when = moment(deal.decided_at, zone) if deal.decided_at else ""
    if act == Act.extended:
        until = f" Protected until {on(deal.protected_until, zone)}." if deal.protected_until else ""
        return (Banner(tone="success", text=f"Extended by {who}, {when}.{until}"),)
    return (Banner(tone="warning", text=f"Declined by {who}, {when}:"), said(words))


def due(whole: Whole, zone: str, late: bool) -> Card:
    """A decision that is nearly due, or overdue."""
    deal = whole.deal
    when = moment(deal.due_at, zone) if deal.due_at else ""
    text = (
        f"The decision was due on {when} and is overdue. Please decide now."
        if late
        else f"The decision is due on {when}. Three quarters of the time have passed."
    )
    return Card(
        title=shortened(f"{deal.code}: {deal.customer}", 150),
        body=(
            Banner(tone="warning", text=text),
            Text(text=f"{whole.partner.name}, {money(deal.value, deal.currency)}, {STATES[State(deal.state)]}"),
            Buttons(buttons=(show_button(deal),)),
        ),
    )


def probing(partner: str, count: int, until: datetime) -> Card:
    return Card(
        title="Many conflicts in the checks of one partner",
        body=(
            Banner(
                tone="warning",
                text=f"{partner} ran into {count} conflicts within an hour. Their checks pause until "
                f"{until:%H:%M} UTC, so that nobody can find out by trying who is registered.",
            ),
            Text(text="If they only enter their own opportunities, nothing needs to be done."),
        ),
    )
