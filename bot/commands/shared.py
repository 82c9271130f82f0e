"""What all commands share. Each command imports what it needs when it runs, so that `--help` is instant."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.errors import PortalError

if TYPE_CHECKING:
    from bot.settings import Settings

FAILED = 1


class Friendly(click.Group):
    """A PortalError is a sentence for the person at the keyboard, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except PortalError as error:
            click.echo(f"portal: {error}", err=True)
            ctx.exit(FAILED)


def configured() -> "Settings":
    from bot.logs import configure
    from bot.settings import read_settings

    settings = read_settings()
    configure(settings.log_level)
    return settings


def fail_if(failed: bool) -> None:
    if failed:
        sys.exit(FAILED)


HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
FILE = click.argument("file", type=click.Path(path_type=Path))
