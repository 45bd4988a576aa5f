"""Erasure: a merchant whose thirty days are over is destroyed, and a proof of it is left.

First the doors are shut and the data keys destroyed, which makes sealed secrets unreadable in
backups too. Then the rows of both spaces go, against the order of their foreign keys, a few
thousand at a time. Each step may be run again; the proof is complete when nothing is left.
"""

from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from domain.courses import Course
from domain.files.ports import FileStore
from domain.merchants.reception import Reception
from domain.merchants.tables import Erasure, Membership, StaffMember
from domain.merchants.tables_of_tenants import tables_of_tenants
from tenants.jobs import Job
from tenants.ledger import Ledger
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import (
    NOBODYS,
    ApiKey,
    DataKey,
    Host,
    Identity,
    OneTimeToken,
    StaffSession,
    Tenant,
)

AT_ONCE: Final = 5_000

_SPACE: Final = bindparam("space", type_=Uuid())
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid()))
# Letters to people are jobs of the platform's own; their arguments name whom they went to.
_NAMED: Final = bindparam("named", type_=ARRAY(Text()))
_LETTERS: Final = delete(Job).where(
    Job.tenant_id == NOBODYS,
    or_(
        Job.arguments["email_key"].astext == any_(_NAMED),
        Job.arguments["identity_id"].astext == any_(_NAMED),
    ),
)


class RowsLeft(Exception):
    """Rows came up again while a merchant was erased: the job must run once more."""


async def erase_tenant(
    course: Course, reception: Reception, files: FileStore, *, live_tenant_id: str
) -> dict[str, Any]:
    """Job `tenant.erase`: destroy both spaces, if that is due; `{"erased": bool, "rows": …}`.

    Decides again from the merchant's state: reopened, or not due yet, is left alone. Raises
    RowsLeft.
    """
    merchant_id = UUID(live_tenant_id)
    scope = await reception.past_tenants("erasure of a merchant")
    async with scope.writing() as unit:
        if not await _begin(unit, merchant_id):
            return {"erased": False}
        spaces = [
            row["id"]
            for row in await unit.rows(
                select(Tenant.id).where(Tenant.live_tenant_id == merchant_id)
            )
        ]
    done = 0
    for table in reversed(tables_of_tenants()):
        for space in spaces:
            done += await _empty(scope, merchant_id, table, space)
            await course.progress(done=done, phase=table.name)
    for space in spaces:
        await files.remove_all(space)
    async with scope.writing() as unit:
        erased = await _erase_people(unit, merchant_id)
        await _prove(unit, merchant_id, spaces, erased)
    return {"erased": True, "rows": done}


async def _begin(unit: PlatformUnit, merchant_id: UUID) -> bool:
    """Whether there is something to do. The first time: shut the doors and destroy the keys."""
    begun = await unit.row(
        select(Erasure.erased_at).where(Erasure.live_tenant_id == merchant_id).with_for_update()
    )
    if begun is not None:
        return begun["erased_at"] is None
    spaces = await unit.rows(
        select(Tenant.id, Tenant.status, Tenant.erase_after)
        .where(Tenant.live_tenant_id == merchant_id)
        .order_by(Tenant.id)
        .with_for_update()
    )
    if not spaces or any(
        row["status"] != "closing" or row["erase_after"] > unit.now for row in spaces
    ):
        return False
    ids = [row["id"] for row in spaces]
    heads = await unit.rows(
        select(Ledger.tenant_id, Ledger.audit_hash).where(Ledger.tenant_id == any_(_IDS)), ids=ids
    )
    keys = await unit.execute(delete(DataKey).where(DataKey.tenant_id == any_(_IDS)), ids=ids)
    for table in (ApiKey, StaffSession, Host):
        await unit.execute(delete(table).where(table.tenant_id == merchant_id))
    for space in ids:
        # The handle named the shop, and is free again.
        await unit.execute(
            update(Tenant)
            .where(Tenant.id == space)
            .values(status="erased", handle=f"erased-{merchant_id.hex}", suspension_reason=None)
        )
    await unit.execute(
        insert(Erasure).values(
            live_tenant_id=merchant_id,
            due_at=spaces[0]["erase_after"],
            begun_at=unit.now,
            rows={},
            keys_destroyed=keys,
            identities_erased=0,
            last_audit_hashes={str(row["tenant_id"]): row["audit_hash"].hex() for row in heads},
        )
    )
    return True


async def _empty(scope: PlatformScope, merchant_id: UUID, table: Table, space: UUID) -> int:
    """Delete a space's rows of one table, bit by bit, and count them in the proof."""
    removed = 0
    while True:
        async with scope.writing() as unit:
            count = await unit.execute(_removal(table), space=space)
            if count:
                counted = await unit.value(
                    select(Erasure.rows)
                    .where(Erasure.live_tenant_id == merchant_id)
                    .with_for_update()
                )
                name = f"{table.name}"  # plain text: SQLAlchemy's own kind of str is no key of JSON
                counted[name] = counted.get(name, 0) + count
                await unit.execute(
                    update(Erasure)
                    .where(Erasure.live_tenant_id == merchant_id)
                    .values(rows=counted)
                )
        removed += count
        if count == 0:
            return removed


@cache
def _removal(table: Table) -> Any:
    """Delete some of a space's rows: of a tree (a key to its own table) the leaves first."""
    key = list(table.primary_key.columns)
    some = select(*key).where(table.c.tenant_id == _SPACE).limit(AT_ONCE)
    for constraint in table.foreign_key_constraints:
        if constraint.referred_table is table:
            child = table.alias()
            some = some.where(
                ~exists().where(
                    *(
                        child.c[element.parent.name] == element.column
                        for element in constraint.elements
                    )
                )
            )
    first = some.subquery("first")
    return delete(table).where(
        table.c.tenant_id == _SPACE, *(column == first.c[column.name] for column in key)
    )


async def _erase_people(unit: PlatformUnit, merchant_id: UUID) -> int:
    """Erase the identities that worked here and nowhere else; how many."""
    await unit.execute(delete(OneTimeToken).where(OneTimeToken.tenant_id == merchant_id))
    here = [
        row["identity_id"]
        for row in await unit.rows(
            select(Membership.identity_id).where(Membership.tenant_id == merchant_id)
        )
    ]
    elsewhere = {
        row["identity_id"]
        for row in await unit.rows(
            select(StaffMember.identity_id).where(
                StaffMember.identity_id == any_(_IDS), StaffMember.status != "removed"
            ),
            ids=here,
        )
    }
    gone = [identity_id for identity_id in here if identity_id not in elsewhere]
    await unit.execute(delete(Membership).where(Membership.tenant_id == merchant_id))
    emails = await unit.rows(select(Identity.email_key).where(Identity.id == any_(_IDS)), ids=gone)
    named = [*(str(one) for one in gone), *(row["email_key"] for row in emails)]
    await unit.execute(_LETTERS, named=named)
    for table in (Membership, OneTimeToken, StaffSession):
        await unit.execute(delete(table).where(table.identity_id == any_(_IDS)), ids=gone)
    return await unit.execute(delete(Identity).where(Identity.id == any_(_IDS)), ids=gone)


async def _prove(
    unit: PlatformUnit, merchant_id: UUID, spaces: list[UUID], identities: int
) -> None:
    """Look once more, and complete the proof. Raises RowsLeft."""
    for table in tables_of_tenants():
        for space in spaces:
            left = await unit.value(
                select(func.count()).select_from(table).where(table.c.tenant_id == _SPACE),
                space=space,
            )
            if left:
                raise RowsLeft(f"{left} rows of {table.name}")
    await unit.execute(
        update(Erasure)
        .where(Erasure.live_tenant_id == merchant_id)
        .values(erased_at=unit.now, identities_erased=identities)
    )
