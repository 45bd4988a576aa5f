"""Members of staff as those who see orders know them: by name."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select

from domain.errors import NotAllowed, NotFound
from domain.merchants.tables import StaffMember
from domain.row_sets import IDS
from tenants.scope import Asking, Row

_NAMES: Final = select(StaffMember.id, StaffMember.name, StaffMember.points)
_BY_IDS: Final = _NAMES.where(StaffMember.id == any_(IDS))
_ACTIVE: Final = _NAMES.where(StaffMember.status == "active").order_by(
    StaffMember.name, StaffMember.id
)
_ACTIVE_AMONG: Final = _ACTIVE.where(StaffMember.id == any_(bindparam("ids", type_=IDS.type)))


async def colleagues(db: Asking) -> list[Row]:
    """Who works here now, by name."""
    return await db.rows(_ACTIVE)


async def colleagues_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Who these are, or were."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def reach_colleagues(
    db: Asking, order: Row, ids: Sequence[UUID], *path: str, listed: bool = False
) -> list[UUID]:
    """Members of staff who can be told of an order, each once. `listed`: the path is a list's.

    Raises NotFound for who does not work here, NotAllowed for who may not see it.
    """
    found = {row["id"]: row for row in await db.rows(_ACTIVE_AMONG, ids=list(ids))} if ids else {}
    for at, one in enumerate(ids):
        where: tuple[str | int, ...] = (*path, at) if listed else path
        if one not in found:
            raise NotFound(*where, what="staff_member")
        points = found[one]["points"]
        if points is not None and str(order["location_id"]) not in points:
            raise NotAllowed(
                *where, en="does not see this order", ru="этот заказ сотруднику не виден"
            )
    return list(dict.fromkeys(ids))
