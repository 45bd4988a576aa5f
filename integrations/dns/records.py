"""DnsRecords: a domain's TextRecords, asked of the resolvers of this machine."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer

from domain.merchants.ports import RecordsUnavailable

LONGEST_SECONDS: Final = 5
"""How long all of one look-up may take."""


@dataclass(frozen=True)
class DnsRecords:
    """Asks `servers` (address and port) or, without them, those that the system names."""

    servers: tuple[tuple[str, int], ...] = ()

    async def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each whole. Raises RecordsUnavailable."""
        try:
            answer = await self._resolver.resolve(
                name, "TXT", search=False, lifetime=LONGEST_SECONDS
            )
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError) as error:
            raise RecordsUnavailable(type(error).__name__) from error
        # A record longer than 255 bytes comes in pieces, which belong together as they are.
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    @cached_property
    def _resolver(self) -> Resolver:
        """Made when first asked: where no resolver is configured, only proofs are held up."""
        if not self.servers:
            return Resolver()
        resolver = Resolver(configure=False)
        resolver.nameservers = [address for address, _ in self.servers]
        resolver.nameserver_ports = dict(self.servers)
        return resolver
