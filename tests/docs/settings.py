"""Makes docs/settings.md and .env.example from the descriptions in bot/settings.py.

python -m tests.docs.settings > docs/settings.md
python -m tests.docs.settings --env > .env.example
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.settings import Settings

HEAD = """\
# Settings

Settings are read once, when a process starts: from the environment, and from a file `.env` in the folder the program
is started in. The environment wins. What cannot be used is refused at the start, in a sentence that names the variable.

This page is made from [bot/settings.py](../bot/settings.py); to change it, change the descriptions there and run
`python -m tests.docs.settings > docs/settings.md`.

| Variable | Default | Meaning |
|---|---|---|
"""

FOOT = """
Yes and no are written `1` and `0`. Secrets (`SLACK_BOT_TOKEN`, `SLACK_SIGNING_SECRET`, `SLACK_APP_TOKEN`,
`CLIENT_SECRET`, `PORTAL_WEBHOOK_SECRET`, and the password in `DATABASE_URL`) belong into the environment or into
`.env`, which git ignores, and are never logged.

[slack.md](slack.md) and [teams.md](teams.md) say where their values come from,
[operations.md](operations.md) what the others change.
"""

ENV_HEAD = """\
# Copy this file to .env and take the # away where you need something else than the default.
# Made from bot/settings.py: python -m tests.docs.settings --env > .env.example
"""


def fields() -> dict[str, FieldInfo]:
    """Every setting by the name of its variable."""
    return {name.upper(): field for name, field in Settings.model_fields.items()}


def shown(default: object) -> str:
    """The default as somebody would write it into the environment."""
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, tuple):
        return ",".join(default)
    if isinstance(default, dict):
        return ",".join(f"{name}={value}" for name, value in default.items())
    return default.as_posix() if isinstance(default, Path) else str(default)


def page() -> str:
    rows = (
        f"| `{name}` | {f'`{shown(field.default)}`' if shown(field.default) else 'empty'} | {field.description} |\n"
        for name, field in fields().items()
    )
    return HEAD + "".join(rows) + FOOT


def env() -> str:
    return ENV_HEAD + "".join(_env())


def _env() -> Iterator[str]:
    for name, field in fields().items():
        yield f"\n# {field.description}\n# {name}={shown(field.default)}\n"


if __name__ == "__main__":
    sys.stdout.write(env() if "--env" in sys.argv[1:] else page())
