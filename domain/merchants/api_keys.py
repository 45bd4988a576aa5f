"""API keys: made, rotated, revoked, and found again when one has leaked.

They are the merchant's, so all but `find_leaked` work in the live space. The key itself is shown
once; the rows have its SHA-256, the beginning that tells it apart, and its last four letters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import LargeBinary, Text, any_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from domain.errors import Invalid, LimitReached, NotAllowed, NotFound
from domain.merchants.names import read_name
from domain.merchants.permissions import EVERYTHING, check_may_give, known_permissions
from domain.merchants.plans import recount, take
from domain.merchants.points import check_may_give_points
from domain.merchants.reception import Mode, Reception
from tenants.platform_tables import ApiKey, Tenant
from tenants.scope import Row, UnitOfWork
from tenants.tokens import KeyKind, MalformedKey, issue_key, parse_key

MOST_KEYS: Final = 100
LONGEST_OVERLAP: Final = timedelta(hours=72)
MOST_SCANNED: Final = 1_000
"""Keys looked up in one text: a dump of millions is not searched in one call."""

_LOOKS_LIKE_KEY: Final = re.compile(r"(?<![0-9A-Za-z_])[ps]k_(?:live|test)_[0-9A-Za-z]{33}")
_LOOKS_LIKE_PREFIX: Final = re.compile(r"(?<![0-9A-Za-z_])[ps]k_(?:live|test)_[0-9A-Za-z]{4}")

_LEAKED: Final = (
    select(
        ApiKey.tenant_id,
        Tenant.handle,
        ApiKey.id,
        ApiKey.prefix,
        ApiKey.last_four,
        ApiKey.revoked_at,
        ApiKey.expires_at,
    )
    .join(Tenant, Tenant.id == ApiKey.tenant_id)
    .where(
        or_(
            ApiKey.hash == any_(bindparam("digests", type_=ARRAY(LargeBinary()))),
            ApiKey.prefix == any_(bindparam("prefixes", type_=ARRAY(Text()))),
        )
    )
    .order_by(ApiKey.id)
)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `text` is the key, shown this once."""

    id: UUID
    kind: KeyKind
    mode: Mode
    prefix: str
    text: str = field(repr=False)


async def create_key(
    uow: UnitOfWork,
    *,
    kind: KeyKind,
    mode: Mode,
    name: str,
    scopes: Sequence[str] = (),
    expires_at: datetime | None = None,
    trusted_only: bool = False,
) -> NewKey:
    """Make a key. A secret key has scopes, of which its maker has each; a publishable one none.

    `trusted_only` lets it send registered documents alone. Raises Invalid, NotAllowed,
    LimitReached.
    """
    words = known_permissions(scopes, "scopes")
    if (kind == "secret") != bool(words):
        raise Invalid(
            "scopes",
            en="a secret key has at least one scope, a publishable key none",
            ru="у секретного ключа есть хотя бы одно право, у публичного их нет",
        )
    check_may_give(uow.principal, words, "scopes")
    if words:
        # A key sees every point of sale.
        check_may_give_points(uow.principal, None, "scopes")
    if expires_at is not None and expires_at <= uow.now:
        raise Invalid("expiresAt", en="this time is past", ru="это время уже прошло")
    await _make_room(uow)
    key = await _store_key(
        uow,
        kind=kind,
        mode=mode,
        name=read_name(name, "name"),
        scopes=words,
        expires_at=expires_at,
        trusted_only=trusted_only,
    )
    uow.record("api_key.created", key.id, kind=kind, mode=mode, prefix=key.prefix, scopes=words)
    return key


async def rotate_key(
    uow: UnitOfWork, key_id: UUID, *, overlap: timedelta = timedelta(hours=24)
) -> NewKey:
    """A new key like the old one, which stays good for `overlap` (0 to 72 hours).

    A key that was made for a time is followed by one for as long a time from now. Who rotates a
    key comes to hold it, so he must have its scopes. Raises NotFound, Invalid, NotAllowed.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid(
            "overlap", en="an overlap is 0 to 72 hours", ru="перекрытие — от 0 до 72 часов"
        )
    old = await _live_key(uow, key_id)
    check_may_give(uow.principal, old["scopes"], "id")
    if old["scopes"]:
        check_may_give_points(uow.principal, None, "id")
    if old["replaced_by_id"] is not None:
        raise NotAllowed(
            en="this key was replaced already; rotate the new one",
            ru="этот ключ уже заменён; меняйте новый",
        )
    lasts = old["expires_at"] and old["expires_at"] - old["created_at"]
    new = await _store_key(
        uow,
        kind=old["kind"],
        mode=old["mode"],
        name=old["name"],
        scopes=old["scopes"],
        expires_at=lasts and uow.now + lasts,
        trusted_only=old["trusted_only"],
    )
    ends = min(old["expires_at"] or uow.now + overlap, uow.now + overlap)
    await uow.execute(
        update(ApiKey).where(ApiKey.id == key_id).values(replaced_by_id=new.id, expires_at=ends)
    )
    uow.record("api_key.rotated", key_id, replaced_by=str(new.id), prefix=new.prefix, ends_at=ends)
    return new


async def rename_key(uow: UnitOfWork, key_id: UUID, *, name: str) -> None:
    """Give a key another name. Raises NotFound, Invalid."""
    await _live_key(uow, key_id)
    await uow.execute(
        update(ApiKey).where(ApiKey.id == key_id).values(name=read_name(name, "name"))
    )
    uow.record("api_key.renamed", key_id, name=name)


async def revoke_key(uow: UnitOfWork, key_id: UUID) -> None:
    """End a key at once: the next request with it is refused. Raises NotFound."""
    key = await _live_key(uow, key_id)
    await uow.execute(update(ApiKey).where(ApiKey.id == key_id).values(revoked_at=uow.now))
    uow.record("api_key.revoked", key_id, prefix=key["prefix"], last_four=key["last_four"])


async def find_leaked(reception: Reception, text: str) -> list[Row]:
    """The keys of any merchant that stand in `text` (a log, a paste, a scanner's report).

    Whole keys are found by their digest; where only the beginning was seen (`sk_live_Ab3d`), all
    keys that begin so. Rows: `tenant_id`, `handle`, `id`, `prefix`, `last_four`, `revoked_at`,
    `expires_at`.
    """
    digests = []
    for match in _LOOKS_LIKE_KEY.findall(text)[:MOST_SCANNED]:
        try:
            digests.append(parse_key(match).digest)
        except MalformedKey:
            continue
    whole = _LOOKS_LIKE_KEY.sub(" ", text)
    prefixes = sorted(set(_LOOKS_LIKE_PREFIX.findall(whole)))[:MOST_SCANNED]
    scope = await reception.past_tenants("search for leaked keys")
    async with scope.writing() as unit:
        return await unit.rows(_LEAKED, digests=digests, prefixes=prefixes)


async def store_first_keys(uow: UnitOfWork) -> list[NewKey]:
    """What a new shop begins with: a publishable and a secret key for each of its spaces."""
    modes: tuple[Mode, ...] = ("live", "test")
    kinds: tuple[KeyKind, ...] = ("publishable", "secret")
    return [
        await _store_key(
            uow,
            kind=kind,
            mode=mode,
            name="First key",
            scopes=[EVERYTHING] if kind == "secret" else [],
            expires_at=None,
            trusted_only=False,
        )
        for mode in modes
        for kind in kinds
    ]


async def _store_key(
    uow: UnitOfWork,
    *,
    kind: KeyKind,
    mode: Mode,
    name: str,
    scopes: list[str],
    expires_at: datetime | None,
    trusted_only: bool,
) -> NewKey:
    issued = issue_key(kind, mode)
    key_id = await uow.add(
        ApiKey,
        kind=kind,
        mode=mode,
        name=name,
        prefix=issued.parsed.prefix,
        last_four=issued.parsed.last_four,
        hash=issued.parsed.digest,
        scopes=scopes,
        trusted_only=trusted_only,
        expires_at=expires_at,
        created_at=uow.now,
        created_by_id=uow.principal.id,
    )
    return NewKey(key_id, kind, mode, issued.parsed.prefix, issued.text)


def alive(now: datetime) -> tuple[Any, ...]:
    """The conditions of a key that still opens something."""
    return (
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
    )


async def _make_room(uow: UnitOfWork) -> None:
    # Keys end by themselves too, so they are counted anew; a replaced one counts no more.
    count = select(func.count()).select_from(ApiKey)
    live = await recount(
        uow, "api_keys", count.where(*alive(uow.now), ApiKey.replaced_by_id.is_(None))
    )
    if live >= MOST_KEYS:
        raise LimitReached(what="api_keys", limit=MOST_KEYS, used=live)
    await take(uow, "api_keys")


async def _live_key(uow: UnitOfWork, key_id: UUID) -> Row:
    found = await uow.row(
        select(
            ApiKey.kind,
            ApiKey.mode,
            ApiKey.name,
            ApiKey.prefix,
            ApiKey.last_four,
            ApiKey.scopes,
            ApiKey.trusted_only,
            ApiKey.created_at,
            ApiKey.expires_at,
            ApiKey.replaced_by_id,
        )
        .where(ApiKey.id == key_id, *alive(uow.now))
        .with_for_update()
    )
    if found is None:
        raise NotFound("id", what="API key")
    return found
