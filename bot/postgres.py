"""PostgreSQL: its addresses as people write them, and connections that prepare every statement once."""

import socket
import ssl
from collections import OrderedDict
from typing import Any, NamedTuple

from pg8000.converters import make_params
from pg8000.legacy import (
    Connection,
    Cursor,
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    convert_paramstyle,
)
from sqlalchemy import URL, Engine, create_engine, event

from handlers.errors import PortalError

ENCRYPTED = ("require", "verify-ca", "verify-full")
PLAIN = ("disable", "allow", "prefer")
UNDERSTOOD = frozenset({"application_name"})
IGNORED = frozenset({"connect_timeout", "channel_binding", "gssencmode", "target_session_attrs"})
"""What hosts of PostgreSQL put into the addresses they hand out, and pg8000 decides by itself or has no use for."""

INTEGRITY, REFUSED = "23", "28000"
"""What SQLSTATEs say: class 23, a constraint; 28000, not let in."""

AWAY = ("08", "40", "53", "57", "58")
"""Classes of SQLSTATEs that are no statement's fault: the line, a deadlock, no room on the disk or in memory, a server
that is being stopped, its files."""

PREPARED = 300  # statements a connection keeps
SILENT = {
    getattr(socket, name): value
    for name, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 25_000))
    if hasattr(socket, name)
}
"""After 25 seconds a server whose machine has gone without a word is away; else one would wait for it for hours."""

FROZEN = 8  # seconds that a process may think in the middle of a transaction


def engine(url: URL, **options: Any) -> Engine:
    """libpq's spellings of a Unix socket (``host=/folder``) and of ``sslmode`` are understood."""
    url, arguments = _understood(url)
    made = create_engine(url, pool_pre_ping=False, connect_args=arguments, hide_parameters=True, **options)

    @event.listens_for(made, "do_connect")
    def _connect(_: Any, __: Any, positional: list[Any], named: dict[str, Any]) -> "PreparingConnection":
        return PreparingConnection(*positional, **named)

    return made


def _understood(url: URL) -> tuple[URL, dict[str, Any]]:
    query = dict(url.query)
    arguments: dict[str, Any] = {}
    host = query.pop("host", None) or url.host
    if isinstance(host, str) and host.startswith("/"):
        arguments["unix_sock"] = f"{host}/.s.PGSQL.{query.pop('port', url.port or 5432)}"
        url = url.set(host=None, port=None)
    mode = query.pop("sslmode", "prefer")
    if mode in ENCRYPTED:
        arguments["ssl_context"] = _tls(str(mode))
    unknown = sorted(query.keys() - UNDERSTOOD - IGNORED)
    if unknown or mode not in ENCRYPTED + PLAIN or not url.username:
        said = f"{unknown[0]}=" if unknown else "no user" if not url.username else f"sslmode={mode}"
        raise PortalError(
            f"DATABASE_URL says {said}, which cannot be used. Write postgresql://user:password@host/name."
        )
    return url.set(query={name: value for name, value in query.items() if name in UNDERSTOOD}), arguments


def _tls(mode: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context


class Statement(NamedTuple):
    name: bytes
    columns: Any
    decoders: Any
    text: str


class PreparingConnection(Connection):  # type: ignore[misc]
    """pg8000 asks the server three times for every statement, and reads its text letter by letter each time to find the
    parameters. Here that is done once for each text: from then on a statement is one question and one answer."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        try:
            super().__init__(*positional, **named)
        except DatabaseError as error:
            raise OperationalError(_said(error)) from error
        if self._usock.family != socket.AF_UNIX:
            for option, value in SILENT.items():
                self._usock.setsockopt(socket.IPPROTO_TCP, option, value)
        # What a process has locked that is frozen, or whose machine has gone, shall not hold up the others for long.
        self.execute_simple(f"SET idle_in_transaction_session_timeout = '{FROZEN}s'")
        self._prepared: OrderedDict[tuple[str, tuple[int, ...]], Statement] = OrderedDict()

    def cursor(self) -> "PreparingCursor":
        return PreparingCursor(self)

    def commit(self) -> None:
        try:
            self.execute_simple("commit")
        except DatabaseError as error:
            raise _named(error) from error

    def handle_messages(self, context: Any) -> None:
        """pg8000 tells of lines that are cut while it writes, and lets through what the socket says while it reads."""
        try:
            super().handle_messages(context)
        except OSError as error:
            raise InterfaceError("network error") from error

    def prepared(self, operation: str, parameters: Any, oids: tuple[int, ...]) -> Statement:
        known = self._prepared.get((operation, oids))
        if known is not None:
            self._prepared.move_to_end((operation, oids))
            return known
        if len(self._prepared) >= PREPARED:
            _, oldest = self._prepared.popitem(last=False)
            self.close_prepared_statement(oldest.name)
        text, _ = convert_paramstyle("format", operation, parameters)
        made = self._prepared[operation, oids] = self._statement(text, oids)
        return made

    def _statement(self, text: str, oids: tuple[int, ...]) -> Statement:
        name, columns, decoders = self.prepare_statement(text, oids)
        return Statement(name, columns, decoders, text)

    def execute_prepared(self, operation: str, parameters: Any, oids: tuple[int, ...]) -> Any:
        statement = self.prepared(operation, parameters, oids)
        values = make_params(self.py_types, parameters)
        return self.execute_named(statement.name, values, statement.columns, statement.decoders, statement.text)


class PreparingCursor(Cursor):  # type: ignore[misc]
    def execute(self, operation: str, args: Any = (), stream: Any = None) -> "PreparingCursor":
        try:
            if not args or stream is not None or self._c is None:
                super().execute(operation, args, stream)
            else:
                self._execute(self._c, operation, args)
        except AttributeError as error:  # its socket is gone
            raise InterfaceError("connection is closed") from error
        except DatabaseError as error:
            raise _named(error) from error
        return self

    def _execute(self, connection: PreparingConnection, operation: str, args: Any) -> None:
        if not connection._in_transaction and not connection.autocommit:
            connection.execute_simple("begin transaction")
        self._context = connection.execute_prepared(operation, args, tuple(self._input_oids))
        self._row_iter = iter(self._context.rows or ())
        self._input_oids: Any = ()


def _named(error: Exception) -> Exception:
    """SQLAlchemy tells errors apart by their class, which pg8000 leaves undecided."""
    said = error.args[0]
    code = said["C"] if isinstance(said, dict) else ""
    if code.startswith(AWAY):
        return OperationalError(_said(error))  # type: ignore[no-any-return]
    kind = IntegrityError if code.startswith(INTEGRITY) else InterfaceError if code == REFUSED else ProgrammingError
    return kind(_said(error))  # type: ignore[no-any-return]


def _said(error: Exception) -> str:
    """What the server says for people to read, and its SQLSTATE."""
    said = error.args[0]
    return f"{said['M']} ({said['C']})" if isinstance(said, dict) else str(said)
