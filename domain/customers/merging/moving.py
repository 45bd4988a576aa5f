"""What of a card moves to another: every table that points to customers says so here."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select, update
from sqlalchemy.orm import aliased

from domain.customers.customers import PARTS
from domain.customers.erasure import people
from domain.row_sets import IDS
from tenants.scope import UnitOfWork

MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "cart": (),
    "customer_account": (),
    "customer_address": (),
    "customer_comment": (),
    "customer_contact": ("kind", "key"),
    "customer_file": (),
    "customer_group_member": ("group_id",),
    "customer_legal_entity": (),
    "customer_segment_member": ("snapshot_id",),
    "customer_session": (),
    "customer_tag": ("tag",),
    "order_draft": (),
    "point_account": ("tenant_id",),  # one at most: of two, the merged card's points stay its own
    "promotion_use": (),
    "sales_order": (),
}
"""Tables whose rows move, and what the kept card can have but once: where it has it, the row of
the merged one stays."""
STAYS: Final = frozenset({"consent", "customer", "customer_erasure", "customer_message"})
"""Tables whose rows tell of the card that they are of, for good."""

_KEPT: Final = bindparam("kept", type_=Uuid())
_MERGED: Final = bindparam("merged", type_=Uuid())


async def move_all(uow: UnitOfWork, *, merged: UUID, kept: UUID) -> dict[str, list[str]]:
    """Let all that can be moved be the kept card's; the ids of the rows by table."""
    moved: dict[str, list[str]] = {}
    for entity, table in people():
        if table.name in MOVES:
            rows = await uow.rows(_move(entity), merged=merged, kept=kept)
            moved[f"{table.name}"] = [str(row["id"]) for row in rows]
    return {name: ids for name, ids in moved.items() if ids}


async def move_back(
    uow: UnitOfWork, moved: Mapping[str, list[str]], *, merged: UUID, kept: UUID
) -> None:
    """Let rows be the merged card's again, those of them that the kept one still has."""
    for entity, table in people():
        if ids := moved.get(f"{table.name}"):
            given = [UUID(one) for one in ids]
            await uow.execute(_back(entity), ids=given, merged=merged, kept=kept)


async def demote(uow: UnitOfWork, card: UUID) -> dict[str, list[str]]:
    """Take from a card's parts that they are main ones; which were, by table."""
    mains: dict[str, list[str]] = {}
    for part in PARTS.values():
        rows = await uow.rows(_demote(part.table), ids=[card])
        mains[part.table.__tablename__] = [str(row["id"]) for row in rows]
    return mains


async def promote(
    uow: UnitOfWork, card: UUID, mains: Mapping[str, list[str]] | None = None
) -> None:
    """Let each list of a card have a main part: one of `mains` if it is there, else the oldest."""
    for part in PARTS.values():
        wanted = {UUID(one) for one in (mains or {}).get(part.table.__tablename__, ())}
        chosen: dict[Any, tuple[tuple[bool, bool], UUID]] = {}
        for row in await uow.rows(_parts(part.table), ids=[card]):
            rank = row["id"] in wanted, row["is_main"]
            if part.side(row) not in chosen or rank > chosen[part.side(row)][0]:
                chosen[part.side(row)] = rank, row["id"]
        if mains is not None:
            await uow.rows(_demote(part.table), ids=[card])
        await uow.execute(_promote(part.table), ids=sorted(one for _, one in chosen.values()))


@cache
def _move(entity: Any) -> Any:
    """To the kept card, unless it has the same already."""
    statement = update(entity).where(entity.customer_id == _MERGED).values(customer_id=_KEPT)
    if keys := MOVES[entity.__tablename__]:
        twin = aliased(entity)
        same = (getattr(twin, key) == getattr(entity, key) for key in keys)
        has = select(twin.id).where(twin.customer_id == _KEPT, *same).correlate(entity).exists()
        statement = statement.where(~has)
    return statement.returning(entity.id)


@cache
def _back(entity: Any) -> Any:
    return (
        update(entity)
        .where(entity.id == any_(IDS), entity.customer_id == _KEPT)
        .values(customer_id=_MERGED)
    )


@cache
def _parts(table: Any) -> Any:
    return select(table).where(table.customer_id == any_(IDS)).order_by(table.id)


@cache
def _demote(table: Any) -> Any:
    return (
        update(table)
        .where(table.customer_id == any_(IDS), table.is_main)
        .values(is_main=False)
        .returning(table.id)
    )


@cache
def _promote(table: Any) -> Any:
    return update(table).where(table.id == any_(IDS)).values(is_main=True)
