"""The command `portal`. Each command imports what it needs when it runs, so that `--help` is instant."""

import os

import click

from bot.commands import announcements, chats, content, deals, deliveries, people, report
from bot.commands.shared import AS_JSON, HOST, Friendly, configured

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy reads it once; our products are too small to share out


@click.group(cls=Friendly, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portal-assistant", prog_name="portal")
@click.pass_context
def main(context: click.Context) -> None:
    """The assistant of a partner portal, in Slack, in Microsoft Teams and in a browser page.

    Settings come from the environment and from a file .env; docs/settings.md lists them all.
    """


@main.command()
@HOST
def web(host: str) -> None:
    """Serve Slack and Teams over HTTP (and the browser page with PORTAL_PLAYGROUND=1) on PORT. Keeps no clock."""
    from bot.serve import listen, serve

    settings = configured()
    serve(settings, listen(host, settings.port))


@main.command()
def worker() -> None:
    """The clock, and deliveries: what is due, and what a crash left behind."""
    from bot.serve import work

    work(configured())


@main.command()
@click.option("--at", metavar="TIME", help="Decide as if it were TIME, e.g. 2027-03-01T09:00+01:00. Without it: now.")
@AS_JSON
def tick(at: str | None, as_json: bool) -> None:
    """Let the clock decide once: deadlines, reminders, what has expired. Can be run from cron, every five minutes."""
    from bot.clock import tick_once

    click.echo(tick_once(configured(), at, as_json=as_json))


@main.command()
@HOST
def run(host: str) -> None:
    """Everything in one process: `web` and `worker`."""
    from bot.serve import listen, serve

    settings = configured()
    serve(settings, listen(host, settings.port), clock=True)


@main.command()
@HOST
def demo(host: str) -> None:
    """Fill the store with a fictional programme and open it in a browser page."""
    from bot.demo.program import open_demo

    open_demo(configured(), host)


@main.command()
def migrate() -> None:
    """Create the store, or upgrade it to this version."""
    from bot.database import Database
    from bot.database import migrate as upgrade

    settings = configured()
    click.echo(upgrade(Database(settings.database), settings.portal_home))


for command in (
    chats.slack,
    chats.teams,
    people.import_,
    people.invite,
    people.contacts,
    content.articles,
    content.index,
    content.ask,
    content.evaluate,
    announcements.announcements,
    deals.export,
    deliveries.deliveries,
    report.report,
):
    main.add_command(command)
