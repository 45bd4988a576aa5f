"""Commands to Valkey on one connection for all: each is sent at once, answers come in that order.

A bucket is asked before every operation. The usual client takes its connections from a pool, and
several timers and a task for each command: five times the CPU of what is here.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final, cast

import hiredis
from redis.asyncio.connection import SSLConnection, parse_url

ANSWER_SECONDS: Final = 1.0
"""How long an answer may take; and before it the connection, where there is none yet."""


@dataclass(slots=True)
class Valkey:
    """The server at `url` (redis://, rediss:// or unix://), connected to when it is first asked.

    A connection that was lost, or that kept silent, is followed by a new one at the next command.
    """

    url: str = field(repr=False)
    _wire: "_Wire | None" = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, *command: str) -> Any:
        """What the server answers: strings, integers, lists. Never retried.

        Raises OSError while it cannot be reached, and hiredis.ReplyError for what it refuses.
        """
        wire = self._wire
        if wire is None or wire.transport.is_closing():
            wire = await self._open()
        # Who keeps silent is hung up on, and then all who wait hear of it.
        silence = asyncio.get_running_loop().call_later(ANSWER_SECONDS, wire.transport.abort)
        try:
            return await wire.ask(command)
        finally:
            silence.cancel()

    def close(self) -> None:
        """Drop the connection; who still waits for an answer gets a ConnectionError."""
        if self._wire is not None:
            self._wire.transport.abort()

    async def _open(self) -> "_Wire":
        # Those behind a silent server wait side by side, not a second each after the other.
        async with asyncio.timeout(ANSWER_SECONDS), self._opening:
            if self._wire is None or self._wire.transport.is_closing():
                self._wire = await _connected(self.url)
            return self._wire


async def _connected(url: str) -> "_Wire":
    """A connection that may ask. Raises OSError, and hiredis.ReplyError for a wrong password."""
    at: dict[str, Any] = {**parse_url(url)}
    loop = asyncio.get_running_loop()
    if "path" in at:
        _, wire = await loop.create_unix_connection(_Wire, at["path"])
    else:
        secure = True if at.get("connection_class") is SSLConnection else None
        host, port = at.get("host", "localhost"), at.get("port", 6379)
        _, wire = await loop.create_connection(_Wire, host, port, ssl=secure)
    try:
        if "password" in at:
            await wire.ask(("AUTH", at.get("username", "default"), at["password"]))
        if at.get("db"):
            await wire.ask(("SELECT", str(at["db"])))
    except BaseException:
        wire.transport.abort()
        raise
    return wire


class _Wire(asyncio.Protocol):
    """One connection, and those who wait for its answers."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.reader = hiredis.Reader(encoding="utf-8")
        self.waiting: deque[asyncio.Future[Any]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is so in all but its class

    def ask(self, command: tuple[str, ...]) -> asyncio.Future[Any]:
        """Send now; the answer comes in the future."""
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]  # of any length
        answer = asyncio.get_running_loop().create_future()
        self.waiting.append(answer)  # not before it is packed: what cannot be has no answer
        self.transport.write(packed)
        return answer

    def data_received(self, data: bytes) -> None:
        self.reader.feed(data)
        while (said := self.reader.gets()) is not False:
            answer = self.waiting.popleft()
            if answer.done():
                continue  # whoever asked is gone
            if isinstance(said, hiredis.ReplyError):
                answer.set_exception(said)
            else:
                answer.set_result(said)

    def connection_lost(self, error: Exception | None) -> None:
        for answer in self.waiting:
            if not answer.done():
                answer.set_exception(ConnectionResetError("Valkey ended the connection"))
