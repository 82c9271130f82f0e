"""Connections that prepare every statement once, against a real PostgreSQL."""

import asyncio
import socket

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlmodel import Session

from bot import inbox, postgres
from bot.claims import claim
from bot.database import Database
from bot.outbox import Outbox
from bot.postgres import SILENT
from bot.settings import Settings
from bot.writer import Writer
from handlers.notices.models import NOTICE, Delivery
from handlers.partners.models import Partner
from tests.bot.test_outbox import Platform
from tests.proof.line import Line


@pytest.fixture
def engine(postgres_url, postgres):
    made = Database(Settings(database_url=postgres_url).database)
    with made.engine.begin() as connection:
        connection.execute(text("TRUNCATE partner CASCADE"))
    yield made.engine
    made.close()


def prepared(connection) -> list[str]:
    return [row[0] for row in connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements")]


def test_the_same_statement_is_prepared_once_and_gives_each_time_what_is_there_then(engine):
    with Session(engine) as session:
        for name in ["Ärger & Söhne", "50 % 'off'", "שלום", "x" * 10_000]:
            session.add(Partner(name=name, type="reseller", tier="Gold", region="EMEA"))
            session.flush()
            found = session.execute(select(Partner.name).where(Partner.name == name, Partner.tier == "Gold")).all()
            assert found == [(name,)]
        once = [told for told in prepared(session.connection()) if told.startswith("SELECT partner.name")]
        assert len(once) == 1


def test_an_error_leaves_the_statement_usable(engine):
    row = {"name": "Twice", "type": "reseller", "tier": "Gold", "region": "EMEA"}
    insert = text("INSERT INTO partner (name, type, tier, region) VALUES (:name, :type, :tier, :region)")
    with engine.connect() as connection:
        connection.execute(insert, row)
        with pytest.raises(IntegrityError, match="23505"):
            connection.execute(insert, row)
        connection.rollback()
        connection.execute(insert, row)
        assert connection.execute(text("SELECT count(*) FROM partner WHERE name = :name"), row).scalar() == 1
        with pytest.raises(ProgrammingError, match="42703"):
            connection.execute(text("SELECT nothing FROM partner WHERE name = :name"), row)


@pytest.mark.parametrize("code", ["53100", "57P03", "40P01", "58030"])
@pytest.mark.parametrize("statement", ["SELECT pg_temp.fails('{}')", "SELECT pg_temp.fails(CAST(:code AS text))"])
def test_what_is_no_fault_of_the_statement_says_that_the_store_is_away(engine, statement, code):
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION pg_temp.fails(code text) RETURNS void LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = code; END $$"
        )
        with pytest.raises(OperationalError, match=rf"no room \({code}\)"):
            connection.execute(text(statement.format(code)), {"code": code} if ":code" in statement else {})


def test_so_does_a_commit_that_fails_for_it(engine):
    with engine.connect() as connection:
        for statement in (
            "CREATE TEMP TABLE told (number integer)",
            "CREATE FUNCTION pg_temp.fails() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$",
            "CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON told DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.fails()",
            "INSERT INTO told VALUES (1)",
        ):
            connection.exec_driver_sql(statement)
        with pytest.raises(OperationalError, match="53100"):
            connection.commit()


def test_so_does_a_server_that_lets_nobody_in(postgres_url, postgres):
    database = Database(Settings(database_url=postgres_url.replace("/postgres?", "/nothing?", 1)).database)
    with pytest.raises((OperationalError, InterfaceError)):
        database.ping()
    database.close()


def test_old_statements_make_room_for_new_ones(engine, monkeypatch):
    monkeypatch.setattr(postgres, "PREPARED", 5)
    with engine.connect() as connection:
        for number in range(12):
            assert connection.execute(text(f"SELECT {number} + CAST(:n AS integer)"), {"n": 1}).scalar() == number + 1
        assert len(prepared(connection)) == 5


def test_a_server_that_falls_silent_is_not_waited_for_for_hours(postgres_url, postgres):
    with Line(postgres_url) as line:
        database = Database(Settings(database_url=line.url).database)
        with database.engine.connect() as connection:
            there = connection.connection.driver_connection._usock
            assert there.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            told = {option: there.getsockopt(socket.IPPROTO_TCP, option) for option in SILENT}
        database.close()
    assert told == SILENT
    assert told[socket.TCP_KEEPIDLE] + told[socket.TCP_KEEPINTVL] * told[socket.TCP_KEEPCNT] <= 30


class Reset:
    """A line that is cut while an answer is waited for."""

    def __init__(self, line):
        self._line = line

    def __getattr__(self, name):
        return getattr(self._line, name)

    def read(self, _):
        raise ConnectionResetError(104, "Connection reset by peer")


@pytest.mark.parametrize("statement", ["SELECT 1", "SELECT CAST(:n AS integer)"])
def test_a_line_that_is_cut_in_the_middle_of_an_answer_is_a_store_that_is_away(engine, statement):
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver._sock = Reset(driver._sock)
        with pytest.raises(InterfaceError):
            connection.execute(text(statement), {"n": 1} if ":n" in statement else {})
        assert connection.invalidated
    with engine.connect() as connection:
        assert connection.execute(text("SELECT CAST(:n AS integer)"), {"n": 1}).scalar() == 1


def test_a_connection_that_was_cut_is_an_error_and_then_a_new_connection(engine):
    with engine.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(InterfaceError):
            connection.execute(text("SELECT CAST(:n AS integer)"), {"n": 1})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT CAST(:n AS integer)"), {"n": 1}).scalar() == 1


async def test_whoever_is_frozen_in_the_middle_of_a_transaction_holds_up_nobody_for_long(engine, postgres):
    """An event that it was writing down is sent again by its platform, to another process; and what it was about to
    send is to be sent by another."""
    with Session(postgres.engine) as session:
        session.execute(text("TRUNCATE inbox_event, delivery, lease"))
        session.add(Delivery(platform="test", team="T1", conversation="C1", kind=NOTICE, card={}))
        session.commit()
    frozen, now, writer = engine.connect(), postgres.clock.now(), Writer(postgres)
    platform = Platform()
    outbox = Outbox(writer, {"test": platform}, postgres.clock)
    assert len(claim(frozen, ["test"], now, lambda _: True)) == 1
    assert inbox.insert(frozen, "slack", "T1", "Ev1", "{}", now) is not None
    async with asyncio.timeout(60):
        assert await inbox.Inbox(writer, postgres.clock).put("slack", "T1", "Ev1", "{}") is not None
        while not platform.posted:
            await outbox.pump()
    await outbox.drain(5)
    frozen.invalidate()
    frozen.close()
    writer.close()
