"""A CSV with a header line, row by row, each with the line it begins on."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexer.sources.reading import Reading, decode

if TYPE_CHECKING:
    from _csv import Reader

LARGEST_CELL = 16_000_000  # characters; the module's own limit of 131,072 is less than a long answer
csv.field_size_limit(LARGEST_CELL)


class Line(NamedTuple):
    """``values`` holds what is not blank, by folded column name."""

    number: int
    values: dict[str, str]


def read_table(path: Path, reading: Reading, needed: Sequence[str], example: str) -> Iterator[Line]:
    """The rows that can be read; what is wrong with the others is noted in ``reading``. "," or ";" separate."""
    text = decode(path, path.name, reading, None)
    if text is None:
        return
    header = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header and "," not in header else ",")
    names = [name.strip().casefold() for name in next(rows, [])]
    missing = [name for name in needed if name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if missing or twice:
        said = f"no column `{'`, `'.join(missing)}`" if missing else f"two columns `{'`, `'.join(twice)}`"
        reading.refuse(path.name, 1, f"{said}; the first line names the columns: {example}", None)
        return
    id_at = names.index("id") if "id" in names else len(names)
    for number, row in _rows(path.name, rows, reading):
        if any(cell.strip() for cell in row[len(names) :]):
            key = row[id_at].strip() if id_at < len(row) else ""
            reading.refuse(path.name, number, 'more values than columns; put text with commas into quotes ("")', key)
            continue
        values = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        if values:
            yield Line(number, values)


def _rows(file: str, rows: "Reader", reading: Reading) -> Iterator[tuple[int, list[str]]]:
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            reading.refuse(file, number, str(error), None)
        else:
            yield number, row
