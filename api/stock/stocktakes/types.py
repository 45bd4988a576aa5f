"""Stocktakes as the merchant sees them, and as those see them who count."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import strawberry

from api.catalog.admin_types.shelves import Category
from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.merchants.words import ActorKind
from api.nodes import Node
from api.rows import Edited, ExternalId, external_id, in_table, one
from api.scalars import DateTime, Money, Quantity, id_field, money
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ, Lot
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.catalog.tables import Category as CategoryRow
from domain.stock import tables
from domain.stock.stocktakes.lists import sums_of
from domain.stock.stocktakes.stocktakes import STOCKTAKES, Action

COUNT: Final = "stocktakes:count"
REVIEW: Final = "stocktakes:review"
APPROVE: Final = "stocktakes:approve"

StocktakeAction = strawberry.enum(
    Action, name="StocktakeAction", description="What may be done with a stocktake."
)


@strawberry.enum
class StocktakeState(Enum):
    """How far a stocktake is. POSTING: it is approved, and a job corrects the books."""

    DRAFT = "draft"
    COUNTING = "counting"
    REVIEW = "review"
    POSTING = "posting"
    APPROVED = "approved"
    CANCELLED = "cancelled"


@strawberry.enum
class StocktakeScope(Enum):
    """What is to be counted at its location: everything, a category, or some variants."""

    LOCATION = "location"
    CATEGORY = "category"
    VARIANTS = "variants"


@strawberry.enum
class StocktakeLines(Enum):
    """Which lines are shown. UNSURE: goods came or went between the first count and the last.

    SHORT: less is there than is promised, so not all of the loss could be taken off the books.
    """

    ALL = "all"
    DIFFERING = "differing"
    UNCOUNTED = "uncounted"
    UNSURE = "unsure"
    SHORT = "short"


@strawberry.type
class StocktakeSums:
    """What a stocktake found in all: numbers of lines, and what differences cost."""

    counted: int
    uncounted: int
    differing: int
    unsure: int
    short: int
    surplus: Money = money("surplus_minor")
    loss: Money = money("loss_minor")


async def _sums(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    ids = [parent["id"] for parent in parents]
    sums = {row["stocktake_id"]: row for row in await sums_of(context.reading, ids)}
    return [sums.get(one) for one in ids]


@strawberry.type
class Stocktake(Node, Edited):
    """A count of what lies at a location."""

    id: strawberry.ID = id_field(kinds.STOCKTAKE)
    external_id: ExternalId | None = external_id()
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: without gaps, for people."
    )
    location: Location = one(in_table(tables.Location), by="location_id")
    scope: StocktakeScope
    category: Category | None = one(
        in_table(CategoryRow), by="category_id", permission=VARIANT_READ
    )
    state: StocktakeState
    allowed_actions: list[StocktakeAction] = computed(  # type: ignore[valid-type]
        lambda row: STOCKTAKES.allowed_actions(row["state"])
    )
    note: str | None
    started_at: DateTime | None = strawberry.field(
        description="The instant of the ledger that it began at."
    )
    counted_at: DateTime | None = strawberry.field(description="When the counting was over.")
    ended_at: DateTime | None = strawberry.field(
        description="When all was posted, or it was cancelled."
    )
    sums: StocktakeSums | None = batch(
        _sums, permission=REVIEW, description="Once the counting is over."
    )


@strawberry.type
class StocktakeLine:
    """What was found of a variant, or of one of its lots, beside what the books expect there."""

    id: strawberry.ID = id_field(kinds.STOCKTAKE_LINE)
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    lot: Lot | None = one(
        in_table(tables.Lot),
        by="lot_id",
        description="Null where a count of the variant names no lot: it is compared as a whole.",
    )
    counted: Quantity | None = strawberry.field(description="Null: nobody counted it.")
    expected: Quantity = strawberry.field(
        description="On the books at the instant of the last count."
    )
    difference: Quantity
    value: Money = money("value_minor")
    short: Quantity = strawberry.field(
        description="How much of the loss is promised to somebody, and so still on the books."
    )
    is_unsure: bool = strawberry.field(
        description="Goods came or went between the first count and the last: count it anew."
    )
    is_posted: bool


@strawberry.type
class StocktakeCount:
    """What somebody found; never changed afterwards."""

    id: strawberry.ID = id_field(kinds.STOCKTAKE_COUNT)
    key: str
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    lot: Lot | None = one(in_table(tables.Lot), by="lot_id")
    quantity: Quantity
    counted_at: DateTime
    actor: ActorKind


@strawberry.type
class StocktakeUncounted:
    """What is still to be counted; how much of it there should be is not told."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
