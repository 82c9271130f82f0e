"""`portal tick`: the clock decides once, at any time one likes."""

import json
from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import col, select

from bot.assembly import clock_of
from bot.claims import EXPIRED
from bot.database import Database, open_store
from bot.scheduler import tick
from bot.settings import Settings
from handlers.errors import PortalError
from handlers.hours import EARLIEST, LATEST, Quiet
from handlers.notices.models import Delivery, DeliveryState


def tick_once(settings: Settings, at: str | None, *, as_json: bool) -> str:
    """Decide everything as if it were ``at`` (ISO 8601 with offset); what there is to send is due at once."""
    supposed = None if at is None else _moment(at)
    database = open_store(settings.database, settings.portal_home)
    try:
        now = supposed or database.clock.now()
        written, failed = tick(clock_of(settings, database), now, supposed=supposed is not None)
        if supposed:
            release(database, settings.portal_quiet_hours, now)
    finally:
        database.close()
    if failed:
        raise PortalError(f"Not everything could be decided: {', '.join(failed)} failed. The log says why.")
    if as_json:
        return json.dumps({"at": now.isoformat(), "messages": written})
    lines = [f"{name}: {count} messages" for name, count in written.items() if count]
    return "\n".join(lines) or "Nothing was due."


def release(database: Database, quiet: Quiet | None, now: datetime) -> None:
    """What waits for a time that has come by the supposed ``now`` is due at once, as far as it is not night there then;
    what has expired by then is not sent any more."""
    waiting = (col(Delivery.state) == DeliveryState.due, col(Delivery.due_at) <= now)
    with database.session() as session:
        zones = session.exec(select(Delivery.quiet_zone).where(*waiting).distinct()).all()
        awake = [zone for zone in zones if not zone or quiet is None or quiet.over(now, zone) <= now]
        over = (*waiting, col(Delivery.expires_at) <= now)
        session.execute(update(Delivery).where(*over).values(**EXPIRED))
        at_once = {"due_at": database.clock.now(), "quiet_zone": ""}
        session.execute(update(Delivery).where(*waiting, col(Delivery.quiet_zone).in_(awake)).values(**at_once))
        session.commit()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        if not EARLIEST <= moment <= LATEST:
            raise PortalError(f"I decide as of a time between {EARLIEST:%Y} and {LATEST:%Y}, not {text[:60]}.")
        return moment.astimezone(UTC)
    except ValueError:
        raise PortalError(f'"{text[:60]}" is no time with its offset. Write it like 2027-03-01T09:00+01:00.') from None
