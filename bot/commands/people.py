"""People: import them, let them in, see them off."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.shared import AS_JSON, FILE, Friendly, complain, configured, fail_if

if TYPE_CHECKING:
    from bot import people


@click.group("import", cls=Friendly)
def import_() -> None:
    """Bring in partners, contacts, certifications and deals from CSV files. A second time changes nothing."""


@import_.command("partners")
@FILE
def import_partners(file: Path) -> None:
    """FILE has the columns name,type,tier,region,manager_email."""
    from bot import people

    _import(lambda session, _: people.import_partners(session, file))


@import_.command("contacts")
@FILE
def import_contacts(file: Path) -> None:
    """FILE has the columns email,name,partner,role,language,time_zone."""
    from bot import people

    _import(lambda session, _: people.import_contacts(session, file))


@import_.command("deals")
@FILE
def import_deals(file: Path) -> None:
    """FILE has the columns that `portal export deals` writes; docs/deals.md lists them."""
    from bot.deals import importing

    _import(lambda session, now: importing.import_deals(session, file, now))


@import_.command("programmes")
@FILE
def import_programmes(file: Path) -> None:
    """FILE has the columns name,validity_months,course,course_url,tiers: what people can be certified in."""
    from bot import certifications

    _import(lambda session, _: certifications.import_programmes(session, file))


@import_.command("certifications")
@FILE
def import_certifications(file: Path) -> None:
    """FILE has the columns email,certification,issued_on,expires_on,renewal_url,external_id."""
    from bot import certifications

    _import(lambda session, now: certifications.import_certifications(session, file, now))


def _import(load: "people.Import") -> None:
    from bot.database import open_store

    settings = configured()
    database = open_store(settings.database, settings.portal_home)
    with database.session() as session:
        counts, problems = load(session, database.clock.now())
        session.commit()
    for problem in problems:
        complain(str(problem))
    click.echo(
        f"{counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged, {len(problems)} not imported"
    )
    fail_if(bool(problems))


@click.command()
@click.argument("email")
@AS_JSON
def invite(email: str, as_json: bool) -> None:
    """Print a code with which a contact gets in whose address no chat confirms. It works once, for seven days."""
    from bot import access

    click.echo(access.invite(configured(), email, as_json=as_json))


@click.group(cls=Friendly)
def contacts() -> None:
    """People who have left, and people who came back."""


@contacts.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """From now on the assistant does not know this person."""
    from bot import access

    click.echo(access.deactivate(configured(), email))


@contacts.command()
@click.argument("email")
def activate(email: str) -> None:
    """The assistant knows this person again."""
    from bot import access

    click.echo(access.activate(configured(), email))
