"""What the senders see of what is out: how it goes on, its results, and who is left out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.announcements.models.announcement import OUT, Announcement, State
from handlers.announcements.models.counts import Counts, Left, Reach
from handlers.announcements.views.reader import shortened_text
from handlers.announcements.views.wording import about, facts, moment, people, reaches, span, state, when
from handlers.cite import shortened
from handlers.ui import MAX_ACTIONS, Button, Buttons, Card, Document, Element, Item, Text

PAGE = 20


def progress(
    what: Announcement,
    counts: Counts,
    now: datetime,
    zone: str,
    per_second: float,
    picture: Sequence[Element] = (),
    reach: Reach | None = None,
    *,
    commands: bool = True,
) -> Card:
    """``reach``: whom it is to reach, while nothing is sent; ``commands``: for somebody who decides about it."""
    rows = [("Status", _status(what, counts, now, zone, per_second)), *(reaches(reach) if reach else ())]
    if what.proposed is not None:
        rows.append(("Edit", "Waiting for a second manager"))
    if what.begun_at:
        rows += _numbers(counts)
    if what.begun_at and what.acknowledge:
        rows.append(("Acknowledged", f"{counts.acknowledged:,} of {counts.asked:,}"))
    body: list[Element] = [Text(text=about(what), style="subtle"), *picture, *facts(rows)]
    buttons = _on(what, counts, commands=commands)
    if buttons:
        body.append(Buttons(buttons=buttons))
    return Card(title=shortened(f"{what.code}: {what.title}", 150), body=tuple(body))


def _status(what: Announcement, counts: Counts, now: datetime, zone: str, per_second: float) -> str:
    if what.state == State.scheduled and what.starts_at and what.starts_at > now:
        return f"Scheduled: {when(what)}"
    if what.state == State.sending and not what.paused and counts.waiting:
        end = now + timedelta(seconds=counts.waiting / per_second)
        if counts.last is not None and counts.last > end:
            return f"Going out, the last when it is time where they are: {moment(counts.last, zone)}"
        return f"Going out, {span(counts.waiting / per_second)} left, until {moment(end, zone)}"
    if what.state == State.sent and what.finished_at:
        return f"Sent, finished {moment(what.finished_at, zone)}"
    if what.state == State.recalled and not what.finished_at:
        return "Recalled, its messages are being removed"
    return state(what)


def _numbers(counts: Counts) -> list[tuple[str, str]]:
    """The audience, and what together is the audience."""
    shown = [("Audience", counts.audience), ("Sent", counts.sent), ("Waiting", counts.waiting)]
    rare = (
        ("On their way", counts.sending),
        ("Removed", counts.removed),
        ("Being looked up", counts.unknown),
        ("Perhaps arrived", counts.parked),
        ("Failed", counts.failed),
        ("Cancelled", counts.cancelled),
        ("Expired", counts.expired),
    )
    left = sum(counts.left_out.values())
    shown += [(label, number) for label, number in (*rare, ("Left out", left)) if number]
    return [(label, f"{number:,}") for label, number in shown]


def _on(what: Announcement, counts: Counts, *, commands: bool) -> tuple[Button, ...]:
    code = what.code
    pause = Button(label="Pause", action="announcements.pause", value=code)
    resume = Button(label="Resume", action="announcements.resume", value=code, style="primary")
    cancel = Button(label="Cancel what is not sent", action="announcements.cancel", value=code, style="danger")
    edit = Button(label="Edit", action="announcements.edit", value=code, opens_form=True)
    recall = Button(label="Recall", action="announcements.recall", value=code, style="danger", opens_form=True)
    whom = Button(label="Change the audience or time", action="announcements.choose", value=code, opens_form=True)
    retry = Button(label="Retry the failed", action="announcements.retry", value=code)
    remind = Button(label="Remind", action="announcements.remind", value=code)
    results = Button(label="Results", action="announcements.results", value=code)
    out, partly = what.state in OUT, what.state == State.cancelled and bool(counts.sent)
    going = what.state in (State.scheduled, State.sending, State.asked)
    chosen = (
        (pause, what.state == State.sending and not what.paused),
        (resume, what.state == State.sending and what.paused),
        (cancel, going),
        (retry, out and counts.failed + counts.unfound > 0),
        (remind, (what.state == State.sent or partly) and what.acknowledge and counts.silent > 0),
        (edit, out or partly or what.state in (State.scheduled, State.asked)),
        (whom, what.state in (State.scheduled, State.asked)),
        (recall, out or partly),
        (results, what.begun_at is not None),
    )
    return tuple(button for button, shown in chosen if shown and (commands or button is results))[:MAX_ACTIONS]


def results(what: Announcement, counts: Counts, picture: Sequence[Element], *, commands: bool) -> Card:
    """``commands``: for somebody who decides about it."""
    reasons = [f"{reason}: {number:,}" for reason, number in sorted(counts.left_out.items())]
    body: list[Element] = [Text(text=about(what), style="subtle"), *picture, *facts(_numbers(counts))]
    if what.acknowledge:
        body.append(Text(text=f"Acknowledged by {counts.acknowledged:,} of {people(counts.asked)}."))
    if reasons:
        body.append(Text(text="Left out: " + "; ".join(reasons)))
    buttons = [Button(label="Who is left out", action="announcements.left", value=f"{what.code}:0")] if reasons else []
    if what.acknowledge:
        buttons.append(Button(label="Who has not acknowledged", action="announcements.silent", value=f"{what.code}:0"))
    if commands and what.begun_at:
        buttons.append(Button(label="CSV", action="announcements.csv", value=what.code))
    if buttons:
        body.append(Buttons(buttons=tuple(buttons)))
    return Card(title=shortened(f"{what.code}: results", 150), body=tuple(body))


def document(what: Announcement, number: int, reader: int) -> Card:
    return Card(
        body=(
            Text(text=f"{people(number)} of {what.code}, “{shortened(what.title)}”: what became of each message."),
            Document(
                name=f"{what.code}.csv",
                source="announcements.everybody",
                value=what.code,
                reader=reader,
                alt="The file cannot be handed over here. An operator writes it with: portal announcements export "
                + what.code,
            ),
        )
    )


def left_out(what: Announcement, found: Sequence[Left], start: int) -> Card:
    more = Button(label="More", action="announcements.left", value=f"{what.code}:{start + PAGE}")
    return _named(f"{what.code}: who is left out", found, start, more)


def silent(what: Announcement, found: Sequence[Left], start: int) -> Card:
    more = Button(label="More", action="announcements.silent", value=f"{what.code}:{start + PAGE}")
    return _named(f"{what.code}: who has not acknowledged it", found, start, more)


def _named(title: str, found: Sequence[Left], start: int, more: Button) -> Card:
    """A page of people, with the reason why they are named."""
    if not found:
        return Card(title=title, body=(Text(text="Nobody." if not start else "That was all."),))
    lines = [
        f"{start + number}. {shortened(row.name)} ({row.email}), {shortened(row.partner)}"
        + (f": {row.reason}" if row.reason else "")
        for number, row in enumerate(found[:PAGE], 1)
    ]
    body: list[Element] = [Text(text=shortened_text("\n".join(lines)))]
    if len(found) > PAGE:
        body.append(Buttons(buttons=(more,)))
    return Card(title=shortened(title, 150), body=tuple(body))


def several(found: Sequence[Announcement]) -> Card:
    write = Button(label="Write an announcement", action="announcements.begin", style="primary", opens_form=True)
    items = tuple(
        Item(
            text=shortened(what.title, 300) or "Without a title",
            detail=shortened(f"{what.code} · {about(what)} · {state(what)}", 300),
            button=Button(label="Show", action="announcements.card", value=what.code),
        )
        for what in found[: MAX_ACTIONS - 1]
    )
    empty = (Text(text="There are no announcements yet."),)
    return Card(title="Announcements", body=(*(items or empty), Buttons(buttons=(write,))))


def home() -> Sequence[Element]:
    write = Button(label="Write an announcement", action="announcements.begin", opens_form=True)
    return (Buttons(buttons=(write,)),)
