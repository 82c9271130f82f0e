"""What goes out: list it, send again what failed, cancel what is not sent."""

import click

from bot.commands.shared import AS_JSON, Friendly, configured

STATES = ("due", "sending", "sent", "unknown", "failed", "cancelled", "removed")
IDS = click.argument("ids", nargs=-1, required=True)


@click.group(cls=Friendly, invoke_without_command=True)
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--campaign", metavar="CODE", help="Only those of this announcement, such as A-4XQ9.")
@AS_JSON
@click.pass_context
def deliveries(context: click.Context, state: str | None, campaign: str | None, as_json: bool) -> None:
    """What goes out: list it, send again what failed, cancel what is not sent."""
    from bot.database import open_store
    from bot.deliveries import listing

    if context.invoked_subcommand is None:
        settings = configured()
        with open_store(settings.database, settings.portal_home).read() as session:
            for piece in listing(session, state, campaign, as_json=as_json):
                click.echo(piece, nl=False)


@deliveries.command()
@IDS
def retry(ids: tuple[str, ...]) -> None:
    """Send failed or cancelled deliveries again."""
    from bot import deliveries

    click.echo(deliveries.retry(configured(), ids))


@deliveries.command()
@click.argument("ids", nargs=-1)
@click.option("--waiting", is_flag=True, help="All that is not sent or answered yet, as after restoring a backup.")
def cancel(ids: tuple[str, ...], waiting: bool) -> None:
    """Cancel deliveries that are not sent, or have failed."""
    from bot import deliveries

    if waiting == bool(ids):
        raise click.UsageError("Name the deliveries, or say --waiting.")
    click.echo(deliveries.cancel_waiting(configured()) if waiting else deliveries.cancel(configured(), ids))
