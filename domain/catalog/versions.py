"""Edits of what belongs to a thing (its pictures, options, links): they are edits of the thing.

So they heed its version, and make it one higher.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, any_, bindparam, update

from domain.errors import Conflict, NotFound
from domain.references import Ref, get_id
from domain.row_sets import IDS, lock_rows
from tenants.scope import Row, UnitOfWork


async def lock_owner(
    uow: UnitOfWork, table: Any, ref: Ref, *path: str, what: str, expected_version: int | None
) -> Row:
    """The thing that something of is to change, locked. Raises NotFound at `path`, Conflict."""
    owner_id = await get_id(uow, table, ref, *path, what=what)
    owner = (await lock_rows(uow, table, [owner_id])).get(owner_id)
    if owner is None:  # deleted while we waited for the lock
        raise NotFound(*path, what=what)
    if expected_version not in (None, owner["version"]):
        raise Conflict("expectedVersion", current_version=owner["version"])
    return owner


async def edited(
    uow: UnitOfWork, table: Any, ids: Iterable[UUID], *, what: str, changed: Sequence[str]
) -> None:
    """Things whose parts changed: one version up, and told of as `what` (product, menu, …)."""
    for row in await uow.rows(_edit(table), ids=sorted(set(ids)), now=uow.now):
        uow.record(f"{what}.updated", row["id"], version=row["version"], changed=list(changed))


@lru_cache
def _edit(table: Any) -> Executable:
    return (
        update(table)
        .where(table.id == any_(IDS))
        .values(version=table.version + 1, updated_at=bindparam("now"))
        .returning(table.id, table.version)
    )
