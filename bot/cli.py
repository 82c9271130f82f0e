"""The command `portal`. Each command imports what it needs when it runs, so that `--help` is instant."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.errors import PortalError

if TYPE_CHECKING:
    from bot import people
    from bot.settings import Settings

FAILED = 1

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy reads it once; our products are too small to share out


class Friendly(click.Group):
    """A PortalError is a sentence for the person at the keyboard, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except PortalError as error:
            click.echo(f"portal: {error}", err=True)
            ctx.exit(FAILED)


@click.group(cls=Friendly, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portal-assistant", prog_name="portal")
@click.pass_context
def main(context: click.Context) -> None:
    """The assistant of a partner portal, in Slack and in a browser page.

    Settings come from the environment and from a file .env; docs/settings.md lists them all.
    """


def _settings() -> "Settings":
    from bot.logs import configure
    from bot.settings import read_settings

    settings = read_settings()
    configure(settings.log_level)
    return settings


HOST = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
FILE = click.argument("file", type=click.Path(path_type=Path))


@main.command()
@HOST
def web(host: str) -> None:
    """Serve Slack over HTTP (and the browser page with PORTAL_PLAYGROUND=1) on PORT."""
    from bot.serve import listen, serve

    settings = _settings()
    serve(settings, listen(host, settings.port))


@main.command()
def worker() -> None:
    """The clock, and deliveries: what is due, and what a crash left behind."""
    from bot.serve import work

    work(_settings())


@main.command()
@click.option("--at", metavar="TIME", help="Decide as if it were TIME, e.g. 2027-03-01T09:00+01:00. Without it: now.")
@AS_JSON
def tick(at: str | None, as_json: bool) -> None:
    """Let the clock decide once: deadlines, reminders, what has expired. Can be run from cron, every five minutes."""
    from bot.clock import tick_once

    click.echo(tick_once(_settings(), at, as_json=as_json))


@main.command()
@HOST
def run(host: str) -> None:
    """Everything in one process: `web` and `worker`."""
    from bot.serve import listen, serve

    settings = _settings()
    serve(settings, listen(host, settings.port), clock=True)


@main.command()
@HOST
def demo(host: str) -> None:
    """Fill the store with a fictional programme and open it in a browser page."""
    from bot.demo.program import open_demo

    open_demo(_settings(), host)


@main.command()
def migrate() -> None:
    """Create the store, or upgrade it to this version."""
    from bot.database import Database
    from bot.database import migrate as upgrade

    settings = _settings()
    click.echo(upgrade(Database(settings.database), settings.portal_home))


@main.group("import", cls=Friendly)
def import_() -> None:
    """Bring in partners and contacts from CSV files. A second time changes nothing."""


@import_.command("partners")
@FILE
def import_partners(file: Path) -> None:
    """FILE has the columns name,type,tier,region,manager_email."""
    from bot import people

    _import(file, people.import_partners)


@import_.command("contacts")
@FILE
def import_contacts(file: Path) -> None:
    """FILE has the columns email,name,partner,role,language,time_zone."""
    from bot import people

    _import(file, people.import_contacts)


def _import(file: Path, load: "people.Import") -> None:
    from bot.database import open_store

    settings = _settings()
    database = open_store(settings.database, settings.portal_home)
    with database.session() as session:
        counts, problems = load(session, file)
        session.commit()
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"{counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged, {len(problems)} not imported"
    )
    _exit(bool(problems))


@main.command()
@click.argument("email")
@AS_JSON
def invite(email: str, as_json: bool) -> None:
    """Print a code with which a contact gets in whose address no chat confirms. It works once, for seven days."""
    from bot import access

    click.echo(access.invite(_settings(), email, as_json=as_json))


@main.group(cls=Friendly)
def contacts() -> None:
    """People who have left, and people who came back."""


@contacts.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """From now on the assistant does not know this person."""
    from bot import access

    click.echo(access.deactivate(_settings(), email))


@contacts.command()
@click.argument("email")
def activate(email: str) -> None:
    """The assistant knows this person again."""
    from bot import access

    click.echo(access.activate(_settings(), email))


@main.group(cls=Friendly)
def articles() -> None:
    """The knowledge base: import articles, list them."""


@articles.command("import")
@click.argument("path", type=click.Path(path_type=Path))
def import_articles(path: Path) -> None:
    """PATH is a folder of Markdown, a CSV of FAQs or a kb.jsonl. What is gone from PATH is removed from the store."""
    from bot import content

    report = content.import_articles(_settings(), path)
    for name in report.reading.skipped:
        click.echo(f"{name}: skipped, no Markdown", err=True)
    for problem in report.reading.problems:
        click.echo(str(problem), err=True)
    counts = report.counts
    click.echo(
        f"{counts.added} added, {counts.changed} changed, {counts.removed} removed, {counts.unchanged} unchanged, "
        f"{len(report.reading.problems)} not imported, {len(report.reading.skipped)} skipped"
    )
    if counts.added or counts.changed or counts.removed:
        click.echo("Next: portal index")
    _exit(bool(report.reading.problems))


@articles.command("list")
@click.option("--overdue", is_flag=True, help="Only articles past their review date.")
@click.option("--orphaned", is_flag=True, help="Only articles whose owner is nobody we know.")
@AS_JSON
def list_articles(overdue: bool, orphaned: bool, as_json: bool) -> None:
    """One line an article: id, title, category, owner, when it is due for review."""
    from bot import content

    click.echo(content.listing(_settings(), overdue=overdue, orphaned=orphaned, as_json=as_json), nl=False)


@main.command()
@AS_JSON
def index(as_json: bool) -> None:
    """Make the articles findable: publish a new index. Running processes take it up by themselves."""
    from bot import content

    click.echo(content.index(_settings(), as_json=as_json))


@main.command()
@click.argument("question")
@click.option(
    "--as", "email", metavar="EMAIL", help="Ask as this contact. Without it, as the vendor: everything is seen."
)
@AS_JSON
def ask(question: str, email: str | None, as_json: bool) -> None:
    """Ask at the console, without leaving a trace in the store."""
    from bot.console import ask_once

    click.echo(ask_once(_settings(), question, email, as_json=as_json))


@main.command()
@click.option("--kb", required=True, type=click.Path(path_type=Path), help="A kb.jsonl, a CSV or a folder of Markdown.")
@click.option(
    "--queries", required=True, type=click.Path(path_type=Path), help="Labelled questions, one JSON object a line."
)
@click.option("--split", help="Only the questions of this split.")
@AS_JSON
def evaluate(kb: Path, queries: Path, split: str | None, as_json: bool) -> None:
    """Measure search and gate on labelled questions, in a temporary index; the store is not touched."""
    from bot.console import evaluate_set

    click.echo(evaluate_set(_settings(), kb, queries, split, as_json=as_json))


@main.group(cls=Friendly)
def slack() -> None:
    """Slack's side of the set-up."""


@slack.command()
@click.option("--url", default="https://YOUR-HOST", show_default=True, help="Where Slack reaches this program.")
def manifest(url: str) -> None:
    """Print the app manifest to paste at Slack: Create an app > From a manifest."""
    from bot.channels.slack.manifest import manifest as made
    from bot.settings import read_settings

    click.echo(made(url, socket_mode=bool(read_settings().slack_app_token)))


def _exit(failed: bool) -> None:
    if failed:
        sys.exit(FAILED)
