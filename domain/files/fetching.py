"""Fetcher: files from addresses that strangers gave us. No such address may lead inside."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

Reason = Literal[
    "address",  # not http or https, no host, a port of another service, a password in it
    "private_address",  # leads to this machine or its network
    "redirects",  # more than three, or one that leads nowhere
    "not_there",  # the server says that it has no such thing for us (4xx)
    "content_type",  # the server says that it is something else
    "too_large",
    "damaged",  # its compression cannot be undone
    "unreachable",  # no such host, no connection, a broken one, TLS refused
    "too_slow",
    "server_trouble",  # 5xx, or "come later"
]


class FetchRefused(Exception):
    """It cannot be had: trying again would come to the same."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class FetchFailed(Exception):
    """It could not be had just now."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of it, for how long, and what it may call itself (`image/` is all of them).

    `most_bytes` holds for what came, and for what it unpacks to. No types: any.
    """

    most_bytes: int
    most_time: timedelta
    content_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What an earlier fetch learned; with it, what has not changed need not come again."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A server's answer. `is_unchanged`: it is what was `Seen`, and there are no bytes."""

    url: str
    """Where it was found in the end."""
    content_type: str
    seen: Seen
    is_unchanged: bool
    chunks: AsyncIterator[bytes] = field(repr=False)


class Fetcher(Protocol):
    """Gets files over HTTP; every address on the way is looked at before it is connected to."""

    def fetch(
        self,
        url: str,
        bounds: Bounds,
        *,
        seen: Seen | None = None,
        headers: Mapping[str, str] = ...,
    ) -> AbstractAsyncContextManager[Fetched]:
        """The file at `url`, while the block lasts. Raises FetchRefused, FetchFailed; the chunks
        raise them too. `headers` go to the first host alone.
        """
        ...
