"""Views of the list of orders: a filter and an order, kept under a title by a member of staff for
himself, or for all. The filter is in the words of the list's own `where`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, bindparam, delete, func, literal, or_, select, union_all

from domain.bulk import TooMany, refuse
from domain.catalog.filters import Where, conditions
from domain.catalog.named_in_filters import gone_in
from domain.catalog.tables import Product, Variant
from domain.catalog.versions import lock_owner
from domain.customers.tables import Customer
from domain.errors import DomainError, NotAllowed, NotFound
from domain.inputs import Required, clean, text, whole
from domain.merchants.tables import StaffMember
from domain.orders.delivery.tables import DeliveryMethod
from domain.orders.desk.colleagues import colleagues_by_ids
from domain.orders.desk.tables import OrderStatus, OrderView
from domain.orders.orders.lists import FILTERS, orders_asked
from domain.row_sets import update_rows
from domain.stock.tables import Location, Lot
from tenants.principal import Actor, Principal
from tenants.scope import Asking, Row, UnitOfWork

WHAT: Final = "order_view"
MOST: Final = 100
"""Views that one sees: each is counted whenever all are looked at."""
_TABLES: Final[Mapping[str, Any]] = {
    "assigneeId": StaffMember,
    "customerId": Customer,
    "deliveryMethodId": DeliveryMethod,
    "lotId": Lot,
    "placeId": Location,
    "productId": Product,
    "statusId": OrderStatus,
    "variantId": Variant,
}
"""What fields of a filter name."""
_FIELDS: Final = {"title": text(100), "position": whole(0, 10_000)}
_MINE: Final = or_(
    OrderView.owner_id.is_(None),
    OrderView.owner_id == bindparam("me", type_=OrderView.owner_id.type),
)
_VIEWS: Final = (
    select(OrderView).where(_MINE).order_by(OrderView.position, OrderView.id).limit(MOST)
)
_COUNT: Final = select(func.count()).select_from(OrderView).where(_MINE)
_DELETE: Final = delete(OrderView).where(OrderView.id == bindparam("view"))


class Look(NamedTuple):
    """How many `orders` a view shows to who looks; None where there is a `problem` with it."""

    orders: int | None
    problem: DomainError | None


async def list_views(db: Asking, principal: Principal) -> list[Row]:
    """The caller's own views and those for all, in their order; 100 at most."""
    return await db.rows(_VIEWS, me=_staff(principal))


async def create_view(uow: UnitOfWork, given: Mapping[str, Any]) -> UUID:
    """Keep a view of `title`, `where` and `position`, for oneself or, `is_shared`, for all; its id.

    Raises Required, Invalid and NotFound (in `where`), NotAllowed, TooMany.
    """
    missing = [Required(name) for name in ("title", "where") if given.get(name) is None]
    refuse(missing)
    me = _staff(uow.principal)
    columns = await _read(uow, given) | {"owner_id": me}
    if given.get("is_shared"):
        _check_may_share(uow.principal, "isShared")
        columns["owner_id"] = None
    elif me is None or me not in await colleagues_by_ids(uow, [me]):
        raise NotAllowed(
            "isShared", en="only staff have views of their own", ru="свои виды есть у сотрудников"
        )
    if await uow.value(_COUNT, me=me) >= MOST:
        raise TooMany("title", most=MOST)
    view_id = await uow.add(OrderView, created_at=uow.now, updated_at=uow.now, **columns)
    uow.record(f"{WHAT}.created", view_id, version=1)
    return view_id


async def update_view(
    uow: UnitOfWork,
    view_id: UUID,
    given: Mapping[str, Any],
    *,
    expected_version: int | None = None,
) -> UUID:
    """Change a view; its id. Raises as `create_view`, and NotFound, Conflict."""
    await _lock(uow, view_id, expected_version)
    columns = await _read(uow, given)
    versions = await update_rows(uow, OrderView, [{"id": view_id, **columns}])
    changed = sorted(given)
    uow.record(f"{WHAT}.updated", view_id, version=versions[view_id], changed=changed)
    return view_id


async def delete_view(
    uow: UnitOfWork, view_id: UUID, *, expected_version: int | None = None
) -> UUID:
    """Forget a view; its id. Raises NotFound, Conflict, NotAllowed."""
    view = await _lock(uow, view_id, expected_version)
    await uow.execute(_DELETE, view=view_id)
    uow.record(f"{WHAT}.deleted", view_id, version=view["version"])
    return view_id


async def look_at(db: Asking, principal: Principal, views: Sequence[Row]) -> list[Look]:
    """How many orders each of many views shows, or why none: in two statements for all."""
    problems: dict[int, DomainError] = {}
    for at, one in enumerate(views):
        try:
            conditions(FILTERS, one["filter"])
        except DomainError as error:
            problems[at] = error
    right = [at for at in range(len(views)) if at not in problems]
    gone = await gone_in(db, [views[at]["filter"] for at in right], _TABLES)
    problems |= {at: one for at, one in zip(right, gone, strict=True) if one is not None}
    counts = [
        select(literal(at, BigInteger).label("at"), func.count().label("orders")).select_from(
            orders_asked(principal, views[at]["filter"]).subquery()
        )
        for at in right
        if at not in problems
    ]
    rows = await db.rows(union_all(*counts)) if counts else []
    counted = {row["at"]: row["orders"] for row in rows}
    return [Look(counted.get(at), problems.get(at)) for at in range(len(views))]


def _staff(principal: Principal) -> UUID | None:
    """The member of staff who asks; a key has no views of its own."""
    return principal.id if principal.actor is Actor.STAFF else None


async def _lock(uow: UnitOfWork, view_id: UUID, expected_version: int | None) -> Row:
    view = await lock_owner(
        uow, OrderView, view_id, "id", what=WHAT, expected_version=expected_version
    )
    if view["owner_id"] is None:
        _check_may_share(uow.principal, "id")
    elif view["owner_id"] != _staff(uow.principal):
        raise NotFound("id", what=WHAT)
    return view


async def _read(uow: UnitOfWork, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, as columns."""
    columns, wrong = clean(_FIELDS, given)
    refuse(wrong)
    if "where" in given:
        where: Where | None = given["where"]
        if where is None:
            raise Required("where")
        conditions(FILTERS, where)
        (gone,) = await gone_in(uow, [where], _TABLES)
        if gone is not None:
            raise gone
        columns["filter"] = orjson.loads(orjson.dumps(where, default=str))
    return columns


def _check_may_share(principal: Principal, *path: str) -> None:
    if not principal.may("orders:write"):
        raise NotAllowed(
            *path, en="is for all; you may not change it", ru="общий вид вам менять нельзя"
        )
