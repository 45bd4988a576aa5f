"""Write-offs, surpluses and conversions as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from api.catalog.admin_types.variants import Variant
from api.engine.fields import computed
from api.nodes import Node
from api.rows import Edited, ExternalId, external_id, in_table, many, one
from api.scalars import Date, DateTime, Money, Quantity, id_field, money
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ, Lot
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.stock import tables
from domain.stock.adjustments.adjustments import ADJUSTMENTS, Action
from domain.stock.adjustments.lines import lines_of
from tenants.scope import Asking, Row

StockAdjustmentAction = strawberry.enum(
    Action, name="StockAdjustmentAction", description="What may be done with such a document."
)


@strawberry.enum
class StockAdjustmentState(Enum):
    """How far a document is. Goods have moved once it is POSTED, and then it stays."""

    DRAFT = "draft"
    POSTED = "posted"
    CANCELLED = "cancelled"


@strawberry.enum
class WriteOffReason(Enum):
    """Why goods are written off; each of their movements keeps the word in small letters."""

    DAMAGED = "damaged"
    EXPIRED = "expired"
    DEFECTIVE = "defective"
    LOST = "lost"
    STOLEN = "stolen"
    OWN_USE = "own_use"
    OTHER = "other"


async def _going(db: Asking, ids: Sequence[UUID]) -> list[Row]:
    return [row for row in await lines_of(db, ids) if not row["is_coming"]]


async def _coming(db: Asking, ids: Sequence[UUID]) -> list[Row]:
    return [row for row in await lines_of(db, ids) if row["is_coming"]]


def _actions(row: Any) -> list[Action]:
    return ADJUSTMENTS[row["kind"]].allowed_actions(row["state"])


@strawberry.type
class Adjusting(Edited):
    """What documents at one location have in common."""

    external_id: ExternalId | None = external_id()
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: without gaps, for people."
    )
    location: Location = one(in_table(tables.Location), by="location_id")
    state: StockAdjustmentState
    allowed_actions: list[StockAdjustmentAction] = computed(_actions)  # type: ignore[valid-type]
    note: str | None
    posted_at: DateTime | None
    cancelled_at: DateTime | None


@strawberry.type
class AdjustmentLine:
    """What lines of such documents have in common."""

    id: strawberry.ID = id_field(kinds.ADJUSTMENT_LINE)
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    quantity: Quantity
    lot: Lot | None = one(
        in_table(tables.Lot),
        by="lot_id",
        description="The one that is named to be taken from, or joined. Null: of what goes, the "
        "first to expire; of what comes, the one that is described.",
    )
    value: Money | None = money("value_minor")


@strawberry.type
class ComingLine(AdjustmentLine):
    """What is said of the lot of goods that come."""

    lot_number: str | None
    made_on: Date | None
    expires_on: Date | None


@strawberry.type
class WriteOffLine(AdjustmentLine):
    """So much of a variant that goes; its value is what it had cost, once it is posted."""


@strawberry.type
class WriteOff(Node, Adjusting):
    """Goods that are of no use any more, or are not there."""

    id: strawberry.ID = id_field(kinds.WRITE_OFF)
    reason: WriteOffReason
    lines: list[WriteOffLine] = many(_going, of="adjustment_id", items=10)


@strawberry.type
class SurplusLine(ComingLine):
    """So much of a variant that was found; its value is what it is worth, once it is posted."""

    unit_cost: Money | None = computed(
        lambda row: (
            None if row["unit_cost_minor"] is None else (row["unit_cost_minor"], row["currency"])
        ),
        description="Null: the average of what is there.",
    )


@strawberry.type
class Surplus(Node, Adjusting):
    """Goods that were found, and that no other document has."""

    id: strawberry.ID = id_field(kinds.SURPLUS)
    lines: list[SurplusLine] = many(_coming, of="adjustment_id", items=10)


@strawberry.type
class ConversionSource(AdjustmentLine):
    """So much of a variant that is used up."""


@strawberry.type
class ConversionResult(ComingLine):
    """So much of a variant that is made; its value is its part of what the sources had cost."""

    cost_share: Quantity | None = strawberry.field(
        description="How much of the cost it bears, beside the other results; null: as much as "
        "there is of it."
    )


@strawberry.type
class Conversion(Node, Adjusting):
    """Goods made into others at one place: a box opened, a set put together or taken apart."""

    id: strawberry.ID = id_field(kinds.CONVERSION)
    sources: list[ConversionSource] = many(_going, of="adjustment_id", items=10)
    results: list[ConversionResult] = many(_coming, of="adjustment_id", items=10)
