"""The server's own edge, over real sockets: slow heads, huge heads, headers with two meanings."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from api.listening import HEAD_BYTES, BoundedHttp
from tests.api.toy_door import toy_door

BODY = b'{"query": "{ hello }"}'
HEAD = b"POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)


class Impatient(BoundedHttp):
    head_seconds = 0.3


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            toy_door(), http=Impatient, lifespan="off", log_level="error", timeout_keep_alive=30
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


async def said(port: int, *parts: bytes) -> list[bytes]:
    """Send the parts, and read until the server closes; the statuses."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(30):
        for part in parts:
            writer.write(part)
            await asyncio.sleep(0.05)
        answer = await reader.read()
    writer.close()
    return re.findall(rb"HTTP/1\.1 (\d+)", answer)


async def test_a_request_is_answered_also_in_pieces_and_a_second_after_it(port: int) -> None:
    last = HEAD + LENGTH + b"Connection: close\r\n\r\n" + BODY
    assert await said(port, HEAD, LENGTH, b"\r\n" + BODY[:5], BODY[5:], last) == [b"200", b"200"]


@pytest.mark.parametrize("start", [b"", b"POST", HEAD, HEAD + LENGTH + b"\r\n" + BODY + b"PO"])
async def test_a_head_that_does_not_come_ends_the_connection(port: int, start: bytes) -> None:
    assert (await said(port, start))[-1] == b"408"


@pytest.mark.parametrize(
    "start", [b"GET /?", HEAD + b"X-Long: ", HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: "]
)
async def test_a_head_without_end_is_cut_off(port: int, start: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(start)
    with pytest.raises(ConnectionError):
        await send_all(writer, b"x" * (100 * HEAD_BYTES))
    writer.close()


async def send_all(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send a buffer's worth at a time, for as long as the server takes it."""
    for start in range(0, len(data), HEAD_BYTES):
        writer.write(data[start : start + HEAD_BYTES])
        await writer.drain()


async def test_a_long_body_is_no_long_head(port: int) -> None:
    body = b'{"query": "{ hello }", "x": "' + b"y" * 60_000 + b'"}'
    head = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert await said(port, head, body[:30_000], body[30_000:]) == [b"200"]


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"Host: other.test\r\n",
        HEAD.replace(b"Host: shop.test\r\n", b""),
        HEAD + b"Content-Type: text/plain\r\n",
        HEAD + b"Authorization: Bearer a\r\nauthorization: Bearer b\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n",
        HEAD + LENGTH,
        HEAD + b"Content-Length : 5\r\n",
    ],
)
async def test_a_head_with_two_meanings_is_refused(port: int, head: bytes) -> None:
    assert await said(port, head + LENGTH + b"\r\n" + BODY) == [b"400"]


async def test_http_1_0_needs_no_host(port: int) -> None:
    head = b"POST / HTTP/1.0\r\nContent-Type: application/json\r\n"
    assert await said(port, head + LENGTH + b"\r\n" + BODY) == [b"200"]
