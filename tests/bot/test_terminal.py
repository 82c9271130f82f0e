"""What people, files and platforms have written cannot take over the terminal of an operator who reads it."""

import pytest

from handlers.notices.models import Delivery
from tests.bot.test_certifications import CONTACTS, HEAD, PARTNERS
from tests.bot.test_people import file

RED = "\x1b[31m\x9b5m\u202eRed"
SHOWN = "[31m5mRed"


def harmless(text):
    assert SHOWN in text
    assert not set("\x1b\x9b\u202e") & set(text)


@pytest.fixture
def filled(portal, database, tmp_path):
    portal("import", "partners", file(tmp_path, PARTNERS))
    portal("import", "contacts", file(tmp_path, CONTACTS))
    portal("import", "certifications", file(tmp_path, f"{HEAD}zoe@kestrel.example,{RED},2025-03-31,2028-03-31,,\n"))
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "fees.md").write_text(f"# {RED} fees\n\nThe onboarding fee of a kestrel is 40 euros {RED}.\n", "utf-8")
    portal("articles", "import", articles)
    portal("index")
    with database.session() as session:
        session.add(Delivery(platform="slack", team="T1", conversation="C1", state="failed", error=RED, card={}))
        session.commit()


@pytest.mark.parametrize(
    "words",
    [
        ("articles", "list"),
        ("ask", "What is the onboarding fee of a kestrel?"),
        ("deliveries",),
        ("report", "certifications"),
        ("deliveries", "retry", RED),
        ("articles", "import", RED),
    ],
    ids=lambda words: words[0],
)
def test_it_is_shown_without_what_a_terminal_obeys(filled, portal, words):
    harmless(portal(*words).output)


def test_nor_does_a_line_that_cannot_be_imported(portal, database, tmp_path):
    portal("import", "partners", file(tmp_path, PARTNERS))
    said = portal(
        "import", "contacts", file(tmp_path, f"email,name,partner,role\nzoe@a.example,Zoë,{RED},partner_user\n")
    )
    assert said.exit_code == 1
    harmless(said.stderr)
