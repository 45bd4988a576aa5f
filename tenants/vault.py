"""The vault: secrets of tenants at rest. There is no other encryption in this house.

Two levels of AES-256-GCM. Each tenant has keys of its own, which encrypt its secrets; they lie in
the database wrapped by a master key, which lies in the settings only. So a master key is rotated by
wrapping a few short keys again, and a tenant whose keys are destroyed is unreadable in backups too.
A secret is bound to its place (tenant, table, column, row): moved elsewhere, it cannot be read.

A stored secret is 1 byte of version, 16 of the key's id, 12 of nonce, then the ciphertext with its
tag of 16. Nonces are random: one key is good for 2**32 secrets.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenants.ids import new_id

KeyUse = Literal["data", "index"]

_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_KEY_ID: Final = slice(1, 17)
_NONCE: Final = slice(17, 17 + _NONCE_BYTES)
_CIPHERTEXT: Final = slice(17 + _NONCE_BYTES, None)


class SecretUnreadable(Exception):
    """A stored secret or key was changed, moved, cut or sealed by a key that is not at hand."""


class BadMasterKeys(ValueError):
    """The setting with the master keys cannot be used; the text says why and shows no key."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in the clear, which shows itself only when asked by name."""

    _value: bytes = field(repr=False)

    def reveal(self) -> bytes:
        """The bytes themselves, for the one call that needs them."""
        return self._value


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The key-encryption keys by id; `current` wraps, the others only unwrap."""

    current: str
    _keys: Mapping[str, bytes] = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids, the current one first."""
        return tuple(self._keys)

    def cipher(self, kek_id: str) -> AESGCM:
        """The cipher of one master key. Raises SecretUnreadable when the settings lack it."""
        if kek_id not in self._keys:
            raise SecretUnreadable(f"The settings hold no master key {kek_id!r}.")
        return AESGCM(self._keys[kek_id])


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A tenant's key as it is stored: a row of its own, safe to show to the database."""

    id: UUID
    tenant_id: UUID
    use: KeyUse
    kek_id: str
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TenantKey:
    """A tenant's key, unwrapped, to be kept in memory only. "data" encrypts, "index" looks up."""

    id: UUID
    tenant_id: UUID
    use: KeyUse
    _key: bytes = field(repr=False)

    def key_for(self, use: KeyUse) -> bytes:
        """The bytes, for the use that the key is for; raises ValueError for the other."""
        if self.use != use:
            raise ValueError(f"This key is for {self.use}, not for {use}.")
        return self._key


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret lies. The tenant is the key's."""

    table: str
    column: str
    row_id: UUID


def parse_master_keys(setting: str) -> MasterKeys:
    """Read "k2:<base64 of 32 bytes>,k1:<base64>"; the first is current. Raises BadMasterKeys."""
    keys: dict[str, bytes] = {}
    for position, part in enumerate(setting.split(","), start=1):
        kek_id, _, encoded = part.strip().partition(":")
        # Beyond its id nothing of a part may be shown: with the colon forgotten, the id is the key.
        if not encoded or not kek_id.isidentifier() or len(kek_id) > 32:
            raise BadMasterKeys(f"Key {position} is not written as id:base64.")
        if kek_id in keys:
            raise BadMasterKeys(f"The id {kek_id} is given twice.")
        try:
            keys[kek_id] = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise BadMasterKeys(f"Key {kek_id} is no base64.") from None
        if len(keys[kek_id]) != _KEY_BYTES:
            raise BadMasterKeys(f"Key {kek_id} has {len(keys[kek_id])} bytes, not {_KEY_BYTES}.")
    return MasterKeys(next(iter(keys)), keys)


def new_master_key() -> str:
    """A new master key in base64, to be written into the settings behind an id."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode("ascii")


def new_tenant_key(masters: MasterKeys, tenant_id: UUID, use: KeyUse) -> WrappedKey:
    """Make a key for a tenant, wrapped by the current master key."""
    return _wrap(masters, TenantKey(new_id(), tenant_id, use, os.urandom(_KEY_BYTES)))


def unwrap(masters: MasterKeys, stored: WrappedKey) -> TenantKey:
    """Open a tenant's key. Raises SecretUnreadable."""
    cipher = masters.cipher(stored.kek_id)
    nonce, sealed = stored.wrapped[:_NONCE_BYTES], stored.wrapped[_NONCE_BYTES:]
    if len(sealed) != _KEY_BYTES + _TAG_BYTES:
        raise SecretUnreadable("A wrapped key has the wrong length.")
    context = _key_context(stored.id, stored.tenant_id, stored.use, stored.kek_id)
    try:
        key = cipher.decrypt(nonce, sealed, context)
    except InvalidTag:
        raise SecretUnreadable("A wrapped key does not open under its master key.") from None
    return TenantKey(stored.id, stored.tenant_id, stored.use, key)


def rewrap(masters: MasterKeys, stored: WrappedKey) -> WrappedKey:
    """The same key under the current master key; as it is, when it lies there already."""
    if stored.kek_id == masters.current:
        return stored
    return _wrap(masters, unwrap(masters, stored))


def encrypt(key: TenantKey, place: Place, plaintext: bytes) -> bytes:
    """Seal a secret for one place. Twice the same plaintext never gives the same bytes."""
    cipher = AESGCM(key.key_for("data"))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = cipher.encrypt(nonce, plaintext, _place_context(key.tenant_id, place))
    return _VERSION + key.id.bytes + nonce + sealed


def key_id_of(stored: bytes) -> UUID:
    """Which tenant key opens a stored secret. Raises SecretUnreadable when it is none."""
    if stored[:1] != _VERSION or len(stored) < _CIPHERTEXT.start + _TAG_BYTES:
        raise SecretUnreadable("This is not a stored secret.")
    return UUID(bytes=stored[_KEY_ID])


def decrypt(key: TenantKey, place: Place, stored: bytes) -> Secret:
    """Open a secret that was sealed by `key` for `place`. Raises SecretUnreadable."""
    if key_id_of(stored) != key.id:
        raise SecretUnreadable("The secret was sealed by another key.")
    context = _place_context(key.tenant_id, place)
    cipher = AESGCM(key.key_for("data"))
    try:
        return Secret(cipher.decrypt(stored[_NONCE], stored[_CIPHERTEXT], context))
    except InvalidTag:
        raise SecretUnreadable("The secret was changed, or lies in another place.") from None


def blind_index(key: TenantKey, table: str, column: str, value: bytes) -> bytes:
    """32 bytes by which an encrypted value can be found, equal for equal values of one column.

    Needs the tenant's "index" key, which stays when data keys change. It tells which rows are
    equal, so it is for values with many possibilities (a phone number), not few (yes or no).
    """
    context = "|".join((str(key.tenant_id), _name(table), _name(column), ""))
    return hmac.digest(key.key_for("index"), context.encode() + value, hashlib.sha256)


def _wrap(masters: MasterKeys, key: TenantKey) -> WrappedKey:
    nonce = os.urandom(_NONCE_BYTES)
    context = _key_context(key.id, key.tenant_id, key.use, masters.current)
    sealed = masters.cipher(masters.current).encrypt(nonce, key.key_for(key.use), context)
    return WrappedKey(key.id, key.tenant_id, key.use, masters.current, nonce + sealed)


def _key_context(key_id: UUID, tenant_id: UUID, use: KeyUse, kek_id: str) -> bytes:
    return f"key|{tenant_id}|{key_id}|{use}|{kek_id}".encode()


def _place_context(tenant_id: UUID, place: Place) -> bytes:
    return f"{tenant_id}|{_name(place.table)}|{_name(place.column)}|{place.row_id}".encode()


def _name(name: str) -> str:
    # A "|" inside a name would let two places look the same.
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not the name of a table or column.")
    return name
