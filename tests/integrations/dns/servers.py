"""A name server on loopback, which knows the TXT records that a test gives it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import dns.message
import dns.rcode
import dns.rrset


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Names with their records, each as its pieces; `is_broken`: it fails whatever is asked."""

    records: dict[str, list[list[str]]] = field(default_factory=dict)
    is_broken: bool = False
    place: tuple[str, int] = ("127.0.0.1", 0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.place = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        name = asked.question[0].name
        known = self.records.get(name.to_text(omit_final_dot=True))
        if self.is_broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif known is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif known:
            texts = [" ".join(f'"{piece}"' for piece in pieces) for pieces in known]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        cast(asyncio.DatagramTransport, self.transport).sendto(answer.to_wire(), addr)


@asynccontextmanager
async def name_server() -> AsyncIterator[NameServer]:
    """A server on a free port, closed when the block ends."""
    transport, made = await asyncio.get_running_loop().create_datagram_endpoint(
        NameServer, local_addr=("127.0.0.1", 0)
    )
    try:
        yield made
    finally:
        transport.close()
