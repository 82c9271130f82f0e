"""Reports, on standard output."""

import click

from bot.commands.shared import AS_JSON, Friendly, configured


@click.group(cls=Friendly)
def report() -> None:
    """What stands in the store, for a spreadsheet or another program."""


@report.command("certifications")
@AS_JSON
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, and nothing else, on standard output.")
def report_certifications(as_json: bool, as_csv: bool) -> None:
    """Who is certified in what until when, the nearest end first."""
    from bot import report as reports
    from bot.database import open_store

    if as_json and as_csv:
        raise click.UsageError("Choose one of --json and --csv.")
    settings = configured()
    database = open_store(settings.database, settings.portal_home)
    form = reports.as_json if as_json else reports.as_csv if as_csv else reports.as_lines
    with database.read() as session:
        for piece in form(reports.certifications(session, database.clock.now())):
            click.echo(piece, nl=False)
    database.close()
