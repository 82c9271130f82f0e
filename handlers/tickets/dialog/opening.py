"""Opening a ticket: a dialog, filled with what is known already, and what follows when it is sent or left."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationInfo, field_validator

from handlers.cite import shortened
from handlers.errors import FormError, NotAllowed, PortalError
from handlers.feature import Kept, Typed
from handlers.notices.models import Dialog
from handlers.partners import store as partners
from handlers.tickets.dialog import said
from handlers.tickets.dialog.rights import note
from handlers.tickets.dialog.status import command_about
from handlers.tickets.models import Known, Severity, Ticket, TicketDraft
from handlers.tickets.store import drafts, tickets
from handlers.tickets.views import desk, forms, partner, parts
from handlers.tickets.views.forms import LONGEST_PRODUCT, LONGEST_SUBJECT
from handlers.turn import Open, Outcome, Replace, Rewrite, Say, Tell, Turn
from handlers.ui import MAX_TEXT, Buttons, Element

GONE = "This draft is not there any more. Begin a new one: write “open a ticket”."
LONGEST = {"subject": LONGEST_SUBJECT, "what_happened": MAX_TEXT, "product": LONGEST_PRODUCT}


class Entry(Typed):
    """What the dialog asks for."""

    subject: str
    what_happened: str
    severity: Severity = Severity.normal
    product: str = ""

    @field_validator("subject", "what_happened")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not any(letter.isprintable() and not letter.isspace() for letter in value):
            raise ValueError("Please fill this in.")
        return value

    @field_validator("subject", "what_happened", "product")
    @classmethod
    def _fits(cls, value: str, info: ValidationInfo) -> str:
        longest = LONGEST[info.field_name or ""]
        if len(value) > longest:
            raise ValueError(f"Please shorten this to {longest:,} characters.")
        return value

    @field_validator("subject")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        return " ".join(value.split())

    @field_validator("severity", mode="before")
    @classmethod
    def _is_a_severity(cls, value: object) -> object:
        if value not in list(Severity):
            raise ValueError("Choose one of the severities.")
        return value


def begin(turn: Turn, _: str) -> Sequence[Outcome]:
    return _open(turn, _left(turn))


def command(turn: Turn, words: str) -> Sequence[Outcome]:
    """/ticket, /ticket SUBJECT, /ticket T-7K2M, /ticket mine."""
    if shown := command_about(turn, words):
        return shown
    if not words.strip():
        return begin(turn, "")
    return _open(turn, _draft(turn, subject=words, text=words if len(words) > LONGEST_SUBJECT else ""))


def shortcut(turn: Turn, words: str) -> Sequence[Outcome]:
    """On somebody's message, which is what the ticket is about."""
    first = next((line for line in words.splitlines() if line.strip()), "")
    return _open(turn, _draft(turn, subject=first, text=words))


def wish(turn: Turn, words: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "wished"
    wanted = said.wish(words) or said.Wish()
    product = said.product(words, turn.policy.products)
    text = "\n".join([wanted.text, *(f"{link.name}: {link.url}" for link in turn.links)])
    if wanted == said.Wish() and not product and not turn.links:
        draft = _left(turn)
    else:
        draft = _draft(turn, subject=wanted.subject, text=text, severity=wanted.severity, product=product)
    return [Say(forms.wish(draft), to="asker", subject=f"ticket-draft:{draft.token}")]


def go_on(turn: Turn, token: str) -> Sequence[Outcome]:
    draft = drafts.by_token(turn.look, token, turn.who.contact_id)
    if draft is None or draft.discarded:
        raise NotAllowed(GONE)
    if draft.code:
        raise PortalError(f"You have opened {draft.code} with this already. Write “open a ticket” for another one.")
    return _open(turn, draft)


def discard(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "discarded"
    draft = drafts.locked(turn.session, token, turn.who.contact_id)
    if draft is None or draft.code:
        raise NotAllowed(GONE)
    draft.discarded, draft.subject, draft.text = True, "", ""
    card = parts.line("Discarded. Nothing was sent.")
    return [Replace(card) if turn.pressed else Say(card, to="asker")]


def closed(turn: Turn, token: str, values: Mapping[str, str]) -> Kept | None:
    """The dialog was closed: what stands in it is kept, and offered once."""
    turn.kind, turn.result = "ticket", "left"
    draft = drafts.locked(turn.session, token, turn.who.contact_id) if token else None
    draft = draft or _draft(turn)
    if draft.code or draft.discarded:
        return None
    _keep(draft, values)
    if not (draft.subject or draft.text):
        return None
    offered, draft.offered = draft.offered, True
    subject = f"ticket-left:{draft.token}"
    return Kept(draft.token, () if offered else [Say(forms.kept(draft), to="direct", subject=subject, key=subject)])


def left(turn: Turn, dialog: Dialog) -> Sequence[Outcome]:
    """On another platform than it was left on."""
    draft = drafts.locked(turn.session, dialog.context, turn.who.contact_id)
    if draft is None or draft.code or draft.discarded:
        return ()
    draft.offered = True
    card = forms.left(dialog.begun("open a ticket"), draft)
    return [Say(card, to="direct", subject=f"ticket-elsewhere:{draft.token}")]


def _keep(draft: TicketDraft, values: Mapping[str, str]) -> None:
    draft.subject = shortened(values.get("subject", draft.subject), LONGEST_SUBJECT)
    draft.text = values.get("what_happened", draft.text).strip()[:MAX_TEXT]
    draft.product = shortened(values.get("product", draft.product), LONGEST_PRODUCT)
    if values.get("severity") in list(Severity):
        draft.severity = values["severity"]


def submit(turn: Turn, token: str, entry: Entry) -> Sequence[Outcome]:
    entry = entry.model_copy(update={"product": _product(turn, entry.product)})
    draft = drafts.locked(turn.session, token, turn.who.contact_id) if token else None
    if draft is not None and draft.code:
        raise PortalError(f"You have opened {draft.code} with this already. Nothing was changed.")
    ticket = _ticket(turn, entry, draft)
    tickets.add(turn.session, ticket)
    note(turn, ticket, "opened")
    known = tickets.known(turn.session, ticket)
    desk_card = _to_the_team(turn, known)
    confirmed = Say(partner.opened(known, desk_card is not None), to="direct", subject=f"ticket:{ticket.code}")
    outcomes: list[Outcome] = [confirmed, *((desk_card,) if desk_card else ())]
    if draft is not None:
        draft.code = ticket.code
        used = parts.line(f"✓ Opened as {ticket.code}.")
        outcomes += [Rewrite(f"ticket-{name}:{draft.token}", used) for name in ("draft", "left", "elsewhere")]
    return outcomes


def _product(turn: Turn, named: str) -> str:
    """As the vendor writes it. Raises FormError for one that there is not."""
    if not named or not turn.policy.products:
        return named
    found = [product for product in turn.policy.products if product.casefold() == named.casefold()]
    if not found:
        raise FormError(product="There is no such product. Choose one, or leave this empty.")
    return found[0]


def _ticket(turn: Turn, entry: Entry, draft: TicketDraft | None) -> Ticket:
    ticket = Ticket(
        contact_id=turn.who.contact_id,
        partner_id=turn.who.partner_id,
        subject=entry.subject,
        text=entry.what_happened,
        severity=entry.severity,
        product=entry.product,
        category=draft.category if draft else "",
        question_id=draft.question_id if draft else None,
        time_zone=_time_zone(turn),
        opened_at=turn.now,
        last_word_at=turn.now,
    )
    ticket.set_targets()
    return ticket


def _time_zone(turn: Turn) -> str:
    """The business hours of who looks after the partner."""
    ours = partners.partner_by_id(turn.look, turn.who.partner_id) if turn.who.partner_id else None
    manager = partners.manager_of(turn.look, ours) if ours else None
    return manager.time_zone if manager else "UTC"


def _to_the_team(turn: Turn, known: Known) -> Outcome | None:
    """Where there is no channel, the partner's manager gets the team's card, and has the desk in their own messages;
    None where nobody is there to get it."""
    card, subject = desk.card(known), f"ticket-desk:{known.ticket.code}"
    if turn.policy.supports(known.ticket.topics):
        return Say(card, to="support", subject=subject, topic=known.ticket.topics)
    manager = partners.manager_of(turn.look, known.partner) if known.partner else None
    return Tell(manager.id, card, subject=subject) if manager is not None and manager.id is not None else None


def _left(turn: Turn) -> TicketDraft:
    """Where nothing is said of what it is about: what was left here or on another platform, else an empty one."""
    return drafts.left(turn.look, turn.who.contact_id) or _draft(turn)


def _draft(turn: Turn, **fields: str) -> TicketDraft:
    draft = TicketDraft(contact_id=turn.who.contact_id, at=turn.now)
    draft.severity = fields.get("severity", Severity.normal)
    _keep(draft, {"what_happened" if name == "text" else name: value for name, value in fields.items()})
    turn.session.add(draft)
    return draft


def _open(turn: Turn, draft: TicketDraft) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "form"
    return [Open(forms.ticket(draft, turn.policy.products))]


def home(_: Turn) -> Sequence[Element]:
    return (Buttons(buttons=(partner.begin_button(),)),)
