"""A list that is told to the database as one JSON parameter, so that one statement serves lists of any length."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import JSON, Text, bindparam, cast, func

TOLD = "told"
"""The parameter's name; its value is a JSON array of arrays."""

PARTS: Mapping[str, tuple[Any, Callable[[Any, int], Any]]] = {
    "sqlite": (
        func.json_each(bindparam(TOLD)).table_valued("value", name=TOLD),
        lambda value, at: func.json_extract(value, f"$[{at}]"),
    ),
    "postgresql": (
        func.json_array_elements(cast(bindparam(TOLD, type_=Text), JSON)).table_valued("value", name=TOLD),
        lambda value, at: func.json_extract_path_text(value, str(at)),
    ),
}
"""By dialect: the elements as a table, and an element's n-th part as text. Only the functions' names differ."""
