"""A CSV with a header line, row by row, each with the line it begins on."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from indexer.sources.reading import NO_TEXT, Reading, content

if TYPE_CHECKING:
    from _csv import Reader

LARGEST_CELL = 16_000_000  # characters; the module's own limit of 131,072 is less than a long answer
csv.field_size_limit(LARGEST_CELL)
DELIMITERS = ",;\t"


class Line(NamedTuple):
    """``values`` holds what is not blank, by folded column name; ``columns`` are all that the header names."""

    number: int
    values: dict[str, str]
    columns: frozenset[str]


def read_table(path: Path, reading: Reading, needed: Sequence[str], example: str) -> Iterator[Line]:
    """The rows that can be read; what is wrong with the others is noted in ``reading``. Comma, semicolon or tab. Some
    programs write an accent as a character of its own; here it is one with its letter, else names would differ."""
    raw = content(path, path.name, reading, None)
    if raw is None:
        return
    rows = _Rows(path.name, normalize("NFC", raw.decode("utf-8-sig", "surrogateescape")), reading)
    names = rows.names
    wrong = _wrong(names, needed)
    if wrong:
        reading.refuse(path.name, 1, f"{wrong}; the first line names the columns: {example}", None)
        return
    id_at = names.index("id") if "id" in names else len(names)
    columns = frozenset(names) - {""}
    for number, row in rows:
        key = row[id_at].strip() if id_at < len(row) else ""
        if any(cell.strip() for cell in row[len(names) :]):
            reading.refuse(path.name, number, 'more values than columns; put text with commas into quotes ("")', key)
            continue
        if found := NO_TEXT.search("\n".join(row)):
            reading.refuse(path.name, number, _no_text(found[0]), None)
            continue
        values = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        if values:
            yield Line(number, values, columns)


def _wrong(names: Sequence[str], needed: Sequence[str]) -> str:
    if found := NO_TEXT.search("\n".join(names)):
        return _no_text(found[0])
    missing = [name for name in needed if name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if not missing and not twice:
        return ""
    return f"no column `{'`, `'.join(missing)}`" if missing else f"two columns `{'`, `'.join(twice)}`"


def _no_text(found: str) -> str:
    """A byte that is not UTF-8 was read as a surrogate that carries it."""
    if found == "\x00":
        return "contains a NUL character; is it a text file?"
    return f"not UTF-8 (byte 0x{ord(found) & 0xFF:02x}); save the file as UTF-8"


class _Rows:
    """The rows below the header, each with its first line's number. A quotation mark that is never closed costs one
    row, not all that it swallows."""

    def __init__(self, file: str, text: str, reading: Reading) -> None:
        self._file = file
        self._reading = reading
        self._lines = list(io.StringIO(text, newline=""))
        header = self._lines[0] if self._lines else ""
        self._delimiter = max(DELIMITERS, key=header.count)
        first = self._from(0)
        self.names = [name.strip().casefold() for name in next(first, [])]
        self._begin = first.line_num

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        begin, rows = self._begin, self._from(self._begin)
        while True:
            number = begin + rows.line_num + 1
            try:
                row = next(rows)
                problem = self._broken(number, begin + rows.line_num)
            except StopIteration:
                return
            except csv.Error as error:
                problem = str(error)
            if not problem:
                yield number, row
                continue
            self._reading.refuse(self._file, number, problem, None)
            begin, rows = number, self._from(number)

    def _broken(self, first: int, last: int) -> str:
        """What is wrong with the quotation marks of a row of several lines, or of the last one."""
        if first == last < len(self._lines):
            return ""
        try:
            list(csv.reader(self._lines[first - 1 : last], delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            if first < last or "unexpected end" in str(error):
                return "a quotation mark is opened and not closed"
        return ""

    def _from(self, line: int) -> "Reader":
        return csv.reader(self._lines[line:], delimiter=self._delimiter)
