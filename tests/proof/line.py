"""The line between a process and its database, which can be cut and joined again."""

import asyncio
import threading
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import URL


class Line:
    """Listens on 127.0.0.1 and passes everything on to the PostgreSQL of ``url``, as long as it is not cut."""

    def __init__(self, url: str) -> None:
        self._folder = parse_qs(urlsplit(url).query)["host"][0]
        self._url = urlsplit(url)
        self._cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self.port = 0

    @property
    def url(self) -> str:
        user, name = self._url.username, self._url.path.lstrip("/")
        made = URL.create("postgresql", user, self._url.password, "127.0.0.1", self.port, name)
        return made.render_as_string(hide_password=False)

    def __enter__(self) -> "Line":
        began = threading.Event()
        threading.Thread(target=self._serve, args=(began,), daemon=True, name="line").start()
        assert began.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def cut(self) -> None:
        self._cut = True
        self._loop.call_soon_threadsafe(self._hang_up)

    def join(self) -> None:
        self._cut = False

    def _hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    def _serve(self, began: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._pass, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        began.set()
        self._loop.run_forever()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_unix_connection(f"{self._folder}/.s.PGSQL.5432")
        self._writers |= {writer, back}
        await asyncio.gather(_copy(reader, back), _copy(there, writer))
        self._writers -= {writer, back}


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    writer.transport.abort()
