"""Who may be asked about articles, and when they were. Nothing here commits."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col, func

from handlers.partners.models import Contact, Role
from handlers.reviews.models import ReviewAsked
from knowledge.models import Article

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
