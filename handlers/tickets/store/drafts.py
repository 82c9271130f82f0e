"""Dialogs that are open or were left, and articles that are not decided yet. Nothing here commits."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from handlers.tickets.models import ArticleState, DraftArticle, Ticket, TicketDraft
from knowledge import store as knowledge
from knowledge.audience import Audience
from knowledge.draft import Draft
from knowledge.models import WRITTEN_HERE

ROLES = ("channel_manager", "content_owner", "operator")


def by_token(session: Session, token: str, contact_id: int) -> TicketDraft | None:
    """One's own draft."""
    rows = select(TicketDraft).where(TicketDraft.token == token, TicketDraft.contact_id == contact_id)
    return session.exec(rows).first()


def locked(session: Session, token: str, contact_id: int) -> TicketDraft | None:
    rows = select(TicketDraft).where(TicketDraft.token == token, TicketDraft.contact_id == contact_id)
    return session.exec(rows.with_for_update()).first()


def left(session: Session, contact_id: int) -> TicketDraft | None:
    """What this person wrote last and did not send."""
    rows = select(TicketDraft).where(TicketDraft.contact_id == contact_id, col(TicketDraft.offered))
    unsent = rows.where(~col(TicketDraft.discarded), TicketDraft.code == "")
    return session.exec(unsent.order_by(col(TicketDraft.id).desc()).limit(1)).first()


def forget(session: Session, before: datetime) -> None:
    session.execute(delete(TicketDraft).where(col(TicketDraft.at) < before))


def article_of(session: Session, ticket_id: int | None) -> DraftArticle | None:
    return session.exec(select(DraftArticle).where(DraftArticle.ticket_id == ticket_id)).first()


def waiting(session: Session, limit: int) -> list[tuple[DraftArticle, str]]:
    """Those that nobody has decided about, the oldest first, with the numbers of their tickets."""
    rows = select(DraftArticle, Ticket.code).join(Ticket, col(DraftArticle.ticket_id) == col(Ticket.id))
    rows = rows.where(DraftArticle.state == ArticleState.waiting).order_by(col(DraftArticle.id)).limit(limit)
    return list(session.exec(rows))


def locked_article(session: Session, token: str) -> DraftArticle | None:
    return session.exec(select(DraftArticle).where(DraftArticle.token == token).with_for_update()).first()


def article_by_token(session: Session, token: str) -> DraftArticle | None:
    return session.exec(select(DraftArticle).where(DraftArticle.token == token)).first()


def publish(session: Session, article: DraftArticle, code: str, owner: str, at: datetime) -> None:
    """An accepted draft becomes an article."""
    draft = Draft(
        key=code,
        title=article.title,
        body=article.text,
        kind="faq",
        audience=Audience() if article.everybody else Audience(roles=ROLES),
        owner=owner,
        verified_on=at.date(),
    )
    knowledge.save(session, WRITTEN_HERE, draft, knowledge.paragraphs(article.text), None)
    knowledge.renew(session)
