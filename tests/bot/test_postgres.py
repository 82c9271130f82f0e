"""Connections that prepare every statement once, against a real PostgreSQL."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, InterfaceError, ProgrammingError
from sqlmodel import Session

from bot import postgres
from bot.database import Database
from bot.settings import Settings
from handlers.partners.models import Partner


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


def test_old_statements_make_room_for_new_ones(engine, monkeypatch):
    monkeypatch.setattr(postgres, "PREPARED", 5)
    with engine.connect() as connection:
        for number in range(12):
            assert connection.execute(text(f"SELECT {number} + CAST(:n AS integer)"), {"n": 1}).scalar() == number + 1
        assert len(prepared(connection)) == 5


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
