import json
from time import process_time

import pytest

from bot.channels.richtext import Block, Code, Heading, List, Paragraph, Quote, Rule, Span, Table, parse, to_json, words


def line(*spans: Span | str) -> Paragraph:
    return Paragraph(tuple(Span(span) if isinstance(span, str) else span for span in spans))


def depth(blocks: tuple[Block, ...]) -> int:
    inside = [b.blocks for b in blocks if isinstance(b, Quote)]
    inside += [item for b in blocks if isinstance(b, List) for item in b.items]
    return 1 + max((depth(part) for part in inside), default=0)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("plain", (line("plain"),)),
        ("## Two *words*", (Heading(2, (Span("Two "), Span("words", italic=True))),)),
        ("**a** ~~b~~ `c`", (line(Span("a", bold=True), " ", Span("b", strike=True), " ", Span("c", code=True)),)),
        ("***both***", (line(Span("both", bold=True, italic=True)),)),
        ("one\ntwo  \nthree", (line("one two\nthree"),)),
        ("```py title\nx < 1\n\ny\n```", (Code("x < 1\n\ny", "py"),)),
        ("    indented", (Code("indented"),)),
        ("> said\n>\n> > twice", (Quote((line("said"), Quote((line("twice"),)))),)),
        ("a\n\n---\n\nb", (line("a"), Rule(), line("b"))),
        ("7. seven\n8. eight", (List(True, 7, ((line("seven"),), (line("eight"),))),)),
        ("- full\n-\n- again", (List(False, 1, ((line("full"),), (line("again"),))),)),
        ("snake_case_name 2 * 3 * 4", (line("snake_case_name 2 * 3 * 4"),)),
        ("grüße 👩🏽‍💻 🇩🇪", (line("grüße 👩🏽‍💻 🇩🇪"),)),
        ("", ()),
    ],
)
def test_markdown_becomes_blocks(text: str, blocks: tuple[Block, ...]) -> None:
    assert parse(text) == blocks


def test_lists_nest_and_keep_the_paragraphs_of_an_item() -> None:
    assert parse("- a\n\n  more\n  1. b\n     - c\n- d") == (
        List(
            False,
            1,
            (
                (line("a"), line("more"), List(True, 1, ((line("b"), List(False, 1, ((line("c"),),))),))),
                (line("d"),),
            ),
        ),
    )


def test_a_table_has_a_head_and_rows_of_equal_length() -> None:
    table = parse("| Tier | Discount |\n|---|--:|\n| Gold | **20 %** |\n| Silver |\n")
    bold = Span("20 %", bold=True)
    assert table == (
        Table(
            head=((Span("Tier"),), (Span("Discount"),)),
            rows=(((Span("Gold"),), (bold,)), ((Span("Silver"),), ())),
        ),
    )


@pytest.mark.parametrize("html", ["<script>alert(1)</script>", "<b onclick='x()'>hi</b>", "<!-- hidden -->"])
def test_raw_html_is_shown_as_the_text_it_is(html: str) -> None:
    assert parse(html) == (line(html),)
    assert parse(f"before {html} after") == (line(f"before {html} after"),)


@pytest.mark.parametrize(
    "url", ["https://a.example/x?b=1", "http://a.example", "mailto:help@a.example", "HTTPS://A.example"]
)
def test_web_and_mail_links_stay(url: str) -> None:
    (block,) = parse(f"see [the *page*]({url})")
    assert isinstance(block, Paragraph)
    assert [(span.text, (span.url or "").lower()) for span in block.spans] == [
        ("see ", ""),
        ("the ", url.lower()),
        ("page", url.lower()),
    ]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:x", "&#106;avascript:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
     "/docs", "//a.example", "https:evil", "tel:1", "#part", "<java script:x>", ""],
)  # fmt: skip
def test_any_other_link_is_only_its_words(url: str) -> None:
    assert parse(f"[the page]({url})") == (line("the page"),)


def test_autolinks_and_references_are_links_too() -> None:
    assert parse("<https://a.example> and [b]\n\n[b]: https://b.example") == (
        line(Span("https://a.example", url="https://a.example"), " and ", Span("b", url="https://b.example")),
    )


def test_an_image_is_its_alternative_text() -> None:
    assert parse("![the logo](https://a.example/x.png)") == (line("the logo"),)
    assert parse("[![logo](x.png)](https://a.example)") == (line(Span("logo", url="https://a.example")),)
    assert parse("![](https://a.example/x.png)") == ()


@pytest.mark.parametrize("control", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "&#x202E;"])
def test_characters_that_reverse_the_reading_order_are_gone(control: str) -> None:
    assert parse(f"pay {control}exe.pdf") == (line("pay exe.pdf"),)
    assert parse("```\npay \u202eexe.pdf\n```") == (Code("pay exe.pdf"),)


def test_right_to_left_text_stays_as_written() -> None:
    assert parse("**مرحبا** שלום") == (line(Span("مرحبا", bold=True), " שלום"),)


@pytest.mark.parametrize("marker", ["> ", "- ", "1. ", "> - "])
def test_nesting_is_bounded_and_nothing_is_lost_below(marker: str) -> None:
    blocks = parse(marker * 300 + "the deepest words\nand more")
    assert depth(blocks) <= 21
    assert "the deepest words" in str(blocks)
    assert "and more" in str(blocks)


HOSTILE = ["[", ">", "![", "[a](", "*a", "~~a", "`", "<", "(", "|a", "-", "&", "a*", "`a``b", "\\"]


def seconds(piece: str, length: int) -> float:
    """Of this process's own time, the least of a few, so that a busy machine makes no difference."""

    def once() -> float:
        start = process_time()
        to_json(parse((piece * length)[:length]))
        return process_time() - start

    return min(once() for _ in range(3))


@pytest.mark.parametrize("piece", [*HOSTILE, "**a *b ", "> ", "- "])
def test_ten_times_the_hostile_text_takes_about_ten_times_as_long(piece: str) -> None:
    assert seconds(piece, 30_000) < 40 * max(seconds(piece, 3_000), 0.01)


@pytest.mark.parametrize("piece", ["[", ">"])
def test_a_hundred_thousand_brackets_are_read_in_seconds(piece: str) -> None:
    assert seconds(piece, 100_000) < 30


def test_blocks_are_plain_json() -> None:
    blocks = to_json(parse("# A\n\n- [b](https://b.example)\n\n| c |\n|-|\n| d |"))
    assert json.loads(json.dumps(blocks)) == blocks
    assert [block["kind"] for block in blocks if isinstance(block, dict)] == ["heading", "list", "table"]
    assert blocks[0] == {
        "kind": "heading",
        "level": 1,
        "spans": [{"text": "A", "bold": False, "italic": False, "code": False, "strike": False, "url": None}],
    }


def test_as_words_it_has_no_markup_but_that_of_lists():
    said = parse(
        "**Faster** \\& `new` [docs](https://a.example/x)\n\n1. one\n   - *two*\n\n> said\n\n"
        "| a | b |\n|--|--|\n| 1 | 2 |\n\n```\n<a>\n```\n\n<https://b.example>"
    )
    assert words(said).splitlines() == [
        "Faster & new docs (https://a.example/x)", "1. one", "  - two", "> said", "a | b", "1 | 2", "<a>",
        "https://b.example",
    ]  # fmt: skip


def test_what_goes_to_many_is_read_once():
    news = "# News\n\n* one"
    assert parse(news) is parse(news)
