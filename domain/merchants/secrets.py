"""A merchant's secrets at rest: set and replaced, opened by the domain, never shown again.

Each space has a data key of its own, made when it is first needed. Master keys rotate by wrapping
these again (`rewrap_data_keys`); a data key by sealing all secrets anew (`rotate_data_key`).
"""

from collections.abc import Sequence
from typing import Final, cast
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Text, Uuid

from domain.errors import Invalid, NotFound
from domain.merchants.names import read_name
from domain.merchants.reception import Reception
from domain.merchants.tables import TenantSecret
from domain.row_sets import IDS
from tenants.ids import new_id
from tenants.jobs import enqueue
from tenants.platform_tables import DataKey
from tenants.scope import Asking, Row, UnitOfWork
from tenants.vault import (
    KeyUse,
    MasterKeys,
    Place,
    Secret,
    SecretUnreadable,
    TenantKey,
    WrappedKey,
    decrypt,
    encrypt,
    key_id_of,
    new_tenant_key,
    rewrap,
    unwrap,
)

LONGEST_SECRET: Final = 10_000
RESEAL_AT_ONCE: Final = 200

_KEY: Final = (DataKey.id, DataKey.tenant_id, DataKey.use, DataKey.kek_id, DataKey.wrapped)
_CURRENT: Final = select(*_KEY).where(
    DataKey.use == bindparam("wanted", type_=Text()), DataKey.retired_at.is_(None)
)
_BY_ID: Final = select(*_KEY).where(DataKey.id == bindparam("key_id", type_=Uuid()))

_LISTED: Final = select(
    TenantSecret.id, TenantSecret.name, TenantSecret.created_at, TenantSecret.updated_at
)


async def current_key(uow: UnitOfWork, masters: MasterKeys, use: KeyUse = "data") -> TenantKey:
    """The space's key for `use`, made now if it had none."""
    found = await uow.row(_CURRENT, wanted=use)
    if found is None:
        new = new_tenant_key(masters, uow.tenant_id, use)
        await uow.execute(
            insert(DataKey)
            .values(
                id=new.id,
                tenant_id=new.tenant_id,
                use=use,
                kek_id=new.kek_id,
                wrapped=new.wrapped,
                created_at=uow.now,
            )
            .on_conflict_do_nothing()
        )
        # Perhaps somebody else's, made at the same moment: there is one current key.
        found = await uow.row(_CURRENT, wanted=use)
        assert found is not None
    return unwrap(masters, _wrapped(found))


async def seal(uow: UnitOfWork, masters: MasterKeys, place: Place, secret: bytes) -> bytes:
    """The bytes to store in `place`, which no other place can open."""
    return encrypt(await current_key(uow, masters), place, secret)


async def unseal(asking: Asking, masters: MasterKeys, place: Place, sealed: bytes) -> Secret:
    """Open what `seal` made, also with a retired key. Raises SecretUnreadable."""
    found = await asking.row(_BY_ID, key_id=key_id_of(sealed))
    if found is None:
        raise SecretUnreadable("The key of this secret was destroyed, or is another tenant's.")
    return decrypt(unwrap(masters, _wrapped(found)), place, sealed)


async def set_secret(uow: UnitOfWork, masters: MasterKeys, *, name: str, secret: str) -> UUID:
    """Keep a secret under `name`, in place of what was there. Raises Invalid."""
    name = read_name(name, "name")
    if not secret or len(secret) > LONGEST_SECRET:
        raise Invalid(
            "secret",
            en=f"a secret has 1 to {LONGEST_SECRET} characters",
            ru=f"в секрете от 1 до {LONGEST_SECRET} знаков",
        )
    key = await current_key(uow, masters)
    secret_id: UUID = await uow.value(
        # The row first: the secret is bound to its id.
        insert(TenantSecret)
        .values(
            tenant_id=uow.tenant_id,
            id=new_id(),
            name=name,
            sealed=b"",
            key_id=key.id,
            created_at=uow.now,
            updated_at=uow.now,
        )
        .on_conflict_do_update(
            index_elements=["tenant_id", "name"], set_={"updated_at": uow.now, "key_id": key.id}
        )
        .returning(TenantSecret.id)
    )
    await uow.execute(
        update(TenantSecret)
        .where(TenantSecret.id == secret_id)
        .values(sealed=encrypt(key, _place(secret_id), secret.encode()))
    )
    uow.record("secret.set", secret_id, name=name)
    return secret_id


async def remove_secret(uow: UnitOfWork, *, name: str) -> None:
    """Destroy a secret. Raises NotFound."""
    secret_id = await uow.value(
        delete(TenantSecret).where(TenantSecret.name == name).returning(TenantSecret.id)
    )
    if secret_id is None:
        raise NotFound("name", what="secret")
    uow.record("secret.removed", secret_id, name=name)


async def list_secrets(asking: Asking) -> list[Row]:
    """Names and times; of the secrets themselves nothing is ever read back."""
    return await asking.rows(_LISTED.order_by(TenantSecret.name))


async def secrets_by_ids(asking: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Names and times by id."""
    rows = await asking.rows(_LISTED.where(TenantSecret.id == any_(IDS)), ids=list(ids))
    return {row["id"]: row for row in rows}


async def open_secret(asking: Asking, masters: MasterKeys, *, name: str) -> Secret:
    """The secret itself, for an adapter's one call. Raises NotFound, SecretUnreadable."""
    found = await asking.row(
        select(TenantSecret.id, TenantSecret.sealed).where(TenantSecret.name == name)
    )
    if found is None:
        raise NotFound("name", what="secret")
    return await unseal(asking, masters, _place(found["id"]), found["sealed"])


async def rotate_data_key(uow: UnitOfWork, masters: MasterKeys) -> None:
    """Seal with a new key from now on; a job (`secrets.reseal`) brings over what lies there.

    The retired key still opens its secrets until then.
    """
    await uow.execute(
        update(DataKey)
        .where(DataKey.use == "data", DataKey.retired_at.is_(None))
        .values(retired_at=uow.now)
    )
    new = await current_key(uow, masters)
    await enqueue(uow, "secrets.reseal", key="reseal")
    uow.record("data_key.rotated", new.id)


async def reseal_secrets(uow: UnitOfWork, masters: MasterKeys) -> dict[str, int]:
    """A step of the job `secrets.reseal`: move secrets to the current key; how many, and are left.

    Takes a bounded number and queues itself again while there are more.
    """
    key = await current_key(uow, masters)
    rows = await uow.rows(
        select(TenantSecret.id, TenantSecret.sealed)
        .where(TenantSecret.key_id != key.id)
        .order_by(TenantSecret.id)
        .limit(RESEAL_AT_ONCE)
        .with_for_update()
    )
    for row in rows:
        place = _place(row["id"])
        secret = await unseal(uow, masters, place, row["sealed"])
        await uow.execute(
            update(TenantSecret)
            .where(TenantSecret.id == row["id"])
            .values(sealed=encrypt(key, place, secret.reveal()), key_id=key.id)
        )
    if len(rows) == RESEAL_AT_ONCE:
        await enqueue(uow, "secrets.reseal")
    return {"resealed": len(rows)}


async def rewrap_data_keys(reception: Reception) -> int:
    """Wrap every tenant's keys by the current master key; how many were moved.

    Safe to run again and beside live traffic: a key changes its wrapping, not itself. A process
    that still has an older master key in front wraps new keys by it; when none is left, the older
    ones can leave the settings. Raises SecretUnreadable when one is missing.
    """
    scope = await reception.past_tenants("rotation of master keys")
    moved = 0
    while True:
        async with scope.writing() as unit:
            rows = await unit.rows(
                select(*_KEY)
                .where(DataKey.kek_id != reception.masters.current)
                .order_by(DataKey.id)
                .limit(RESEAL_AT_ONCE)
                .with_for_update()
            )
            for row in rows:
                new = rewrap(reception.masters, _wrapped(row))
                await unit.execute(
                    update(DataKey)
                    .where(DataKey.id == row["id"])
                    .values(kek_id=new.kek_id, wrapped=new.wrapped)
                )
        moved += len(rows)
        if not rows:
            return moved


def _wrapped(row: Row) -> WrappedKey:
    return WrappedKey(
        row["id"], row["tenant_id"], cast("KeyUse", row["use"]), row["kek_id"], row["wrapped"]
    )


def _place(secret_id: UUID) -> Place:
    return Place("tenant_secret", "sealed", secret_id)
