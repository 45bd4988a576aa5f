"""Statuses of a shop's own: kept in order, one of each state its default."""

import re
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.errors import Invalid
from domain.inputs import flag, text, whole, word
from domain.orders.desk.tables import OrderStatus
from domain.orders.orders.tables import STATES
from domain.references import Ref, get_id
from tenants.scope import Asking, UnitOfWork
from tenants.statements import TENANT

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


def _colour(value: Any) -> str:
    """Six hexadecimal digits behind a #, small letters."""
    found = value.lower() if isinstance(value, str) else ""
    if not _COLOUR.fullmatch(found):
        raise Invalid(en="must be a colour as #ff8800", ru="цвет пишется как #ff8800")
    return found


STATUS: Final = Entity(
    "order_status",
    OrderStatus,
    {
        "title": text(100),
        "state": word(*STATES),
        "colour": _colour,
        "position": whole(0, 10_000),
        "is_default": flag,
    },
    required=("title", "state", "colour"),
    fixed=("state",),
)
STATUSES: Final = ListOf(
    OrderStatus,
    {"id": Filter(OrderStatus.id), "state": Filter(OrderStatus.state)},
    {"position": OrderStatus.position},
)
_ONE_BY_ONE: Final = select(
    func.pg_advisory_xact_lock(func.hashtextextended(func.concat("order_status", TENANT), 0))
)
"""Whoever makes a default waits for others who do."""
_DEFAULT: Final = select(OrderStatus.id).where(
    OrderStatus.state == bindparam("state"), OrderStatus.is_default
)
_NO_DEFAULT: Final = (
    update(OrderStatus)
    .where(
        OrderStatus.state == bindparam("of_state"),
        OrderStatus.is_default,
        OrderStatus.id != bindparam("but"),
    )
    .values(is_default=False, version=OrderStatus.version + 1)
)
_STATE: Final = select(OrderStatus.state).where(OrderStatus.id == bindparam("asked"))


async def create_status(uow: UnitOfWork, given: Given) -> UUID:
    """Make a status; its id. Orders get it when they enter its state, if it is the default.

    Raises Required, Invalid, Taken.
    """
    if given.get("is_default") and given.get("state") in STATES:
        await _take_default(uow, given["state"], UUID(int=0))
    return await create_one(uow, STATUS, given)


async def update_status(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a status; its id. A default takes that from the one before. Raises as above, NotFound,
    Conflict.
    """
    if edit.changes.get("is_default"):
        status_id = await get_id(uow, OrderStatus, edit.ref, "id", what="order_status")
        state = await uow.value(_STATE, asked=status_id)
        await _take_default(uow, state, status_id)
    return await update_one(uow, STATUS, edit)


async def delete_status(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a status that no order has; its id. Raises NotFound, Conflict, InUse."""
    gone = await delete_one(uow, STATUS, ref, expected_version)
    return UUID(str(gone["id"]))


async def status_in(db: Asking, state: str) -> dict[str, Any]:
    """The columns of an order that enters a state: its default status, or none."""
    return {"status_id": await db.value(_DEFAULT, state=state)}


async def _take_default(uow: UnitOfWork, state: str, status_id: UUID) -> None:
    """No other status of a state is its default any more."""
    await uow.rows(_ONE_BY_ONE)
    await uow.execute(_NO_DEFAULT, of_state=state, but=status_id)
