"""Markdown is cut where a reader would cut it, and in time that grows with its length only."""

from time import process_time

import pytest

from indexer.blocks import size
from indexer.passages import LONGEST, Piece, line, passages, plain, telling

SENTENCES = " ".join(f"This is sentence number {number} of a long text about partners." for number in range(60))


def test_a_short_section_is_one_piece_with_its_heading_path() -> None:
    body = "# Guide\n\nIntro.\n\n## Setup\n\n### Keys\n\nRotate the *key*.\n\n## Limits\n\n- one\n- two\n"
    assert passages("Guide", body) == [
        Piece("", "Intro."),
        Piece("Setup > Keys", "Rotate the *key*."),
        Piece("Limits", "- one\n- two"),
    ]


def test_underlined_headings_count_and_headings_in_code_do_not() -> None:
    body = "Setup\n=====\n\nA.\n\n```sh\n# not a heading\n```\n\nPart\n---\n\nB."
    assert passages("T", body) == [Piece("Setup", "A.\n\n```sh\n# not a heading\n```"), Piece("Setup > Part", "B.")]


def test_a_long_section_is_cut_at_sentences_into_pieces_of_like_size() -> None:
    pieces = passages("T", "## A\n\n" + SENTENCES)
    assert len(pieces) > 3
    assert all(40 < size(piece.text) <= LONGEST for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == SENTENCES


def test_code_of_ordinary_length_is_never_cut() -> None:
    code = "```python\n" + "\n\n".join(f"value_{number} = {number}" for number in range(20)) + "\n```"
    assert any(code in piece.text for piece in passages("T", f"{SENTENCES}\n\n{code}\n\n{SENTENCES}"))


def test_a_list_stays_with_the_line_that_announces_it() -> None:
    things = "\n".join(f"- thing number {number} with a name" for number in range(20))
    body = f"{SENTENCES[:700]}\n\nYou need:\n\n{things}"
    assert any("You need:\n\n- thing number 0" in piece.text for piece in passages("T", body))


def test_steps_keep_what_is_indented_below_them() -> None:
    body = "1. Open it.\n\n   > [!NOTE]\n   > Careful.\n\n2. Close it."
    assert passages("T", body) == [Piece("", body)]


def test_every_part_of_a_long_table_has_its_head() -> None:
    table = "| Tier | Margin |\n|---|---|\n" + "\n".join(f"| tier {n} | {n} % |" for n in range(200))
    pieces = passages("T", table)
    assert len(pieces) > 5
    assert all(piece.text.startswith("| Tier | Margin |\n|---|---|\n| tier") for piece in pieces)


def test_every_part_of_long_code_is_fenced() -> None:
    pieces = passages("T", "```sh\n" + "echo one two three\n" * 300 + "```")
    assert len(pieces) > 3
    assert all(piece.text.startswith("```sh\n") and piece.text.endswith("\n```") for piece in pieces)


def test_what_is_embedded_has_title_and_path_in_front_and_no_markup() -> None:
    piece = Piece(
        "Setup > Keys",
        "> [!NOTE]\n> Use the **[key page](https://x.example/a_b)** and `rotate_key`.\n\n| a | b |\n|--|--|\n| 1 | 2 |",
    )
    assert line("Guide", piece) == "Guide > Setup > Keys\nNOTE: Use the key page and rotate_key . a b 1 2"


def test_nothing_gives_no_piece() -> None:
    assert passages("T", "") == passages("T", "\n\n# Only\n\n## headings\n\n---\n") == []


def test_pictures_and_comments_alone_leave_nothing_to_embed() -> None:
    assert plain("<!-- draft --> ![](a.png)") == ""


MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "a b, c. " * (MEGABYTE // 8),
        "x" * MEGABYTE,
        "[" * MEGABYTE,
        "`" * MEGABYTE,
        "<a " * (MEGABYTE // 3),
        "<!--" * (MEGABYTE // 4),
        "- x\n" * (MEGABYTE // 4),
        "> " * (MEGABYTE // 2),
        "# a\n" * (MEGABYTE // 4),
        "#" * MEGABYTE,
        " " * MEGABYTE + "x",
        "漢字。" * (MEGABYTE // 3),
        "a|b\n" + "|-" * (MEGABYTE // 2) + "x",
        "* " * (MEGABYTE // 2),
        "a\\" * (MEGABYTE // 2),
    ],
    ids=lambda text: repr(text[:6]),
)
def test_a_megabyte_of_anything_is_cut_in_seconds(text: str) -> None:
    start = process_time()
    pieces = passages("T", text)
    assert all(size(piece.text) < 1_000 for piece in pieces)
    assert sum(len(line("T", piece)) for piece in pieces) < 3 * len(text)
    assert process_time() - start < 20


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("- [Reset it](reset.md)\n- [Billing basics][billing]", False),
        ("- Learn more about [competencies](c.md), and see [the list](l.md).", False),
        ("Press [Claim](https://a.example/claim).", True),
        ("- [Reset it](reset.md)\n- Or ask your administrator.", True),
        ("[x]: a footnote that is no link", True),
        ("Read more about it.", True),
        ("", True),
        ("[" * 50_000, True),
    ],
)
def test_what_is_nothing_but_links_answers_nothing(text, tells):
    pieces = [Piece("How it works", "The whole answer."), Piece("Next steps", text)]
    assert (pieces[1] in telling(pieces)) == tells
    assert telling(pieces[1:]) == pieces[1:]
