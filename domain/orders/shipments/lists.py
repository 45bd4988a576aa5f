"""Shipments, read for those who may see their orders."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, any_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points
from domain.orders.hand_overs.tables import HandOver
from domain.orders.orders.tables import Order
from domain.orders.shipments.tables import Carrier, Shipment
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS
from tenants.principal import Principal
from tenants.scope import Asking, Row

_SHIPMENTS: Final[Any] = (
    select(
        Shipment,
        HandOver.order_id,
        Order.currency,
        Carrier.title.label("by"),
        Carrier.tracking_link,
    )
    .join(HandOver, HandOver.id == Shipment.hand_over_id)
    .join(Order, Order.id == HandOver.order_id)
    .join(Carrier, Carrier.id == Shipment.carrier_id)
)
_BY_IDS: Final = _SHIPMENTS.where(Shipment.id == any_(IDS))
_OF_HAND_OVERS: Final = _SHIPMENTS.where(Shipment.hand_over_id == any_(IDS))
_FILTERS: Final = {
    "id": Filter(Shipment.id),
    "carrierId": Filter(Shipment.carrier_id),
    "state": Filter(Shipment.state),
    "trackingNumber": Filter(Shipment.tracking_number),
    "createdAt": Filter(Shipment.created_at),
}
_NEWEST: Final = (Sort("id", Shipment.id, descending=True),)


async def shipments_of(db: Asking, hand_over_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The shipments of hand-overs, by the hand-over."""
    found = await db.rows(_OF_HAND_OVERS, ids=list(hand_over_ids))
    return {row["hand_over_id"]: row for row in found}


async def shipments_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Shipments by id."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def shipments_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these whose orders the caller may see."""
    asked = at_points(_BY_IDS, principal, Order.location_id)
    return {row["id"]: row for row in await db.rows(asked, ids=list(ids))}


async def list_shipments(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of shipments of orders that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_shipments(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many shipments that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = _SHIPMENTS.where(conditions(_FILTERS, where))
    return at_points(asked, principal, Order.location_id)
