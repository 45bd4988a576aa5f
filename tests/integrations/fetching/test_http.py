"""Fetching from strangers: real servers on loopback, as helpful or as hostile as a test needs."""

import asyncio
import datetime as dt
import gzip
import ipaddress
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.files.fetching import Bounds, Fetched, FetchFailed, FetchRefused, Seen
from integrations.fetching.addresses import Address, is_public
from integrations.fetching.http import MOST_OF_ONE_HOST, HttpFetcher, http_fetcher
from tests.integrations.fetching.servers import Stranger, reply, stranger

pytestmark = pytest.mark.anyio

BOUNDS = Bounds(100_000, dt.timedelta(seconds=5))
HERE = ipaddress.ip_address("127.0.0.1")


@pytest.fixture
async def server() -> AsyncIterator[Stranger]:
    async with stranger() as made:
        yield made


def open_to_here(**more: Any) -> AbstractAsyncContextManager[HttpFetcher]:
    """The world and 127.0.0.1: where the tests' servers are, and not one address beside it."""
    return http_fetcher(is_allowed=lambda address: address == HERE or is_public(address), **more)


async def got(
    fetcher: HttpFetcher, url: str, bounds: Bounds = BOUNDS, **more: Any
) -> tuple[Fetched, bytes]:
    async with fetcher.fetch(url, bounds, **more) as fetched:
        return fetched, b"".join([chunk async for chunk in fetched.chunks])


async def refusal(fetcher: HttpFetcher, url: str, bounds: Bounds = BOUNDS) -> str:
    with pytest.raises(FetchRefused) as refused:
        await got(fetcher, url, bounds)
    return refused.value.reason


async def failure(fetcher: HttpFetcher, url: str, bounds: Bounds = BOUNDS) -> str:
    with pytest.raises(FetchFailed) as failed:
        await got(fetcher, url, bounds)
    return failed.value.reason


async def test_a_file_comes_with_what_is_said_of_it(server: Stranger) -> None:
    server.answers["/cup.png?size=1"] = reply(
        body=b"picture", Content_Type="Image/PNG; x=y", ETag='"7"', Last_Modified="Mon"
    )
    async with open_to_here() as fetcher:
        fetched, body = await got(fetcher, server.url("/cup.png?size=1#there"))
    assert body == b"picture"
    assert fetched.content_type == "image/png"
    assert fetched.seen == Seen('"7"', "Mon")
    assert server.asked[0]["host"] == f"127.0.0.1:{server.port}"
    assert "cookie" not in server.asked[0]


async def test_what_has_not_changed_does_not_come_again(server: Stranger) -> None:
    server.answers["/list.xml"] = reply(304)
    async with open_to_here() as fetcher:
        fetched, body = await got(fetcher, server.url("/list.xml"), seen=Seen('"7"', "Mon"))
    assert fetched.is_unchanged
    assert body == b""
    assert server.asked[0]["if-none-match"] == '"7"'
    assert server.asked[0]["if-modified-since"] == "Mon"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.0.0.1",
        "127.1",
        "0.0.0.0",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00:ec2::254]",
        "[64:ff9b::a9fe:a9fe]",
    ],
)
async def test_no_address_inside_is_asked(server: Stranger, host: str) -> None:
    async with http_fetcher() as fetcher:
        assert await refusal(fetcher, server.url("/", host)) == "private_address"
    assert server.asked == []


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["169.254.169.254"], ["::1"], ["1.1.1.1", "10.0.0.1"], ["::ffff:10.0.0.1"]],
)
async def test_a_name_that_leads_inside_is_refused(server: Stranger, addresses: list[str]) -> None:
    async def resolve(host: str) -> list[Address]:
        assert host == "pictures.example"
        return [ipaddress.ip_address(text) for text in addresses]

    async with http_fetcher(resolve=resolve) as fetcher:
        assert await refusal(fetcher, server.url("/", "pictures.example")) == "private_address"
    assert server.asked == []


async def test_the_connection_goes_to_the_address_that_was_looked_at(server: Stranger) -> None:
    """A name that says something else the second time is not asked a second time."""
    server.answers["/"] = reply(body=b"ok")
    answers = iter([[HERE], [ipaddress.ip_address("10.0.0.1")]])

    async def resolve(host: str) -> Sequence[Address]:
        return next(answers)

    async with open_to_here(resolve=resolve) as fetcher:
        _, body = await got(fetcher, server.url("/", "changing.example"))
    assert body == b"ok"
    assert server.asked[0]["host"] == f"changing.example:{server.port}"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "private_address"),
        ("http://[::1]/", "private_address"),
        ("http://127.0.0.2/", "private_address"),
        ("//10.0.0.1/", "private_address"),
        ("http://inside.example/", "private_address"),
        ("file:///etc/passwd", "address"),
        ("ftp://127.0.0.1/", "address"),
        ("http://127.0.0.1:25/", "address"),
        ("http://user:word@127.0.0.1/", "address"),
        ("http://[::1", "redirects"),
    ],
)
async def test_a_redirect_is_checked_like_the_first_address(
    server: Stranger, target: str, reason: str
) -> None:
    server.answers["/"] = reply(302, Location=target)

    async def resolve(host: str) -> list[Address]:
        inside = {"inside.example": "192.168.1.1"}
        return [ipaddress.ip_address(inside.get(host, host))]

    async with open_to_here(resolve=resolve) as fetcher:
        assert await refusal(fetcher, server.url("/")) == reason


async def test_three_redirects_are_followed_and_not_four(server: Stranger) -> None:
    for step in range(4):
        server.answers[f"/{step}"] = reply(307, Location=f"/{step + 1}")
    server.answers["/4"] = reply(body=b"found")
    async with open_to_here() as fetcher:
        fetched, body = await got(fetcher, server.url("/1"))
        assert body == b"found"
        assert fetched.url == server.url("/4")
        assert await refusal(fetcher, server.url("/0")) == "redirects"


async def test_own_headers_do_not_go_to_another_host(server: Stranger) -> None:
    server.answers["/"] = reply(302, Location=server.url("/there", "other.example"))
    server.answers["/there"] = reply(body=b"ok")

    async def resolve(host: str) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.1")]

    async with open_to_here(resolve=resolve) as fetcher:
        await got(fetcher, server.url("/"), headers={"Authorization": "Basic secret"})
    assert [("authorization" in asked) for asked in server.asked] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cup.png",
        "//host/cup.png",
        "file:///etc/passwd",
        "ftp://host/x",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "http://",
        "http://host:22/",
        "http://host:99999/",
        "http://user@host/",
        "http://ho\nst/",
        "javascript:alert(1)",
    ],
)
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    async with http_fetcher() as fetcher:
        assert await refusal(fetcher, url) == "address"


async def test_ten_gigabytes_are_refused_by_their_announcement(server: Stranger) -> None:
    server.answers["/"] = reply(body=b"x", Content_Length="10737418240")
    server.answers["/huge"] = reply(body=b"x", Content_Length="9" * 20)
    async with open_to_here() as fetcher:
        assert await refusal(fetcher, server.url("/")) == "too_large"
        assert await refusal(fetcher, server.url("/huge")) == "too_large"


async def test_an_endless_body_is_left_at_the_bound(server: Stranger) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            sent += 10_000
            await writer.drain()

    server.answers["/"] = endless
    async with open_to_here() as fetcher:
        assert await refusal(fetcher, server.url("/")) == "too_large"
    assert sent < 50_000_000


async def test_a_gzip_bomb_is_left_at_the_bound(server: Stranger) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < BOUNDS.most_bytes
    server.answers["/"] = reply(body=bomb, Content_Encoding="gzip")
    async with open_to_here() as fetcher:
        assert await refusal(fetcher, server.url("/")) == "too_large"


async def test_gzip_is_undone(server: Stranger) -> None:
    text = b"".join(b"%d," % number for number in range(10_000))
    server.answers["/"] = reply(body=gzip.compress(text), Content_Encoding="gzip")
    async with open_to_here() as fetcher:
        assert (await got(fetcher, server.url("/")))[1] == text


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"x" * 1_000)[:-9], "gzip"),
        (gzip.compress(b"x") + b"more", "gzip"),
        (b"no gzip", "gzip"),
        (b"", "gzip"),
        (b"x", "br"),
    ],
    ids=["cut", "followed", "none", "empty", "unknown"],  # gzip writes the time into its head
)
async def test_damaged_compression_is_refused(server: Stranger, body: bytes, encoding: str) -> None:
    server.answers["/"] = reply(body=body, Content_Encoding=encoding)
    async with open_to_here() as fetcher:
        assert await refusal(fetcher, server.url("/")) == "damaged"


async def test_a_body_that_drips_is_left_when_time_is_up(server: Stranger) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    server.answers["/"] = drip
    async with open_to_here() as fetcher:
        quick = replace(BOUNDS, most_time=dt.timedelta(seconds=0.3))
        assert await failure(fetcher, server.url("/"), quick) == "too_slow"


async def test_a_server_that_says_nothing_is_left_when_time_is_up(server: Stranger) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    server.answers["/"] = silent
    async with open_to_here() as fetcher:
        quick = replace(BOUNDS, most_time=dt.timedelta(seconds=0.3))
        assert await failure(fetcher, server.url("/"), quick) == "too_slow"


async def test_a_body_that_breaks_off_is_no_file(server: Stranger) -> None:
    server.answers["/"] = reply(body=b"half", Content_Length="8")
    async with open_to_here() as fetcher:
        assert await failure(fetcher, server.url("/")) == "unreachable"


async def test_a_server_that_speaks_no_http_is_unreachable(server: Stranger) -> None:
    server.answers["/"] = b"220 mail.example ESMTP\r\n\r\n"
    async with open_to_here() as fetcher:
        assert await failure(fetcher, server.url("/")) == "unreachable"


async def test_nobody_there_is_unreachable(server: Stranger) -> None:
    async def resolve(host: str) -> list[Address]:
        return []

    async with open_to_here(resolve=resolve) as fetcher:
        assert await failure(fetcher, "http://nobody.example/") == "unreachable"
    async with open_to_here() as fetcher:
        assert await failure(fetcher, "http://127.0.0.1:1024/") == "unreachable"


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (404, FetchRefused, "not_there"),
        (403, FetchRefused, "not_there"),
        (204, FetchRefused, "not_there"),
        (300, FetchRefused, "not_there"),
        (429, FetchFailed, "server_trouble"),
        (500, FetchFailed, "server_trouble"),
        (503, FetchFailed, "server_trouble"),
    ],
)
async def test_what_can_heal_is_told_from_what_cannot(
    server: Stranger, status: int, kind: type[Exception], reason: str
) -> None:
    server.answers["/"] = reply(status, body=b"x" if status != 204 else b"")
    async with open_to_here() as fetcher:
        with pytest.raises(kind, match=reason):
            await got(fetcher, server.url("/"))


async def test_a_page_is_no_picture(server: Stranger) -> None:
    server.answers["/"] = reply(body=b"<html>", Content_Type="text/html; charset=utf-8")
    server.answers["/unsaid"] = reply(body=b"x")
    pictures = replace(BOUNDS, content_types=("image/",))
    async with open_to_here() as fetcher:
        assert await refusal(fetcher, server.url("/"), pictures) == "content_type"
        assert await refusal(fetcher, server.url("/unsaid"), pictures) == "content_type"


async def test_one_host_has_few_connections_of_ours(server: Stranger) -> None:
    gate = asyncio.Barrier(MOST_OF_ONE_HOST)

    async def wait(writer: asyncio.StreamWriter) -> None:
        await gate.wait()  # opens when as many are here as may be, and for all of them
        writer.write(reply(body=b"x"))
        await writer.drain()

    server.answers["/"] = wait
    async with open_to_here() as fetcher:
        asked = [asyncio.create_task(got(fetcher, server.url("/"))) for _ in range(12)]
        assert {body for _, body in await asyncio.gather(*asked)} == {b"x"}
    assert server.most_at_once == MOST_OF_ONE_HOST


async def test_private_addresses_are_open_where_the_settings_say_so(server: Stranger) -> None:
    server.answers["/"] = reply(body=b"demo")
    async with http_fetcher(private_addresses_allowed=True) as fetcher:
        assert (await got(fetcher, server.url("/", "localhost")))[1] == b"demo"


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate for `name`, and a client's side that believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(path)
    return serving, ssl.create_default_context(cafile=str(path))


async def test_tls_asks_for_the_name_though_it_connects_to_the_address(tmp_path: Path) -> None:
    serving, trusting = certificate(tmp_path, "pictures.example")
    names: list[str | None] = []
    serving.sni_callback = lambda connection, name, context: names.append(name)

    async def resolve(host: str) -> list[Address]:
        return [HERE]

    async with (
        stranger(tls=serving) as server,
        open_to_here(resolve=resolve, tls=trusting) as fetcher,
    ):
        server.answers["/"] = reply(body=b"sealed")
        url = f"https://pictures.example:{server.port}/"
        assert (await got(fetcher, url))[1] == b"sealed"
        assert names == ["pictures.example"]
        other = f"https://other.example:{server.port}/"
        assert await failure(fetcher, other) == "unreachable"
