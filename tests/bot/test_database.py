"""The store: made and upgraded by itself, refused in a sentence, and losing nothing under many writers."""

import asyncio
import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import weakref
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.database import FULL_SECONDS, READ_ONLY, Database, open_store
from bot.migrations import upgrade
from bot.settings import Settings
from bot.tables import metadata
from bot.writer import Writer
from handlers.errors import PortalError
from handlers.partners.models import Contact, Partner
from tests.command import environment, run, spawn
from tests.full import full_disk

NEXT = '''"""A later schema, as a test imagines it."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"


def upgrade() -> None:
    with op.batch_alter_table("partner", recreate="always") as batch:
        batch.add_column(sa.Column("motto", sa.String(), nullable=False, server_default="onward"))
    {more}
'''


def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> None:
    """This program as it may be one release on: a migration that copies the table of partners."""
    folder = tmp_path / "later"
    shutil.copytree(Path(upgrade.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (head,) = upgrade.ScriptDirectory.from_config(upgrade.config()).get_heads()
    (folder / "versions" / "9001_later.py").write_text(NEXT.format(head=head, more=more))
    made = upgrade.config()
    made.set_main_option("script_location", str(folder))
    monkeypatch.setattr(upgrade, "config", lambda: made)


def people(database: Database) -> None:
    with database.session() as session:
        session.add(Partner(id=1, name="Kestrel", type="reseller", tier="Gold", region="EMEA"))
        session.flush()
        for number in range(3):
            session.add(Contact(email=f"{number}@x.example", name=str(number), partner_id=1, role="partner_user"))
        session.commit()


def rows(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def test_any_command_makes_the_store(home, portal_here):
    assert portal_here("articles", "list").stdout == "No articles.\n"
    assert (home / "portal.sqlite3").exists()
    said = portal_here("migrate").stdout
    assert said.startswith("The store is up to date")
    assert not (home / "backups").exists()


def test_four_commands_at_once_make_one_store(home):
    running = [spawn(("articles", "list"), {"PORTAL_HOME": str(home)}) for _ in range(4)]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert {stdout for stdout, _ in said} == {"No articles.\n"}


def test_models_and_migrations_agree(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_an_older_store_is_backed_up_and_upgraded_with_nothing_lost(home, tmp_path, monkeypatch):
    settings = Settings(portal_home=home)
    old = open_store(settings.database, home)
    people(old)
    old.close()
    later(tmp_path, monkeypatch)
    open_store(settings.database, home).close()
    store = home / "portal.sqlite3"
    assert rows(store, "SELECT name, motto FROM partner") == [("Kestrel", "onward")]
    assert rows(store, "SELECT count(*) FROM contact JOIN partner ON partner_id = partner.id") == [(3,)]
    (backup,) = (home / "backups").iterdir()
    assert rows(backup, "PRAGMA integrity_check") == [("ok",)]
    assert rows(backup, "SELECT count(*) FROM contact") == [(3,)]
    assert "motto" not in str(rows(backup, "SELECT sql FROM sqlite_master WHERE name = 'partner'"))


@pytest.mark.parametrize(
    "more",
    [
        "op.execute(\"DELETE FROM contact WHERE email = '1@x.example'\")",
        'op.execute("UPDATE contact SET partner_id = 7")',
    ],
    ids=["rows lost", "rows without their parent"],
)
def test_an_upgrade_that_would_lose_something_changes_nothing(home, tmp_path, monkeypatch, more):
    settings = Settings(portal_home=home)
    old = open_store(settings.database, home)
    people(old)
    old.close()
    before = rows(home / "portal.sqlite3", "SELECT * FROM contact")
    with monkeypatch.context() as patch:
        later(tmp_path, patch, more)
        with pytest.raises(PortalError, match="nothing was changed"):
            open_store(settings.database, home)
    assert rows(home / "portal.sqlite3", "SELECT * FROM contact") == before
    open_store(settings.database, home).close()


def test_a_newer_store_is_refused_in_a_sentence(settings, database):
    with database.engine.begin() as connection:
        ours = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        for command in (("articles", "list"), ("migrate",)):
            result = run(command, environment(settings))
            assert result.exit_code == 1
            assert "newer version of this program (9999)" in result.stderr
    finally:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :ours"), {"ours": ours})


def test_on_postgresql_only_migrate_makes_the_store(home, postgres_url):
    server = Database(Settings(database_url=postgres_url).database)
    with server.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CREATE DATABASE fresh"))
    server.close()
    settings = Settings(portal_home=home, database_url=postgres_url.replace("/postgres?", "/fresh?"))
    assert settings.database_url != postgres_url
    for command in (("articles", "list"), ("ask", "hi"), ("index",)):
        result = run(command, environment(settings))
        assert (result.exit_code, result.stderr) == (1, "portal: The store is empty. Run `portal migrate` first.\n")
    assert "was created" in run(("migrate",), environment(settings)).stdout
    assert "up to date" in run(("migrate",), environment(settings)).stdout
    assert run(("articles", "list"), environment(settings)).exit_code == 0


@pytest.mark.parametrize("command", [("articles", "list"), ("migrate",), ("index",), ("ask", "hi")])
def test_a_home_below_a_file_is_a_sentence(tmp_path, command):
    (tmp_path / "file").write_text("")
    result = run(command, {"PORTAL_HOME": str(tmp_path / "file" / "home")})
    assert result.exit_code == 1
    assert result.stderr.startswith("portal: The store at ")
    assert "PORTAL_HOME" in result.stderr


def test_a_read_only_home_is_a_sentence(tmp_path):
    """The kernel refuses nothing to root, so another user tries; the code is given to it as bytes it can read."""
    home = tmp_path / "home"
    open_store(Settings(portal_home=home).database, home).close()
    for path in (home, home / "portal.sqlite3"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    program = (
        "import sys; from pathlib import Path; from bot.database import open_store; from bot.settings import Settings\n"
        "from handlers.errors import PortalError\n"
        "import bot.migrations.upgrade, alembic.ddl, sqlalchemy.dialects.sqlite\n"
        f"home = Path({str(home)!r}); settings = Settings(portal_home=home); url = settings.database\n"
        "import os; os.setuid(65534)\n"
        "try: open_store(url, home)\n"
        "except PortalError as error: sys.exit(f'said: {error}')\n"
    )
    if os.getuid() != 0:
        program = program.replace("import os; os.setuid(65534)\n", "")
    for parent in list(home.parents)[:-2]:
        if parent.stat().st_uid == os.getuid() and parent != Path("/tmp"):
            parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.startswith("said: The store at "), done.stderr
    assert "PORTAL_HOME can be written to" in done.stderr


def test_a_file_that_is_no_database_is_a_sentence(home, portal_here):
    (home / "portal.sqlite3").write_bytes(b"no database at all " * 1000)
    result = portal_here("articles", "list")
    assert result.exit_code == 1
    assert "file is not a database" in result.stderr


def test_the_pragmas_hold_on_every_connection(home):
    database = open_store(Settings(portal_home=home).database, home)
    expected = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 10_000, "foreign_keys": 1}
    with database.engine.connect() as one, database.engine.execution_options(**READ_ONLY).connect() as two:
        two.execute(text("SELECT 1"))  # a reader beside a writer: neither waits
        for connection in (one, two):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}
            assert found == expected
    database.close()


def test_eight_threads_that_write_lose_nothing(database):
    problems: list[BaseException] = []

    def work(who: int) -> None:
        try:
            for number in range(10):
                with database.session() as session:
                    seen = len(session.exec(select(Partner.id)).all())
                    session.add(Partner(name=f"{who}-{number}", type="reseller", tier=str(seen), region="x"))
                    session.commit()
        except BaseException as error:  # noqa: BLE001
            problems.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with database.read() as session:
        seen = sorted(int(tier) for tier in session.exec(select(Partner.tier)))
    assert len(seen) == 80
    if database.sqlite:
        assert seen == list(range(80)), "a turn must see what was committed before it began to write"


async def test_one_bad_piece_of_work_does_not_hurt_the_others(database):
    writer = Writer(database)

    def add(number: int):
        def do(connection):
            if number % 7 == 3:
                raise KeyError(number)
            name = "same" if number in (8, 9) else f"p{number}"
            connection.execute(insert(Partner).values(name=name, type="reseller", tier="x", region="x"))
            return number

        return do

    results = await asyncio.gather(*(writer.run(add(number)) for number in range(100)), return_exceptions=True)
    bad = {number for number in range(100) if number % 7 == 3}
    failed = {number for number, result in enumerate(results) if isinstance(result, BaseException)}
    assert failed - bad == {9}
    assert await writer.run(add(200)) == 200
    writer.close()
    with database.read() as session:
        assert len(session.exec(select(Partner.id)).all()) == 100 - len(failed) + 1


def test_a_command_says_that_the_disk_is_full_and_has_done_nothing(portal, database, tmp_path):
    rows = "".join(f"Partner {number} {'x' * 150},reseller,Gold,EMEA,\n" for number in range(3_000))
    (tmp_path / "partners.csv").write_text(f"name,type,tier,region,manager_email\n{rows}")
    with full_disk(database, "partner"):
        said = portal("import", "partners", tmp_path / "partners.csv")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "The store cannot be used" in said.stderr and "full" in said.stderr
    with database.read() as look:
        assert look.exec(select(Partner)).all() == []
    assert portal("import", "partners", tmp_path / "partners.csv").exit_code == 0


def test_a_store_that_was_full_just_now_counts_as_full(database, monkeypatch):
    big = {"name": "x" * 100_000, "type": "reseller", "tier": "Gold", "region": "EMEA"}
    assert not database.full
    with full_disk(database, "partner"), database.engine.connect() as connection:
        with pytest.raises(OperationalError):
            connection.execute(insert(Partner), big)
        assert database.full
    monkeypatch.setattr("bot.database.monotonic", lambda: monotonic() + FULL_SECONDS)
    assert not database.full


def test_a_store_that_nobody_holds_any_more_lets_go_of_its_connections(settings):
    store = Database(settings.database)
    store.ping()
    left = weakref.ref(store)
    gc.disable()
    try:
        del store
        assert left() is None
    finally:
        gc.enable()
