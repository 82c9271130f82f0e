"""Killed whenever it hurts, with Slack or Teams on a bad day: nothing is lost, nothing comes twice unsaid, order is
kept."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert
from sqlmodel import Session, col, select

from bot.channels.teams.transport import AGAIN
from bot.deliveries import retry
from handlers.notices.models import ANSWER, Delivery, DeliveryState
from tests.proof.rough import RoughSlack, RoughTeams

ROOT = Path(__file__).parents[2]
DELIVERIES = int(os.environ.get("SOAK_DELIVERIES", "400"))
KILLS = int(os.environ.get("SOAK_KILLS", "12"))
WORKERS = 3
CONVERSATIONS = max(DELIVERIES // 20, 1)
SECONDS = 60 + DELIVERIES // 10
CARD = {"title": "What is new", "body": [{"kind": "text", "text": "Backup 4.2 restores single mailboxes."}]}


def fill(database, deliveries=DELIVERIES, platform="slack", conversation="C{}", different=lambda number: {}):
    """Of a kind that keeps no pace: how fast they may go is another proof."""
    now = datetime.now(UTC)
    rows = [
        {"delivery_id": f"{number:08d}", "platform": platform, "team": "T1", "kind": ANSWER, "card": CARD,
         "conversation": conversation.format(number % CONVERSATIONS), "due_at": now, "created_at": now,
         "campaign": "", "quiet_zone": "", "subject": "", **different(number)}
        for number in range(deliveries)
    ]  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(insert(Delivery), rows)


def kill(settings, workers, kills=KILLS, **there):
    environment = {
        **os.environ, "PORTAL_HOME": str(settings.portal_home), "DATABASE_URL": settings.database_url,
        "LOG_LEVEL": "ERROR", **there,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.proof.kills", str(workers), str(kills), str(SECONDS)]
    ran = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=2 * SECONDS + 600, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout)


def rows(database):
    with Session(database.engine) as session:
        return session.exec(select(Delivery).order_by(col(Delivery.id))).all()


def say(what, database, ended, world, took):
    on = "SQLite" if database.sqlite else f"PostgreSQL, {WORKERS} workers"
    head = f"{len(rows(database))} deliveries, {ended['killed']} processes killed, {world.troubled} calls troubled"
    print(f"soak: {what} ({on}): {head}, {took}")


def in_order(posts):
    first = list(dict.fromkeys(posts))
    return first == sorted(first)


def test_killed_at_any_time_everything_arrives_once_and_in_order(settings, database):
    fill(database)
    began = perf_counter()
    with RoughSlack() as slack:
        ended = kill(settings, 1 if database.sqlite else WORKERS, SLACK_API_URL=slack.url)
    arrived = Counter(delivery for posts in slack.posted.values() for _, delivery in posts)
    lost, twice = DELIVERIES - len(arrived), sum(count - 1 for count in arrived.values())
    say("kills", database, ended, slack, f"{lost} lost, {twice} twice, {perf_counter() - began:.0f} s")
    assert (lost, Counter(row.state for row in rows(database))) == (0, {"sent": DELIVERIES})
    assert twice <= DELIVERIES / 1000
    assert all(in_order(delivery for _, delivery in posts) for posts in slack.posted.values())


def of_teams(number):
    """An announcement, a reminder and two notices of deals in turn; each says its number."""
    kinds = ({"campaign": "A-1"}, {"quiet_zone": "UTC"}, {"subject": "deal:D-1"}, {"subject": "deal:D-2"})
    return {"card": {"title": f"{number:08d}", "body": CARD["body"]}, **kinds[number % len(kinds)]}


def waits(row):
    return bool(row.campaign or row.quiet_zone)


def test_where_nothing_can_be_looked_up_what_is_acted_upon_comes_again_and_says_so_and_the_rest_waits(
    settings, database
):
    fill(database, DELIVERIES // 2, "teams", "a:{}", of_teams)
    began = perf_counter()
    with RoughTeams() as teams:
        there = {"TEAMS_SERVICE_URL": teams.url, "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "1"}
        ended = kill(settings, 1 if database.sqlite else WORKERS, **there)
        asked = [
            row.delivery_id for row in rows(database) if row.state in (DeliveryState.unknown, DeliveryState.failed)
        ]
        posts = {where: [(words[:8], AGAIN in words) for _, words in said] for where, said in teams.posted.items()}
        teams.trouble = {}
        retry(settings, asked)
        kill(settings, 1, 0, **there)
        in_the_end = {words[:8] for said in teams.posted.values() for _, words in said}
    arrived = Counter(number for found in posts.values() for number, _ in found)
    marked = Counter(number for found in posts.values() for number, again in found if again)
    known = rows(database)
    lost = {row.delivery_id for row in known} - in_the_end
    again = sum(count - 1 for count in arrived.values())
    took = perf_counter() - began
    figures = f"{len(lost)} lost, {again} again and marked, {len(asked)} left to the operator, {took:.0f} s"
    say("kills, Teams", database, ended, teams, figures)
    assert {row.state for row in known} == {DeliveryState.sent}
    assert not lost
    for row in known:
        number = row.delivery_id
        assert arrived[number] - (0 if waits(row) else marked[number]) <= 1, "a second one says that it is one"
    assert all(in_order(number for number, _ in found) for found in posts.values())
