"""Killed whenever it hurts, with a Slack on a bad day: nothing is lost, nothing comes twice, order is kept."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert
from sqlmodel import Session, select

from handlers.notices.models import ANSWER, Delivery
from tests.proof.rough_slack import RoughSlack

ROOT = Path(__file__).parents[2]
DELIVERIES = int(os.environ.get("SOAK_DELIVERIES", "400"))
KILLS = int(os.environ.get("SOAK_KILLS", "12"))
CONVERSATIONS = max(DELIVERIES // 20, 1)
SECONDS = 60 + DELIVERIES // 10
CARD = {"title": "What is new", "body": [{"kind": "text", "text": "Backup 4.2 restores single mailboxes."}]}


def fill(database):
    """Of a kind that keeps no pace: how fast they may go is another proof."""
    now = datetime.now(UTC)
    rows = [
        {"delivery_id": f"{number:08d}", "platform": "slack", "team": "T1", "kind": ANSWER, "card": CARD,
         "conversation": f"C{number % CONVERSATIONS}", "due_at": now, "created_at": now}
        for number in range(DELIVERIES)
    ]  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(insert(Delivery), rows)


def kill(settings, slack, workers):
    environment = {
        **os.environ, "PORTAL_HOME": str(settings.portal_home), "DATABASE_URL": settings.database_url,
        "SLACK_API_URL": slack.url, "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.proof.kills", str(workers), str(KILLS), str(SECONDS)]
    ran = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=2 * SECONDS + 600, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout)


def test_killed_at_any_time_everything_arrives_once_and_in_order(settings, database):
    fill(database)
    began = perf_counter()
    with RoughSlack() as slack:
        ended = kill(settings, slack, workers=1 if database.sqlite else 3)
    took = perf_counter() - began
    arrived = Counter(delivery for posts in slack.posted.values() for _, delivery in posts)
    with Session(database.engine) as session:
        states = Counter(session.exec(select(Delivery.state)))
    lost, twice = DELIVERIES - len(arrived), sum(count - 1 for count in arrived.values())
    print(
        f"soak: kills ({'SQLite' if database.sqlite else 'PostgreSQL, 3 workers'}): {DELIVERIES} deliveries, "
        f"{ended['killed']} processes killed, {slack.troubled} calls troubled, {lost} lost, {twice} twice, {took:.0f} s"
    )
    assert (lost, states) == (0, {"sent": DELIVERIES})
    assert twice <= DELIVERIES / 1000
    for posts in slack.posted.values():
        first = list(dict.fromkeys(delivery for _, delivery in posts))
        assert first == sorted(first)
