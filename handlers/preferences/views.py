"""The choice, and what holds now."""

from collections.abc import Sequence

from handlers.notices.models import PLATFORMS
from handlers.ui import Banner, Button, Buttons, Card, Text

LAST_SEEN = "last-seen"


def choice(platforms: Sequence[str], chosen: str) -> Card:
    here = f"I tell you things in {name(chosen)}." if chosen else "I tell you things where you wrote to me last."
    buttons = [
        Button(label=f"In {name(platform)}", action="preferences.notify", value=platform)
        for platform in platforms[:5]
        if platform != chosen
    ]
    if chosen:
        buttons.append(Button(label="Where I wrote last", action="preferences.notify", value=LAST_SEEN))
    why = "Notices of deals and tickets, reminders and announcements go there. Answers come where you ask."
    return Card(
        title="Where I tell you things",
        body=(Banner(text=here), Text(text=why), *((Buttons(buttons=tuple(buttons)),) if buttons else ())),
    )


def name(platform: str) -> str:
    return PLATFORMS.get(platform, platform)
