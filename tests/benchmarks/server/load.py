"""The client, in a process of its own: keep-alive connections, each asks anew when it is answered.

It reads orders from stdin, one JSON object a line, and tells on stdout what each came to:

    {"port": 8000, "requests": ["POST / HTTP/1.1…"], "connections": 8, "seconds": 2.0}
    {"count": 512, "seconds": 2.01, "p50": 0.015, "p99": 0.031}

The requests are sent in turn, over and over. An answer that is no 200 with data ends it.
"""

import asyncio
import re
import sys
import time
from typing import Any, Final

import orjson
import uvloop

_LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Round:
    """One order being carried out."""

    def __init__(self, requests: list[bytes], seconds: float) -> None:
        self.requests = requests
        self.until = time.perf_counter() + seconds
        self.sent = 0
        self.times: list[float] = []

    def next(self) -> bytes | None:
        """The next request; None when time is up."""
        if time.perf_counter() >= self.until:
            return None
        self.sent += 1
        return self.requests[self.sent % len(self.requests)]


class Asker(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, notes the time, sends again."""

    transport: Any

    def __init__(self, round: Round) -> None:
        self.round = round
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answer = bytearray()
        self.whole = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        request = self.round.next()
        if request is None:
            self.transport.close()
            return
        self.began = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if not self.whole:
            head = self.answer.find(b"\r\n\r\n")
            length = _LENGTH.search(self.answer)
            if head < 0 or length is None:
                return
            self.whole = head + 4 + int(length[1])
        if len(self.answer) == self.whole:
            self.round.times.append(time.perf_counter() - self.began)
            if not self.answer.startswith(b"HTTP/1.1 200") or b'{"data":{' not in self.answer:
                raise SystemExit(f"load: {bytes(self.answer[:2000])!r}")
            self.answer.clear()
            self.whole = 0
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer or exc:
            raise SystemExit(f"load: the connection was closed: {exc}")
        self.done.set_result(None)


async def carry_out(order: dict[str, Any]) -> dict[str, float]:
    """Keep a server busy for some seconds."""
    round = Round([text.encode() for text in order["requests"]], order["seconds"])
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    askers = [
        (await loop.create_connection(lambda: Asker(round), "127.0.0.1", order["port"]))[1]
        for _ in range(order["connections"])
    ]
    await asyncio.gather(*(asker.done for asker in askers))
    seconds, times = time.perf_counter() - began, sorted(round.times)
    return {
        "count": len(times),
        "seconds": seconds,
        "p50": times[len(times) // 2],
        "p99": times[len(times) * 99 // 100],
    }


if __name__ == "__main__":
    for line in sys.stdin.buffer:
        print(orjson.dumps(uvloop.run(carry_out(orjson.loads(line)))).decode(), flush=True)
