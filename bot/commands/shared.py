"""What all commands share. Each command imports what it needs when it runs, so that `--help` is instant."""

import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.errors import PortalError

if TYPE_CHECKING:
    from bot.settings import Settings

FAILED = 1


class Friendly(click.Group):
    """What is in the way is a sentence for the person at the keyboard, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except _foreseen() as error:
            if isinstance(error, OSError) and error.errno != errno.ENOSPC:
                raise
            complain(f"portal: {_sentence(error)}")
            ctx.exit(FAILED)


def _foreseen() -> tuple[type[Exception], ...]:
    """With what says that the store is away; where nothing has loaded it, nothing comes from it."""
    store = sys.modules.get("sqlalchemy.exc")
    return (PortalError, OSError, *((store.OperationalError, store.InterfaceError) if store else ()))


def _sentence(error: Exception) -> str:
    if isinstance(error, PortalError):
        return str(error)
    if isinstance(error, OSError):
        return f"The disk is full: {error.filename or 'a file'} cannot be written."
    reason = getattr(error, "orig", None) or error
    return f"The store cannot be used: {reason}. What was not said to be done was not done."


def configured() -> "Settings":
    from bot.logs import configure
    from bot.settings import read_settings

    settings = read_settings()
    configure(settings.log_level)
    return settings


def complain(line: str) -> None:
    """A line for the person at the terminal. What it quotes from a file or a platform does not take that over."""
    from bot.channels.text import clean

    click.echo(clean(line), err=True)


def fail_if(failed: bool) -> None:
    if failed:
        sys.exit(FAILED)


HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
FILE = click.argument("file", type=click.Path(path_type=Path))
