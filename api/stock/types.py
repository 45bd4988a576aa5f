"""Locations and stock as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.window import Channel
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, one
from api.scalars import Quantity, id_field
from api.stock import kinds
from api.stock.addresses import Address
from domain.catalog.tables import Channel as ChannelTable
from domain.merchants.points import at_seen_points
from domain.row_sets import rows_by_id
from domain.stock import tables
from domain.stock.arrivals import expected_at, in_transit_to
from domain.stock.levels import Spot
from domain.stock.seen_levels import on_shelf, sellable, stock_of
from domain.stock.units.rows import known_at


@strawberry.enum
class LocationKind(Enum):
    """What a location is."""

    WAREHOUSE = "warehouse"
    STORE = "store"
    PICKUP_POINT = "pickup_point"
    SUPPLIER = "supplier"


async def _channels(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    ids = {one for parent in parents for one in parent["channel_ids"] or ()}
    found = await rows_by_id(context.reading, ChannelTable, list(ids))
    return [
        None if (named := parent["channel_ids"]) is None else [found[one] for one in named]
        for parent in parents
    ]


@strawberry.type
class Location(Node, Edited):
    """A place that holds goods."""

    id: strawberry.ID = id_field(kinds.LOCATION)
    external_id: ExternalId | None = external_id()
    code: str
    title: str
    kind: LocationKind
    is_active: bool
    is_default: bool = strawberry.field(description="Whether it is for whoever names none.")
    priority: int
    address: Address | None
    time_zone: str | None = strawberry.field(description="Null: the shop's.")
    channels: list[Channel] | None = batch(
        _channels, items=2, description="Those that it serves; null: all of them."
    )
    supply_days: int | None = strawberry.field(
        description="In how many days what lies at other places can be here; null: nobody knows."
    )


async def stock_seen(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """What there is of each variant, at the points that the caller may see."""
    ids = [parent["id"] for parent in parents]
    rows = at_seen_points(context.principal, await stock_of(context.reading, ids))
    return lists_by(rows, "variant_id", ids)


async def _unscanned(parents: Sequence[Any], context: RequestContext) -> list[int | None]:
    spots = [Spot.of(parent) for parent in parents]
    known = await known_at(context.reading, spots)
    return [
        parent["on_hand"] - known[spot] if spot in known else None
        for parent, spot in zip(parents, spots, strict=True)
    ]


async def _expected(parents: Sequence[Any], context: RequestContext) -> list[int]:
    spots = [Spot.of(parent) for parent in parents]
    expected = await expected_at(context.reading, spots)
    return [expected.get(spot, 0) for spot in spots]


async def _in_transit(parents: Sequence[Any], context: RequestContext) -> list[int]:
    spots = [Spot.of(parent) for parent in parents]
    under_way = await in_transit_to(context.reading, spots)
    return [under_way.get(spot, 0) for spot in spots]


@strawberry.type
class StockLevel:
    """How much of a variant is at a location."""

    location: Location = one(in_table(tables.Location), by="location_id")
    on_hand: Quantity
    reserved: Quantity = strawberry.field(description="Spoken for by carts and orders.")
    spoilt: Quantity = strawberry.field(
        description="In lots that have expired or are recalled, and may not be sold."
    )
    available: Quantity = computed(
        on_shelf,
        description="What is there and can still be promised.",
    )
    backordered: Quantity = computed(
        lambda row: 0 if row["is_suppliers"] else row["backordered"],
        description="Promised and not there yet; what comes is theirs first.",
    )
    backorder_limit: Quantity = computed(
        lambda row: 0 if row["is_suppliers"] else row["backorder_limit"],
        description="How much may be promised beyond what is there.",
    )
    at_supplier: Quantity = computed(
        lambda row: row["backorder_limit"] if row["is_suppliers"] else 0,
        description="What a supplier has, at the location that he sends it to our buyers from.",
    )
    reserved_at_supplier: Quantity = computed(
        lambda row: row["backordered"] if row["is_suppliers"] else 0,
        description="How much of that is spoken for.",
    )
    sellable: Quantity = computed(
        sellable,
        description="What can still be promised: available, on backorder or at the supplier.",
    )
    unscanned: Quantity | None = batch(
        _unscanned,
        description="Of goods that are known one by one: how many no code is known of yet. They "
        "cannot be shipped before they are scanned.",
    )
    expected: Quantity = batch(
        _expected, description="What purchase orders let expect; it is not on hand yet."
    )
    in_transit: Quantity = batch(
        _in_transit, description="Under way to here by transfers; it is on hand nowhere."
    )
    minimum: Quantity | None = strawberry.field(
        description="How much should be available; below it, the event stock.low says so."
    )
