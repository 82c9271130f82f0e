"""Importing again and again: what is added, changed, removed, and what must stay."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from knowledge.models import Article, Passage, Phrasing
from tests.command import python


def write(folder: Path, **articles: str) -> Path:
    for name, text in articles.items():
        (folder / f"{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_bytes(text.encode("utf-8", "surrogateescape"))
    return folder


def stored(database) -> dict[str, str]:
    with database.read() as session:
        return {article.key: article.title for article in session.exec(select(Article))}


def counted(result) -> list[int]:
    return [int(part.split()[0]) for part in result.stdout.splitlines()[0].split(", ")]


def test_what_changed_is_counted_and_a_second_time_nothing_changes(portal, database, tmp_path):
    place = write(tmp_path / "kb", a="# A\none", b="---\ntitle: B\nphrasings: [x, y]\n---\ntwo", c="# C\nthree")
    first = portal("articles", "import", place)
    assert (counted(first), first.exit_code) == ([3, 0, 0, 0, 0, 0], 0)
    assert "portal index" in first.stdout
    again = portal("articles", "import", place)
    assert (counted(again), again.exit_code) == ([0, 0, 0, 3, 0, 0], 0)
    assert "portal index" not in again.stdout
    write(place, a="# A\nanother")
    (place / "b.md").rename(place / "moved.md")
    (place / "c.md").unlink()
    assert counted(portal("articles", "import", place)) == [1, 1, 2, 0, 0, 0]
    assert stored(database) == {"a": "A", "moved": "B"}
    with database.read() as session:
        assert sorted(session.exec(select(Passage.text))) == ["another", "two"]
        assert sorted(session.exec(select(Phrasing.text))) == ["x", "y"]


def test_a_broken_file_keeps_its_earlier_article_and_is_reported(portal, database, tmp_path):
    place = write(tmp_path / "kb", a="# A\none", b="# B\ntwo", c="# C\nthree")
    portal("articles", "import", place)
    write(place, a="---\ntitle: [\n---\n", b="# Stra\udcdfe", c="# C2\nthree", d="no title")
    (place / "notes.txt").write_text("x")
    result = portal("articles", "import", place)
    assert result.exit_code == 1
    assert counted(result) == [0, 1, 0, 0, 3, 1]
    assert stored(database) == {"a": "A", "b": "B", "c": "C2"}
    said = result.stderr.splitlines()
    assert said[0] == "notes.txt: skipped, no Markdown"
    assert [line.split(": ")[0] for line in said[1:]] == ["a.md:3", "b.md:1", "d.md:1"]
    assert "Traceback" not in result.stderr


def test_only_what_came_from_the_same_path_is_removed(portal, database, tmp_path):
    one, two = write(tmp_path / "one", a="# One"), write(tmp_path / "two", a="# Two", b="# Two B")
    portal("articles", "import", one)
    assert counted(portal("articles", "import", two)) == [2, 0, 0, 0, 0, 0]
    (two / "a.md").unlink()
    (one / "a.md").unlink()
    assert counted(portal("articles", "import", two)) == [0, 0, 1, 1, 0, 0]
    assert stored(database) == {"a": "One", "b": "Two B"}
    assert counted(portal("articles", "import", tmp_path / "two" / ".." / "one")) == [0, 0, 1, 0, 0, 0]


def test_a_file_with_a_line_that_nobody_can_name_removes_nothing(portal, database, tmp_path):
    kb = tmp_path / "kb.jsonl"
    kb.write_text("".join(json.dumps({"id": key, "question": key}) + "\n" for key in "abc"))
    portal("articles", "import", kb)
    kb.write_text('{"id": "a", "question": "a2"}\n{broken\n')
    result = portal("articles", "import", kb)
    assert (counted(result), result.exit_code) == ([0, 1, 0, 0, 1, 0], 1)
    assert stored(database) == {"a": "a2", "b": "b", "c": "c"}
    kb.write_text('{"id": "a", "question": "a2"}\n')
    assert counted(portal("articles", "import", kb)) == [0, 0, 2, 1, 0, 0]


def test_what_no_database_can_hold_is_reported_and_the_rest_goes_in(portal, database, tmp_path):
    kb = tmp_path / "kb.jsonl"
    kb.write_text(
        '{"id": "a", "question": "a\\u0000"}\n{"id": "b", "question": "\\ud800"}\n{"id": "c", "question": "c"}\n'
    )
    result = portal("articles", "import", kb)
    assert (counted(result), result.exit_code) == ([1, 0, 0, 0, 2, 0], 1)
    assert stored(database) == {"c": "c"}


@pytest.mark.parametrize("name", ["nowhere", "a.docx"])
def test_a_path_that_is_no_source_is_a_sentence(portal_here, tmp_path, name):
    (tmp_path / "a.docx").write_bytes(b"PK")
    result = portal_here("articles", "import", tmp_path / name)
    assert result.exit_code == 1
    assert result.stderr.startswith("portal: ")
    assert result.stdout == ""


def test_the_list_shows_what_is_overdue_and_what_has_no_owner(portal, database, tmp_path):
    today = date.today()
    people = tmp_path / "contacts.csv"
    people.write_text("email,name,partner,role\nowner@halden.example,Owner,,content_owner\n")
    assert portal("import", "contacts", people).exit_code == 0
    dated = "---\ntitle: {0}\nowner: {1}\nverified_on: {2}\nreview_every_days: 10\n---\nx"
    write(
        tmp_path / "kb",
        due=dated.format("Due today", "Owner@halden.example", today - timedelta(days=10)),
        late=dated.format("Late", "owner@halden.example", today - timedelta(days=11)),
        gone=dated.format("Left behind", "left@halden.example", today),
        future=dated.format("The last day", "owner@halden.example", "9999-12-31"),
        bare="# Bare",
    )
    portal("articles", "import", tmp_path / "kb")

    def ids(*options: str) -> list[str]:
        result = portal("articles", "list", "--json", *options)
        assert result.exit_code == 0
        return sorted(row["id"] for row in json.loads(result.stdout))

    assert ids() == ["bare", "due", "future", "gone", "late"]
    assert ids("--overdue") == ["late"]
    assert ids("--orphaned") == ["bare", "gone"]
    assert ids("--orphaned", "--overdue") == []
    (row,) = json.loads(portal("articles", "list", "--json", "--overdue").stdout)
    assert row["overdue"] is True
    assert row["review_due"] == str(today - timedelta(days=1))
    assert set(row) == {
        "id", "title", "category", "kind", "language", "owner", "overdue", "stale", "verified_on", "review_due",
        "source",
    }  # fmt: skip
    said = portal("articles", "list").stdout
    assert "OVERDUE since" in said
    assert said.endswith("5 articles\n")
    assert portal("articles", "list", "--overdue", "--orphaned").stdout == "No articles.\n"


UNREADABLE = """
import os, sys
from pathlib import Path
from indexer.sources import read
b"x".decode("utf-8-sig")  # imported from a folder that only root may read
os.setuid(65534)
reading = read(Path(sys.argv[1]))
print(sorted(reading.drafts), [str(problem) for problem in reading.problems], reading.complete)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody who may not read")
def test_a_folder_that_cannot_be_listed_removes_nothing(tmp_path):
    place = write(tmp_path / "kb", **{"a": "# A", "shut/b": "# B"})
    for parent in place.parents:
        if parent.name.startswith(("pytest", "popen", "test_")):
            parent.chmod(0o755)
    (place / "shut").chmod(0o700)
    said = python(UNREADABLE, place)
    assert said == "['a'] ['shut:1: cannot be read: Permission denied'] False\n"
