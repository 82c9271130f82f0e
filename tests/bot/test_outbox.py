"""What the outbox does with rows that a platform takes, refuses, or leaves in doubt."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, select
from structlog.testing import CapturingLogger

from bot.claims import claim
from bot.outbox import AT_ONCE, Outbox
from bot.posting import Later, Refused, Throttled, Uncertain
from bot.sender import ATTEMPTS, CALL, LINGER, SPARE
from bot.writer import Writer
from handlers.hours import Quiet
from handlers.notices.models import ANSWER, MASS, NOTICE, REFERENCE, Delivery, Operation


class Platform:
    """Posts, unless ``trouble`` names an error for a conversation; ``posted`` are delivery ids in order."""

    def __init__(self):
        self.trouble, self.posted, self.looked = {}, [], 0

    async def send(self, delivery):
        error = self.trouble.get(delivery.conversation)
        if error is not None and (not isinstance(error, list) or error):
            raise error.pop(0) if isinstance(error, list) else error
        if delivery.operation == Operation.remove:
            return delivery.platform_id
        self.posted.append(delivery.delivery_id)
        return f"ts-{delivery.delivery_id}"

    async def find(self, delivery):
        self.looked += 1
        return f"ts-{delivery.delivery_id}" if delivery.delivery_id in self.posted else None


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
async def outbox(database, platform):
    writer = Writer(database)
    yield Outbox(writer, {"test": platform}, database.clock, settle=0.0)
    writer.close()


def put(database, *conversations, **values):
    with Session(database.engine) as session:
        rows = [
            Delivery(
                platform="test", team=values.get("team", "T1"), conversation=where, kind=values.get("kind", NOTICE),
                card={}, delivery_id=f"{where}-{number}", due_at=values.get("due_at", datetime.now(UTC)),
                operation=values.get("operation", "post"),
            )
            for number, where in enumerate(conversations, values.get("first", 0))
        ]  # fmt: skip
        session.add_all(rows)
        session.commit()


async def delivered(outbox, rounds=6):
    for _ in range(rounds):
        await outbox.pump()
        await outbox.drain(5)


def rows(database):
    with Session(database.engine) as session:
        return session.exec(select(Delivery).order_by(Delivery.id)).all()


def hasten(database, outbox):
    """What is tried again later is tried now."""
    outbox._paces._workspaces.clear()
    ago = database.clock.now() - timedelta(seconds=1)
    with database.engine.begin() as connection:
        connection.execute(update(Delivery).where(Delivery.state != "sent").values(due_at=ago))
        connection.execute(update(Delivery).where(Delivery.state == "sending").values(lease_until=ago))


async def test_all_goes_out_in_order(database, outbox, platform):
    put(database, "C1", "C1", "C2", "C1")
    await delivered(outbox)
    assert [row.state for row in rows(database)] == ["sent"] * 4
    assert [row.platform_id for row in rows(database)] == [f"ts-{row.delivery_id}" for row in rows(database)]
    assert [name for name in platform.posted if name.startswith("C1")] == ["C1-0", "C1-1", "C1-3"]


def test_the_oldest_goes_first(database, monkeypatch):
    """And of what is due at the same time, what was written first, on whatever page it is found."""
    monkeypatch.setattr("bot.claims.PAGE", 2)
    now = datetime.now(UTC)
    put(database, *"ABCDE", due_at=now)
    put(database, "F", due_at=now - timedelta(minutes=1))
    with database.engine.begin() as connection:
        taken = claim(connection, ["test"], now, lambda _: True)
    assert [row.conversation for row, _ in taken] == list("FABCDE")


async def test_answers_go_before_notices(database, outbox, platform):
    put(database, *(f"C{number}" for number in range(300)))
    put(database, "D1", kind=ANSWER)
    await outbox.pump()
    await outbox.drain(5)
    assert "D1-0" in platform.posted[:40]


async def test_a_workspace_that_must_wait_holds_up_no_other(database, outbox, platform):
    """All that is looked at together is of the first workspace."""
    put(database, *(f"C{number}" for number in range(1_200)), due_at=datetime.now(UTC) - timedelta(minutes=5))
    put(database, "D1", team="T2")
    await outbox.pump()
    await outbox.drain(5)
    assert "D1-0" in platform.posted
    assert len(platform.posted) < 30


async def test_a_refusal_for_good_is_failed_with_its_reason_and_lets_the_next_one_go(database, outbox, platform):
    platform.trouble["C1"] = [Refused("is_archived")]
    put(database, "C1", "C1")
    await delivered(outbox)
    assert [(row.state, row.error) for row in rows(database)] == [("failed", "is_archived"), ("sent", "")]


async def test_the_log_says_why_something_was_not_sent(database, outbox, platform, monkeypatch):
    log = CapturingLogger()
    monkeypatch.setattr("bot.sender.log", log)
    platform.trouble["C1"] = [Refused("is_archived")]
    put(database, "C1")
    await delivered(outbox, 1)
    (said,) = (call.kwargs for call in log.calls if call.args == ("delivery_not_sent",))
    assert said["reason"] == "is_archived"


async def test_being_asked_to_wait_is_no_attempt_and_what_is_behind_waits_too(database, outbox, platform):
    platform.trouble["C1"] = Throttled(30, "slow down")
    put(database, "C1", "C1")
    for _ in range(ATTEMPTS + 3):
        await delivered(outbox, 1)
        hasten(database, outbox)
    assert [(row.state, row.attempts) for row in rows(database)] == [("due", 1), ("due", 0)]
    assert 25 < (await waits(database, outbox)).total_seconds() <= 31
    platform.trouble.clear()
    hasten(database, outbox)
    await delivered(outbox)
    assert platform.posted == ["C1-0", "C1-1"]


async def waits(database, outbox):
    await delivered(outbox, 1)
    return rows(database)[0].due_at - datetime.now(UTC)


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("error", [Later(None, "no service"), Uncertain("the line was cut")])
async def test_after_its_attempts_it_is_failed_with_a_reason_and_never_before(
    database, outbox, platform, error, operation, monkeypatch
):
    monkeypatch.setattr("bot.outbox.LOOK_AGAIN", 0.01)
    platform.trouble["C1"] = error
    put(database, "C1", operation=operation)
    now = datetime.now(UTC)
    monkeypatch.setattr(database.clock, "now", lambda: now)  # a slow disk makes no attempt due
    waited = []
    for _ in range(ATTEMPTS):
        await delivered(outbox, 2)
        waited.append((rows(database)[0].due_at - now).total_seconds())
        hasten(database, outbox)
    await delivered(outbox, 1)
    (row,) = rows(database)
    assert row.state == "failed"
    assert str(error) in row.error
    assert waited[0] < 4 < waited[3] < 20 < waited[6], "ever longer"


async def test_a_message_that_arrived_after_all_is_found_and_not_sent_again(database, outbox, platform):
    platform.trouble["C1"] = [Uncertain("the line was cut")]
    put(database, "C1")
    await delivered(outbox, 1)
    platform.posted.append("C1-0")
    hasten(database, outbox)
    await delivered(outbox, 1)
    assert (rows(database)[0].state, platform.posted) == ("sent", ["C1-0"])


async def test_what_was_being_sent_when_its_process_died_is_given_time_to_arrive(database, outbox, platform):
    """Its call may still be under way when the lease has ended; looked up too soon, it would come twice."""
    outbox._sender._settle_seconds = 30.0
    put(database, "C1", "C2")
    with database.engine.begin() as connection:
        ended = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(Delivery).values(state="sending", attempts=1, lease_until=ended))
    platform.posted = ["C2-1"]
    await delivered(outbox, 1)
    first, second = rows(database)
    assert (first.state, second.state) == ("unknown", "sent")
    assert LINGER - 5 < (first.due_at - datetime.now(UTC)).total_seconds() <= LINGER
    assert platform.posted == ["C2-1"]
    platform.posted.append("C1-0")
    hasten(database, outbox)
    await delivered(outbox, 1)
    assert (rows(database)[0].state, platform.posted) == ("sent", ["C2-1", "C1-0"])


async def test_a_call_ends_before_its_lease_whatever_the_platform_does(database, outbox, platform, monkeypatch):
    monkeypatch.setattr("bot.sender.CALL", SPARE + timedelta(seconds=0.1))
    put(database, "C1")
    platform.send = lambda _: asyncio.sleep(60)
    await delivered(outbox, 1)
    assert (rows(database)[0].state, rows(database)[0].error) == ("unknown", "test did not answer in time")


async def test_no_call_begins_whose_lease_another_process_has_taken(database, outbox, platform):
    put(database, "C1")

    async def frozen(row):
        with database.engine.begin() as connection:
            connection.execute(update(Delivery).values(attempts=2))
        row.lease_until = database.clock.now() + CALL - SPARE

    outbox._sender._resolve = frozen
    await delivered(outbox, 1)
    assert platform.posted == []


async def test_all_doubtful_ones_of_a_conversation_are_looked_up_together(database, outbox, platform):
    put(database, *["C1"] * 20)
    with database.engine.begin() as connection:
        connection.execute(update(Delivery).values(state="unknown", attempts=1))
    platform.posted = [f"C1-{number}" for number in range(0, 20, 2)]
    await delivered(outbox, 1)
    assert platform.looked == 20
    assert Counter(row.state for row in rows(database)) == {"sent": 10, "due": 10}
    await delivered(outbox, 12)
    assert len(platform.posted) >= 12
    assert len(set(platform.posted)) == len(platform.posted)


async def test_what_another_process_took_over_is_not_written_down(database, outbox, platform):
    put(database, "C1")

    async def slow(delivery):
        with database.engine.begin() as connection:
            connection.execute(update(Delivery).values(attempts=2))
        return "mine"

    platform.send = slow
    await delivered(outbox, 1)
    assert (rows(database)[0].state, rows(database)[0].platform_id) == ("sending", "")


async def test_a_mistake_in_one_delivery_does_not_end_the_others(database, outbox, platform):
    platform.trouble["C1"] = ZeroDivisionError()
    put(database, "C1", "C2")
    await delivered(outbox, 2)
    assert [row.state for row in rows(database)] == ["sending", "sent"]


@pytest.mark.parametrize("operation", Operation)
async def test_a_mistake_is_not_made_for_ever(database, outbox, platform, operation):
    platform.trouble["C1"] = ZeroDivisionError()
    put(database, "C1", "C1", operation=operation)
    for _ in range(2 * ATTEMPTS):
        await delivered(outbox, 1)
        hasten(database, outbox)
    assert rows(database)[0].state == "failed"


class Renaming(Platform):
    """Has another name for each conversation, which is known once something was sent there."""

    async def send(self, delivery):
        before, delivery.conversation = delivery.conversation, f"{delivery.conversation}'"
        error = self.trouble.pop(before, None)
        if error:
            raise error
        return await super().send(delivery)


@pytest.mark.parametrize("error", [Later(0.2, "no service"), Throttled(0.2, "slow down"), Uncertain("cut", 0.2)])
async def test_what_is_tried_again_keeps_its_turn_under_whatever_name(database, error):
    writer, platform = Writer(database), Renaming()
    outbox = Outbox(writer, {"test": platform}, database.clock, settle=0.0)
    platform.trouble["C1"] = error
    put(database, "C1", "C1")
    while len(platform.posted) < 2:
        await delivered(outbox, 1)
    await outbox.drain(5)
    assert platform.posted == ["C1-0", "C1-1"]
    assert rows(database)[0].conversation == "C1'"
    writer.close()


async def test_answers_of_a_turn_keep_their_order_under_whatever_name(database):
    writer, platform = Writer(database), Renaming()
    outbox = Outbox(writer, {"test": platform}, database.clock, settle=0.0)
    platform.trouble["C1"] = Later(60, "no service")
    put(database, "C1", "C1", "C2", kind=ANSWER)
    with database.engine.begin() as connection:
        until = database.clock.now() + timedelta(seconds=20)
        connection.execute(update(Delivery).values(state="sending", attempts=1, lease_until=until))
    await outbox.deliver(rows(database))
    assert platform.posted == ["C2-2"]
    writer.close()


async def test_what_stands_in_a_thread_that_had_no_name_yet_is_looked_up_in_it(database, outbox, platform):
    """Its process died while it was being sent; where it belongs is known by now."""
    put(database, "C1", "C1")
    ended = datetime.now(UTC) - timedelta(seconds=1)
    with database.engine.begin() as connection:
        first, second = update(Delivery).where(Delivery.id == 1), update(Delivery).where(Delivery.id == 2)
        connection.execute(first.values(state="sent", platform_id="ts-1"))
        connection.execute(second.values(state="sending", attempts=1, lease_until=ended, thread="@C1-0"))
    looked = []

    async def find(row):
        looked.append(row.thread)
        return "ts-2"

    platform.find = find
    await delivered(outbox, 1)
    assert looked == ["ts-1"]
    assert (rows(database)[1].state, rows(database)[1].thread) == ("sent", "ts-1")


async def test_what_was_cancelled_while_it_was_sent_has_been_sent(database, outbox, platform):
    put(database, "C1")

    async def slow(_):
        with database.engine.begin() as connection:
            connection.execute(update(Delivery).values(state="cancelled", lease_until=None))
        return "ts-1"

    platform.send = slow
    await delivered(outbox, 1)
    assert (rows(database)[0].state, rows(database)[0].platform_id) == ("sent", "ts-1")


async def test_what_turns_out_to_be_missing_at_night_waits_for_the_morning(database, platform):
    writer = Writer(database)
    now = database.clock.now()
    night = Quiet((now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time())
    outbox = Outbox(writer, {"test": platform}, database.clock, settle=0.0, quiet=night)
    put(database, "C1")
    with database.engine.begin() as connection:
        connection.execute(update(Delivery).values(state="unknown", attempts=1, quiet_zone="UTC"))
    await delivered(outbox, 3)
    assert (platform.looked, platform.posted, rows(database)[0].state) == (1, [], "due")
    writer.close()


async def test_what_many_get_holds_up_nothing_else(database, outbox, platform):
    """Neither what is for one of them, nor an answer that was asked to wait, though both have the same conversation."""
    ago = datetime.now(UTC) - timedelta(minutes=5)
    put(database, *(f"C{number}" for number in range(300)), kind=MASS, due_at=ago)
    with Session(database.engine) as session:
        values = {"platform": "test", "team": "T1", "card": {}, "due_at": datetime.now(UTC)}
        session.add(Delivery(conversation="C290", delivery_id="notice", kind=NOTICE, **values))
        session.add(Delivery(conversation="C291", delivery_id="answer", kind=ANSWER, attempts=1, **values))
        session.commit()
    await outbox.pump()
    await outbox.drain(5)
    assert {"notice", "answer"} <= set(platform.posted)
    assert len(platform.posted) < 30


async def test_what_many_get_keeps_its_turn(database, outbox, platform):
    platform.trouble["C1"] = Later(60, "no service")
    put(database, "C1")
    put(database, "C1", "C2", kind=MASS, first=1)
    await delivered(outbox, 2)
    assert platform.posted == ["C2-2"]


async def test_what_may_not_be_posted_yet_slows_down_the_workspace_whoever_was_asked_for_first(
    database, outbox, platform, monkeypatch
):
    async def found_then_limited(delivery):
        delivery.conversation = "D1"
        raise Throttled(30, "slow down")

    with monkeypatch.context() as limited:
        limited.setattr(platform, "send", found_then_limited)
        put(database, "U01")
        await delivered(outbox, 1)
    put(database, "C1", "C2")
    await delivered(outbox, 2)
    assert platform.posted == []


@pytest.mark.parametrize("person", ["mailto:{}@real.example", "U0{}", "W0{}"])
async def test_whoever_must_be_asked_for_first_slows_down_nobody_else(database, outbox, platform, monkeypatch, person):
    """Slack limits how often it is asked who somebody is and where their messages are, apart from how much may be
    posted."""
    platform.trouble[person.format("ann")] = [Throttled(30, "slow down")]
    put(database, person.format("ann"))
    await delivered(outbox, 1)
    monkeypatch.setattr("bot.claims.PAGE", 5)
    monkeypatch.setattr("bot.claims.PAGES", 3)
    put(database, *(person.format(number) for number in range(20)), "C1", "C2")
    await delivered(outbox, 2)
    assert platform.posted == ["C1-20", "C2-21"]
    assert {row.attempts for row in rows(database)[1:-2]} == {0}, "nobody else is asked for meanwhile"


async def test_a_platform_that_hangs_holds_up_no_other(database, outbox, platform, monkeypatch):
    """And what waits for its turn meanwhile is given back before its lease ends: that was no attempt."""
    monkeypatch.setattr("bot.outbox.PATIENCE", 0.2)
    hung = Platform()
    hung.send = lambda _: asyncio.sleep(3600)
    outbox._transports["hung"] = hung
    put(database, *(f"C{number}" for number in range(AT_ONCE + 5)), kind=ANSWER)
    with database.engine.begin() as connection:
        connection.execute(update(Delivery).values(platform="hung"))
    await outbox.pump()
    put(database, "D1")
    while not platform.posted:
        await outbox.pump()
    assert platform.posted == ["D1-0"]

    def behind():
        return {(row.state, row.attempts) for row in rows(database)[AT_ONCE:-1]}

    while ("sending", 1) in behind():
        await asyncio.sleep(0.01)
    assert behind() == {("due", 1)}
    for task in outbox._going:
        task.cancel()
    await outbox.drain(5)


async def test_what_waits_for_the_same_function_is_done_in_one_call(database):
    writer, calls = Writer(database), []

    def together(_, items):
        calls.append(list(items))
        return [item * item for item in items]

    blocked = asyncio.create_task(writer.run(lambda _: __import__("time").sleep(0.2)))
    await asyncio.sleep(0.05)
    _, *squares = await asyncio.gather(blocked, *(writer.together(together, number) for number in range(50)))
    assert calls == [list(range(50))]
    assert squares == [number * number for number in range(50)], "everybody gets the result of their own"
    writer.close()


def remove(database, **values):
    """What was posted to C1 first is to be removed."""
    with database.session() as session:
        posted = session.exec(select(Delivery).where(Delivery.operation == "post").order_by(Delivery.id)).first()
        which = posted.platform_id or f"{REFERENCE}{posted.delivery_id}"
        where = {"platform": "test", "team": "T1", "conversation": "C1", "kind": NOTICE}
        row = Delivery(card={}, operation="remove", platform_id=which, **where)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.commit()


def how(database):
    return [(row.operation, row.state) for row in rows(database)]


@pytest.mark.parametrize("first", [True, False])
async def test_a_message_that_is_removed_counts_as_such_and_no_other_does(database, outbox, platform, first):
    """Also one that was not sent yet when somebody wanted it gone."""
    put(database, "C1", "C1", "C2")
    if first:
        await delivered(outbox)
    remove(database)
    await delivered(outbox)
    assert how(database) == [("post", "removed"), ("post", "sent"), ("post", "sent"), ("remove", "sent")]
    assert rows(database)[-1].platform_id == "ts-C1-0"


@pytest.mark.parametrize("left", ["cut", "dead"])
async def test_a_removal_in_doubt_is_done_again_and_not_looked_up(database, outbox, platform, left):
    put(database, "C1")
    await delivered(outbox)
    if left == "cut":
        platform.trouble["C1"] = [Uncertain("cut", 0.0)]
        remove(database)
        await delivered(outbox, 1)
    else:
        ago = datetime.now(UTC) - timedelta(minutes=1)
        remove(database, state="sending", attempts=1, lease_until=ago)
    hasten(database, outbox)
    await delivered(outbox)
    assert (how(database), platform.looked) == ([("post", "removed"), ("remove", "sent")], 0)


async def test_what_may_not_be_removed_is_rewritten_and_stays_sent(database, outbox, platform):
    put(database, "C1")
    await delivered(outbox)
    platform.trouble["C1"] = [Refused("compliance_exports_prevent_deletion")]
    remove(database)
    await delivered(outbox)
    assert how(database) == [("post", "sent"), ("update", "sent")]


async def test_what_was_never_sent_need_not_be_removed(database, outbox, platform):
    platform.trouble["C1"] = [Refused("is_archived")]
    put(database, "C1")
    remove(database)
    await delivered(outbox)
    assert how(database)[0] == ("post", "failed")
    assert rows(database)[1].error == "the message that it belongs to was never sent"
