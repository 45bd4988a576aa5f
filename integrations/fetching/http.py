"""HttpFetcher: a Fetcher over HTTP, one hop at a time, each hop checked like the first."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakValueDictionary

import httpcore
import httpx

from domain.files.fetching import Bounds, Fetched, FetchFailed, FetchRefused, Seen
from integrations.fetching.addresses import Address, CheckedNetwork, Resolve, is_public, resolve
from integrations.fetching.unpacking import bounded, ungzipped

MOST_REDIRECTS: Final = 3
MOST_CONNECTIONS: Final = 20
MOST_OF_ONE_HOST: Final = 4
SILENCE_SECONDS: Final = 15
"""How long a server may say nothing; how long all may take is for the caller to say."""
AGENT: Final = "Ryad"

_LATER: Final = frozenset({408, 425, 429})
_TIMEOUTS: Final = dict.fromkeys(("connect", "read", "write", "pool"), SILENCE_SECONDS)


@dataclass(frozen=True, slots=True)
class HttpFetcher:
    """Fetches by http and https; a host has at most four connections of ours at a time."""

    pool: httpcore.AsyncConnectionPool
    turns: WeakValueDictionary[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)

    @asynccontextmanager
    async def fetch(
        self,
        url: str,
        bounds: Bounds,
        *,
        seen: Seen | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Fetched]:
        """The file at `url`, while the block lasts. Raises FetchRefused, FetchFailed."""
        first = _checked(url)
        turn = self.turns.setdefault(first.host, asyncio.Semaphore(MOST_OF_ONE_HOST))
        async with turn:
            clock = asyncio.timeout(bounds.most_time.total_seconds())
            try:
                async with clock, self._found(first, seen or Seen(), headers or {}) as answer:
                    yield _told(*answer, bounds)
            except (TimeoutError, httpcore.TimeoutException) as error:
                if isinstance(error, TimeoutError) and not clock.expired():
                    raise
                raise FetchFailed("too_slow") from None
            except (httpcore.NetworkError, httpcore.ProtocolError):
                raise FetchFailed("unreachable") from None

    @asynccontextmanager
    async def _found(
        self, url: httpx.URL, seen: Seen, headers: Mapping[str, str]
    ) -> AsyncIterator[tuple[httpx.URL, httpcore.Response]]:
        """The answer at the end of the redirects."""
        first_host = url.host
        for _ in range(MOST_REDIRECTS + 1):
            own = headers if url.host == first_host else {}
            async with self._asked(url, {**own, **_conditions(seen)}) as response:
                location = _header(response, b"location")
                if response.status not in (301, 302, 303, 307, 308) or location is None:
                    yield url, response
                    return
            url = _checked(location, url)
        raise FetchRefused("redirects")

    @asynccontextmanager
    async def _asked(
        self, url: httpx.URL, headers: Mapping[str, str]
    ) -> AsyncIterator[httpcore.Response]:
        sent = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            **headers,
        }
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        async with self.pool.stream(
            "GET", target, headers=list(sent.items()), extensions={"timeout": _TIMEOUTS}
        ) as response:
            yield response


@asynccontextmanager
async def http_fetcher(
    *,
    private_addresses_allowed: bool = False,
    is_allowed: Callable[[Address], bool] = is_public,
    resolve: Resolve = resolve,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[HttpFetcher]:
    """A fetcher and its connections, closed when the block ends."""
    allowed = (lambda address: True) if private_addresses_allowed else is_allowed
    async with httpcore.AsyncConnectionPool(
        ssl_context=tls or httpcore.default_ssl_context(),
        max_connections=MOST_CONNECTIONS,
        keepalive_expiry=10,
        network_backend=CheckedNetwork(allowed, resolve),
    ) as pool:
        yield HttpFetcher(pool)


def _checked(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address that may be asked. Its host is looked at when it is connected to."""
    try:
        url = base.join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise FetchRefused("redirects" if base else "address") from None
    # Below 1024 other services listen, to whom an HTTP request might mean something.
    port_is_odd = url.port is not None and url.port not in (80, 443, *range(1024, 65_536))
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or port_is_odd:
        raise FetchRefused("address")
    return url


def _conditions(seen: Seen) -> dict[str, str]:
    given = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in given.items() if value}


def _told(url: httpx.URL, response: httpcore.Response, bounds: Bounds) -> Fetched:
    """The answer, if it is what was wanted. Raises FetchRefused, FetchFailed."""
    status = response.status
    if status >= 500 or status in _LATER:
        raise FetchFailed("server_trouble")
    unchanged = status == 304
    if status != 200 and not unchanged:
        raise FetchRefused("not_there")
    content_type = (_header(response, b"content-type") or "").partition(";")[0].strip().lower()
    if not unchanged and bounds.content_types and not content_type.startswith(bounds.content_types):
        raise FetchRefused("content_type")
    announced = _header(response, b"content-length") or "0"
    if not announced.isdecimal() or int(announced[:20]) > bounds.most_bytes:
        raise FetchRefused("too_large")
    return Fetched(
        url=str(url),
        content_type=content_type,
        seen=Seen(_header(response, b"etag"), _header(response, b"last-modified")),
        is_unchanged=unchanged,
        chunks=_translated(_chunks(response, bounds)),
    )


def _chunks(response: httpcore.Response, bounds: Bounds) -> AsyncIterator[bytes]:
    came = bounded(response.aiter_stream(), bounds.most_bytes)
    packing = (_header(response, b"content-encoding") or "identity").strip().lower()
    if packing == "identity":
        return came
    if packing not in ("gzip", "x-gzip"):
        raise FetchRefused("damaged")
    return bounded(ungzipped(came), bounds.most_bytes)


async def _translated(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks; a connection that breaks is told in our words, also to who keeps no block."""
    try:
        async for chunk in chunks:
            yield chunk
    except httpcore.TimeoutException:
        raise FetchFailed("too_slow") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise FetchFailed("unreachable") from None


def _header(response: httpcore.Response, name: bytes) -> str | None:
    for key, value in response.headers:
        if key.lower() == name:
            return value.decode("latin-1")
    return None
