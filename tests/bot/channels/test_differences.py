import pytest

from bot.channels.differences import ALIKE, LINKS, QUOTES, TABLES, differences
from handlers.ui import Card, Markdown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Bold**, *italic*, ~~old~~, `code`\n\n- a\n- b\n\n> quoted\n\n```\ncode\n```", ALIKE),
        ("see [the list](https://a.example), **now**", ALIKE),
        ("| a |\n|---|\n| 1 |", TABLES),
        ("> - quoted", QUOTES),
        ("- `code` and [a link](https://a.example)", LINKS),
        ("> | a |\n> |---|\n> | 1 |\n\n~~old~~ <https://a.example>", f"{QUOTES} {TABLES} {LINKS}"),
    ],
)
def test_only_what_differs_is_said(text, said):
    assert differences(Card(body=(Markdown(text=text),))) == said
