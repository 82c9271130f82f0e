"""Operators are told what is overdue or stuck, once per matter, and again when it comes again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, select

from bot import scheduler
from bot.directory import Address, Directory
from bot.portal import Portal
from bot.scheduler import Scheduler, tick
from bot.workers import Workers
from bot.writer import Writer
from handlers import router
from handlers.audit import feature
from handlers.feature import Feature
from handlers.notices.models import NOTICE, PARKED, Campaign, Delivery, InboxEvent, Lease, Operation
from handlers.turn import Policy

NOW = datetime(2031, 5, 7, 11, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=2)
OPERATORS = "C0OPERATORS"


@pytest.fixture
def portal(database, monkeypatch):
    monkeypatch.setattr(router, "FEATURES", (feature,))
    operators = Address("slack", "", OPERATORS)
    made = Portal(database, lambda *_: None, Policy(per_second=10), Directory(operators=operators))
    made.clock = lambda: NOW
    return made


@pytest.fixture
def told(portal, database):
    """What operators were told since the last time: the first lines."""
    seen = set()

    posts = Delivery.operation == Operation.post

    def look(now=NOW, **options):
        portal.clock = lambda: now
        tick(portal, now, **options)
        with Session(database.engine) as session:
            to_operators = select(Delivery).where(Delivery.conversation == OPERATORS, posts)
            rows = session.exec(to_operators.order_by(Delivery.id)).all()
        fresh = [row.card["title"] for row in rows if row.id not in seen]
        seen.update(row.id for row in rows)
        return fresh

    return look


def put(database, *rows):
    with Session(database.engine, expire_on_commit=False) as session:
        session.add_all(rows)
        session.commit()
    return rows


def delivery(state="due", at=LONG_AGO, **values):
    default = {"platform": "slack", "team": "T1", "conversation": "C1", "kind": NOTICE, "card": {}}
    return Delivery(**(default | {"state": state, "due_at": at, "created_at": at} | values))


def test_nothing_is_said_when_all_is_well(told, database):
    put(database, delivery("sent"), delivery("cancelled"), delivery(at=NOW - timedelta(minutes=5)))
    put(
        database,
        delivery(at=NOW + timedelta(days=1)),
        InboxEvent(platform="slack", team="", key="1", body="", received_at=NOW),
    )
    assert told() == []


def test_what_is_overdue_is_told_once_and_again_when_it_comes_again(told, database):
    put(database, delivery(), delivery())
    assert told() == ["2 messages should have gone out and did not."]
    put(database, delivery())
    assert told() == [], "the same matter"
    with database.engine.begin() as connection:
        connection.execute(delete(Delivery).where(Delivery.conversation == "C1"))
    assert told() == []
    put(database, delivery())
    assert told() == ["1 message should have gone out and did not."]


def test_when_it_is_over_the_message_about_it_says_so(told, database):
    put(database, delivery(), delivery("failed", error="is_archived"))
    told()
    with database.engine.begin() as connection:
        connection.execute(update(Delivery).where(Delivery.state == "due").values(state="sent"))
    assert told(NOW + timedelta(days=1, minutes=1)) == []
    with Session(database.engine) as session:
        of = select(Delivery).where(Delivery.conversation == OPERATORS).order_by(Delivery.id)
        overdue, failed, *over = session.exec(of).all()
    assert [(row.operation, row.card["title"], row.card["body"][0]["text"]) for row in over] == [
        ("update", overdue.card["title"], "Settled: 08 May 2031, 11:01 UTC."),
        ("update", failed.card["title"], "Put right, or older than a day: 08 May 2031, 11:01 UTC."),
    ]
    assert [row.platform_id for row in over] == [f"@{row.delivery_id}" for row in (overdue, failed)]


def test_a_campaign_has_the_time_that_it_needs_and_a_paced_one_is_no_trouble(told, database):
    put(database, Campaign(code="N-1", card={"title": "News"}), Campaign(code="N-2", card={"title": "No"}, paused=True))
    many = [delivery(campaign="N-1", at=NOW - timedelta(minutes=16)) for _ in range(2_000)]
    put(database, *many, delivery(campaign="N-2"))
    assert told() == []
    assert told(NOW + timedelta(minutes=10)) == ["2,000 messages of N-1 should have gone out and did not."]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (lambda: delivery("unknown", error="the line was cut"), "Nobody knows whether 1 message arrived."),
        (lambda: delivery("failed", error="is_archived"), "1 message could not be delivered."),
        (
            lambda: InboxEvent(
                platform="slack", team="", key="k", body="", state="failed", received_at=LONG_AGO, error="oh"
            ),
            "A message or a press has been given up. Nothing came of it, and whoever it was should ask again.",
        ),
        (
            lambda: InboxEvent(platform="slack", team="", key="k", body="", received_at=LONG_AGO),
            "A message or a press has been waiting for more than 15 minutes, and nobody has an answer yet.",
        ),
    ],
)
def test_what_is_stuck_is_told_once(told, database, row, said):
    put(database, row())
    assert told() == [said]
    assert told() == []


def test_what_waits_for_an_operator_is_as_old_as_its_message(told, database):
    put(database, delivery("unknown", created_at=LONG_AGO, at=PARKED))
    assert told() == ["Nobody knows whether 1 message arrived."]
    with Session(database.engine) as session:
        facts = session.exec(select(Delivery).where(Delivery.conversation == OPERATORS)).one().card["body"][0]
    assert ["Oldest", "07 May 2031, 09:00 UTC"] in facts["rows"]


def test_what_was_written_yesterday_for_this_morning_and_is_about_to_be_looked_up_is_no_trouble(told, database):
    soon, many = NOW + timedelta(seconds=50), 9
    put(database, delivery("unknown", at=soon, created_at=LONG_AGO, attempts=1))
    assert told() == []
    put(database, delivery("unknown", at=soon, created_at=LONG_AGO, attempts=many))
    assert told() == ["Nobody knows whether 1 message arrived."]


def test_each_reason_is_a_matter_of_its_own_and_old_failures_are_no_news(told, database):
    put(database, *(delivery("failed", error=error) for error in ("is_archived", "is_archived", "no chat identity")))
    put(database, delivery("failed", at=NOW - timedelta(days=3), error="something else"))
    assert told() == ["2 messages could not be delivered.", "1 message could not be delivered."]


def test_whom_an_announcement_does_not_find_is_left_out_of_it_and_no_failure(told, database):
    nobody = "no chat identity: nobody in the workspace has this confirmed address"
    put(database, Campaign(code="A-4XQ9", card={}), delivery("failed", error=nobody, campaign="A-4XQ9"))
    assert told() == []
    put(database, delivery("failed", error=nobody))
    assert told() == ["1 message could not be delivered."]


def test_a_schedule_that_fails_is_told_once_until_it_works_again(told, database, monkeypatch):
    broken = True

    def run(_):
        if broken:
            raise ZeroDivisionError
        return ()

    monkeypatch.setattr(router, "FEATURES", (Feature(name="bad", schedules={"luck": run}), feature))
    told()
    assert told() == ["The schedule bad.luck fails."]
    assert told() == []
    broken = False
    told()
    broken = True
    told(NOW + timedelta(hours=1))
    assert told(NOW + timedelta(hours=1)) == ["The schedule bad.luck fails."]


def test_a_supposed_time_makes_nothing_a_matter(told, database):
    put(database, delivery())
    assert told(NOW + timedelta(days=9), supposed=True) == []
    assert told() == ["1 message should have gone out and did not."]


async def test_a_clock_that_nobody_kept_is_told_by_whoever_takes_it_up(portal, told, database):
    put(database, Lease(name=scheduler.CLOCK, holder="gone", until=LONG_AGO))
    writer = Writer(database)
    keeper = Scheduler(portal, writer, Workers())
    await keeper._renew()
    assert told() == ["Nobody kept the clock from 07 May 2031, 09:00 UTC on. What was missed is caught up now."]
    await keeper.stop()
    await Scheduler(portal, writer, Workers())._renew()
    assert told() == [], "handed over in order"
    writer.close()


def test_without_a_channel_for_operators_nothing_is_written(database, monkeypatch):
    monkeypatch.setattr(router, "FEATURES", (feature,))
    put(database, delivery())
    written, failed = tick(Portal(database, lambda *_: None, Policy(), Directory()), NOW)
    assert (written, failed) == ({"audit.look": 0}, [])
