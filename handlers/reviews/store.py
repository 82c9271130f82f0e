"""Who may be asked about articles, and when they were. Nothing here commits."""

from collections.abc import Container
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlmodel import Session, col, func

from handlers.partners.models import Contact, Role
from handlers.reviews.models import ReviewAsked, Waiting
from handlers.usage.models import TurnEvent
from knowledge import store as articles
from knowledge.models import Article

UNSEEN = timedelta(days=180)
REVIEWED = "reviewed"
"""The kind of turn in which somebody looks at an article to review it."""

OF_VENDOR = tuple(role for role in Role if role.of_vendor)


def owners(session: Session) -> list[Contact]:
    """The vendor's people who own an article."""
    owned = select(func.lower(col(Article.owner))).where(col(Article.owner).is_not(None)).distinct()
    may = (col(Contact.active), col(Contact.role).in_(OF_VENDOR), col(Contact.email).in_(owned))
    return list(session.scalars(select(Contact).where(*may).order_by(col(Contact.email))))


def asked_since(session: Session, day: date) -> list[ReviewAsked]:
    return list(session.scalars(select(ReviewAsked).where(col(ReviewAsked.on) >= day)))


def asked(session: Session, contact_id: int, on: date) -> None:
    session.merge(ReviewAsked(contact_id=contact_id, on=on))


def unseen(session: Session, now: datetime) -> frozenset[int]:
    """Ids of the articles that nobody was shown in the last half year; none where that is not known yet."""
    since = now - UNSEEN
    known_since = session.scalar(select(func.min(col(TurnEvent.at))))
    if known_since is None or known_since > since:
        return frozenset()
    shown = exists().where(
        col(TurnEvent.article_id) == col(Article.id), col(TurnEvent.at) >= since, col(TurnEvent.kind) != REVIEWED
    )
    return frozenset(session.scalars(select(col(Article.id)).where(col(Article.imported_at) <= since, ~shown)))


def waiting(session: Session, owner: str | None, unseen: Container[int | None], today: date) -> list[Waiting]:
    """Of this owner (in small letters; None: of everybody), what is past its review date, the oldest first; behind it
    what is ``unseen``, unless somebody has verified it meanwhile."""
    found = [Waiting(article, article.id in unseen) for article in articles.of_owner(session, owner)]
    overdue = [one for one in found if one.article.overdue(today)]
    forgotten = [one for one in found if one.unseen and not one.article.verified_since(today - UNSEEN)]
    return [*overdue, *(one for one in forgotten if not one.article.overdue(today))]
