"""What a reader sees: the announcement, how it changes, what there was, and which topics they get."""

from collections.abc import Collection, Sequence
from datetime import datetime

from handlers.announcements.models.announcement import KINDS, TOPICS, Announcement
from handlers.announcements.views.wording import about, moment
from handlers.cite import content, day, shortened
from handlers.ui import MAX_ACTIONS, Banner, Button, Buttons, Card, Divider, Element, Item, Text

PAGE = MAX_ACTIONS - 1
NEVER_MUTED = (
    "Urgent announcements and reminders of your certifications always reach you. Everything else can be muted: write "
    "“topics”."
)


def announcement(what: Announcement, author: str) -> Card:
    """As everybody gets it."""
    return Card(title=what.title, body=(*_body(what, author), Buttons(buttons=_buttons(what))))


def _body(what: Announcement, author: str) -> Sequence[Element]:
    body: list[Element] = []
    if what.urgent:
        body.append(Banner(text=about(what), tone="warning"))
    source = f"from {shortened(author)}"
    body.append(Text(text=source if what.urgent else f"{about(what)} · {source}", style="subtle"))
    body.extend(content(what.message))
    if what.link:
        body.append(Text(text="Read more", url=what.link))
    until = f" It is valid until {day(what.expires_on)}." if what.expires_on else ""
    body.append(Text(text=f"{what.code}. To ask about it, reply to this message.{until}", style="subtle"))
    return body


def _buttons(what: Announcement, *, read: bool = False) -> tuple[Button, ...]:
    found = []
    if what.acknowledge and read:
        found.append(Button(label="Undo", action="announcements.unread", value=what.code))
    elif what.acknowledge:
        found.append(Button(label="Acknowledge", action="announcements.read", value=what.code, style="primary"))
    if not what.urgent:
        found.append(Button(label=f"Mute {_topic(what.kind)}", action="announcements.mute", value=what.kind))
    found.append(Button(label="What's new", action="announcements.news", value=what.product[:100]))
    return tuple(found)


def acknowledged(what: Announcement, author: str, at: datetime | None = None, zone: str = "UTC") -> Card:
    when = f" on {moment(at, zone)}" if at else ""
    done = Banner(text=f"You acknowledged this{when}.", tone="success")
    return Card(title=what.title, body=(*_body(what, author), done, Buttons(buttons=_buttons(what, read=True))))


def done(what: Announcement, at: datetime | None, zone: str) -> Card:
    """For who has written so."""
    when = f" on {moment(at, zone)}" if at else ""
    undo = Button(label="Undo", action="announcements.unread", value=what.code)
    said = Banner(text=f"You acknowledged {what.code}, “{shortened(what.title)}”{when}.", tone="success")
    return Card(body=(said, Buttons(buttons=(undo,))))


def undone(what: Announcement) -> Card:
    again = Button(label="Acknowledge", action="announcements.read", value=what.code, style="primary")
    said = Banner(text=f"You have not acknowledged {what.code}, “{shortened(what.title)}”.")
    return Card(body=(said, Buttons(buttons=(again,))))


def reminder(what: Announcement, author: str) -> Card:
    banner = Banner(text="Please acknowledge this announcement.", tone="warning")
    return Card(title=what.title, body=(banner, *_body(what, author), Buttons(buttons=_buttons(what))))


def recalled(what: Announcement) -> Card:
    return Card(
        body=(Text(text=f"An announcement that stood here ({what.code}) was recalled by its author.", style="subtle"),)
    )


def line(text: str, tone: str = "info") -> Card:
    return Card(body=(Banner.model_validate({"text": text, "tone": tone}),))


def passed_on(author: str) -> Card:
    return Card(body=(Text(text=f"I have passed this on to {author}, who wrote the announcement."),))


def reply(what: Announcement, name: str, email: str, partner: str, words: str) -> Card:
    """For its author."""
    of = f" of {partner}" if partner else ""
    return Card(
        title=shortened(f"Reply to “{what.title}”", 150),
        body=(
            Text(text=f"{name}{of} ({email}) wrote under {what.code}:", style="subtle"),
            Text(text=shortened_text(words)),
        ),
    )


def shortened_text(words: str) -> str:
    return words if len(words) <= 2_500 else words[:2_499] + "…"


def news(found: Sequence[Announcement], product: str, since: datetime, zone: str, products: Sequence[str]) -> Card:
    of = f" in {product}" if product else ""
    title = shortened(f"What's new{of} since {moment(since, zone).split(', ')[0]}", 150)
    if not found:
        others = [name for name in products if name.casefold() != product.casefold()]
        known = f" There was something about {', '.join(others[:10])}." if product and others else ""
        return Card(title=title, body=(Text(text=f"Nothing was announced to you.{known}"),))
    items = tuple(
        Item(
            text=shortened(what.title, 300),
            detail=shortened(f"{about(what)} · {day(what.begun_at)}" if what.begun_at else about(what), 300),
            button=Button(label="Read", action="announcements.show", value=what.code),
        )
        for what in found[:PAGE]
    )
    more = (Text(text="There is more: say since when, as in “what's new since March”.", style="subtle"),)
    return Card(title=title, body=(*items, *(more if len(found) > PAGE else ())))


def topics(muted: Collection[str]) -> Card:
    items = tuple(
        Item(
            text=KINDS[topic],
            detail="Muted: you are not written to, and can read it with “news”."
            if topic in muted
            else "You get these.",
            button=_unmute(topic) if topic in muted else _mute(topic),
        )
        for topic in TOPICS
    )
    return Card(title="Your topics", body=(*items, Divider(), Text(text=NEVER_MUTED, style="subtle")))


def muted(topic: str) -> Card:
    text = f"Muted: {_topic(topic)}. You are not written to about them any more; “news” still shows them."
    return Card(body=(Text(text=text), Buttons(buttons=(_unmute(topic),))))


def unmuted(topic: str) -> Card:
    return Card(body=(Text(text=f"You get {_topic(topic)} again."), Buttons(buttons=(_mute(topic),))))


def _mute(topic: str) -> Button:
    return Button(label=f"Mute {_topic(topic)}", action="announcements.mute", value=topic)


def _unmute(topic: str) -> Button:
    return Button(label=f"Unmute {_topic(topic)}", action="announcements.unmute", value=topic)


def _topic(topic: str) -> str:
    return {"news": "news", "update": "product updates", "event": "events"}.get(topic, topic)
