"""What both sides' cards are made of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.cite import day, shortened
from handlers.hours import zone_of
from handlers.tickets.models import Severity, Ticket
from handlers.ui import MAX_TEXT, Banner, Button, Card, Element, Facts, Text

SEVERITIES = {
    Severity.low: "Low",
    Severity.normal: "Normal",
    Severity.high: "High",
    Severity.critical: "Critical",
}
PIECE = MAX_TEXT - 100


def long(text: str) -> Iterator[Text]:
    """Words of any length, in pieces that every platform takes."""
    for start in range(0, len(text), PIECE):
        yield Text(text=text[start : start + PIECE])


def files(links: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    for link in links:
        yield Text(text=f"📎 {shortened(str(link['name']), 200)}", url=str(link["url"]))


def when(at: datetime, time_zone: str) -> str:
    there = at.astimezone(zone_of(time_zone))
    return f"{day(there)}, {there:%H:%M} {there.tzname()}"


def title(ticket: Ticket) -> str:
    return shortened(f"{ticket.code} · {ticket.subject}", 150)


def facts(*rows: tuple[str, str]) -> Facts:
    """Only what there is something to say about."""
    return Facts(rows=tuple((label, value) for label, value in rows if value))


def words(who: str, text: str, links: Sequence[Mapping[str, Any]], note: str = "") -> Card:
    """What somebody wrote, carried over to the other side."""
    body: list[Element] = [Text(text=f"{shortened(who, 200)} wrote:", style="strong"), *long(text), *files(links)]
    if note:
        body.append(Text(text=note, style="subtle"))
    return Card(body=tuple(body))


def deleted(who: str) -> Card:
    return Card(
        body=(Text(text=f"{shortened(who, 200)} wrote something here. The message was deleted.", style="subtle"),)
    )


def line(text: str) -> Card:
    return Card(body=(Text(text=text),))


def warning(text: str) -> Card:
    return Card(body=(Banner(tone="warning", text=text),))


def done(text: str) -> Card:
    return Card(body=(Banner(tone="success", text=text),))


def show(code: str, label: str = "Show") -> Button:
    return Button(label=label, action="tickets.show", value=code)
