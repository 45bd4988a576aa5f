"""The ledger as the merchant sees it: balances of any instant, lots, what differs."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.rows import in_table, lists_by, one
from api.scalars import Date, DateTime, Money, Quantity, id_field, money
from api.stock import kinds
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.merchants.points import at_seen_points
from domain.stock import tables
from domain.stock.lots import balances_of_lots
from domain.stock.shelves import share
from domain.stock.transfers.lines import lots_under_way
from tenants.values.quantity import WHOLE

VARIANT_READ: Final = "products:read"
READ: Final = "inventory:read"


@strawberry.enum
class StockMovementKind(Enum):
    """Why goods came or went."""

    OPENING = "opening"
    RECEIPT = "receipt"
    SALE = "sale"
    RETURN = "return"
    WRITE_OFF = "write_off"
    SURPLUS = "surplus"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    STOCKTAKE = "stocktake"
    CONVERSION = "conversion"
    SUPPLIER_RETURN = "supplier_return"


@strawberry.enum
class StockDocumentKind(Enum):
    """What a movement is by: stockSet is a COUNT, stockChange a CHANGE; a HOLD is shipped."""

    OPENING = "opening"
    COUNT = "count"
    CHANGE = "change"
    PRICE_LIST = "price_list"
    HOLD = "hold"
    GOODS_RECEIPT = "goods_receipt"
    WRITE_OFF = "write_off"
    SURPLUS = "surplus"
    CONVERSION = "conversion"
    TRANSFER = "transfer"
    STOCKTAKE = "stocktake"
    SUPPLIER_RETURN = "supplier_return"


@strawberry.enum
class LotState(Enum):
    """RECALLED: it may not be sold."""

    OPEN = "open"
    RECALLED = "recalled"


@strawberry.enum
class StockCheck(Enum):
    """What was held against what.

    ON_HAND: a level and its movements. LOTS: a level and its lots. LOT_QUANTITY and LOT_VALUE: a
    lot at a location and its movements. RESERVED, BACKORDERED: a level and what is held there.
    UNITS: a lot at a location, and the pieces of it there whose codes are known, where they are
    more; fewer are no fault, but `unscanned`.
    IN_TRANSIT: what is under way to a location and the movements of its transfers; TRANSFERS:
    these, and the transfers' own lines.
    """

    ON_HAND = "on_hand"
    LOTS = "lots"
    LOT_QUANTITY = "lot_quantity"
    LOT_VALUE = "lot_value"
    RESERVED = "reserved"
    UNITS = "units"
    IN_TRANSIT = "in_transit"
    TRANSFERS = "transfers"
    BACKORDERED = "backordered"


def _unit_cost(row: Any) -> tuple[int, str] | None:
    """What one unit costs on average; null where there is none."""
    if not row["on_hand"]:
        return None
    return share(row["value_minor"], WHOLE, row["on_hand"]), row["currency"]


@strawberry.type
class LotBalance:
    """How much of a lot is at a location, and what it cost."""

    location: Location = one(in_table(tables.Location), by="location_id")
    quantity: Quantity
    value: Money = money("value_minor")


async def _balances(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    rows = at_seen_points(context.principal, await balances_of_lots(context.reading, ids))
    return lists_by(rows, "lot_id", ids)


async def _in_transit(parents: Sequence[Any], context: RequestContext) -> list[int]:
    under_way = await lots_under_way(context.reading, [parent["id"] for parent in parents])
    return [under_way.get(parent["id"], 0) for parent in parents]


@strawberry.type
class Lot(Node):
    """Goods of one variant that came together."""

    id: strawberry.ID = id_field(kinds.LOT)
    number: str | None = strawberry.field(description="Null: it is told apart by its coming alone.")
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    made_on: Date | None
    expires_on: Date | None = strawberry.field(description="The last day on which it may be sold.")
    state: LotState
    received_at: DateTime
    balances: list[LotBalance] = batch(
        _balances,
        items=1,
        permission=READ,
        description="Where there is some, as far as the caller may see.",
    )
    in_transit: Quantity = batch(
        _in_transit, permission=READ, description="Under way by transfers, and so at no location."
    )


@strawberry.type
class StockBalance:
    """A variant at a location as it was at an instant: the sum of its movements until then."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    location: Location = one(in_table(tables.Location), by="location_id")
    on_hand: Quantity
    in_transit: Quantity = strawberry.field(
        description="Under way to here by transfers; not on hand, nor in the value."
    )
    value: Money = money("value_minor")
    average_cost: Money | None = computed(
        _unit_cost, description="Of one unit; null where there is none."
    )


@strawberry.type
class StockDifference:
    """A number that is written down, and what the ledger adds up to."""

    check: StockCheck
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    location: Location = one(in_table(tables.Location), by="location_id")
    lot: Lot | None = one(in_table(tables.Lot), by="lot_id")
    recorded: Quantity = strawberry.field(description="Minor units as thousandths, for LOT_VALUE.")
    reckoned: Quantity
