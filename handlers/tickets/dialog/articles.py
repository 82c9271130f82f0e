"""A resolved ticket becomes a draft article, and a content owner decides about it."""

from collections.abc import Sequence

from pydantic import Field

from handlers.errors import NotAllowed, PortalError
from handlers.feature import Typed
from handlers.partners import store as partners
from handlers.partners.models import Role
from handlers.tickets.dialog.rights import for_team, note
from handlers.tickets.models import ArticleState, DraftArticle, Side, Ticket
from handlers.tickets.store import drafts, messages, tickets
from handlers.tickets.views import desk, forms, parts
from handlers.tickets.views.forms import LONGEST_SUBJECT
from handlers.turn import Follow, Open, Outcome, Replace, Say, Tell, Turn
from handlers.ui import MAX_ACTIONS

READ = 20  # messages of the team's that the form is filled with
NOT_RESOLVED = "Resolve the ticket first. Then its answer can become an article."
AGAIN = "There is a draft of this ticket already. Nothing was changed."
NO_DRAFT = "This draft is not there any more."
OWNERS_ONLY = "Only a content owner decides about articles."


class Entry(Typed):
    title: str = Field(min_length=1, max_length=LONGEST_SUBJECT)
    text: str = Field(min_length=1, max_length=3_000)
    readers: str = Field(default="ours", pattern="^(ours|everybody)$")


def offer(turn: Turn, code: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "form"
    ticket = for_team(turn, code).ticket
    _may_be_drafted(turn, ticket)
    said = [message.text for message in messages.said(turn.look, ticket, READ) if message.side == Side.team]
    return [Open(forms.article(ticket, "\n\n".join(filter(None, said))))]


def _may_be_drafted(turn: Turn, ticket: Ticket) -> DraftArticle | None:
    """What was declined may be tried again."""
    if ticket.live:
        raise PortalError(NOT_RESOLVED)
    drafted = drafts.article_of(turn.session, ticket.id)
    if drafted is not None and drafted.state != ArticleState.declined:
        raise PortalError(AGAIN)
    return drafted


def submit(turn: Turn, code: str, entry: Entry) -> Sequence[Outcome]:
    ticket = for_team(turn, code).ticket
    assert ticket.id is not None
    article = _may_be_drafted(turn, ticket) or DraftArticle(
        ticket_id=ticket.id, by_id=turn.who.contact_id, title="", text="", at=turn.now
    )
    article.title, article.text, article.everybody = entry.title, entry.text, entry.readers == "everybody"
    article.state, article.by_id, article.at, article.decided_by = (
        ArticleState.waiting,
        turn.who.contact_id,
        turn.now,
        None,
    )
    turn.session.add(article)
    note(turn, ticket, "drafted")
    told = _owners_told(turn, article, ticket)
    waits = "It waits for a content owner." if told else "It is kept, but no content owner is known here yet."
    card = parts.line(f"{turn.who.name} made a draft article of {ticket.code}. {waits}")
    return [
        *told,
        Follow(f"ticket-desk:{ticket.code}", card),
        Say(parts.done(f"The draft is kept. {waits}"), to="asker"),
    ]


def _owners_told(turn: Turn, article: DraftArticle, ticket: Ticket) -> Sequence[Outcome]:
    """The content owners; who made the draft only where they alone can decide about it."""
    owners = [person.id for person in tickets.content_owners(turn.look) if person.id is not None]
    others = [owner for owner in owners if owner != turn.who.contact_id] or owners
    card = desk.drafted(article, ticket.code, turn.who.name)
    return [Tell(owner, card, subject=f"ticket-article:{article.token}:{owner}") for owner in others]


def waiting(turn: Turn, _: str) -> Sequence[Outcome]:
    """What a content owner has not decided yet, whatever became of the message about it."""
    turn.kind, turn.result = "ticket", "drafts"
    _owns_content(turn)
    return [Say(desk.waiting(drafts.waiting(turn.look, MAX_ACTIONS)), to="asker")]


def show(turn: Turn, token: str) -> Sequence[Outcome]:
    turn.kind, turn.result = "ticket", "draft"
    _owns_content(turn)
    article = drafts.article_by_token(turn.look, token)
    if article is None:
        raise NotAllowed(NO_DRAFT)
    if article.state != ArticleState.waiting:
        raise PortalError(f"This draft is {article.state} already.")
    by = partners.by_id(turn.look, article.by_id)
    card = desk.drafted(article, tickets.by_id(turn.look, article.ticket_id).code, by.name if by else "Somebody")
    return [Say(card, to="asker")]


def _owns_content(turn: Turn) -> None:
    if turn.who.role != Role.content_owner:
        raise NotAllowed(OWNERS_ONLY)


def accept(turn: Turn, token: str) -> Sequence[Outcome]:
    article, ticket = _decided(turn, token, ArticleState.accepted)
    drafts.publish(turn.session, article, ticket.code, turn.who.email, turn.now)
    return _told(turn, article, ticket)


def decline(turn: Turn, token: str) -> Sequence[Outcome]:
    article, ticket = _decided(turn, token, ArticleState.declined)
    return _told(turn, article, ticket)


def _decided(turn: Turn, token: str, state: ArticleState) -> tuple[DraftArticle, Ticket]:
    _owns_content(turn)
    article = drafts.locked_article(turn.session, token)
    if article is None:
        raise NotAllowed(NO_DRAFT)
    if article.state != ArticleState.waiting:
        raise PortalError(f"This draft is {article.state} already. Nothing was changed.")
    article.state, article.decided_by = state, turn.who.contact_id
    ticket = tickets.by_id(turn.session, article.ticket_id)
    note(turn, ticket, f"article {state}")
    return article, ticket


def _told(turn: Turn, article: DraftArticle, ticket: Ticket) -> Sequence[Outcome]:
    card = desk.decided(article, turn.who.name)
    shown = Replace(card) if turn.pressed else Say(card, to="asker")
    return [shown, Follow(f"ticket-desk:{ticket.code}", card)]
