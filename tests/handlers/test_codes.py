"""Codes: said, typed and told apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.codes import code, understood


def test_a_code_has_no_look_alikes_and_never_repeats_soon():
    made = [code("D") for _ in range(500)]
    assert all(re.fullmatch(r"D-[2346789CDFHJKMNPQRTWXY]{4}", one) for one in made)
    assert len(set(made)) > 480
    assert len(code("T", longer=2)) == len("T-7K2M") + 2


@pytest.mark.parametrize(
    "words", ["D-4XQ9", "d4xq9", "D 4xq9", "what about d–4xq9?", "deal D‑4XQ9.", "(d-4Xq9)", "Ｄ－４ＸＱ９", "D- 4xq9"]
)
def test_a_code_is_understood_however_it_is_typed(words):
    assert understood("D", words) == "D-4XQ9"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "my deals",
        "d-day",
        "d day",
        "D-Link router",
        "xd4xq9",
        "d4xq9a7k2m",
        "4xq9",
        "T-4XQ9",
        "d 2000",
        "D\n\n4XQ9",
    ],
)
def test_other_words_are_no_code(words):
    assert understood("D", words) is None


def test_with_its_hyphen_whatever_looks_like_a_code_is_one():
    assert understood("D", "D-0O1L") == "D-0O1L"


@given(st.integers(0, 4), st.sampled_from(["{}", "{} ", "deal {}?", "about {}!"]))
def test_every_code_is_understood_in_any_case_with_or_without_its_hyphen(longer, around):
    made = code("D", longer)
    for typed in (made, made.lower(), made.replace("-", ""), made.replace("-", " ")):
        assert understood("D", around.format(typed)) == made


@given(st.text(max_size=200))
def test_any_text_is_taken(words):
    assert understood("D", words) is None or understood("D", words).startswith("D-")
