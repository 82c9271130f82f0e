"""CSVs of FAQs and kb.jsonl: what becomes an article, and what is said of the rest."""

import json
from pathlib import Path

import pytest

from indexer.sources import Reading, read
from indexer.sources.faq_csv import question_key
from knowledge.audience import EVERYBODY_SEES, Reader


def table(tmp_path: Path, text: str | bytes, name: str = "faq.csv") -> Reading:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def lines(tmp_path: Path, *rows: object) -> Reading:
    said = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    return table(tmp_path, "\n".join(said), "kb.jsonl")


def where(reading: Reading) -> list[int]:
    return [problem.line for problem in reading.problems]


def test_every_column_of_a_csv_is_taken(tmp_path):
    text = (
        "ID,Question, Answer ,products,phrasings,types,tiers,owner,verified_on,version,note\n"
        '7,"How, ""exactly""?","Like\nthis",Relay|Vault,a | b,reseller|,,ING@halden.example,2026-01-31,1.10,=1+1\n'
    )
    draft = table(tmp_path, text).drafts["7"]
    assert (draft.title, draft.body, draft.kind) == ('How, "exactly"?', "Like\nthis", "faq")
    assert (draft.products, draft.phrasings) == (["Relay", "Vault"], ["a", "b"])
    assert (draft.audience.types, draft.audience.tiers) == (("reseller",), ())
    assert (draft.owner, draft.version, str(draft.verified_on)) == ("ing@halden.example", "1.10", "2026-01-31")
    assert draft.extra == {"note": "=1+1"}


def test_semicolons_and_a_byte_order_mark_are_what_a_spreadsheet_saves(tmp_path):
    reading = table(tmp_path, "\ufeffquestion;answer\r\nWhat, now?;This, then\r\n")
    (draft,) = reading.drafts.values()
    assert (draft.title, draft.body) == ("What, now?", "This, then")


def test_a_question_is_its_own_id_wherever_it_stands(tmp_path):
    reading = table(tmp_path, "question,answer\nb?,1\nA  thing?,2\n")
    assert set(reading.drafts) == {question_key("b?"), question_key("a THING?")}


def test_bad_rows_are_reported_by_the_line_they_begin_on(tmp_path):
    text = (
        "id,question,answer,verified_on\n"
        '1,"Two\nlines?",x,\n'
        "2,too,many,,values\n"
        "\n"
        "3,,no question,\n"
        "1,the same id,x,\n"
        "4,a day that is not,x,2026-02-30\n"
        "5,good?,,\n"
        ",,,\n"
        f'6,"a\nlong {"x" * 400_000} answer",x,\n'
    )
    reading = table(tmp_path, text)
    assert list(reading.drafts) == ["1", "5"]
    assert where(reading) == [4, 6, 7, 8, 11]
    assert reading.broken == {"1", "2", "3", "4", "6"}
    assert reading.complete


@pytest.mark.parametrize(
    "text", ["", "\n", "frage,antwort\na,b\n", "question,question\na,b\n", b"\xff\xfe", b"question\n\x00"]
)
def test_a_csv_that_cannot_be_read_removes_nothing(tmp_path, text):
    reading = table(tmp_path, text)
    assert len(reading.problems) == 1
    assert not reading.complete


def test_an_entry_of_a_jsonl_has_an_id_and_a_question_and_maybe_more(tmp_path):
    reading = lines(
        tmp_path,
        {"id": "docs/a.md#b c", "question": "How?", "answer": "So.", "alts": ["what way", "by what means"]},
        {"id": 7, "question": "Why?"},
        {"id": "md", "question": "x" * 400, "answer": "plain", "answer_md": "**rich**", "tags": ["t"], "alts": "one"},
        "",
    )
    assert not reading.problems
    first, second, third = reading.drafts.values()
    assert (first.key, first.body, first.phrasings) == ("docs/a.md#b c", "So.", ["what way", "by what means"])
    assert (second.key, second.body, second.kind) == ("7", "", "faq")
    assert (third.body, third.phrasings, third.extra, len(third.title)) == ("plain", ["one"], {"tags": ["t"]}, 300)


def test_a_bad_line_of_a_jsonl_is_reported_with_its_number(tmp_path):
    reading = lines(
        tmp_path,
        {"id": "a", "question": "fine?"},
        "{broken",
        {"question": "no id"},
        {"id": "b"},
        [1, 2],
        {"id": "", "question": "x"},
        {"id": True, "question": "x"},
        {"id": "a", "question": "again"},
        {"id": "c", "question": "x", "answer": 5},
        {"id": "d", "question": "a\x00b"},
        '{"id": "e", "question": "half \\ud83d a smile"}',
        '{"id": "f", "question": "x", "deep": ' + "[" * 900 + "]" * 900 + "}",
        "[" * 100_000,
        {"id": "g", "question": "still here?", "verified_on": "2026-02-30"},
        {"id": "h", "question": "still here?"},
        "NaN",
    )
    assert list(reading.drafts) == ["a", "h"]
    assert where(reading) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16]
    assert {"b", "c", "d", "e", "f", "g"} <= reading.broken
    assert not reading.complete
    assert all("\n" not in problem.reason and len(problem.reason) < 200 for problem in reading.problems)


def test_a_question_of_several_lines_is_a_title_of_one(tmp_path):
    reading = table(tmp_path, 'question,answer\n"Two\r\n  lines?",x\n')
    assert [draft.title for draft in reading.drafts.values()] == ["Two lines?"]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path):
    reading = table(tmp_path, 'id\tquestion\tanswer\n1\tA?\t"open\n2\tB?\t"fine, and\nlong"\n3\tC?\tsaid "so" is\n')
    assert (list(reading.drafts), where(reading)) == (["2", "3"], [2])
    assert reading.drafts["3"].body == 'said "so" is'
    assert not reading.complete


def test_a_rule_that_ends_in_a_bar_opens_nothing_to_everybody(tmp_path):
    (draft,) = table(tmp_path, "question,answer,types\nA?,x,reseller|\n").drafts.values()
    assert not draft.audience.open_to_all
    assert not draft.audience.admits(EVERYBODY_SEES)
    assert draft.audience.admits(Reader("reseller", "Gold", "EMEA", "partner_user"))
