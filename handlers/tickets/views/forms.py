"""The dialogs of tickets, and the cards that lead to one."""

from collections.abc import Sequence

from handlers.cite import shortened
from handlers.partners.models import Contact
from handlers.tickets.models import Severity, Ticket, TicketDraft
from handlers.tickets.views.parts import SEVERITIES
from handlers.ui import MAX_OPTIONS, MAX_TEXT, Button, Buttons, Card, Element, Facts, Form, Input, Option, Text

LONGEST_SUBJECT, LONGEST_PRODUCT = 150, 75


def ticket(draft: TicketDraft, products: Sequence[str]) -> Form:
    return Form(
        name="tickets.open",
        title="Open a ticket",
        submit="Open the ticket",
        context=draft.token,
        inputs=(
            Input(name="subject", label="Subject", value=draft.subject, max_length=LONGEST_SUBJECT),
            Input(
                name="what_happened",
                label="What happened",
                kind="paragraph",
                help="What did you do, what did you expect, and what came instead?",
                value=draft.text,
                max_length=MAX_TEXT,
            ),
            _severity(draft.severity),
            _product(draft.product, products),
        ),
    )


def _severity(chosen: str) -> Input:
    options = tuple(Option(value=severity.value, label=label) for severity, label in SEVERITIES.items())
    return Input(name="severity", label="Severity", kind="choice", options=options, value=chosen or Severity.normal)


def _product(chosen: str, products: Sequence[str]) -> Input:
    given = Input(name="product", label="Product", required=False, value=chosen, max_length=LONGEST_PRODUCT)
    if not products or len(products) > MAX_OPTIONS or any(len(product) > LONGEST_PRODUCT for product in products):
        return given
    options = tuple(Option(value=product, label=product) for product in products)
    return given.model_copy(update={"kind": "choice", "options": options})


def wish(draft: TicketDraft) -> Card:
    """Words cannot open a dialog; this button can."""
    text = (
        "Press the button, check what I filled in, and send it." if draft.subject else "Press the button to write it."
    )
    body: list[Element] = [Text(text=text)]
    if draft.subject:
        body.insert(0, Text(text=shortened(draft.subject, 150), style="strong"))
    button = Button(
        label="Open a ticket", action="tickets.continue", value=draft.token, style="primary", opens_form=True
    )
    return Card(title="A ticket for the partner team", body=(*body, Buttons(buttons=(button,))))


def kept(draft: TicketDraft) -> Card:
    """A dialog was closed with something in it."""
    subject = Text(text=shortened(draft.subject or draft.text, 150))
    return _unsent(
        draft, subject, Text(text="I kept what you wrote. Go on with it now, or later with /ticket.", style="subtle")
    )


def left(begun: str, draft: TicketDraft) -> Card:
    """A dialog was left on another platform; ``begun`` says so."""
    known = {
        "Subject": draft.subject,
        "What happened": shortened(draft.text, 300),
        "Severity": SEVERITIES[Severity(draft.severity)] if draft.severity != Severity.normal else "",
        "Product": draft.product,
    }
    rows = tuple((label, value) for label, value in known.items() if value)
    return _unsent(draft, Text(text=begun), *((Facts(rows=rows),) if rows else ()))


def _unsent(draft: TicketDraft, *body: Element) -> Card:
    go_on = Button(label="Continue", action="tickets.continue", value=draft.token, style="primary", opens_form=True)
    discard = Button(label="Discard", action="tickets.discard", value=draft.token)
    return Card(title="Your ticket is not sent yet", body=(*body, Buttons(buttons=(go_on, discard))))


def ask(of: Ticket) -> Form:
    return Form(
        name="tickets.ask",
        title="Ask the partner",
        submit="Ask",
        context=of.code,
        inputs=(Input(name="question", label="What do you need to know?", kind="paragraph"),),
    )


def assign(of: Ticket, people: Sequence[Contact]) -> Form:
    options = tuple(Option(value=str(person.id), label=shortened(person.name)) for person in people)
    chosen = str(of.assignee_id) if of.assignee_id else ""
    return Form(
        name="tickets.assign",
        title="Assign the ticket",
        submit="Assign",
        context=of.code,
        inputs=(Input(name="person", label="Who looks after it?", kind="choice", options=options, value=chosen),),
    )


def severity(of: Ticket) -> Form:
    return Form(
        name="tickets.severity",
        title="Set the severity",
        submit="Set",
        context=of.code,
        inputs=(_severity(of.severity),),
    )


def reply(of: Ticket) -> Form:
    return Form(
        name="tickets.reply",
        title="Write to the team",
        context=of.code,
        inputs=(Input(name="text", label="Your message", kind="paragraph"),),
    )


def article(of: Ticket, text: str) -> Form:
    readers = (Option(value="ours", label="Our own people only"), Option(value="everybody", label="Every partner"))
    return Form(
        name="tickets.article",
        title="Draft an article",
        submit="Send it",
        context=of.code,
        note="A content owner decides about it. Take out names, and whatever concerns this partner alone.",
        inputs=(
            Input(name="title", label="Title", value=of.subject, max_length=LONGEST_SUBJECT),
            Input(name="text", label="Text", kind="paragraph", value=text[:MAX_TEXT]),
            Input(name="readers", label="Who may read it", kind="choice", options=readers, value="ours"),
        ),
    )
