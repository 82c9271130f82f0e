"""A process that may keep the clock, with a schedule that has something to say about every second.

python -m tests.proof.leaders: the database is in the environment. The real scheduler, only faster.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import select

from bot import scheduler
from bot.database import Database
from bot.directory import Address, Directory
from bot.logs import configure
from bot.portal import Portal
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.workers import Workers
from bot.writer import Writer
from handlers import router
from handlers.feature import Feature
from handlers.notices.models import Delivery
from handlers.turn import Outcome, Policy, Say, Tick
from handlers.ui import Card
from tests.proof.world import nothing_found

KEY = "second:"
EACH = timedelta(seconds=1)


def every_second(tick: Tick) -> Sequence[Outcome]:
    """What is due by now and was not said yet, from the last one that was: so real schedules look as well."""
    newest = select(Delivery.unique_key).where(Delivery.subject == "second").order_by(Delivery.id.desc())  # type: ignore[union-attr]
    last = tick.session.exec(newest.limit(1)).first()
    at = datetime.fromisoformat(last.removeprefix(KEY)) + EACH if last else tick.now.replace(microsecond=0)
    said = []
    while at <= tick.now:
        said.append(Say(Card(title="Tick"), to="managers", subject="second", key=f"{KEY}{at.isoformat()}"))
        at += EACH
    return said


async def keep() -> None:
    database = Database(Settings().database)
    database.remark()
    directory = Directory(managers=Address("test", "", "managers"))
    portal = Portal(database, nothing_found, Policy(), directory)
    Scheduler(portal, Writer(database), Workers()).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    configure("CRITICAL")
    scheduler.RENEW_SECONDS, scheduler.TICK_SECONDS = 0.5, 0.5  # type: ignore[assignment]
    scheduler.LEASE = timedelta(seconds=2)
    router.FEATURES = (Feature(name="proof", schedules={"second": every_second}),)  # type: ignore[misc]
    asyncio.run(keep())
