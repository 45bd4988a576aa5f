"""How our server listens: uvicorn's HTTP/1.1, with bounds on a request before it is one of ours.

Uvicorn waits for ever for a request's head and takes one of any size, in time that grows with its
square: a single stranger's connection could hold up all others.
"""

from asyncio import TimerHandle, Transport
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES: Final = 65_536
"""Of a request's line and headers, or of what follows its body; a buffer's worth may come over."""
ONE_EACH: Final = {b"host", b"authorization", b"content-type", b"idempotency-key"}
"""Headers that proxies and we could understand in two ways, if there were two of them."""


class BoundedHttp(HttpToolsProtocol):
    """One connection. A head that is late or too long ends it."""

    head_seconds: float = 10
    _waiting: TimerHandle | None = None
    _bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # What of this chunk is read as a head or a body sets the count back.
        self._bytes += len(data)
        super().data_received(data)
        if self._bytes > HEAD_BYTES and not self.transport.is_closing():
            self._end(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._bytes = 0
        names = [name for name, _ in self.headers if name in ONE_EACH]
        is_newer = self.parser.get_http_version() != "1.0"
        if len(names) > len(set(names)) or (is_newer and b"host" not in names):
            raise ValueError("a header is there twice, or Host is missing")  # answered with 400
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._bytes = 0
        super().on_body(body)

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(self.head_seconds, self._end, b"408 Request Timeout")

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _end(self, status: bytes) -> None:
        """Close; say why, unless an answer is under way."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
        self.transport.close()
