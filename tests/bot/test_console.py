"""The console: asking, measuring, help, and the demo's programme."""

import json
from collections import Counter
from datetime import date, timedelta

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlmodel import select

from bot.cli import main
from bot.database import open_store
from bot.demo import program
from bot.settings import Settings
from bot.tables import metadata
from handlers.partners.models import Contact, Partner
from knowledge.models import Article
from tests.command import environment, python, run
from tests.conftest import fill

GOLD = "zoe.marchbanks@kestrelrowe.example"
TECHNOLOGY = "devon.achterberg@quillstack.example"
KINDS = {"faq", "guide", "playbook", "datasheet", "case-study", "price-list", "api", "implementation", "certification",
         "mdf", "policy"}  # fmt: skip


@pytest.fixture
def filled(settings, database):
    fill(settings, database)
    return lambda *arguments: run(arguments, environment(settings))


def counted(database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
            for table in metadata.sorted_tables
        }


def test_asking_shows_the_card_and_leaves_no_trace(filled, database):
    before = counted(database)
    result = filled("ask", "What discount do Gold partners get on new business?", "--as", GOLD.upper())
    assert (result.exit_code, "25 %" in result.stdout) == (0, True)
    for words in ("What's a good name for a cat?", "hi", "", "🙂", "help", "x" * 40_000, "half \udcff"):
        assert filled("ask", words).exit_code == 0
    assert counted(database) == before


def test_json_is_all_that_is_printed_and_keeps_its_shape(filled):
    said = json.loads(filled("ask", "What discount do Gold partners get on new business?", "--json").stdout)
    assert set(said) == {
        "question", "as", "kind", "outcome", "confidence", "article", "passage", "offered", "nearest", "card", "text"
    }  # fmt: skip
    assert (said["kind"], said["outcome"], said["as"]) == ("asked", "answer", None)
    assert set(said["article"]) == {"id", "title", "source_url", "owner", "verified_on", "overdue", "stale"}
    assert said["article"]["id"] == "discounts"
    assert said["nearest"][0]["id"] == "discounts"
    clarify = json.loads(filled("ask", "What is the API rate limit?", "--as", TECHNOLOGY, "--json").stdout)
    assert clarify["outcome"] == "clarify"
    assert len(clarify["offered"]) in (2, 3)
    assert clarify["article"] is None
    abstain = json.loads(filled("ask", "What's a good name for a cat?", "--json").stdout)
    assert (abstain["outcome"], abstain["offered"], abstain["text"][:12]) == ("abstain", [], "I don't know")
    assert json.loads(filled("ask", "hi", "--json").stdout)["outcome"] is None


def test_asking_as_somebody_shows_what_they_may_see(filled):
    asked = "How much is the quarterly rebate above the threshold?"
    assert "3 %" in filled("ask", asked, "--as", GOLD).stdout
    assert "rebate" not in filled("ask", asked, "--as", TECHNOLOGY, "--json").stdout.replace(asked, "").casefold()
    refused = filled("ask", asked, "--as", "nobody@nowhere.example")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "There is no active contact nobody@nowhere.example" in refused.stderr


def test_an_empty_store_answers_everything_with_an_abstention(portal):
    said = json.loads(portal("ask", "How do I register a deal?", "--json").stdout)
    assert (said["outcome"], said["nearest"]) == ("abstain", [])


@pytest.fixture
def labelled(tmp_path):
    kb, queries = tmp_path / "kb.jsonl", tmp_path / "queries.jsonl"
    entries = [("mfa", "How do I reset MFA?"), ("deal", "How do I register a deal?"), ("mdf", "How do I claim MDF?")]
    kb.write_text(
        "".join(json.dumps({"id": key, "question": asked, "alts": [asked[9:]]}) + "\n" for key, asked in entries)
    )
    rows = [
        {"text": "reset my MFA", "relevant": ["mfa"], "split": "test"},
        {"text": "registering deals", "relevant": ["deal"], "split": "dev"},
        {"text": "best pizza in Naples?", "relevant": [], "kind": "off-topic", "split": "test"},
        {"text": "Wie setze ich MFA zurück?", "relevant": ["mfa"], "lang": "de", "split": "test"},
    ]
    queries.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return kb, queries


def test_evaluating_prints_json_only_and_touches_no_store(portal, database, labelled, settings):
    kb, queries = labelled
    before = counted(database)
    result = portal("evaluate", "--kb", kb, "--queries", queries, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert set(said) == {
        "kb", "queries", "hit_at_1", "hit_at_3", "mrr_at_10", "ndcg_at_10", "auroc", "outcomes", "latency_ms",
        "by_language"
    }  # fmt: skip
    assert (said["kb"], said["queries"], said["hit_at_1"]) == (3, 3, 1.0)
    assert set(said["by_language"]) == {"de"}
    assert counted(database) == before
    assert not (settings.portal_home / "index").exists()
    assert (
        json.loads(portal("evaluate", "--kb", kb, "--queries", queries, "--split", "dev", "--json").stdout)["queries"]
        == 1
    )
    assert "hit_at_1" in portal("evaluate", "--kb", kb, "--queries", queries).stdout


@pytest.mark.parametrize(
    ("kb", "queries", "split", "part"),
    [
        ("nowhere.jsonl", "queries.jsonl", None, "There is no file or folder"),
        ("kb.jsonl", "nowhere.jsonl", None, "nowhere.jsonl"),
        ("kb.jsonl", ".", None, "cannot be read"),
        ("kb.jsonl", "bad.jsonl", None, "line 2"),
        ("kb.jsonl", "latin.jsonl", None, "latin.jsonl"),
        ("kb.jsonl", "queries.jsonl", "exam", "Splits there are: dev, test"),
    ],
)
def test_what_cannot_be_evaluated_is_a_sentence(portal_here, labelled, tmp_path, kb, queries, split, part):
    (tmp_path / "bad.jsonl").write_text('{"text": "x", "relevant": []}\n{"text": 5}\n')
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "Stra\xdfe", "relevant": []}\n')
    more = ("--split", split) if split else ()
    result = portal_here("evaluate", "--kb", tmp_path / kb, "--queries", tmp_path / queries, *more, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("portal: ")
    assert part in result.stderr


def commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [path]
    return [path, *(found for name, inner in command.commands.items() for found in commands(inner, (*path, name)))]


@pytest.mark.parametrize("path", commands(main), ids=" ".join)
def test_every_command_says_what_it_does(path):
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0
    said = result.stdout.split("\n\n")[1].strip()
    assert said[0].isupper()
    assert said.endswith((".", "]"))


def test_help_is_instant():
    """In a process of its own; what counts is its own time, whatever else the machine does."""
    said = python(
        "import sys, time\n"
        "from click.testing import CliRunner\n"
        "from bot.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print(time.process_time(), [n for n in ('torch', 'faiss', 'sqlalchemy', 'numpy') if n in sys.modules])"
    )
    seconds, loaded = said.split(" ", 1)
    assert loaded.strip() == "[]"
    assert float(seconds) < 0.5


def test_the_demo_is_a_programme_worth_asking_about_and_a_second_time_nothing_changes(home):
    settings = Settings(portal_home=home)
    database = open_store(settings.database, home)
    program.fill(settings, database)
    with database.read() as session:
        articles = session.exec(select(Article)).all()
        partners = session.exec(select(Partner)).all()
        emails = {contact.email for contact in session.exec(select(Contact))}
        before = {article.id: (article.content_hash, article.imported_at) for article in articles}
    assert len(articles) >= 60
    assert {article.kind for article in articles} >= KINDS
    assert all(len(article.body) > 300 and article.category for article in articles)
    assert Counter(partner.type for partner in partners).keys() == {"reseller", "technology", "service"}
    assert (len(partners), len(emails)) == (8, 20)
    assert {partner.manager_email for partner in partners} <= emails
    today = date.today()
    assert any(article.overdue(today) for article in articles)
    assert any((article.owner or "") not in emails for article in articles)
    verified = [article.verified_on for article in articles if article.verified_on]
    assert max(verified) >= today - timedelta(days=60)
    assert max(verified) <= today
    revision = (settings.portal_home / "index" / "current").read_text()
    program.fill(settings, database)
    with database.read() as session:
        assert {row.id: (row.content_hash, row.imported_at) for row in session.exec(select(Article))} == before
    assert (settings.portal_home / "index" / "current").read_text() == revision


def test_the_demo_is_not_mixed_into_a_real_programme(portal, settings, database, tmp_path):
    people = tmp_path / "contacts.csv"
    people.write_text("email,name,partner,role\nreal@customer.com,Real,,operator\n")
    portal("import", "contacts", people)
    with pytest.raises(program.PortalError, match="holds a programme already"):
        program.fill(settings, database)
    assert counted(database)["partner"] == 0
