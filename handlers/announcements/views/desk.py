"""What the senders see: the preview, the request for approval, how it goes on, and who is left out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from handlers.announcements.models.announcement import OUT, Announcement, State
from handlers.announcements.models.counts import Counts, Left, Reach
from handlers.announcements.views.reader import shortened_text
from handlers.announcements.views.wording import about, moment, people, span, state, when
from handlers.cite import content, day, shortened
from handlers.ui import MAX_ACTIONS, Banner, Button, Buttons, Card, Divider, Document, Element, Facts, Item, Text

PAGE = 20


def offer(what: Announcement) -> Card:
    """Asked for in words, which can open no dialog."""
    buttons = (
        Button(label="Write it", action="announcements.write", value=what.code, style="primary", opens_form=True),
        Button(label="Discard", action="announcements.discard", value=what.code),
    )
    begun = [Text(text=what.title, style="strong")] if what.title else []
    text = Text(text=f"I have kept this as the draft {what.code}. Write it, choose who gets it, then see a preview.")
    return Card(title="A new announcement", body=(*begun, text, Buttons(buttons=buttons)))


def left(what: Announcement) -> Card:
    """A dialog was closed."""
    go_on = Button(label="Go on", action="announcements.write", value=what.code, style="primary", opens_form=True)
    discard = Button(label="Discard", action="announcements.discard", value=what.code)
    title = f"“{shortened(what.title)}”" if what.title else "Your announcement"
    text = f"{title} is kept as the draft {what.code}. Nothing was sent."
    return Card(body=(Text(text=text), Buttons(buttons=(go_on, discard))))


def preview(what: Announcement, reach: Reach, zone: str, per_second: float, over: int) -> Card:
    """Everything to know before it is sent. The announcement itself is shown above this, as its readers will see it."""
    rows = [("To", _to(reach)), ("When", when(what)), ("Takes", _takes(reach, zone, per_second))]
    rows += [(f"Left out: {reason}", f"{number:,}") for reason, number in sorted(reach.left_out.items())]
    if what.acknowledge:
        rows.append(("Acknowledge", "asked of everybody"))
    if what.expires_on:
        rows.append(("Expires", f"after {day(what.expires_on)} ({what.zone})"))
    body: list[Element] = [Text(text=about(what), style="subtle"), Facts(rows=tuple(rows[:10]))]
    if reach.fresh:
        body.append(
            Text(
                text=f"{people(reach.fresh)} of these have not written to me yet and are looked up by their address "
                "when it goes out; who is not found is counted as “no chat identity”.",
                style="subtle",
            )
        )
    if reach.late:
        late = f"{people(reach.late)} will not get it: where they are, it expires before it may go out."
        body.append(Banner(text=late, tone="warning"))
    if reach.strangers:
        body.append(Banner(text=_strangers(reach.strangers, reach.unknown), tone="warning"))
    body.append(Text(text=f"As a notification: {shortened(what.title, 150)}", style="subtle"))
    if reach.number > over:
        body.append(Banner(text=f"More than {over:,} people: a second manager has to approve it.", tone="info"))
    body.append(Buttons(buttons=_decisions(what, reach)))
    return Card(title=shortened(f"{what.code}: preview", 150), body=tuple(body))


def _strangers(addresses: Sequence[str], number: int) -> str:
    named = shortened(", ".join(addresses), 600)
    more = f" and {number - len(addresses):,} more" if number > len(addresses) else ""
    return f"{number:,} of the list {'are' if number > 1 else 'is'} nobody I know: {named}{more}"


def _to(reach: Reach) -> str:
    if not reach.left_out:
        return f"{people(reach.number)}: all of the audience"
    return f"{people(reach.number)} of an audience of {reach.audience:,}"


def _takes(reach: Reach, zone: str, per_second: float) -> str:
    takes = span(reach.number / per_second)
    if not reach.mornings or reach.last is None:
        return takes
    return f"{takes}; for {people(reach.mornings)} it waits for their morning, the last {moment(reach.last, zone)}"


def _decisions(what: Announcement, reach: Reach) -> tuple[Button, ...]:
    send = Button(label="Send", action="announcements.send", value=what.code, style="primary")
    test = Button(label="Send me a test", action="announcements.test", value=what.code)
    whole = Button(label="Edit the text", action="announcements.write", value=what.code, opens_form=True)
    whom = Button(label="Change the audience", action="announcements.choose", value=what.code, opens_form=True)
    why = Button(label="Who is left out", action="announcements.left", value=f"{what.code}:0")
    discard = Button(label="Discard", action="announcements.discard", value=what.code, style="danger")
    return tuple(
        button for button, shown in (
            (send, reach.number > 0), (test, True), (whole, True), (whom, True),
            (why, bool(reach.left_out)), (discard, True),
        ) if shown
    )  # fmt: skip


def edits(what: Announcement) -> Card:
    """Asked for in words, which can open no dialog."""
    edit = Button(label="Edit", action="announcements.edit", value=what.code, style="primary", opens_form=True)
    return Card(body=(Text(text=f"Edit {what.code}, “{shortened(what.title)}”:"), Buttons(buttons=(edit,))))


def asked(what: Announcement, lead: str, words: Mapping[str, str]) -> Card:
    """For a second manager, who approves these words and no others."""
    value = f"{what.code}:{what.requests}"
    sends = "Approve and send" if what.proposed is None else "Approve the change"
    approve = Button(label=sends, action="announcements.approve", value=value, style="primary")
    decline = Button(label="Decline", action="announcements.decline", value=value, style="danger", opens_form=True)
    return Card(
        title=shortened(f"{what.code}: approve an announcement?", 150),
        body=(
            Text(text=f"{lead} {about(what)}.", style="subtle"),
            Divider(),
            Text(text=words["title"], style="strong"),
            *content(words["message"]),
            *((Text(text=words["link"], url=words["link"]),) if words["link"] else ()),
            Divider(),
            Buttons(buttons=(approve, decline)),
        ),
    )


def decided(what: Announcement, text: str, tone: str) -> Card:
    banner = Banner.model_validate({"text": text, "tone": tone})
    return Card(title=shortened(f"{what.code}: {what.title}", 150), body=(banner,))


def progress(
    what: Announcement, counts: Counts, now: datetime, zone: str, per_second: float, picture: Sequence[Element] = ()
) -> Card:
    rows = [("Status", _status(what, counts, now, zone, per_second))]
    if what.proposed is not None:
        rows.append(("Edit", "Waiting for a second manager"))
    if what.begun_at:
        rows += _numbers(counts)
    if what.begun_at and what.acknowledge:
        rows.append(("Acknowledged", f"{counts.acknowledged:,} of {counts.asked:,}"))
    body: list[Element] = [Text(text=about(what), style="subtle"), *picture, *_facts(rows)]
    buttons = _on(what, counts)
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
    return state(what)


def _facts(rows: Sequence[tuple[str, str]]) -> list[Facts]:
    """As many as there are, of which an element holds ten."""
    return [Facts(rows=tuple(rows[start : start + 10])) for start in range(0, len(rows), 10)]


def _numbers(counts: Counts) -> list[tuple[str, str]]:
    """The audience, and what together is the audience."""
    shown = [("Audience", counts.audience), ("Sent", counts.sent), ("Waiting", counts.waiting)]
    rare = (
        ("On their way", counts.sending),
        ("Being looked up", counts.unknown),
        ("Perhaps arrived", counts.parked),
        ("Failed", counts.failed),
        ("Cancelled", counts.cancelled),
        ("Expired", counts.expired),
    )
    left = sum(counts.left_out.values())
    shown += [(label, number) for label, number in (*rare, ("Left out", left)) if number]
    return [(label, f"{number:,}") for label, number in shown]


def _on(what: Announcement, counts: Counts) -> tuple[Button, ...]:
    code = what.code
    pause = Button(label="Pause", action="announcements.pause", value=code)
    resume = Button(label="Resume", action="announcements.resume", value=code, style="primary")
    cancel = Button(label="Cancel what is not sent", action="announcements.cancel", value=code, style="danger")
    edit = Button(label="Edit", action="announcements.edit", value=code, opens_form=True)
    recall = Button(label="Recall", action="announcements.recall", value=code, style="danger")
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
        (recall, out or partly),
        (results, what.begun_at is not None),
    )
    return tuple(button for button, shown in chosen if shown)[:MAX_ACTIONS]


def results(what: Announcement, counts: Counts, picture: Sequence[Element], *, commands: bool) -> Card:
    """``commands``: for somebody who decides about it."""
    reasons = [f"{reason}: {number:,}" for reason, number in sorted(counts.left_out.items())]
    body: list[Element] = [Text(text=about(what), style="subtle"), *picture, *_facts(_numbers(counts))]
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
