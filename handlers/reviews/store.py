"""Who may be asked about articles, and when they were. Nothing here commits."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col, func

from handlers.partners.models import Contact, Role
from handlers.reviews.models import ReviewAsked
from handlers.usage.models import TurnEvent
from knowledge.models import Article

UNSEEN = timedelta(days=180)
REVIEWED = "reviewed"
"""The kind of turn in which somebody looks at an article to review it."""

OF_VENDOR = tuple(role for role in Role if role.of_vendor)


def owners(session: Session) -> list[tuple[Contact, date | None]]:
    """The vendor's people who own an article, and the day on which each was last asked."""
    owned = select(func.lower(col(Article.owner))).where(col(Article.owner).is_not(None)).distinct()
    found = session.execute(
        select(Contact, col(ReviewAsked.on))
        .join(ReviewAsked, col(ReviewAsked.contact_id) == col(Contact.id), isouter=True)
        .where(col(Contact.active), col(Contact.role).in_(OF_VENDOR), col(Contact.email).in_(owned))
        .order_by(col(Contact.email))
    )
    return [(contact, on) for contact, on in found.all()]


def asked(session: Session, contact_id: int, on: date) -> None:
    session.merge(ReviewAsked(contact_id=contact_id, on=on))


def unseen(session: Session, article: Article, now: datetime) -> bool:
    """Whether nobody was shown it for so long that it may not be needed; never where that is not known yet."""
    since = now - UNSEEN
    known_since = session.scalar(select(func.min(col(TurnEvent.at))))
    if known_since is None or max(known_since, article.imported_at) > since:
        return False
    shown = (col(TurnEvent.article_id) == article.id, col(TurnEvent.at) >= since, col(TurnEvent.kind) != REVIEWED)
    return session.scalar(select(col(TurnEvent.id)).where(*shown).limit(1)) is None
