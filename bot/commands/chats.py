"""What Slack and Teams want to be told of the assistant, before they let it in."""

from pathlib import Path

import click

from bot.commands.shared import Friendly

LONGEST_ADDRESS = 2_048  # in Teams' manifest


@click.group(cls=Friendly)
def slack() -> None:
    """Slack's side of the set-up."""


@slack.command("manifest")
@click.option("--url", default="https://YOUR-HOST", show_default=True, help="Where Slack reaches this program.")
def slack_manifest(url: str) -> None:
    """Print the app manifest to paste at Slack: Create an app > From a manifest."""
    from bot.channels.slack.manifest import manifest as made
    from bot.settings import read_settings

    click.echo(made(url, socket_mode=bool(read_settings().slack_app_token)))


@click.group(cls=Friendly)
def teams() -> None:
    """The side of Microsoft Teams."""


@teams.command("manifest")
@click.option(
    "--out",
    default="portal-assistant.zip",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The file to write.",
)
@click.option("--website", default="https://www.example.com", show_default=True, help="Your company's page.")
@click.option("--company", default="Your company", show_default=True, help="Who publishes the app.")
def teams_manifest(out: Path, website: str, company: str) -> None:
    """Write the app package for Teams: manifest and icons, for the bot whose id is in CLIENT_ID."""
    from bot.channels.teams.package import package
    from bot.settings import read_settings

    app = read_settings().client_id
    if not _guid(app):
        raise click.ClickException("Set CLIENT_ID to the bot's app id first. docs/teams.md says where to find it.")
    if not _page(website):
        raise click.ClickException("Teams wants --website to be an address that begins with https://")
    if not company.strip():
        raise click.ClickException("Teams wants to know who publishes the app: --company")
    try:
        out.write_bytes(package(app, website, company.strip()))
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"{out} is written. In Teams: Apps > Manage your apps > Upload an app.")


def _page(url: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and len(url) <= LONGEST_ADDRESS


def _guid(text: str) -> bool:
    from uuid import UUID

    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
