"""The whole application behind a real socket, with a folder of its own for files."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    """A server beside the tests: it leaves the process's signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(app: ASGIApp, on: socket.socket) -> AsyncIterator[None]:
    """The application, served at a socket until the block ends."""
    server = _Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    serving = asyncio.create_task(server.serve(sockets=[on]))
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@dataclass
class Answered:
    """What came back over a bare connection."""

    status: int
    head: str
    body: bytes


async def talk(port: int, *pieces: bytes, pause: float = 0.0, leave: bool = False) -> Answered:
    """Say the pieces one by one; what is answered, or nothing for one who leaves."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if leave:
            return Answered(0, "", b"")
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).decode("latin-1")
        return Answered(int(head.split()[1]), head, await _rest(reader))
    finally:
        writer.close()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(reader.read(100_000), 1)
    except TimeoutError:
        return b""


def put(path: str, headers: dict[str, Any]) -> bytes:
    """The head of a PUT."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()
