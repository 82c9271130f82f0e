"""Lists of needs and articles, and an article to read."""

from collections.abc import Sequence
from datetime import date

from handlers.cite import content, day, provenance, shortened, source, warning
from handlers.ui import MAX_ACTIONS, Banner, Button, Buttons, Card, Element, Item, Text
from knowledge.models import Article, Passage

PAGE = MAX_ACTIONS - 1
ON_THE_HOME = 12
CHARACTERS_AT_ONCE = 6_000
PIECES_AT_ONCE = 8


def home(names: Sequence[str]) -> tuple[Element, ...]:
    """All needs by name and one button, since the Home has room for what else can be done here."""
    if not names:
        return ()
    browse = Button(label="Browse by need", action="library.needs", value="0")
    named = " · ".join(shortened(name) for name in names[:ON_THE_HOME])
    return (Text(text=named, style="subtle"), Buttons(buttons=(browse,)))


def needs(names: Sequence[str], start: int) -> Card:
    if not names[start:]:
        return Card(body=(Text(text="There are no articles yet. Ask me anyway: I keep what I could not answer."),))
    return Card(title="What do you want to get done?", body=(Buttons(buttons=_need_buttons(names, start)),))


def _need_buttons(names: Sequence[str], start: int) -> tuple[Button, ...]:
    """As many needs as there is room for; the last button leads to the rest."""
    rest = names[start:]
    if len(rest) <= MAX_ACTIONS:
        return tuple(_need_button(name) for name in rest)
    more = Button(label="More needs", action="library.needs", value=str(start + PAGE))
    return (*(_need_button(name) for name in rest[:PAGE]), more)


def _need_button(name: str) -> Button:
    return Button(label=shortened(name), action="library.need", value=f"0:{name}"[:500])


def need(name: str, articles: Sequence[Article], page: int) -> Card:
    shown = articles[page * PAGE : (page + 1) * PAGE]
    if not shown:
        return Card(title=shortened(name, 150), body=(Text(text="There is nothing for you here yet. Ask me instead."),))
    body: list[Element] = [
        Item(text=shortened(article.title, 300), detail=_detail(article), button=read_button(article))
        for article in shown
    ]
    left = len(articles) - (page + 1) * PAGE
    if left > 0:
        more = Button(label=f"{left} more", action="library.need", value=f"{page + 1}:{name}"[:500])
        body.append(Buttons(buttons=(more,)))
    return Card(title=shortened(name, 150), body=tuple(body))


def _detail(article: Article) -> str:
    verified = f"verified {day(article.verified_on)}" if article.verified_on else ""
    return shortened(" · ".join(part for part in (article.kind, *article.products, verified) if part), 300)


def read_button(article: Article) -> Button:
    return Button(label="Read", action="library.read", value=f"{article.id}:0")


def article(article: Article, passages: Sequence[Passage], start: int, today: date) -> Card:
    """As many passages as make a good read; a button leads on."""
    body: list[Element] = [*warning(article, today)]
    section, length, position = "", 0, start
    for position, passage in enumerate(passages[start:], start=start):
        pieces = content(passage.text)
        if position > start and (length + len(passage.text) > CHARACTERS_AT_ONCE or len(body) + len(pieces) > 24):
            break
        if passage.section != section and passage.section:
            body.append(Text(text=shortened(passage.section, 600), style="strong"))
        section = passage.section
        body.extend(pieces[:PIECES_AT_ONCE])
        length += len(passage.text)
        if len(pieces) > PIECES_AT_ONCE:
            body.append(
                Banner(text="This section is too long to show here in full. Open the article to read all of it.")
            )
    else:
        position = len(passages)
    if not passages:
        body.append(Text(text="This article has no text of its own yet."))
    if article.source_url:
        body.append(source(article))
    body.append(provenance(article))
    if position < len(passages):
        on = Button(label="Read on", action="library.read", value=f"{article.id}:{position}")
        body.append(Buttons(buttons=(on,)))
    return Card(title=shortened(article.title, 150), body=tuple(body))


def withheld(article: Article) -> Card:
    return Card(
        title=shortened(article.title, 150),
        body=(
            Banner(
                tone="warning", text="This article is past its review date and withheld until its owner has checked it."
            ),
            provenance(article),
        ),
    )
