"""What the partner's people get to see of a ticket."""

from collections.abc import Sequence
from datetime import datetime

from handlers.cite import shortened
from handlers.tickets.models import STATES, Known, State, Ticket, TicketMessage
from handlers.tickets.views.parts import SEVERITIES, facts, files, long, show, title, warning, when
from handlers.ui import MAX_ACTIONS, Banner, Button, Buttons, Card, Element, Item, Text

PAGE = 4
OLDEST_SHOWN = 3  # messages
STATES_HERE = STATES | {State.waiting: "waiting for you"}
NEXT = {
    State.waiting: "The partner team has asked you something. Answer in this thread.",
    State.resolved: "If it is not solved, write in this thread: then it is open again.",
    State.closed: "Write in this thread to open it again.",
}
UNREAD = (
    "The partner team has no support channel here yet, so I kept your ticket, and nobody has seen it so far. If it is "
    "urgent, write to your channel manager as well."
)


def opened(known: Known, reaches_somebody: bool) -> Card:
    """The top of the partner's thread, as the ticket stands."""
    ticket = known.ticket
    state = State(ticket.state)
    body: list[Element] = [
        Banner(
            tone="warning" if state == State.waiting else "success",
            text=f"Your ticket {ticket.code} is {STATES_HERE[state]}.",
        ),
        facts(
            ("Subject", ticket.subject),
            ("Severity", SEVERITIES[ticket.severity]),  # type: ignore[index] # the column holds its value
            ("Product", ticket.product),
            ("Looked after by", known.assignee.name if known.assignee else ""),
        ),
    ]
    if reaches_somebody:
        body.append(Text(text=_what_next(known, state)))
    else:
        body.append(Banner(tone="warning", text=UNREAD))
    body.append(
        Text(text="Write in the thread of this message to add something: words or files.", style="subtle"),
    )
    return Card(title=title(ticket), body=tuple(body))


def _what_next(known: Known, state: State) -> str:
    if state in NEXT:
        return NEXT[state]
    if known.ticket.first_replied_at:
        return "The partner team is on it, and writes to you here."
    due = when(known.ticket.first_due, known.opener.time_zone)
    return f"The partner team has it. They want to answer by {due}, and write to you here."


def shown(known: Known, said: Sequence[tuple[TicketMessage, str]], now: datetime, time_zone: str) -> Card:
    """``said``: the latest words, each with who wrote them."""
    ticket = known.ticket
    body: list[Element] = [
        facts(
            ("State", STATES_HERE[State(ticket.state)]),
            ("Severity", SEVERITIES[ticket.severity]),  # type: ignore[index] # the column holds its value
            ("Product", ticket.product),
            ("Opened", f"{when(ticket.opened_at, time_zone)}, by {known.opener.name}"),
            ("Looked after by", known.assignee.name if known.assignee else "nobody yet"),
            ("Last word", when(ticket.last_word_at, time_zone)),
        )
    ]
    for message, name in said[-OLDEST_SHOWN:]:
        body.append(Text(text=f"{name}: {shortened(message.text, 600)}"))
        body.extend(files(message.links[:3]))
    reply = Button(label="Write to the team", action="tickets.reply", value=ticket.code, opens_form=True)
    escalate = (escalate_button(ticket.code),) if ticket.may_be_escalated(now) else ()
    body.append(Buttons(buttons=(reply, *escalate)))
    return Card(title=title(ticket), body=tuple(body))


def begin_button() -> Button:
    return Button(label="Open a ticket", action="tickets.begin", opens_form=True)


def escalate_button(code: str, label: str = "Escalate") -> Button:
    return Button(label=label, action="tickets.escalate", value=code, style="danger")


def listed(tickets: Sequence[Ticket], page: int, more: bool, now: datetime, note: str = "") -> Card:
    """A page of tickets; the first one that is late can be escalated from here."""
    begin = begin_button()
    if not tickets:
        text = note or "There are no tickets here. When something does not work, open one."
        return Card(title="Your tickets", body=(Text(text=text), Buttons(buttons=(begin,))))
    body: list[Element] = [Text(text=note)] if note else []
    body.extend(_item(ticket, now) for ticket in tickets[:PAGE])
    late = [ticket.code for ticket in tickets[:PAGE] if ticket.may_be_escalated(now)][:1]
    last = [escalate_button(code, f"Escalate {code}") for code in late]
    if more:
        last.append(Button(label="More tickets", action="tickets.list", value=str(page + 1)))
    if len(tickets[:PAGE]) + len(last) < MAX_ACTIONS:
        last.append(begin)
    body.append(Buttons(buttons=tuple(last)))
    return Card(title="Your tickets", body=tuple(body))


def _item(ticket: Ticket, now: datetime) -> Item:
    late = " · late" if ticket.late(now) else ""
    detail = f"{STATES[State(ticket.state)]} · {SEVERITIES[ticket.severity]}{late}"  # type: ignore[index]
    return Item(text=shortened(f"{ticket.code} · {ticket.subject}", 200), detail=detail, button=show(ticket.code))


def asked(name: str, question: str) -> Card:
    return Card(
        body=(
            Text(text=f"{name} asks:", style="strong"),
            *long(question),
            Text(text="Answer in this thread. Until then the ticket waits for you.", style="subtle"),
        )
    )


def resolved(ticket: Ticket, name: str) -> Card:
    return Card(
        body=(
            Banner(tone="success", text=f"{name} has resolved {ticket.code}."),
            Text(text="If it is not solved, write in this thread: then it is open again."),
        )
    )


def rating(code: str) -> Card:
    good = Button(label="Good", action="tickets.good", value=code)
    bad = Button(label="Not good", action="tickets.bad", value=code)
    return Card(body=(Text(text=f"How was the help with {code}?"), Buttons(buttons=(good, bad))))


def rated(code: str, good: bool) -> Card:
    said = "good" if good else "not good. If something is still wrong, write in this thread"
    return Card(body=(Text(text=f"✓ Thank you. You found the help with {code} {said}.", style="subtle"),))


def may_escalate(ticket: Ticket) -> Card:
    card = warning(f"We are late with {ticket.code}. I'm sorry. You can tell the managers about it with one press.")
    return card.and_then(Buttons(buttons=(escalate_button(ticket.code),)))


def nudge(ticket: Ticket, days: int) -> Card:
    if ticket.live:
        text = f"{ticket.code} still waits for your answer. If nothing comes, I close it in {days} days."
    else:
        text = f"{ticket.code} is resolved, and I close it in {days} days. If it is not solved, write in this thread."
    return Card(body=(Text(text=text),))


def closed(ticket: Ticket) -> Card:
    text = f"I closed {ticket.code}, since nothing was written for a month. Write in this thread to open it again."
    return Card(body=(Text(text=text),))
