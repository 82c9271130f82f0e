"""Settings: read once, refused by name, and never telling a secret."""

import pytest

from bot.settings import Settings, read_settings
from handlers.errors import PortalError
from tests.command import run

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-hush-hush",
    "SLACK_SIGNING_SECRET": "signed-hush-hush",
    "SLACK_APP_TOKEN": "xapp-hush-hush",
    "DATABASE_URL": "postgresql://portal:hush-hush@127.0.0.1:1/portal",
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORTAL_STALE", "hide"),
        ("PORTAL_PLAYGROUND", "perhaps"),
        ("PORTAL_NO_BROWSER", "2"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(here, name, value):
    result = run(("articles", "list"), {name: value})
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("portal: These settings cannot be used:\n")
    assert f"  {name}: " in result.stderr


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("nonsense", "is no database address"),
        ("mysql://u:hush@h/db", "names mysql"),
        ("postgresql://u:hush@h:port/db", "is no database address"),
        ("postgresql://", "no user"),
        ("postgresql://u:hush@h/db?sslmode=on", "sslmode=on"),
        ("postgresql://u:hush@h/db?foo=bar", "foo="),
        ("postgresql://u:hush@127.0.0.1:1/db?connect_timeout=3", "cannot be used"),
        ("postgresql://u:hush@127.0.0.1:1/db", "Check DATABASE_URL"),
        ("postgresql://u:hush@/db?host=/nowhere", "Check DATABASE_URL"),
        ("sqlite://", "in memory"),
        ("sqlite:////dev/null/x/portal.sqlite3", "cannot be used"),
    ],
)
def test_an_address_that_leads_to_no_database_is_a_sentence(here, url, part):
    result = run(("articles", "list"), {"DATABASE_URL": url})
    assert result.exit_code == 1
    assert part in result.stderr
    assert "hush" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_env_is_read_and_the_environment_wins_and_empty_is_unset(here, monkeypatch):
    (here / ".env").write_text("PORT=8080\nPORTAL_STALE=withhold\nPORTAL_HOME=\nDATABASE_URL=\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("PORTAL_STALE", "banner")
    settings = read_settings()
    assert (settings.port, settings.portal_stale, str(settings.portal_home)) == (8080, "banner", "var")


def test_a_file_env_that_is_no_text_is_a_sentence(here):
    (here / ".env").write_bytes(b"PORT=\xff\n")
    with pytest.raises(PortalError, match=r"\.env cannot be read"):
        read_settings()


def test_no_secret_is_told_by_settings_or_by_an_error(here, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings)
    assert "hush" not in repr(settings.database)
    result = run(("articles", "list"), SECRETS)
    assert result.exit_code == 1
    assert "hush" not in result.output
    result = run(("articles", "list"), SECRETS | {"PORT": "x"})
    assert "hush" not in result.output


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1
