"""Several workers on one store keep one pace, and what one of them has learned is known to whoever comes after it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlmodel import Session, select

from bot.keeper import lease_of
from handlers.notices.models import NOTICE, KnownPace, Lease
from tests.limiters import Bucket
from tests.proof.rough import StrictSlack
from tests.proof.test_kills import fill
from tests.wire import until

ROOT = Path(__file__).parents[2]
WORKERS = 3
LEARNING = float(os.environ.get("SOAK_LEARNING", "0"))  # seconds at most; 0: it is known before
RATE, SECONDS = (3.0, 20) if LEARNING else (8.0, 5)  # of each keeper; what is learned slowly is kept for longer
SHARE = 0.9 if LEARNING else 0.5  # 5 s say who knows the pace (one who does not begins at an eighth), not how well
KNOWN = [7.7, 1.4, 7.7, 8.1, 2.5, 1.0, 1.0]


def worker(settings, slack):
    environment = {
        **os.environ, "PORTAL_HOME": str(settings.portal_home), "DATABASE_URL": settings.database_url,
        "SLACK_API_URL": slack.url, "TEAMS_SERVICE_URL": "",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "tests.proof.keeping"], env=environment, cwd=ROOT)


def keeper(database):
    with Session(database.engine) as session:
        lease = session.get(Lease, lease_of("slack"))
        return int(lease.holder.split(":")[1]) if lease and lease.until > database.clock.now() else 0


def learned(database):
    with Session(database.engine) as session:
        known = session.exec(select(KnownPace.learned)).first()
    return bool(known) and known[0] <= known[2]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_one_has_learned_all_keep_to(settings, database):
    database.remark()
    fill(
        database,
        int(RATE * (LEARNING + 6 * SECONDS)),
        different=lambda number: {"kind": NOTICE, "conversation": f"C{number % 100}"},
    )
    if not LEARNING:
        with Session(database.engine) as session:
            session.add(KnownPace(platform="slack", team="T1", learned=KNOWN))
            session.commit()
    keepers, shares = set(), []
    with StrictSlack(Bucket(RATE, 3)) as slack:
        workers = [worker(settings, slack) for _ in range(WORKERS)]
        try:
            until(lambda: learned(database), LEARNING or 5)
            learning = len(slack.refused)
            for misfortune in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
                until(lambda: keeper(database) not in {0, *keepers}, 20)
                keepers.add(now := keeper(database))
                sleep(2)
                before, began = len(slack.took), monotonic()
                sleep(SECONDS)
                shares.append((len(slack.took) - before) / (monotonic() - began) / RATE)
                os.kill(now, misfortune)
        finally:
            for one in workers:
                one.send_signal(signal.SIGCONT)
                one.kill()
                one.wait()
    too_fast = len(slack.refused) - learning
    head = f"{WORKERS} workers on PostgreSQL, {len(slack.took)} deliveries, {len(keepers)} keepers of the pace in turn"
    rest = f"{learning} refused while learning, {too_fast} afterwards"
    print(f"soak: one pace: {head}: {min(shares):.1%} of the allowed rate at worst, {rest}")
    assert len(keepers) == 3
    assert min(shares) >= SHARE
    assert too_fast == 0
