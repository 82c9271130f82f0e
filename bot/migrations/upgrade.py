"""Alembic, driven from the program: no alembic.ini, no second command."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bot.database import row_counts
from handlers.errors import PortalError

TOO_NEW = (
    "The store was made by a newer version of this program ({version}). "
    "Install that version, or restore a backup from PORTAL_HOME/backups."
)


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    return made


def versions(engine: Engine) -> tuple[str | None, str]:
    """The schema the store is at (None: no schema yet), and the one this program needs."""
    scripts = ScriptDirectory.from_config(config())
    target = scripts.get_current_head()
    assert target is not None
    with engine.connect() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
    if before is not None and before not in {script.revision for script in scripts.walk_revisions()}:
        raise PortalError(TOO_NEW.format(version=before))
    return before, target


def run(engine: Engine) -> None:
    """Upgrade in one transaction. On SQLite foreign keys are off meanwhile: a batch that copies a parent table
    would otherwise delete its children. The pragma does nothing inside a transaction, so it is set before."""
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        assert raw is not None
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                _upgrade(connection)
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7026514)")
    before = row_counts(connection)
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
    after = row_counts(connection)
    lost = {name: count - after[name] for name, count in before.items() if name in after and after[name] < count}
    if lost:
        raise PortalError(f"The upgrade would have lost rows ({lost}); nothing was changed.")
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise PortalError(f"The upgrade would have left rows without their parent ({tables}); nothing was changed.")
