"""Killed between any two statements of a deal, a ticket, a reminder: all of it has happened, or nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo.program import HERE
from bot.people import import_contacts, import_partners
from tests.proof.crash import SCENARIOS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_every_statement_all_or_nothing_has_happened_and_everybody_is_told_once(settings, database, scenario):
    with database.session() as session:
        import_partners(session, HERE / "partners.csv")
        session.flush()
        import_contacts(session, HERE / "contacts.csv")
        session.commit()
    environment = {**os.environ, "PORTAL_HOME": str(settings.portal_home), "DATABASE_URL": settings.database_url}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.proof.crash", scenario],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    result = json.loads(ran.stdout)
    assert result["wrong"] == []
    on = "SQLite" if database.sqlite else "PostgreSQL"
    print(
        f"soak: every statement of a turn ({scenario}, {on}): killed at each of {result['killed']}, nothing half done"
    )
    assert result["killed"] >= (5 if scenario == "certificate" else 10)
