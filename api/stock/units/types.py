"""Goods that are known one by one, as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.merchants.words import ActorKind
from api.nodes import Node
from api.rows import in_table, lists_by, one
from api.scalars import Base64, DateTime, id_field
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ, Lot
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.merchants.points import at_seen_points
from domain.stock import tables
from domain.stock.balances import movements_by_ids
from domain.stock.units.lists import history_of

if TYPE_CHECKING:
    from api.stock.movement_types import StockMovement

MovementLater: TypeAlias = Annotated["StockMovement", strawberry.lazy("api.stock.movement_types")]


@strawberry.enum
class StockUnitState(Enum):
    """What a unit is. RETURNED: a buyer brought it back, and nobody has looked at it yet.

    SENT_BACK: to its supplier. CONVERTED: it was made into something else. UNTRACKED: goods of its
    lot went when nobody asked for their codes, so nobody knows whether it is among them.
    """

    IN_STOCK = "in_stock"
    IN_TRANSIT = "in_transit"
    SOLD = "sold"
    RETURNED = "returned"
    WRITTEN_OFF = "written_off"
    SENT_BACK = "sent_back"
    CONVERTED = "converted"
    UNTRACKED = "untracked"


@strawberry.type
class StockUnitEvent:
    """What became of a unit, by which document and whom; never changed afterwards."""

    state: StockUnitState
    location: Location = one(in_table(tables.Location), by="location_id")
    movement: MovementLater | None = one(
        movements_by_ids,
        by="movement_id",
        description="What moved it; null: it was scanned where it lay, or looked at.",
    )
    actor: ActorKind
    at: DateTime


async def _history(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    rows = at_seen_points(context.principal, await history_of(context.reading, ids))
    return lists_by(rows, "unit_id", ids)


@strawberry.type
class StockUnit(Node):
    """One piece, known by its code."""

    id: strawberry.ID = id_field(kinds.UNIT)
    code: str = computed(
        lambda row: row["code"].decode(errors="replace"),
        description="As it was scanned, separators included.",
    )
    code_base64: Base64 = computed(
        lambda row: row["code"], description="Its bytes, as registers take them."
    )
    gtin: str | None = strawberry.field(description="14 digits; null for a serial number.")
    serial: str
    state: StockUnitState
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    lot: Lot = one(in_table(tables.Lot), by="lot_id")
    location: Location = one(
        in_table(tables.Location),
        by="location_id",
        description="Where it lies; or lay last, when it is not in stock.",
    )
    history: list[StockUnitEvent] = batch(
        _history, items=3, description="The oldest first, as far as the caller may see."
    )
