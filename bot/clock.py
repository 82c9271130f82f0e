"""The clock's turn: every schedule once, each in a transaction of its own."""

import json
from datetime import UTC, datetime

import structlog

from bot.assembly import clock_of
from bot.database import open_store
from bot.portal import Portal
from bot.settings import Settings
from handlers import router
from handlers.errors import PortalError

log = structlog.get_logger()


def tick_once(settings: Settings, at: str | None, *, as_json: bool) -> str:
    """Decide everything as if it were ``at`` (ISO 8601 with offset); what there is to send is due at once."""
    now = _moment(at) if at else datetime.now(UTC)
    database = open_store(settings.database, settings.portal_home)
    try:
        written, failed = tick(clock_of(settings, database), now)
    finally:
        database.close()
    if failed:
        raise PortalError(f"Not everything could be decided: {', '.join(failed)} failed. The log says why.")
    if as_json:
        return json.dumps({"at": now.isoformat(), "messages": written})
    lines = [f"{name}: {count} messages" for name, count in written.items() if count]
    return "\n".join(lines) or "Nothing was due."


def tick(portal: Portal, now: datetime) -> tuple[dict[str, int], list[str]]:
    """How many messages each schedule wrote, and which failed: one's failure is not the others'."""
    written, failed = dict[str, int](), list[str]()
    for name, _ in router.schedules():
        try:
            written[name] = portal.tick(name, now)
        except Exception as error:
            failed.append(name)
            log.error("schedule_failed", schedule=name, error=type(error).__name__, exc_info=error)
    return written, failed


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise PortalError(f'"{text[:60]}" is no time with its offset. Write it like 2027-03-01T09:00+01:00.') from None
