"""Every query on deliveries. Nothing here commits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from handlers.notices.models import Campaign, Conversation, Delivery, Operation, Place
from knowledge.base import insert_into

LEASE = timedelta(seconds=20)


def pressed(session: Session, place: Place, subject: str) -> Delivery | None:
    """The card as it last stood in the message whose button was pressed; else the last one on this subject there."""
    newest = col(Delivery.id).desc()
    if place.message:
        shown = select(Delivery).where(
            Delivery.platform_id == place.message,
            Delivery.platform == place.platform,
            or_(Delivery.conversation == place.conversation, Delivery.user == place.user),
        )
        if found := session.exec(shown.order_by(newest).limit(1)).first():
            return found
    if not subject:
        return None
    about = select(Delivery).where(
        Delivery.platform == place.platform,
        Delivery.conversation == place.conversation,
        Delivery.subject == subject,
        Delivery.operation != Operation.update,
    )
    return session.exec(about.order_by(newest).limit(1)).first()


def root(session: Session, subject: str) -> Delivery | None:
    """The first message that was posted about this."""
    posted = select(Delivery).where(Delivery.subject == subject, Delivery.operation == Operation.post)
    return session.exec(posted.order_by(col(Delivery.id)).limit(1)).first()


def subject_of(session: Session, platform: str, conversation: str, message: str) -> str:
    """What a message of ours is about; "" if it is none, or about nothing."""
    posted = select(Delivery.subject).where(
        Delivery.platform_id == message,
        Delivery.platform == platform,
        Delivery.conversation == conversation,
        Delivery.operation == Operation.post,
    )
    return session.exec(posted.limit(1)).first() or ""


def card_of(session: Session, row: Delivery) -> dict[str, Any]:
    """What a message says: its own card, or that of its campaign as it stands now."""
    if row.card or not row.campaign:
        return row.card
    campaign = session.get(Campaign, row.campaign)
    return campaign.card if campaign else {}


def taken(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that were used before."""
    found = session.exec(select(Delivery.unique_key).where(col(Delivery.unique_key).in_(keys)))
    return {key for key in found if key}


def by_delivery_id(session: Session, delivery_id: str) -> Delivery | None:
    return session.exec(select(Delivery).where(Delivery.delivery_id == delivery_id)).first()


def conversation(session: Session, platform: str, conversation: str) -> Conversation | None:
    found = select(Conversation).where(Conversation.platform == platform, Conversation.conversation == conversation)
    return session.exec(found).first()


def alone_with(session: Session, platform: str, team: str, user: str) -> Conversation | None:
    """The conversation with this person alone."""
    found = select(Conversation).where(
        Conversation.platform == platform, Conversation.team == team, Conversation.user == user
    )
    return session.exec(found.order_by(col(Conversation.seen_at).desc()).limit(1)).first()


def keep_conversation(session: Session, known: Conversation) -> None:
    """As it is now, whatever was known of it before."""
    fields = known.model_dump(exclude={"id", "platform", "conversation"})
    row = insert_into(Conversation, session.get_bind().dialect.name).values(
        platform=known.platform, conversation=known.conversation, **fields
    )
    session.execute(row.on_conflict_do_update(index_elements=["platform", "conversation"], set_=fields))


def latest_conversation(session: Session, platform: str, team: str) -> Conversation | None:
    found = select(Conversation).where(Conversation.platform == platform)
    found = found.where(Conversation.team == team) if team else found
    return session.exec(found.order_by(col(Conversation.seen_at).desc()).limit(1)).first()
