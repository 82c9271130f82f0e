"""Every query on deliveries. Nothing here commits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, case, cast, func, literal, true
from sqlmodel import Session, col, delete, or_, select

from handlers.notices.models import (
    MASS,
    REFERENCE,
    Campaign,
    Conversation,
    Delivery,
    DeliveryState,
    Dialog,
    Operation,
    Place,
)
from knowledge.base import insert_into

LEASE = timedelta(seconds=20)
OFFERED = timedelta(days=30)  # after that nobody wants to be reminded of a dialog
MANY = 20  # messages of one conversation
OPEN = (DeliveryState.due, DeliveryState.sending, DeliveryState.unknown)


def is_open(row: Any) -> Any:
    """Not at its end. Written out, since a database compares an index's condition with what the statement says."""
    return col(row.state).in_(bindparam("open", OPEN, expanding=True, literal_execute=True))


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
    """The first message that was posted about this; one that begins a thread rather than one that stands in another."""
    posted = select(Delivery).where(Delivery.subject == subject, Delivery.operation == Operation.post)
    return session.exec(posted.order_by(col(Delivery.thread) != "", col(Delivery.id)).limit(1)).first()


def posts(session: Session, subject: str) -> Sequence[Delivery]:
    """All messages that were posted about this, or are on their way."""
    posted = select(Delivery).where(Delivery.subject == subject, Delivery.operation == Operation.post)
    reached = posted.where(col(Delivery.state).in_((*OPEN, DeliveryState.sent)))
    return session.exec(reached.order_by(col(Delivery.id))).all()


def subject_of(session: Session, platform: str, conversation: str, message: str) -> str:
    """What a message of ours is about; "" if it is none, or about nothing."""
    posted = select(Delivery.subject).where(
        Delivery.platform_id == message,
        Delivery.platform == platform,
        Delivery.conversation == conversation,
        Delivery.operation == Operation.post,
    )
    return session.exec(posted.limit(1)).first() or ""


def just_shown(session: Session, place: Place, since: datetime) -> Iterator[dict[str, Any]]:
    """What stands in the messages to this person here that were written or changed since then, the newest first."""
    here = select(Delivery).where(
        Delivery.platform == place.platform,
        Delivery.conversation == place.conversation,
        col(Delivery.state).in_((*OPEN, DeliveryState.sent)),
        col(Delivery.created_at) >= since,
    )
    if not place.private:
        here = here.where(Delivery.user == place.user)
    seen = set[str]()
    for row in session.exec(here.order_by(col(Delivery.id).desc()).limit(MANY)):
        if row.platform_id not in seen:
            seen.add(row.platform_id)
            yield card_of(session, row)


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


def opened(session: Session, dialog: Dialog) -> None:
    """From now on the last one of its kind."""
    fields = dialog.model_dump(exclude={"id", "contact_id", "form"})
    row = insert_into(Dialog, session.get_bind().dialect.name).values(
        contact_id=dialog.contact_id, form=dialog.form, **fields
    )
    session.execute(row.on_conflict_do_update(index_elements=["contact_id", "form"], set_=fields))


def ended(session: Session, contact_id: int, form: str) -> None:
    session.execute(delete(Dialog).where(col(Dialog.contact_id) == contact_id, col(Dialog.form) == form))


def left_elsewhere(look: Session, contact_id: int, platform: str) -> list[int]:
    """The ids of this person's dialogs on other platforms than this one."""
    found = select(Dialog.id).where(Dialog.contact_id == contact_id, Dialog.platform != platform)
    return [number for number in look.exec(found) if number is not None]


def taken_up(session: Session, ids: Sequence[int], platform: str, now: datetime) -> list[Dialog]:
    """Of these dialogs those that are still left elsewhere. Nobody gets them again."""
    mine = delete(Dialog).where(col(Dialog.id).in_(ids), col(Dialog.platform) != platform).returning(Dialog)
    return [dialog for dialog in session.scalars(mine) if now - dialog.at < OFFERED]


def new_ids(session: Session) -> ColumnElement[str]:
    """A delivery's id for every row that a statement writes."""
    if session.get_bind().dialect.name == "sqlite":
        return func.lower(func.hex(func.randomblob(16)))
    return func.replace(cast(func.gen_random_uuid(), String), "-", "")


def write_many(session: Session, rows: Select[Any], values: Mapping[str, Any]) -> int:
    """Deliveries made by one statement: ``rows`` is a query whose columns are named like a delivery's, ``values`` are
    the same for all. What was written before under the same key is not written again. Returns how many there were."""
    of = rows.subquery()
    types = Delivery.metadata.tables["delivery"].c
    shared = {name: value for name, value in {**_EMPTY, **values}.items() if name not in of.c}
    fixed = {name: literal(value, types[name].type) for name, value in shared.items()}
    columns = {"delivery_id": new_ids(session)} | fixed | {column.name: column for column in of.c}
    made: Any = Select(*columns.values()).select_from(of).where(true()).order_by(of.c.contact_id)
    insert = insert_into(Delivery, session.get_bind().dialect.name).from_select(list(columns), made, False)
    return session.connection().execute(insert.on_conflict_do_nothing(index_elements=["unique_key"])).rowcount


_EMPTY: Mapping[str, Any] = {
    "thread": "",
    "user": "",
    "reply_url": "",
    "kind": MASS,
    "operation": Operation.post,
    "subject": "",
    "card": {},
    "state": DeliveryState.due,
    "quiet_zone": "",
    "attempts": 0,
    "platform_id": "",
    "error": "",
}


def change_many(session: Session, operation: Operation, sent: Select[Any], campaign: str, now: datetime) -> int:
    """Messages that people were sent say what this campaign says, or are removed; one that is on its way is once it
    has arrived. ``sent`` is a query of deliveries."""
    of = sent.subquery()
    arrived = case((of.c.state == DeliveryState.sent, of.c.platform_id), else_=literal(REFERENCE) + of.c.delivery_id)
    key = literal(f"{campaign}:") + cast(of.c.id, String)
    same = (of.c[name] for name in ("platform", "team", "conversation", "thread", "user", "contact_id"))
    rows: Select[Any] = Select(*same, arrived.label("platform_id"), key.label("unique_key"))
    values = {"operation": operation, "campaign": campaign, "due_at": now, "created_at": now}
    return write_many(session, rows, values)
