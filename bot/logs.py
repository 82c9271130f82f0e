"""Structured logs on standard error: lines for people at a terminal, JSON for everybody else.

Nothing that anybody wrote is logged, and no token: call sites name ids and states only, and what an
exception says is shortened to its type where it could quote a request.
"""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


class _StandardError:
    """Whatever it is when a line is written: a logger is kept for good, and a stream may be put in its place. A line
    that cannot be written, since the disk is full or nobody reads any more, is no reason to end what it tells of."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def configure(level: str) -> None:
    people = sys.stderr.isatty()
    shown = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if people
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if people else [structlog.processors.format_exc_info]),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # whoever needed the store says that it is away
