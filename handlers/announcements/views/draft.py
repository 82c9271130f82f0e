"""What the senders see before it is out: how far it is written, the preview, and the request for approval."""

from collections.abc import Iterator, Mapping, Sequence

from handlers.announcements.models.announcement import Announcement, When
from handlers.announcements.models.counts import Reach
from handlers.announcements.views.wording import about, facts, moment, people, reaches, span, when
from handlers.cite import content, day, shortened
from handlers.ui import Banner, Button, Buttons, Card, Divider, Element, Text

OWN_TIME = "each when it is that time where they are"


def offer(what: Announcement, whom: str = "") -> Card:
    """Asked for in words, which can open no dialog. ``whom``: who is to get it, where that was said."""
    buttons = (
        Button(label="Write it", action="announcements.write", value=what.code, style="primary", opens_form=True),
        Button(label="Discard", action="announcements.discard", value=what.code),
    )
    begun: list[Element] = [Text(text=what.title, style="strong")] if what.title else []
    if whom:
        begun.append(Text(text=f"Audience: {whom}. Look at that again when you choose who gets it."))
    text = Text(text=f"I have kept this as the draft {what.code}. Write it, choose who gets it, then see a preview.")
    return Card(title="A new announcement", body=(*begun, text, Buttons(buttons=buttons)))


def left(what: Announcement, begun: str = "") -> Card:
    """A dialog was closed, or left on another platform; ``begun`` says so."""
    go_on = Button(label="Go on", action="announcements.write", value=what.code, style="primary", opens_form=True)
    discard = Button(label="Discard", action="announcements.discard", value=what.code)
    title = f"“{shortened(what.title)}”" if what.title else "Your announcement"
    text = f"{title} is kept as the draft {what.code}. Nothing was sent."
    said = [Text(text=words) for words in (begun, text) if words]
    return Card(body=(*said, Buttons(buttons=(go_on, discard))))


def preview(what: Announcement, reach: Reach, zone: str, per_second: float, over: int, *, commands: bool) -> Card:
    """Everything to know before it is sent. The announcement itself is shown above this, as its readers will see it.
    ``commands``: for somebody who decides about it."""
    rows = [*reaches(reach), ("When", when(what))]
    if reach.goes_out:
        rows.append(("Takes", _takes(what, reach, zone, per_second)))
    rows += [(f"Left out: {reason}", f"{number:,}") for reason, number in sorted(reach.left_out.items())]
    if what.acknowledge:
        rows.append(("Acknowledge", "asked of everybody"))
    if what.expires_on:
        rows.append(("Expires", f"after {day(what.expires_on)} ({what.zone})"))
    body: list[Element] = [Text(text=about(what), style="subtle"), *facts(rows), *_notes(what, reach, over)]
    if buttons := _decisions(what, reach, commands=commands):
        body.append(Buttons(buttons=buttons))
    return Card(title=shortened(f"{what.code}: preview", 150), body=tuple(body))


def _notes(what: Announcement, reach: Reach, over: int) -> Iterator[Element]:
    if not reach.number:
        yield Banner(text=nobody(what, reach), tone="warning")
    if reach.fresh:
        fresh = (
            f"{people(reach.fresh)} of these have not written to me yet and are looked up by their address when it "
            "goes out; who is not found is counted as “no chat identity”."
        )
        yield Text(text=fresh, style="subtle")
    if reach.late:
        late = f"{people(reach.late)} will not get it: where they are, it expires before it may go out."
        yield Banner(text=late, tone="warning")
    if reach.passed:
        passed = f"Where {people(reach.passed)} of these are, that time has passed: they get it at once."
        yield Banner(text=passed, tone="warning")
    if reach.strangers:
        yield Banner(text=_strangers(reach.strangers, reach.unknown), tone="warning")
    yield Text(text=f"As a notification: {shortened(what.title, 150)}", style="subtle")
    if reach.number > over:
        yield Banner(text=f"More than {over:,} people: a second manager has to approve it.", tone="info")


def nobody(what: Announcement, reach: Reach) -> str:
    why = "everybody of its audience is left out" if reach.left_out else "nobody is of its audience"
    return f"Nobody would get {what.code}: {why}. Change the audience."


def _strangers(addresses: Sequence[str], number: int) -> str:
    named = shortened(", ".join(addresses), 600)
    more = f" and {number - len(addresses):,} more" if number > len(addresses) else ""
    return f"{number:,} of the list {'are no contacts' if number > 1 else 'is no contact'} of a partner: {named}{more}"


def _takes(what: Announcement, reach: Reach, zone: str, per_second: float) -> str:
    takes = span(reach.number / per_second)
    if reach.last is None or not (reach.mornings or what.timing == When.local):
        return takes
    waits = f"for {people(reach.mornings)} it waits for their morning" if reach.mornings else OWN_TIME
    return f"{takes}; {waits}, the last {moment(reach.last, zone)}"


def _decisions(what: Announcement, reach: Reach, *, commands: bool) -> tuple[Button, ...]:
    send = Button(label="Send", action="announcements.send", value=what.code, style="primary")
    test = Button(label="Send me a test", action="announcements.test", value=what.code)
    whole = Button(label="Edit the text", action="announcements.write", value=what.code, opens_form=True)
    whom = Button(label="Change the audience", action="announcements.choose", value=what.code, opens_form=True)
    why = Button(label="Who is left out", action="announcements.left", value=f"{what.code}:0")
    discard = Button(label="Discard", action="announcements.discard", value=what.code, style="danger")
    return tuple(
        button for button, shown in (
            (send, commands and reach.goes_out), (test, commands), (whole, commands), (whom, commands),
            (why, bool(reach.left_out)), (discard, commands),
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
            Text(text=f"{lead} {about(what)}.{_also(what)}", style="subtle"),
            Divider(),
            Text(text=words["title"], style="strong"),
            *content(words["message"]),
            *((Text(text=words["link"], url=words["link"]),) if words["link"] else ()),
            Divider(),
            Buttons(buttons=(approve, decline)),
        ),
    )


def _also(what: Announcement) -> str:
    read = " Its readers are asked to acknowledge it." if what.acknowledge else ""
    return read + (f" It expires after {day(what.expires_on)} ({what.zone})." if what.expires_on else "")


def decided(what: Announcement, text: str, tone: str) -> Card:
    banner = Banner.model_validate({"text": text, "tone": tone})
    return Card(title=shortened(f"{what.code}: {what.title}", 150), body=(banner,))
