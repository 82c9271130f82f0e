"""The app manifest that Slack takes: everything the assistant needs there, and nothing else."""

import json
from typing import Any

from bot.channels.offered import COMMANDS, LONG, PROMPTS, SHORTCUTS

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
    "users:read",
    "users:read.email",
)
EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)
HOW = "Write to it directly, mention it in a channel, or use /portal for an answer that only you see."
PORTAL = ("portal", "Ask the partner portal; only you see the answer", "your question")


def manifest(url: str, *, socket_mode: bool) -> str:
    events = f"{url.rstrip('/')}/slack/events"
    made: dict[str, Any] = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Portal Assistant",
            "description": "Your partner portal, in chat.",
            "background_color": "#1f3a5f",
            "long_description": LONG + HOW,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Portal Assistant", "always_online": True},
            "slash_commands": [_command(events, socket_mode, *command) for command in (PORTAL, *COMMANDS)],
            "shortcuts": [_shortcut(*shortcut) for shortcut in SHORTCUTS],
            "agent_view": {
                "agent_description": "Answers questions about the partner programme, with their source.",
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
    if not socket_mode:
        made["settings"]["event_subscriptions"]["request_url"] = events
        made["settings"]["interactivity"]["request_url"] = events
    return json.dumps(made, indent=2)


def _command(events: str, socket_mode: bool, name: str, description: str, hint: str) -> dict[str, Any]:
    command = {"command": f"/{name}", "description": description, "should_escape": True}
    if hint:
        command["usage_hint"] = hint
    return command if socket_mode else {**command, "url": events}


def _shortcut(callback: str, name: str, description: str) -> dict[str, Any]:
    return {"name": name, "callback_id": callback, "description": description, "type": "message"}
