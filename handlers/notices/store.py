"""Every query on deliveries. Nothing here commits."""

from datetime import timedelta

from sqlmodel import Session, col, select

from handlers.notices.models import Delivery, Operation, Place

LEASE = timedelta(seconds=20)


def pressed(session: Session, place: Place, subject: str) -> Delivery | None:
    """The card as it last stood in the message whose button was pressed; else the last one on this subject there."""
    here = select(Delivery).where(Delivery.platform == place.platform, Delivery.conversation == place.conversation)
    newest = col(Delivery.id).desc()
    if place.message:
        found = session.exec(here.where(Delivery.platform_id == place.message).order_by(newest).limit(1)).first()
        if found:
            return found
    if not subject:
        return None
    about = here.where(Delivery.subject == subject, Delivery.operation != Operation.update)
    return session.exec(about.order_by(newest).limit(1)).first()
