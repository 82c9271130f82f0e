"""The pages of the documentation, and what can be read out of them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {".git", ".venv", "var", "build", "dist", "__pycache__", "node_modules"}
_BLOCK = re.compile(r"^```.*?\n(.*?)^```", re.M | re.S)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.M)


def pages() -> list[Path]:
    """Every page that we wrote; what is below a cache or belongs to the demo's content is none."""
    own = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(own)


def tracked() -> Iterator[Path]:
    """Every file of the tree that git does not ignore, found without git: a fresh machine may have none."""
    for path in ROOT.iterdir():
        if path.is_file():
            yield path
    for folder in ("bot", "handlers", "knowledge", "indexer", "tests", "docs", ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and not NOT_OURS & set(path.relative_to(ROOT).parts):
                yield path


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return _BLOCK.sub("", page.read_text("utf-8"))


def code(page: Path) -> Iterator[str]:
    """Code spans, and the lines of code blocks."""
    text = page.read_text("utf-8")
    yield from _SPAN.findall(prose(page))
    for block in _BLOCK.findall(text):
        yield from block.splitlines()


def links(page: Path) -> list[str]:
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be linked to, as GitHub makes them."""
    headings = _HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
