"""Of several processes on one store, one sends the notices of a platform, and the others know what it learned."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session, select

from bot import keeper
from bot.keeper import HANDED_OVER, Keeper
from bot.outbox import Outbox
from bot.paces import Lane, Paces
from bot.posting import Throttled
from bot.writer import Writer
from handlers.notices.models import ANSWER, NOTICE, Delivery, KnownPace, Lease
from tests.bot.test_outbox import Platform, delivered, put


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(keeper, "EVERY", 0.0)


@pytest.fixture
async def processes(database):
    """Two, each with its own platform object, so that it is seen who posted what."""
    writer = Writer(database)
    yield [Outbox(writer, {"test": Platform()}, database.clock, settle=0.0) for _ in range(2)]
    writer.close()


def posted(process):
    return process._transports["test"].posted


async def test_notices_are_sent_by_one_process_and_answers_by_all(database, processes):
    first, second = processes
    put(database, "C1")
    await delivered(first, 1)
    put(database, "C2", "C3")
    put(database, "D1", kind=ANSWER)
    await delivered(second, 1)
    assert (posted(first), posted(second)) == (["C1-0"], ["D1-0"])
    await delivered(first, 2)
    assert posted(first) == ["C1-0", "C2-0", "C3-1"]


async def test_whoever_dies_is_followed_by_another(database, processes):
    first, second = processes
    put(database, "C1")
    await delivered(first, 1)
    with database.engine.begin() as connection:
        connection.execute(update(Lease).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    put(database, "C2")
    await delivered(second, 2)
    assert posted(second) == ["C2-0"]


async def test_whoever_ends_in_order_hands_over_within_a_second(database, processes):
    first, _ = processes
    put(database, "C1")
    await delivered(first, 1)
    await first.hand_over()
    with Session(database.engine) as session:
        lease = session.exec(select(Lease)).one()
    assert lease.until - database.clock.now() <= HANDED_OVER


async def test_what_was_learned_outlives_the_process(database, processes):
    first, second = processes
    first._transports["test"].trouble["C3"] = Throttled(30, "slow down")
    put(database, "C1", "C2", "C3")
    await delivered(first, 2)
    with Session(database.engine) as session:
        kept = session.exec(select(KnownPace)).one()
    assert (kept.platform, kept.team) == ("test", "T1")
    assert 25 < (kept.closed_until - database.clock.now()).total_seconds() <= 30
    assert kept.learned[0] == first._paces._workspace(LANE).whole.rate < 10
    await first.hand_over()
    with database.engine.begin() as connection:
        connection.execute(update(Lease).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    put(database, "C4")
    await delivered(second, 2)
    assert posted(second) == [], "it was told to wait, by way of another process"
    workspace = second._paces._workspace(LANE)
    assert workspace.whole.rate == kept.learned[0]
    assert workspace.whole.closed(keeper.monotonic()) > 20


async def test_a_lease_whose_transaction_came_to_nothing_is_not_held(database, processes, monkeypatch):
    """The store went away before it was committed; another process may have it by now."""
    first, second = processes
    put(database, "C1")
    with monkeypatch.context() as away:
        away.setattr("bot.outbox.claim", cut)
        with pytest.raises(SQLAlchemyError):
            await first.pump()
    await delivered(second, 1)
    put(database, "C2")
    await delivered(first, 1)
    assert (posted(first), posted(second)) == ([], ["C1-0"])


def cut(*_, **__):
    raise OperationalError("COMMIT", {}, OSError("the line was cut"))


LANE = Lane("test", "T1", "C1", waits=True)


def test_answers_of_others_are_counted(database):
    here, there = Paces(), Paces()
    first, second = Keeper(here, database.clock), Keeper(there, database.clock)
    put(database, "C1")
    look(database, first)
    for _ in range(7):
        there.take(LANE._replace(waits=False), keeper.monotonic())
    look(database, second)
    before = here._workspace(LANE).whole._left
    look(database, first)
    assert here._workspace(LANE).whole._left < before - 5
    look(database, second)
    with Session(database.engine) as session:
        assert session.exec(select(KnownPace.answered)).one() == 7, "once"


def look(database, process):
    with database.engine.begin() as connection:
        return process.kept(connection, ["test"])


def test_where_there_are_no_notices_nothing_is_written(database):
    process = Keeper(Paces(), database.clock)
    assert look(database, process) == []
    put(database, "C1", due_at=database.clock.now() + timedelta(minutes=1))
    assert look(database, process) == []
    with Session(database.engine) as session:
        assert session.exec(select(Lease)).all() == []


def test_one_platform_may_be_kept_here_and_another_there(database):
    first, second = Keeper(Paces(), database.clock), Keeper(Paces(), database.clock)
    put(database, "C1", kind=NOTICE)
    assert look(database, first) == ["test"]
    with Session(database.engine) as session:
        session.add(Delivery(platform="other", team="T1", conversation="C9", kind=NOTICE, card={}))
        session.commit()
    with database.engine.begin() as connection:
        assert second.kept(connection, ["test", "other"]) == ["other"]
