"""What became of deliveries, written down. Only rows that are still ours are changed: whoever takes one over counts an
attempt, and what we learn later is void."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, cast, select, update
from sqlmodel import col

from bot.told import PARTS
from handlers.notices.models import Delivery, DeliveryState, Operation


def change(connection: Connection, row: Delivery, values: dict[str, Any]) -> bool:
    """Whether the row was still ours."""
    ours = update(Delivery).where(
        col(Delivery.id) == row.id,
        col(Delivery.attempts) == row.attempts,
        col(Delivery.state) == DeliveryState.sending,
    )
    return connection.execute(ours.values(**values)).rowcount == 1


def sent(connection: Connection, rows: Sequence[Delivery]) -> Sequence[None]:
    """They are where they belong, and say by now where that is: one statement for all of them. Who cancelled one
    of them meanwhile came too late."""
    told = [[row.id, row.attempts, row.platform_id, row.conversation, row.thread] for row in rows]
    connection.execute(_SENT[connection.dialect.name], {"told": json.dumps(told)})
    gone = [
        {"at": row.platform, "where": row.conversation, "message": row.platform_id}
        for row in rows
        if row.operation == Operation.remove
    ]
    if gone:
        connection.execute(_REMOVED, gone)
    return [None] * len(rows)


def named(connection: Connection, delivery_id: str) -> tuple[str, str] | None:
    """The platform's id and the conversation of a message that was sent."""
    where = select(col(Delivery.platform_id), col(Delivery.conversation)).where(
        col(Delivery.delivery_id) == delivery_id, col(Delivery.state) == DeliveryState.sent
    )
    found = connection.execute(where).first()
    return (found[0], found[1]) if found else None


def _statement(each: Any, part: Any) -> Any:
    """``each``: the elements of a JSON array as a table; ``part``: one element's n-th part. Only the functions' names
    differ between the databases."""
    number, attempts, platform_id, conversation, thread = (part(each.c.value, at) for at in range(5))
    return (
        update(Delivery)
        .where(
            col(Delivery.id) == cast(number, Integer),
            col(Delivery.attempts) == cast(attempts, Integer),
            col(Delivery.state).in_((DeliveryState.sending, DeliveryState.cancelled)),
        )
        .values(
            state=DeliveryState.sent,
            lease_until=None,
            error="",
            platform_id=platform_id,
            conversation=conversation,
            thread=thread,
        )
    )


_REMOVED = (
    update(Delivery)
    .where(
        col(Delivery.platform) == bindparam("at"),
        col(Delivery.conversation) == bindparam("where"),
        col(Delivery.platform_id) == bindparam("message"),
        col(Delivery.operation) == Operation.post,
    )
    .values(state=DeliveryState.removed)
)
_SENT = {dialect: _statement(*parts) for dialect, parts in PARTS.items()}
