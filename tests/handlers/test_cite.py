"""Long Markdown in pieces, as platforms take it."""

import pytest

from handlers.cite import PIECE, content
from handlers.ui import MAX_TEXT

CODE = "\n".join(f"curl https://halden.example/{number}/{'x' * 60}" for number in range(120))


def pieces(text):
    found = [piece.text for piece in content(text)]
    assert all(len(piece) <= MAX_TEXT for piece in found)
    return found


@pytest.mark.parametrize("text", ["", " \n ", "Short.", "x" * PIECE])
def test_what_is_short_stays_whole(text):
    assert pieces(text) == [text] * bool(text.strip())


def test_all_of_it_is_there_cut_at_the_ends_of_lines():
    text = "\n".join(f"Line {number} of a long text." for number in range(600))
    assert "".join(pieces(text)) == text


@pytest.mark.parametrize("fence", ["```", "~~~", "`````", "  ```"])
def test_a_block_of_code_goes_on_as_one_in_the_next_piece(fence):
    found = pieces(f"First:\n\n{fence}bash\n{CODE}\n{fence}\n\n" + "After it. " * 100)
    assert len(found) > 3
    inside = [piece.split("\n") for piece in found[1:3]]
    assert all(lines[0] == f"{fence}bash".strip() and lines[-1] == fence.strip() for lines in inside)
    kept = [line for piece in found for line in piece.split("\n") if line.startswith("curl")]
    assert kept == CODE.split("\n")
    assert not found[-1].rstrip().endswith(fence.strip())


def test_a_line_of_code_longer_than_a_piece_is_code_in_each():
    first, second, third = pieces(f"```\n{'x' * (2 * PIECE + 100)}\n```")
    assert first.endswith("x\n```")
    assert second.startswith("```\nx")
    assert second.endswith("x\n```")
    assert third.startswith("```\nx")
    assert third.endswith("x\n```")


def test_no_empty_block_is_left_of_one_that_ends_where_it_is_cut():
    assert pieces(f"```bash\n{'x' * (PIECE - 8)}\n```\nDone.")[1] == "Done."


def test_other_fences_inside_of_a_block_do_not_end_it():
    found = pieces(f"````markdown\n```\n{CODE}\n```\n````\nDone.")
    assert all(piece.startswith("````markdown\n") for piece in found)
    assert found[-1].endswith("Done.")


def test_a_block_that_is_never_closed_and_endless_words_behind_a_fence_come_to_an_end():
    assert len(pieces(f"```\n{CODE}")) < 8
    assert len(pieces("```" + "x" * 20_000)) < 12
    assert len(pieces("`" * 20_000)) < 12
