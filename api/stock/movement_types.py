"""A movement as the merchant sees it: what, where, of which lot, by what, and for whom."""

from collections.abc import Sequence
from typing import Any, Final

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.merchants.words import ActorKind
from api.rows import in_table, lists_by, one
from api.scalars import DateTime, Money, Quantity, id_field, money
from api.stock import kinds
from api.stock.holds.types import StockHold
from api.stock.ledger_types import VARIANT_READ, Lot, StockDocumentKind, StockMovementKind
from api.stock.types import Location
from api.stock.units.types import StockUnit
from domain.catalog.queries import variants_by_ids
from domain.merchants.points import at_seen_points
from domain.row_sets import rows_by_id
from domain.stock import tables
from domain.stock.units.lists import units_moved_by
from tenants.ids import encode_id

_DOCUMENTS: Final = {
    "hold": kinds.HOLD,
    "price_list": "pls",
    "goods_receipt": "grc",
    "write_off": kinds.WRITE_OFF,
    "surplus": kinds.SURPLUS,
    "conversion": kinds.CONVERSION,
    "transfer": kinds.TRANSFER,
    "stocktake": kinds.STOCKTAKE,
    "supplier_return": "srt",
}


def _document_id(row: Any) -> str:
    return encode_id(_DOCUMENTS.get(row["document_kind"], kinds.DOCUMENT), row["document_id"])


async def _holds(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    ids = {row["document_id"] for row in parents if row["document_kind"] == "hold"}
    found = await rows_by_id(context.reading, tables.StockHold, list(ids))
    return [found.get(parent["document_id"]) for parent in parents]


async def _units(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    rows = at_seen_points(context.principal, await units_moved_by(context.reading, ids))
    return lists_by(rows, "movement_id", ids)


@strawberry.type
class StockMovement:
    """What came (more than 0) or went (less); never changed afterwards."""

    id: strawberry.ID = id_field(kinds.MOVEMENT)
    kind: StockMovementKind
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    location: Location = one(in_table(tables.Location), by="location_id")
    lot: Lot = one(in_table(tables.Lot), by="lot_id")
    quantity: Quantity
    value: Money = money("value_minor")
    document_kind: StockDocumentKind
    document_id: strawberry.ID = computed(
        _document_id, description="The same for all that one document moved."
    )
    hold: StockHold | None = batch(
        _holds, description="What was shipped by it, and so for whom; null for other documents."
    )
    units: list[StockUnit] = batch(
        _units, items=2, description="The pieces it moved, of goods that are known one by one."
    )
    reason: str | None
    actor: ActorKind
    at: DateTime
