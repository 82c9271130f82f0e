"""Deals: out of the store. Into it they come as people do, with `portal import`."""

import click

from bot.commands.shared import Friendly, configured


@click.group(cls=Friendly)
def export() -> None:
    """Bring out what is in the store, on standard output."""


@export.command("deals")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def export_deals(form: str) -> None:
    """All deals of all partners, for a spreadsheet or another program."""
    from bot.database import open_store
    from bot.deals import exporting

    settings = configured()
    database = open_store(settings.database, settings.portal_home)
    with database.read() as session:
        for piece in exporting.export_deals(session, as_json=form == "json"):
            click.echo(piece, nl=False)
    database.close()
