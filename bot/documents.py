"""Files that are handed over: what is in them is made then, for the person whom their message was for."""

from sqlmodel import Session, select

from bot.database import Database
from handlers import router
from handlers.errors import NotAllowed, PortalError
from handlers.notices import store as notices
from handlers.notices.models import Delivery, DeliveryState, Operation
from handlers.partners import store as partners
from handlers.turn import Person
from handlers.ui import Card, Document


def of_message(database: Database, platform: str, conversation: str, message: str) -> Document:
    """The one in a message of ours. Raises PortalError where there is none."""
    with database.read() as look:
        row = _posted(look, platform, conversation, message)
        documents = Card.model_validate(notices.card_of(look, row)).documents if row else ()
    if not documents:
        raise PortalError("There is no such file here any more. Ask for it again.")
    return documents[0]


def _posted(look: Session, platform: str, conversation: str, message: str) -> Delivery | None:
    found = select(Delivery).where(
        Delivery.platform == platform,
        Delivery.conversation == conversation,
        Delivery.platform_id == message,
        Delivery.operation == Operation.post,
        Delivery.state == DeliveryState.sent,
    )
    return look.exec(found.limit(1)).first()


def content(database: Database, document: Document) -> bytes:
    """As it is now, with the mark by which spreadsheets know its letters. Raises PortalError."""
    with database.read() as look:
        reader = partners.active(look, document.reader)
        if reader is None:
            raise NotAllowed("This file was for somebody who has left.")
        text = "".join(router.document(look, Person.of(*reader), document.source, document.value))
    return text.encode("utf-8-sig")
