"""The command `portal` in a test: ``portal("import", "partners", path)`` gives what it printed and its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.database import Database
from bot.settings import Settings

Portal = Callable[..., Result]
PROJECT = Path(__file__).parent.parent


def environment(settings: Settings, **more: str) -> dict[str, str]:
    return {"PORTAL_HOME": str(settings.portal_home), "DATABASE_URL": settings.database_url, **more}


def run(arguments: tuple[object, ...], env: dict[str, str]) -> Result:
    """In this process. An exception that would be a traceback fails the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def spawn(
    arguments: tuple[object, ...], env: dict[str, str], program: tuple[str, ...] = ("bot",), **options: object
) -> "subprocess.Popen[str]":
    """In a process of its own, as an operator would."""
    command = [sys.executable, "-m", *program, *(str(argument) for argument in arguments)]
    everything = {**os.environ, "HF_HUB_OFFLINE": "1", **env}
    return subprocess.Popen(
        command,
        env=everything,
        cwd=PROJECT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,  # type: ignore[call-overload]
    )


def python(program: str, *arguments: object) -> str:
    """What a Python of its own prints that runs this program in the project's folder."""
    command = [sys.executable, "-c", program, *(str(argument) for argument in arguments)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def portal(settings: Settings, database: Database) -> Portal:
    """On each database in turn, migrated and empty."""
    return lambda *arguments, **env: run(arguments, environment(settings, **env))


@pytest.fixture
def portal_here(home: Path) -> Portal:
    """On SQLite below a home where no store was made yet."""
    return lambda *arguments, **env: run(arguments, {"PORTAL_HOME": str(home), "DATABASE_URL": "", **env})
