"""Host names of shops: domains in ASCII as they are looked up, Cyrillic ones included."""

import re
from dataclasses import dataclass
from typing import Final

import idna

from tenants.values.invalid import InvalidValue, Reason

_LONGEST: Final = 253
# Names that are nobody's to own (RFC 6761, 6762, 7686, 8375, 9476 and .internal of ICANN).
_NOBODYS: Final = frozenset({"arpa", "internal", "invalid", "local", "onion", "alt"})
# The same, but of use on one machine: a demo or a test may be served under them.
_LOCAL: Final = frozenset({"localhost", "test", "example"})
# Labels under the platform's own domain that would pass for the platform.
_PLATFORM: Final = """
    admin api app assets auth billing blog cdn checkout dashboard demo dev docs files ftp help
    id imap login mail mx ns ns1 ns2 pay payments pop root security smtp staging static status
    storefront support test webhooks webmail www
"""
_PLATFORM_LABELS: Final = frozenset(_PLATFORM.split())
_URL_SIGNS: Final = re.compile(r"[\s/\\?#@%]")
_PORT: Final = re.compile(r":[0-9]*")
# What browsers take for an IPv4 address ends in a number, decimal or hex (WHATWG URL, 3.5).
_ENDS_IN_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")


@dataclass(frozen=True, slots=True)
class Host:
    """One name in its two spellings: `ascii` to store and compare, `shown` for people."""

    ascii: str
    shown: str


def parse_host(text: str, *, allow_local: bool = False) -> Host:
    """Read a domain name of two labels or more; case and one last dot do not matter.

    Refused with InvalidValue: addresses, ports, URLs, names that IDNA 2008 does not know, and
    reserved ones. `allow_local` lets .localhost, .test and .example pass, for a demo and for tests.
    """
    name = text.strip().lower()
    if len(name) > _LONGEST:
        raise InvalidValue(Reason.HOST_TOO_LONG, text)
    if name.startswith("[") or (name.count(":") > 1 and "/" not in name):
        raise InvalidValue(Reason.HOST_IS_ADDRESS, text)
    if _URL_SIGNS.search(name):
        raise InvalidValue(Reason.HOST_NOT_A_NAME, text)
    bare, colon, port = name.partition(":")
    if colon:
        reason = Reason.HOST_HAS_PORT if _PORT.fullmatch(colon + port) else Reason.HOST_NOT_A_NAME
        raise InvalidValue(reason, text)
    host = _spell(bare, text)
    if _ENDS_IN_NUMBER.fullmatch(host.ascii):
        raise InvalidValue(Reason.HOST_IS_ADDRESS, text)
    top = host.ascii.rpartition(".")[2]
    if top in _NOBODYS or (top in _LOCAL and not allow_local):
        raise InvalidValue(Reason.HOST_RESERVED, text)
    if "." not in host.ascii:
        raise InvalidValue(Reason.HOST_NOT_A_NAME, text)
    return host


def is_local(host: str) -> bool:
    """Whether a host as it is stored is one of those that `allow_local` lets pass."""
    return host.rpartition(".")[2] in _LOCAL


def platform_host(label: str, platform_domain: str) -> Host:
    """The host that a new shop gets under the platform's own domain: `label`.`platform_domain`.

    Raises InvalidValue for a label that is no single ASCII one or would pass for the platform.
    """
    label = label.strip().lower()
    if label in _PLATFORM_LABELS:
        raise InvalidValue(Reason.HOST_RESERVED, label)
    # An xn-- label could look like any other; Cyrillic names are for the shop's own domain.
    if not re.fullmatch(r"(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", label):
        raise InvalidValue(Reason.HOST_NOT_A_NAME, label)
    return parse_host(f"{label}.{platform_domain}", allow_local=True)


def _spell(name: str, text: str) -> Host:
    try:
        encoded = idna.encode(name, uts46=True, std3_rules=True).decode("ascii").removesuffix(".")
        return Host(encoded, idna.decode(encoded))
    except UnicodeError:  # idna's own errors are of this class
        raise InvalidValue(Reason.HOST_NOT_A_NAME, text) from None
