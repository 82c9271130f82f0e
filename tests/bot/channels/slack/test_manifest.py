"""The manifest against the rules of Slack's "App manifest reference", and against what the program does."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import bot.channels.slack as package
from bot.channels.slack import envelope
from bot.channels.slack.manifest import manifest
from bot.cli import main
from handlers import router

SCOPES_OF_EVENTS = {
    "agent_session_stopped": {"assistant:write"},
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
}
SCOPES_OF_METHODS = {
    "auth_test": set(),
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read.email"},
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "conversations_open": {"im:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
    "views.open": set(),
    "views.publish": set(),
    "agents.sessions.setStatus": {"chat:write", "assistant:write"},
}


def source() -> str:
    return "".join(file.read_text() for file in Path(package.__path__[0]).glob("*.py"))


@pytest.fixture(params=[False, True], ids=["http", "socket"])
def made(request):
    return json.loads(manifest("https://portal.example/", socket_mode=request.param))


def test_texts_keep_slacks_limits(made):
    shown = made["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4_000
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert re.fullmatch(r"[\w .-]{1,80}", made["features"]["bot_user"]["display_name"])


def test_only_known_sections_are_there(made):
    assert set(made) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(made["features"]) == {"app_home", "bot_user", "slash_commands", "shortcuts", "agent_view"}
    assert made["_metadata"]["major_version"] == 2


def test_the_agent_view_describes_itself_and_suggests_what_to_ask(made):
    view = made["features"]["agent_view"]
    assert set(view) == {"agent_description", "suggested_prompts"}
    assert 0 < len(view["agent_description"]) <= 300
    assert 1 <= len(view["suggested_prompts"]) <= 4
    assert all(set(prompt) == {"title", "message"} and all(prompt.values()) for prompt in view["suggested_prompts"])


def test_every_command_that_people_are_told_of_is_there(made):
    """But for Slack's own: nobody can have /help."""
    there = {command["command"] for command in made["features"]["slash_commands"]}
    assert there == {"/portal", *(f"/{name}" for name, _ in router.commands())} - {"/help"}
    assert there >= {"/deal", "/deals", "/ticket"}


def test_commands_are_well_formed(made):
    for command in made["features"]["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert len(command["description"]) <= 2_000
        assert len(command.get("usage_hint", "")) <= 1_000


def test_shortcuts_are_well_formed(made):
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150


def test_addresses_stand_where_slack_calls_and_nowhere_in_socket_mode(made):
    text, settings = json.dumps(made), made["settings"]
    if settings["socket_mode_enabled"]:
        assert "https://portal.example" not in text
    else:
        assert text.count('"https://portal.example/slack/events"') == 2 + len(made["features"]["slash_commands"])
        assert settings["event_subscriptions"]["request_url"] == settings["interactivity"]["request_url"]
    assert settings["interactivity"]["is_enabled"]


def test_every_event_we_handle_is_subscribed_and_no_other(made):
    subscribed = {name.partition(".")[0] for name in made["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == set(envelope.EVENTS)


def test_every_scope_is_needed_and_every_need_has_its_scope(made):
    wanted = {"commands", "assistant:write"}
    for name in made["settings"]["event_subscriptions"]["bot_events"]:
        wanted |= SCOPES_OF_EVENTS[name]
    for scopes in SCOPES_OF_METHODS.values():
        wanted |= scopes
    assert set(made["oauth_config"]["scopes"]["bot"]) == wanted
    assert made["oauth_config"]["scopes"]["bot"] == sorted(wanted)


def test_the_list_of_methods_above_is_complete():
    text = source()
    called = set(re.findall(r"client\.((?:auth|users|chat|conversations|files|views|apps)_\w+)\(", text))
    called |= set(re.findall(r'"((?:views|agents)\.[\w.]+)"', text))
    assert called == set(SCOPES_OF_METHODS)


def test_the_command_prints_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    printed = CliRunner().invoke(main, ["slack", "manifest", "--url", "https://portal.example"])
    assert printed.exit_code == 0
    assert json.loads(printed.output) == json.loads(manifest("https://portal.example", socket_mode=False))
