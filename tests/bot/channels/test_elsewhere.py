"""What one platform gets, shown on another: nothing is added to it and nothing left out, whatever it says."""

import re

import pytest

from bot.channels import richtext
from bot.channels.elsewhere import CELLS, CUT, STYLES, elsewhere
from bot.channels.richtext import words
from bot.channels.slack import blocks as slack
from bot.channels.teams import cards as teams
from handlers.announcements.views import reader
from handlers.ui import MAX_BODY, Button, Card, Divider, Item, Markdown, Text
from tests import adaptive, block_kit
from tests.rows import PICTURE, announcement
from tests.shown import variant

MESSAGE = """# Big *news*

**New** prices, `now`, ~~old~~ & <b> 3 \\* 4
second line  
hard break

> Ask us
>
> - or `them`

2. second
   - inner [link](https://a.example/x)
     - deeper

```
code  *x*
  indented
```

See [the list](https://a.example), **now** ~~old~~ `x_y`

| Tier | Price |
|---|---|
| Gold \\| x | 10 `c` |
| إعلان | [割引](https://b.example) |

---

مرحبا **بكم** 割引"""  # noqa: W291 (a hard break)


def announced(kind):
    what = announcement()
    what.kind, what.message, what.link, what.acknowledge = kind, MESSAGE, "https://x.example/(a)", True
    return reader.announcement(what, "Ingrid").model_copy(update={"sample": True})


def in_slack(card):
    shown = {"text": slack.fallback(card), "blocks": slack.draw(card)}
    assert (block_kit.problems(shown, "message"), block_kit.pings(shown)) == ([], [])
    return block_kit.written(shown)


def in_teams(card):
    drawn = teams.draw(card)
    assert adaptive.problems(drawn) == []
    return adaptive.written(drawn)


def letters(text):
    """Platforms differ in blanks, lines and marks; a TextBlock has its links' addresses in its text."""
    return "".join(letter for letter in re.sub(r"\]\([^)]*\)", "", text) if letter.isalnum())


def shown(card):
    """All its words but those that say what it is."""
    return "".join(
        words(richtext.parse(part.text))
        if isinstance(part, Markdown)
        else card.model_copy(update={"title": "", "body": (part,)}).plain()
        for part in card.body[1:]
    )


@pytest.mark.parametrize("kind", ["ordinary", "emptiest", "foreign"])
@pytest.mark.parametrize("urgent", ["urgent", "update"])
def test_all_that_a_platform_gets_and_nothing_else_is_shown_on_the_other(urgent, kind):
    card = variant(announced(urgent), kind)
    seen = elsewhere(card, "slack")
    assert letters(in_teams(seen)) == letters(seen.title + seen.body[0].text + in_slack(card))
    seen = elsewhere(card, "teams")
    assert letters(in_slack(seen)) == letters(seen.title + seen.body[0].text + in_teams(card))
    assert "".join(in_slack(elsewhere(card, "web"))) and in_teams(elsewhere(card, "web"))


BY_SLACK = (
    "⚠️ **Urgent",
    "> Ask us  \n> • or `them`",
    "2\\. second\n\n- inner [link](<https://a.example/x>)\n    - deeper",
    "```\ncode  *x*\n  indented\n```",
    "[the list](<https://a.example>), **now** ~~old~~ `x_y`",
    "```\nTier      Price\n────────  ─────\nGold | x  10 c\nإعلان     割引\n```",
    "[Acknowledge]  [What's new]",
)
BY_TEAMS = (
    "**⚠️ Urgent",
    "> Ask us\n> \n> • or `them`",
    "2\\. second  \n\u2003\u2003• inner [link](https://a.example/x)  \n\u2003\u2003\u2003\u2003• deeper",
    "```\ncode  *x*\n  indented\n```",
    "[the list](https://a.example), **now** old x\\_y",  # beside a link Teams has neither
    "| Tier | Price |\n| --- | --- |\n| Gold \\| x | 10 `c` |\n| إعلان | [割引](https://b.example) |",
    "[Acknowledge]  [What's new]",
)


@pytest.mark.parametrize(
    ("platform", "name", "drawn", "said", "unsaid"),
    [("slack", "Slack", BY_SLACK, STYLES, CELLS), ("teams", "Teams", BY_TEAMS, CELLS, STYLES)],
)
def test_how_another_platform_draws_it(platform, name, drawn, said, unsaid):
    seen = elsewhere(announced("urgent"), platform)
    text = "\n".join(part.text for part in seen.body)
    assert seen.title == f"As {name} draws it" and not seen.buttons and said in text and unsaid not in text
    assert [part for part in drawn if part not in text] == []


def test_the_page_draws_the_card_itself():
    card = announced("urgent")
    seen = elsewhere(card, "web")
    assert seen.title == "As the browser page draws it" and CELLS in seen.body[0].text
    assert seen.body[2:-1] == card.body[:-1] and not seen.buttons


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_parts_that_no_announcement_has_are_shown_as_well(platform):
    item = Item(text="*A* line", detail="more", button=Button(label="Read", action="a.b"))
    seen = elsewhere(Card(body=(*PICTURE, Divider(), item)), platform)
    assert letters(shown(seen)) == letters(PICTURE[0].alt + "A line more Read")


def test_what_is_too_long_is_cut_aloud():
    many = tuple(Text(text=f"Line {number}", style="subtle") for number in range(MAX_BODY))
    for platform in ("slack", "teams"):
        seen = elsewhere(Card(title="Long", body=many), platform)
        assert len(seen.body) == MAX_BODY and seen.body[-1].text == CUT


def test_text_that_no_message_holds_at_once_is_parted_between_paragraphs():
    text = "\n\n".join("a&b " * 180 for _ in range(4))
    for platform in ("slack", "teams"):
        seen = elsewhere(Card(body=(Markdown(text=text),)), platform)
        assert len(seen.body) > 2 and letters(shown(seen)) == letters(text)
