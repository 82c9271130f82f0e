"""`portal announcements`: what goes out to many, as a table, as files, and as each platform draws it."""

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from bot.channels.text import clean, plain
from bot.channels.web.history import drawn
from bot.report import as_json as written
from handlers.announcements.dialog.entry import addresses
from handlers.announcements.dialog.exporting import everybody
from handlers.announcements.models.announcement import Announcement, State
from handlers.announcements.store import announcements, progress
from handlers.announcements.views import reader
from handlers.codes import understood
from handlers.errors import PortalError
from handlers.ui import Card

LISTED = 100  # rows of the table; JSON has them all


def listing(session: Session, *, as_json: bool) -> Iterator[str]:
    """Piece by piece, the newest first."""
    wanted = select(Announcement).order_by(col(Announcement.id).desc())
    found = session.exec(wanted if as_json else wanted.limit(LISTED + 1))
    rows = (_row(session, what) for what in found.all())
    return written(rows) if as_json else _table(rows)


def _table(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    number = 0
    for number, row in enumerate(rows, start=1):
        line = f"{row['code']}  {row['state']:<9}  {row['sent']:>7,} of {row['audience']:,}  {clean(row['title'])}\n"
        yield line if number <= LISTED else f"These are the newest {LISTED}; --json lists all.\n"
    if not number:
        yield "There are no announcements yet.\n"


def _row(session: Session, what: Announcement) -> dict[str, Any]:
    counts = progress.counts(session, what)
    numbers = {
        "audience": counts.audience,
        "sent": counts.sent,
        "waiting": counts.waiting,
        "sending": counts.sending,
        "unknown": counts.unknown + counts.parked,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
        "expired": counts.expired,
        "left_out": dict(counts.left_out),
        "acknowledged": counts.acknowledged,
    }
    return {
        "code": what.code,
        "state": what.state,
        "paused": what.paused,
        "kind": what.kind,
        "title": what.title,
    } | numbers


def export(session: Session, code: str) -> Iterator[str]:
    return everybody(session, one(session, code))


def audience(session: Session, code: str, file: Path) -> str:
    """The addresses in a file become the list of a draft."""
    what = announcements.locked(session, one(session, code).code)
    assert what is not None
    if what.state != State.draft:
        raise PortalError(f"{what.code} is no draft any more, so that its audience stays as it is.")
    found = addresses(_text(file))
    if not found:
        raise PortalError(f"There is no e-mail address in {file}. Write one on each line, or a column of them.")
    announcements.list_only(session, what, found)
    what.audience = what.audience | {"listed": True}
    what.chosen = True
    session.add(what)
    session.flush()
    strangers = announcements.strangers(session, what, len(found))
    said = [f"{what.code} goes to {len(found):,} address{'es' if len(found) > 1 else ''}."]
    if strangers:
        said.append(f"No contact of a partner has {len(strangers):,} of them: {', '.join(strangers[:5])}.")
    return " ".join((*said, f"Write “{what.code}” in the chat for its preview."))


def preview(session: Session, code: str, platform: str) -> str:
    what = one(session, code)
    return _drawn(reader.announcement(what, announcements.author(session, what).name), platform)


def _drawn(card: Card, platform: str) -> str:
    if platform == "text":
        return plain(card)
    if platform == "web":
        return _json(drawn(card.model_dump(mode="json")))
    if platform == "teams":
        from bot.channels.teams.cards import draw as draw_teams

        return _json(draw_teams(card))
    from bot.channels.slack.blocks import draw, fallback

    return _json({"text": fallback(card), "blocks": draw(card)})


def _json(drawn: object) -> str:
    return json.dumps(drawn, ensure_ascii=False, indent=2)


def one(session: Session, code: str) -> Announcement:
    found = announcements.by_code(session, understood(announcements.PREFIX, code[:40]) or "")
    if found is None:
        raise PortalError(f"There is no announcement {code[:40]}. `portal announcements` lists them.")
    return found


def _text(file: Path) -> str:
    """Spreadsheets write UTF-8, UTF-16 or what their country used before; addresses read the same in all."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PortalError(f"{file} cannot be read: {error.strerror}. Name a CSV file.") from None
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig", "replace")
