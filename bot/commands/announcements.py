"""Announcements, for operators: how they go on, who got them, whom they are for."""

from pathlib import Path

import click

from bot.commands.shared import AS_JSON, FILE, Friendly, configured

CODE = click.argument("code")


@click.group(cls=Friendly, invoke_without_command=True)
@AS_JSON
@click.pass_context
def announcements(context: click.Context, as_json: bool) -> None:
    """Announcements: how they go on, who got them, whom they are for."""
    from bot import announcements as found
    from bot.database import open_store

    if context.invoked_subcommand is None:
        settings = configured()
        with open_store(settings.database, settings.portal_home).read() as session:
            for piece in found.listing(session, as_json=as_json):
                click.echo(piece, nl=False)


@announcements.command("export")
@CODE
def export_(code: str) -> None:
    """Everybody of an announcement's audience as CSV: what became of their message, or why they are left out."""
    from bot import announcements as found
    from bot.database import open_store

    settings = configured()
    with open_store(settings.database, settings.portal_home).read() as session:
        for piece in found.export(session, code):
            click.echo(piece, nl=False)


@announcements.command()
@CODE
@FILE
def audience(code: str, file: Path) -> None:
    """A draft goes to the addresses in FILE: a CSV file, or one on each line."""
    from bot import announcements as found
    from bot.database import open_store

    settings = configured()
    with open_store(settings.database, settings.portal_home).session() as session:
        said = found.audience(session, code, file)
        session.commit()
    click.echo(said)


@announcements.command()
@CODE
@click.option("--platform", type=click.Choice(["slack", "teams", "web", "text"]), default="text", show_default=True)
def preview(code: str, platform: str) -> None:
    """An announcement as a platform draws it; text is what a notification says."""
    from bot import announcements as found
    from bot.database import open_store

    settings = configured()
    with open_store(settings.database, settings.portal_home).read() as session:
        click.echo(found.preview(session, code, platform))
