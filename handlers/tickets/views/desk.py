"""What the vendor's team gets to see of a ticket."""

from collections.abc import Sequence
from datetime import datetime

from handlers.cite import shortened
from handlers.tickets.models import LIVE, STATES, DraftArticle, Known, State, Ticket
from handlers.tickets.views.parts import SEVERITIES, facts, long, title, when
from handlers.ui import Banner, Button, Buttons, Card, Element, Item, Text

HOW = (
    "In this thread: begin with “reply:” to answer the partner. Everything else is a note that stays in the team, "
    "until you press “Send to partner” under it."
)


def card(known: Known) -> Card:
    ticket = known.ticket
    body: list[Element] = []
    if ticket.escalated_at and ticket.live:
        body.append(Banner(tone="warning", text="The partner has escalated this ticket."))
    body.append(_facts(known))
    body.extend(long(ticket.text))
    body.append(Text(text=HOW, style="subtle"))
    if not known.listens:
        body.append(Text(text="Who opened it has no access any more, and is not told anything.", style="subtle"))
    body.append(Buttons(buttons=_buttons(ticket)))
    return Card(title=title(ticket), body=tuple(body))


def _facts(known: Known) -> Element:
    ticket, partner = known.ticket, known.partner
    kind = f" ({partner.tier} {partner.region} {partner.type})" if partner else ""
    return facts(
        ("State", STATES[State(ticket.state)]),
        ("Severity", SEVERITIES[ticket.severity]),  # type: ignore[index] # the column holds its value
        ("Assigned to", known.assignee.name if known.assignee else "nobody"),
        ("Opened by", f"{known.opener.name}, {known.opener.email}"),
        ("Partner", f"{partner.name}{kind}" if partner else "our own team"),
        ("Product", ticket.product),
        ("Topic", ticket.category),
        ("Opened", when(ticket.opened_at, ticket.time_zone)),
        ("First reply", _first_reply(ticket)),
        ("To be resolved by", "" if ticket.paused_at else when(ticket.resolve_due, ticket.time_zone)),
    )


def _first_reply(ticket: Ticket) -> str:
    if ticket.first_replied_at:
        return f"given {when(ticket.first_replied_at, ticket.time_zone)}"
    return f"due by {when(ticket.first_due, ticket.time_zone)}" if ticket.live else ""


def _buttons(ticket: Ticket) -> tuple[Button, ...]:
    code = ticket.code
    if ticket.state not in LIVE:
        return (
            Button(label="Reopen", action="tickets.reopen", value=code),
            Button(label="Draft an article", action="tickets.article", value=code, opens_form=True),
        )
    take = () if ticket.assignee_id else (Button(label="Take", action="tickets.take", value=code, style="primary"),)
    return (
        *take,
        Button(label="Assign", action="tickets.assign", value=code, opens_form=True),
        Button(label="Ask", action="tickets.ask", value=code, opens_form=True),
        Button(label="Resolve", action="tickets.resolve", value=code),
        Button(label="Set severity", action="tickets.severity", value=code, opens_form=True),
    )


def note(token: str) -> Card:
    return Card(
        body=(
            Text(text="A note for the team. The partner does not see it.", style="subtle"),
            Buttons(buttons=(Button(label="Send to partner", action="tickets.send_note", value=token),)),
        )
    )


def note_sent(name: str) -> Card:
    return Card(body=(Text(text=f"✓ {name} sent this note to the partner.", style="subtle"),))


def note_gone() -> Card:
    return Card(body=(Text(text="This note was deleted. The partner has not seen it.", style="subtle"),))


def assigned(known: Known, by: str) -> Card:
    ticket = known.ticket
    return Card(
        title=title(ticket),
        body=(
            Text(text=f"{by} has given this ticket to you."),
            Buttons(buttons=(Button(label="Show", action="tickets.show", value=ticket.code),)),
        ),
    )


def near(ticket: Ticket, what: str, due: datetime) -> Card:
    text = f"{ticket.code} is due soon: {what} by {when(due, ticket.time_zone)}."
    return _with_button(ticket, text)


def late(ticket: Ticket, what: str) -> Card:
    return _with_button(ticket, f"{ticket.code} is late: {what} is overdue. The partner may now escalate it.")


def escalated(known: Known, by: str) -> Card:
    partner = f" of {known.partner.name}" if known.partner else ""
    return _with_button(known.ticket, f"{by}{partner} has escalated {known.ticket.code}, which is late.")


def _with_button(ticket: Ticket, text: str) -> Card:
    show = Button(label="Show", action="tickets.show", value=ticket.code)
    subject = Text(text=shortened(ticket.subject, 150))
    return Card(body=(Banner(tone="warning", text=text), subject, Buttons(buttons=(show,))))


def drafted(article: DraftArticle, code: str, by: str) -> Card:
    """For a content owner, who decides."""
    readers = "every partner" if article.everybody else "our own people only"
    return Card(
        title=shortened(f"Draft article: {article.title}", 150),
        body=(
            Text(text=f"{by} made this of {code}. It is meant for {readers}.", style="subtle"),
            *long(article.text),
            Buttons(
                buttons=(
                    Button(label="Accept", action="tickets.article_accept", value=article.token, style="primary"),
                    Button(label="Decline", action="tickets.article_decline", value=article.token),
                )
            ),
        ),
    )


def waiting(found: Sequence[tuple[DraftArticle, str]]) -> Card:
    if not found:
        return Card(title="Draft articles", body=(Text(text="No draft waits for a decision."),))
    items = (
        Item(
            text=shortened(article.title, 200),
            detail=f"made of {code}",
            button=Button(label="Show", action="tickets.article_show", value=article.token),
        )
        for article, code in found
    )
    return Card(title="Draft articles", body=tuple(items))


def decided(article: DraftArticle, by: str) -> Card:
    said = "is an article now, and found within a minute" if article.state == "accepted" else "was declined"
    return Card(
        title=shortened(f"Draft article: {article.title}", 150),
        body=(Text(text=f"This draft {said}. Decided by {by}."),),
    )
