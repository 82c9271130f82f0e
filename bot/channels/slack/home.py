"""The Home tab."""

from typing import Any

from bot.channels.slack.blocks import draw
from handlers.ui import Card


def view(card: Card) -> dict[str, Any]:
    return {"type": "home", "blocks": draw(card)}
