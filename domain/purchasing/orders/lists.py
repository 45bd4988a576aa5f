"""Lists of purchase orders: those at the points that the caller sees, and which are overdue."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Select,
    Text,
    and_,
    any_,
    func,
    literal,
    select,
    type_coerce,
)

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points, at_seen_points
from domain.merchants.shop_facts import day_of
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.purchasing.tables import UNDER_WAY, PurchaseOrder, PurchaseOrderLine
from domain.row_sets import IDS
from tenants.principal import Principal
from tenants.scope import Asking, Row

IS_OVERDUE: Final = type_coerce(
    and_(
        PurchaseOrder.state == any_(literal(list(UNDER_WAY), ARRAY(Text()))),
        func.coalesce(PurchaseOrder.expected_on < day_of(func.now()), False),
    ),
    Boolean(),
)
"""Whether goods that should be here by now are still expected."""

_ORDERS: Final = select(PurchaseOrder, IS_OVERDUE.label("is_overdue"))
_BY_IDS: Final = _ORDERS.where(PurchaseOrder.id == any_(IDS))


def _has_line(condition: Any) -> Any:
    lines = select(PurchaseOrderLine.id)
    return lines.where(PurchaseOrderLine.order_id == PurchaseOrder.id, condition).exists()


_FILTERS: Final = {
    "id": Filter(PurchaseOrder.id),
    "externalId": Filter(PurchaseOrder.external_id),
    "supplierId": Filter(PurchaseOrder.supplier_id),
    "locationId": Filter(PurchaseOrder.location_id),
    "variantId": Filter(PurchaseOrderLine.variant_id, _has_line),
    "state": Filter(PurchaseOrder.state),
    "isOverdue": Filter(IS_OVERDUE),
    "createdAt": Filter(PurchaseOrder.created_at),
}
_NEWEST: Final = (Sort("id", PurchaseOrder.id, descending=True),)


async def orders_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Orders by id, with `is_overdue`."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def orders_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these orders that the caller may see."""
    found = await orders_by_ids(db, ids)
    return {row["id"]: row for row in at_seen_points(principal, found.values())}


async def list_orders(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of orders at the points that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_orders(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many orders that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = _ORDERS.where(conditions(_FILTERS, where))
    return at_points(asked, principal, PurchaseOrder.location_id)
