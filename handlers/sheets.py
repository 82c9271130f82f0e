"""Lines of a CSV file, as spreadsheets and programs read them."""

import csv
import io
import re
from collections.abc import Sequence

FORMULA = re.compile(r"^'*[=+\-@\t\r]")


def line(cells: Sequence[object]) -> str:
    """Numbers stay numbers; a text that a spreadsheet would take for a formula is text."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(quoted(cell) if isinstance(cell, str) else cell for cell in cells)
    return written.getvalue()


def quoted(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell
