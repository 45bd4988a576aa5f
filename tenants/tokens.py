"""API keys, session and one-time tokens, and signed links: made, checked, and stored as digests.

All are random enough that a plain SHA-256 is all that has to be stored; a token itself is shown
once. An API key ends in a checksum, so that a scanner tells a leaked key from any other text.
"""

import base64
import hashlib
import hmac
import re
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Final, Literal, cast
from uuid import UUID

KeyKind = Literal["publishable", "secret"]
KeyMode = Literal["live", "test"]

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHORT_KIND: Final[dict[KeyKind, str]] = {"publishable": "pk", "secret": "sk"}
_KIND_OF: Final = {short: kind for kind, short in _SHORT_KIND.items()}
_KEY_BITS: Final = 160
_KEY_LETTERS: Final = 27
_CHECKSUM_LETTERS: Final = 6
_TOKEN_BITS: Final = 256
_TOKEN_LETTERS: Final = 43
_SHOWN_PREFIX: Final = 12
_KEY: Final = re.compile(r"(pk|sk)_(live|test)_[0-9A-Za-z]{33}")
_TOKEN_BODY: Final = re.compile(r"[0-9A-Za-z]{43}")


class MalformedKey(ValueError):
    """No key or token of ours: it was never issued, and no look-up is needed to say so."""


class LinkRefused(ValueError):
    """A signed link that is not ours, was changed, or is out of date (`expired`)."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("The link is out of date." if expired else "The link is not genuine.")
        self.expired = expired


@unique
class TokenKind(StrEnum):
    """What a token is for, told by how it begins."""

    SESSION = "st"
    CUSTOMER = "bt"  # a buyer who has signed in
    ONE_TIME = "ot"  # confirms an address, accepts an invitation, resets a password
    CART = "ct"  # opens a cart, and the order that it becomes


@dataclass(frozen=True, slots=True)
class ParsedKey:
    """What can be known of an API key without the database; the key itself is not kept.

    `prefix` ("sk_live_Ab3d") and `last_four` may be shown and searched, `digest` is stored.
    """

    kind: KeyKind
    mode: KeyMode
    prefix: str
    last_four: str
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key: `text` is shown to its owner once, `parsed` is what stays."""

    text: str = field(repr=False)
    parsed: ParsedKey


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token: `text` goes to its owner, `digest` (32 bytes) is stored."""

    text: str = field(repr=False)
    digest: bytes = field(repr=False)


def issue_key(kind: KeyKind, mode: KeyMode) -> IssuedKey:
    """Make an API key of 41 letters: `sk_live_` or the like, 160 random bits, a checksum."""
    body = _to_base62(secrets.randbits(_KEY_BITS), _KEY_LETTERS)
    unchecked = f"{_SHORT_KIND[kind]}_{mode}_{body}"
    text = unchecked + _checksum(unchecked)
    return IssuedKey(text, parse_key(text))


def parse_key(text: str) -> ParsedKey:
    """Read an API key and check its checksum. Raises MalformedKey."""
    match = _KEY.fullmatch(text)
    if match is None or text[-_CHECKSUM_LETTERS:] != _checksum(text[:-_CHECKSUM_LETTERS]):
        raise MalformedKey("This is not an API key.")
    return ParsedKey(
        kind=_KIND_OF[match[1]],
        mode=cast("KeyMode", match[2]),
        prefix=text[:_SHOWN_PREFIX],
        last_four=text[-4:],
        digest=_digest(text),
    )


def issue_token(kind: TokenKind) -> IssuedToken:
    """Make a token of 256 random bits: `st_…` or `ot_…`, 46 letters."""
    text = f"{kind}_{_to_base62(secrets.randbits(_TOKEN_BITS), _TOKEN_LETTERS)}"
    return IssuedToken(text, _digest(text))


def token_digest(kind: TokenKind, text: str) -> bytes:
    """The digest by which a token of this kind is looked up. Raises MalformedKey."""
    prefix, _, body = text.partition("_")
    if prefix != kind or not _TOKEN_BODY.fullmatch(body):
        raise MalformedKey("This is not a token of the kind wanted.")
    return _digest(text)


def sign_link(keys: Sequence[bytes], tenant_id: UUID, path: str, *, expires_at: datetime) -> str:
    """The path with `?expires=…&signature=…`, good for this tenant until `expires_at`.

    The first key signs; the others are still believed by `check_link` while keys change. The path
    must have no query of its own, which would not be covered. Raises ValueError.
    """
    if "?" in path or "#" in path:
        raise ValueError("Only a plain path can be signed.")
    expires = str(int(expires_at.timestamp()))
    return f"{path}?expires={expires}&signature={_signature(keys[0], tenant_id, path, expires)}"


def check_link(
    keys: Sequence[bytes],
    tenant_id: UUID,
    path: str,
    *,
    expires: str,
    signature: str,
    now: datetime,
) -> None:
    """Pass a link that was signed for this tenant and path and is still good, else LinkRefused."""
    given = signature.encode("utf-8", "replace")
    # All keys are tried, and each in constant time, so that the time tells nothing.
    matches = [
        hmac.compare_digest(given, _signature(key, tenant_id, path, expires).encode())
        for key in keys
    ]
    if not any(matches):
        raise LinkRefused(expired=False)
    if now >= datetime.fromtimestamp(int(expires), UTC):
        raise LinkRefused(expired=True)


def _signature(key: bytes, tenant_id: UUID, path: str, expires: str) -> str:
    # The path stands last: it alone may hold a line feed of its own.
    message = f"link\n{tenant_id}\n{expires}\n{path}".encode("utf-8", "replace")
    return base64.urlsafe_b64encode(hmac.digest(key, message, "sha256")).rstrip(b"=").decode()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("ascii")).digest()


def _checksum(text: str) -> str:
    return _to_base62(zlib.crc32(text.encode("ascii")), _CHECKSUM_LETTERS)


def _to_base62(number: int, letters: int) -> str:
    text = ""
    for _ in range(letters):
        number, digit = divmod(number, 62)
        text = _BASE62[digit] + text
    return text
