"""Which network addresses are the world's, and connections that go to no other.

The name is resolved here, all its addresses are looked at, and the connection goes to one of just
those: a name that changes between the look and the connection changes nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import httpcore

from domain.files.fetching import FetchFailed, FetchRefused

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = Callable[[str], Awaitable[Sequence[Address]]]

MOST_ADDRESSES_TRIED: Final = 3


def is_public(address: Address) -> bool:
    """Whether it is one of the world's, no matter in which clothes: v4 inside v6 is looked at too.

    What is local, private, shared by carriers, for tests, reserved or for many at once is not.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
        if address.is_site_local or address.scope_id:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


async def resolve(host: str) -> list[Address]:
    """All addresses of a host, as the system's resolver has them. Raises FetchFailed."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchFailed("unreachable") from None
    return [ipaddress.ip_address(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to hosts all of whose addresses are allowed; TLS still asks for the host's name."""

    is_allowed: Callable[[Address], bool] = is_public
    resolve: Resolve = resolve
    network: httpcore.AsyncNetworkBackend = field(default_factory=httpcore.AnyIOBackend)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the host's addresses. Raises FetchRefused for a private one."""
        addresses = await self.resolve(host)
        if not addresses:
            raise FetchFailed("unreachable")
        # One that is not allowed condemns the name: who mixes them means no good.
        if not all(self.is_allowed(address) for address in addresses):
            raise FetchRefused("private_address")
        failure: Exception = FetchFailed("unreachable")
        for address in list(dict.fromkeys(addresses))[:MOST_ADDRESSES_TRIED]:
            try:
                return await self.network.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a file of this machine is no address of the world's."""
        raise FetchRefused("private_address")

    async def sleep(self, seconds: float) -> None:
        """As the network's own."""
        await self.network.sleep(seconds)
