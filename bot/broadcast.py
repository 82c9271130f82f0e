"""A campaign's message to many: their rows of the outbox, written by the store in one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select
from sqlmodel import Session, col

from bot.directory import BY_EMAIL, OTHERWISE, PREFIXES, Directory
from handlers.notices import store as notices
from handlers.notices.models import MASS, NOTICE, DeliveryState
from handlers.partners.models import ChatIdentity, Contact
from handlers.turn import Broadcast, Tick
from knowledge.base import Instant

UNREACHABLE = "no chat identity: they were never seen in any chat"


def broadcast(session: Session, directory: Directory, message: Broadcast, now: datetime, tick: Tick) -> int:
    """Returns how many rows there are now more. Whoever cannot be reached has one as well, which has failed."""
    due, quiet = _times(message, now, tick)
    code = message.campaign
    rows = _addressed(directory, message.to).add_columns(
        (literal(f"{code}:") + cast(col(Contact.id), String)).label("unique_key"),
        _by_zone(due, now).label("due_at"),
        (case((col(Contact.time_zone).in_(quiet), col(Contact.time_zone)), else_="") if quiet else literal("")).label(
            "quiet_zone"
        ),
    )
    kind = NOTICE if message.urgent else MASS  # what is urgent does not wait for a mass that is under way
    values: dict[str, Any] = {"campaign": code, "subject": message.subject, "kind": kind, "created_at": now}
    return notices.write_many(session, rows, values | {"expires_at": message.expires})


def _times(message: Broadcast, now: datetime, tick: Tick) -> tuple[Mapping[str, datetime], list[str]]:
    """When it is due in each zone, and in which it must wait again for the morning if it is late; what may go out at a
    supposed time is due at once, whatever time it is."""
    due, zones = dict[str, datetime](), list[str]()
    quiet = None if message.urgent else tick.policy.quiet
    for zone, wanted in message.due.items():
        at = max(wanted, tick.now)
        allowed = quiet.over(at, zone) if quiet else at
        due[zone] = allowed if allowed > tick.now else now
        if quiet and (allowed > tick.now or not tick.supposed):
            zones.append(zone)
    return due, zones


def _by_zone(due: Mapping[str, datetime], now: datetime) -> ColumnElement[datetime]:
    """As few branches as there are moments."""
    zones: dict[datetime, list[str]] = {}
    for zone, at in due.items():
        zones.setdefault(at, []).append(zone)
    branches = [(col(Contact.time_zone).in_(names), literal(at, Instant())) for at, names in zones.items()]
    return case(*branches, else_=literal(now, Instant())) if branches else literal(now, Instant())


def _addressed(directory: Directory, to: Select[int]) -> Select[Any]:
    """What Directory.person says of one, of many."""
    wanted = case((col(ChatIdentity.platform) == col(Contact.notify_on), 0), else_=1)
    seen = (
        select(
            col(ChatIdentity.contact_id),
            col(ChatIdentity.platform),
            col(ChatIdentity.team),
            col(ChatIdentity.user),
            col(ChatIdentity.direct),
            func.row_number()
            .over(partition_by=col(ChatIdentity.contact_id), order_by=(wanted, col(ChatIdentity.seen_at).desc()))
            .label("place"),
        )
        .join(Contact, col(Contact.id) == col(ChatIdentity.contact_id))
        .where(
            col(ChatIdentity.platform).in_(directory.platforms),
            col(ChatIdentity.contact_id).in_(to),
            ~col(ChatIdentity.away),
        )
        .subquery()
    )
    prefix = case(PREFIXES, value=seen.c.platform, else_=OTHERWISE)
    direct = case((seen.c.direct != "", seen.c.direct), else_=prefix + seen.c.user)
    platform, team, conversation, user, failed = _never_seen(directory)
    known = seen.c.user.is_not(None)
    return (
        select(
            col(Contact.id).label("contact_id"),
            case((known, seen.c.platform), else_=platform).label("platform"),
            case((known, seen.c.team), else_=team).label("team"),
            case((known, direct), else_=conversation).label("conversation"),
            case((known, seen.c.user), else_=user).label("user"),
            case((known, DeliveryState.due), else_=DeliveryState.failed if failed else DeliveryState.due).label(
                "state"
            ),
            case((known, ""), else_=UNREACHABLE if failed else "").label("error"),
        )
        .join(seen, (seen.c.contact_id == col(Contact.id)) & (seen.c.place == 1), isouter=True)
        .where(col(Contact.id).in_(to))
    )


def _never_seen(directory: Directory) -> tuple[Any, Any, Any, Any, bool]:
    if "slack" in directory.platforms:
        return "slack", "", literal(BY_EMAIL) + col(Contact.email), "", False
    if "web" in directory.platforms:
        return "web", "local", literal(PREFIXES["web"]) + col(Contact.email), col(Contact.email), False
    return "", "", "", "", True
