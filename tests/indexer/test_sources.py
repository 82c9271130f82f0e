"""Markdown folders: what becomes an article, and what is said of the rest."""

import os
import time
from datetime import date
from pathlib import Path

import pytest

from indexer.passages import passages
from indexer.sources import Reading, read

EVERYTHING = """---
title: Deal registration
category: Close a deal
kind: policy
products: [Relay, Vault]
version: 2
language: de
audience: {types: [reseller], tiers: Gold, regions: null, roles: [partner_admin]}
owner: Ingrid.Solvang@Halden.example
verified_on: 2026-01-31
review_every_days: 30
phrasings:
  - how do I register
  - protect a deal
source_url: https://example.org/deals
reviewer: somebody
ranks: {first: [1, 2]}
---
# Not the title
Text.
"""


def folder(place: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = place / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return place


def problems(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def one(tmp_path: Path, content: str | bytes) -> Reading:
    return read(folder(tmp_path, one=content))


def test_every_key_of_the_front_matter_is_taken(tmp_path):
    draft = one(tmp_path, EVERYTHING).drafts["one"]
    assert (draft.title, draft.category, draft.kind) == ("Deal registration", "Close a deal", "policy")
    assert (draft.products, draft.version, draft.language) == (["Relay", "Vault"], "2", "de")
    assert draft.audience.model_dump() == {
        "types": ("reseller",),
        "tiers": ("gold",),
        "regions": (),
        "roles": ("partner_admin",),
    }
    assert draft.owner == "ingrid.solvang@halden.example"
    assert (draft.verified_on, draft.review_every_days) == (date(2026, 1, 31), 30)
    assert draft.phrasings == ["how do I register", "protect a deal"]
    assert draft.source_url == "https://example.org/deals"
    assert draft.body == "# Not the title\nText."


def test_unknown_keys_are_kept_and_an_id_is_one_of_them(tmp_path):
    assert one(tmp_path, EVERYTHING).drafts["one"].extra == {"reviewer": "somebody", "ranks": {"first": [1, 2]}}
    extra = one(tmp_path, "---\ntitle: A\nid: 7\non: 2026-01-31\n---\nx").drafts["one"].extra
    assert extra == {"id": 7, "on": "2026-01-31"}


def test_the_title_may_be_the_first_heading(tmp_path):
    reading = read(folder(tmp_path, atx="intro\n\n## *Reset* MFA ##\ntext", line="Reset MFA\n=========\ntext"))
    assert {key: draft.title for key, draft in reading.drafts.items()} == {"atx": "Reset MFA", "line": "Reset MFA"}
    assert not reading.problems


@pytest.mark.parametrize("content", ["", "text", "---\ncategory: x\n---\ntext", "---\ntitle: ''\n---\ntext", "\n\n"])
def test_without_a_title_an_article_is_reported(tmp_path, content):
    reading = one(tmp_path, content)
    assert problems(reading) == ["one.md:1: no title: write one in the front matter, or a heading"]
    assert reading.broken == {"one"}


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        ("---\ntitle: A\nproducts: [a\n---\nx", 4, "expected"),
        ("---\ntitle: A\n\tkind: faq\n---\nx", 3, "cannot start any token"),
        ("---\ntitle: A: B\n---\nx", 2, "mapping values are not allowed"),
        ("---\n- a\n- b\n---\nx", 2, "name: value"),
        ("---\ntitle: A\n\nx", 1, "never ends"),
        ("---\ntitle: &a [*a]\n---\nx", 1, "deep"),
        ("---\ntitle: A\n? [x]\n: y\n---\nx", 3, "unhashable"),
        ("---\ntitle: A\nkind: !!python/object/apply:os.system ['true']\n---\nx", 3, "could not determine"),
        ("---\ntitle: A\nkind: faq\nverified_on: 2026-02-30\n---\nx", 4, "verified_on"),
        ("---\ntitle: A\nverified_on: soon\n---\nx", 3, "2026-01-31"),
        ("---\ntitle: A\nverified_on: 20260131\n---\nx", 3, "2026-01-31"),
        ("---\ntitle: A\nverified_on: 0\n---\nx", 3, "2026-01-31"),
        ("---\ntitle: A\nreview_every_days: 0\n---\nx", 3, "review_every_days"),
        ("---\ntitle: A\nsource_url: javascript:alert(1)\n---\nx", 3, "source_url"),
        ("---\ntitle: A\naudience: {type: reseller}\n---\nx", 3, "audience.type"),
        ("---\ntitle: A\naudience: reseller\n---\nx", 3, "audience"),
        ("---\ntitle: A\naudience: {types: {a: b}}\n---\nx", 3, "audience.types"),
        ("---\ntitle: " + "A" * 301 + "\n---\nx", 2, "title"),
        ('---\ntitle: "A\\0B"\n---\nx', 1, "U+0000"),
        ('---\ntitle: A\nnote: ["\\ud800"]\n---\nx', 1, "U+D800"),
        ("---\ntitle: A\na: " + "[" * 300 + "]" * 300 + "\n---\nx", 1, "deep"),
        ("---\ntitle: A\na: " + "[" * 5000 + "]" * 5000 + "\n---\nx", 1, "deep"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_while_the_rest_goes_in(tmp_path, content, line, part):
    reading = read(folder(tmp_path, bad=content, good="# Good\ntext"))
    (problem,) = reading.problems
    assert (problem.file, problem.line) == ("bad.md", line)
    assert part in problem.reason
    assert "\n" not in problem.reason
    assert list(reading.drafts) == ["good"]
    assert reading.broken == {"bad"}
    assert reading.complete


def test_aliases_that_would_fill_the_memory_are_refused_at_once(tmp_path):
    laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
    started = time.process_time()
    for name in ("note", "audience", "products", "version"):
        (problem,) = one(tmp_path, f"---\ntitle: A\na0: &a0 lol\n{laughs}\n{name}: *a11\n---\nx").problems
        assert problem.file == "one.md"
        (problem,) = one(tmp_path, "---\ntitle: A\naudience: {types: &a [*a, {b: *a}]}\nx: *a\n---\nx").problems
    assert time.process_time() - started < 5


def test_one_word_may_stand_for_a_list_and_blanks_are_nothing(tmp_path):
    text = (
        "---\ntitle: A\nproducts: Relay\nphrasings: [' ', a, a, 2]\naudience: {types: [Reseller, ''], tiers: ''}\n---"
    )
    draft = one(tmp_path, text).drafts["one"]
    assert (draft.products, draft.phrasings) == (["Relay"], ["a", "2"])
    assert (draft.audience.types, draft.audience.tiers) == (("reseller",), ())


def test_values_mean_what_their_author_sees(tmp_path):
    text = "---\ntitle: 2026\nversion: 1.10\nlanguage: no\nproducts: 7\naudience:\nowner:\n---\n"
    draft = one(tmp_path, text).drafts["one"]
    assert (draft.title, draft.version, draft.language, draft.products) == ("2026", "1.10", "no", ["7"])
    assert draft.audience.open_to_all
    assert draft.owner is None


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_byte_order_mark_and_line_ends_make_no_difference(tmp_path, prefix, end):
    text = "---\ntitle: Ärger\nkind: faq\n---\n\nfirst\n\nsecond\n".encode()
    plain = one(tmp_path / "a", text).drafts["one"]
    assert one(tmp_path / "b", prefix + text.replace(b"\n", end)).drafts["one"].content_hash == plain.content_hash


def test_bytes_that_are_no_text_are_reported_with_their_line(tmp_path):
    reading = read(folder(tmp_path, latin=b"# A\nok\nStra\xdfe\n", nul=b"# A\n\x00", utf16="# A".encode("utf-16")))
    assert problems(reading) == [
        "latin.md:3: not UTF-8 (byte 0xdf); save the file as UTF-8",
        "nul.md:2: contains a NUL character; is it a text file?",
        "utf16.md:1: not UTF-8 (byte 0xff); save the file as UTF-8",
    ]


def test_other_files_are_listed_and_hidden_ones_are_nobodys_business(tmp_path):
    place = folder(tmp_path, **{"b": "# B", "deep/er/a": "# A", ".hidden/c": "# C", ".d": "# D", "deep/e": "# E"})
    (place / "deep" / "logo.png").write_bytes(b"\x89PNG")
    (place / "README.MARKDOWN").write_text("# R")
    reading = read(place)
    assert sorted(reading.drafts) == ["README", "b", "deep/e", "deep/er/a"]
    assert reading.skipped == ["deep/logo.png"]
    assert not reading.problems


def test_two_files_of_one_name_are_one_article_and_a_report(tmp_path):
    place = folder(tmp_path, a="# first")
    (place / "a.markdown").write_text("# second")
    reading = read(place)
    assert len(reading.drafts) == len(reading.problems) == 1
    assert "already taken" in reading.problems[0].reason


def test_loops_pipes_and_dead_links_neither_hang_nor_crash(tmp_path):
    place = folder(tmp_path / "base", a="# A")
    (place / "loop").symlink_to(place)
    (place / "dead.md").symlink_to(place / "nowhere")
    (place / "self.md").symlink_to(place / "self.md")
    os.mkfifo(place / "pipe.md")
    (place / "folder.md").mkdir()
    reading = read(place)
    assert list(reading.drafts) == ["a"]
    assert sorted(problem.file for problem in reading.problems) == ["dead.md", "pipe.md", "self.md"]


def test_a_name_that_is_no_text_is_reported(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("# Menu")
    reading = read(folder(tmp_path, a="# A"))
    assert list(reading.drafts) == ["a"]
    assert "name" in reading.problems[0].reason
    assert reading.problems[0].file.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        ("## Heading\n" + "A few words of text. " * 20 + "\n\n") * 12_000,
        "word " * 1_000_000,
        "x" * 5_000_000,
        "- an item of a list of words\n" * 170_000,
    ],
    ids=["headings", "one line", "one word", "list"],
)
def test_five_megabytes_are_read_in_seconds(tmp_path, body):
    started = time.process_time()
    draft = one(tmp_path, "# Long\n" + body).drafts["one"]
    assert passages(draft.title, draft.body)
    assert time.process_time() - started < 20


def test_only_folders_and_known_files_are_read(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"\.md, \.csv or \.jsonl"):
        read(tmp_path / "a.docx")
    with pytest.raises(ValueError, match="no file or folder"):
        read(tmp_path / "nowhere")
    assert read(tmp_path).skipped == ["a.docx"]
