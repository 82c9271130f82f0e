"""The app package that Teams takes: the manifest and two icons, drawn here, in one zip."""

import json
from importlib.metadata import version
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.channels.offered import COMMANDS, LONG, SHORTCUTS

SCHEMA = "1.30"
ACCENT = "#1f3a5f"
MESSAGES = "ChannelMessage.Read.Group"
"""Lets a thread go on without mentioning the assistant again; whoever adds it to a team consents for that team."""

WORDS = (*COMMANDS, ("home", "What you can get done here", ""), ("help", "What the assistant can do", ""))
HOW = "Write to it directly, or mention it in a channel or a group chat."


def package(app: str, website: str, company: str) -> bytes:
    """``app`` is the bot's client id."""
    color, outline = icons()
    files = {"manifest.json": manifest(app, website, company).encode(), "color.png": color, "outline.png": outline}
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content)  # without the time, so that the same package is the same file
    return made.getvalue()


def manifest(app: str, website: str, company: str) -> str:
    made: dict[str, Any] = {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": version("portal-assistant"),
        "id": app,
        "developer": dict.fromkeys(("websiteUrl", "privacyUrl", "termsOfUseUrl"), website) | {"name": company[:32]},
        "name": {"short": "Portal Assistant", "full": "Portal Assistant: your partner portal, in chat"},
        "description": {"short": "Your partner portal, in chat.", "full": LONG + HOW},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "defaultInstallScope": "personal",
        "bots": [_bot(app)],
        "composeExtensions": [{"botId": app, "commands": [_shortcut(*shortcut) for shortcut in SHORTCUTS]}],
        "webApplicationInfo": {"id": app, "resource": f"api://botid-{app}"},
        "authorization": {"permissions": {"resourceSpecific": [{"name": MESSAGES, "type": "Application"}]}},
        "validDomains": [],
    }
    return json.dumps(made, indent=2)


def _bot(app: str) -> dict[str, Any]:
    scopes = ["personal", "team", "groupChat"]
    commands = [{"title": name, "description": what} for name, what, _ in WORDS]
    return {
        "botId": app,
        "scopes": scopes,
        "supportsFiles": False,
        "isNotificationOnly": False,
        "commandLists": [{"scopes": scopes, "commands": commands}],
    }


def _shortcut(name: str, title: str, what: str) -> dict[str, Any]:
    return {
        "id": name,
        "type": "action",
        "title": title,
        "description": what,
        "context": ["message"],
        "fetchTask": True,
    }


def icons() -> tuple[bytes, bytes]:
    """A speech bubble with two lines in it: in colour, and its outline in white on nothing."""
    from PIL import Image, ImageDraw

    color = Image.new("RGB", (192, 192), ACCENT)
    _bubble(ImageDraw.Draw(color), 1.0, "#ffffff", ACCENT)
    outline = Image.new("RGBA", (192, 192), (0, 0, 0, 0))
    _bubble(ImageDraw.Draw(outline), 1.3, "#ffffff", (0, 0, 0, 0))
    return _png(color), _png(outline.resize((32, 32), Image.Resampling.LANCZOS))


def _bubble(draw: Any, scale: float, ink: Any, ground: Any) -> None:
    def at(*points: float) -> list[float]:
        return [96 + (point - 96) * scale for point in points]

    draw.rounded_rectangle(at(36, 46, 156, 128), 18 * scale, fill=ink)
    draw.polygon(at(60, 120, 100, 120, 60, 156), fill=ink)
    for top, right in ((70, 132), (94, 108)):
        draw.rounded_rectangle(at(60, top, right, top + 10), 5 * scale, fill=ground)


def _png(image: Any) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
