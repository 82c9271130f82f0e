"""`portal tick`: the clock decides once, at any time one likes."""

import json
from datetime import UTC, datetime

from bot.assembly import clock_of
from bot.database import open_store
from bot.scheduler import tick
from bot.settings import Settings
from handlers.errors import PortalError


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


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise PortalError(f'"{text[:60]}" is no time with its offset. Write it like 2027-03-01T09:00+01:00.') from None
