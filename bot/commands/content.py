"""Content: import it, make it findable, ask it."""

from pathlib import Path

import click

from bot.commands.shared import AS_JSON, Friendly, complain, configured, fail_if


@click.group(cls=Friendly)
def articles() -> None:
    """The knowledge base: import articles, list them."""


@articles.command("import")
@click.argument("path", type=click.Path(path_type=Path))
def import_articles(path: Path) -> None:
    """PATH is a folder of Markdown, a CSV of FAQs or a kb.jsonl. What is gone from PATH is removed from the store."""
    from bot import content

    report = content.import_articles(configured(), path)
    for name in report.reading.skipped:
        complain(f"{name}: skipped, no Markdown")
    for problem in report.reading.problems:
        complain(str(problem))
    counts = report.counts
    click.echo(
        f"{counts.added} added, {counts.changed} changed, {counts.removed} removed, {counts.unchanged} unchanged, "
        f"{len(report.reading.problems)} not imported, {len(report.reading.skipped)} skipped"
    )
    if counts.added or counts.changed or counts.removed:
        click.echo("Next: portal index. A process that is running does that by itself.")
    fail_if(bool(report.reading.problems))


@articles.command("list")
@click.option("--overdue", is_flag=True, help="Only articles past their review date.")
@click.option("--orphaned", is_flag=True, help="Only articles whose owner is nobody we know.")
@AS_JSON
def list_articles(overdue: bool, orphaned: bool, as_json: bool) -> None:
    """One line an article: id, title, category, owner, when it is due for review."""
    from bot import content

    click.echo(content.listing(configured(), overdue=overdue, orphaned=orphaned, as_json=as_json), nl=False)


@click.command()
@AS_JSON
def index(as_json: bool) -> None:
    """Make the articles findable: publish a new index. Running processes take it up by themselves."""
    from bot import content

    click.echo(content.index(configured(), as_json=as_json))


@click.command()
@click.argument("question")
@click.option(
    "--as", "email", metavar="EMAIL", help="Ask as this contact. Without it, as the vendor: everything is seen."
)
@AS_JSON
def ask(question: str, email: str | None, as_json: bool) -> None:
    """Ask at the console, without leaving a trace in the store."""
    from bot.console import ask_once

    click.echo(ask_once(configured(), question, email, as_json=as_json))


@click.command()
@click.option("--kb", required=True, type=click.Path(path_type=Path), help="A kb.jsonl, a CSV or a folder of Markdown.")
@click.option(
    "--queries", required=True, type=click.Path(path_type=Path), help="Labelled questions, one JSON object a line."
)
@click.option("--split", help="Only the questions of this split.")
@AS_JSON
def evaluate(kb: Path, queries: Path, split: str | None, as_json: bool) -> None:
    """Measure search and gate on labelled questions, in a temporary index; the store is not touched."""
    from bot.console import evaluate_set

    click.echo(evaluate_set(configured(), kb, queries, split, as_json=as_json))
