"""A server of strangers on loopback: it answers each path as a test says, byte for byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Stranger:
    """Paths with their answers, and what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    at_once: int = 0
    most_at_once: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *headers = head.strip().split("\r\n")
            asked = {name.lower(): value for name, _, value in (h.partition(": ") for h in headers)}
            self.asked.append({"line": line, **asked})
            answer = self.answers.get(line.split()[1], reply(404))
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= 1
            writer.close()


def reply(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer; header names are written with underscores."""
    said: Mapping[str, str] = {
        "Connection": "close",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body


@asynccontextmanager
async def stranger(
    host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Stranger]:
    """A server on a free port, closed when the block ends."""
    made = Stranger()
    server = await asyncio.start_server(made.serve, host, 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
