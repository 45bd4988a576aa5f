"""What to buy, and why, as the merchant sees it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.purchasing.suppliers.types import VARIANT_READ, Supplier, SupplierOffer
from api.rows import in_table, one
from api.scalars import Date, Money, Quantity, Share, money
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.purchasing import tables
from domain.purchasing.offers import offers_by_ids
from domain.purchasing.planning.forecasts import Pattern
from domain.purchasing.planning.proposals import SaidBy
from domain.purchasing.planning.reasons import BackTestGap as Gap
from domain.purchasing.planning.reasons import explained, kept_of, share_of
from domain.stock.tables import Location as LocationRow

DemandPattern = strawberry.enum(
    Pattern, name="DemandPattern", description="How often something sells, and how evenly."
)

BackTestGap = strawberry.enum(
    Gap,
    name="BackTestGap",
    description="Why a forecast could not be tested: goods were there on too few days, or on none "
    "of the past twelve weeks.",
)


ServiceLevelSaidBy = strawberry.enum(
    SaidBy,
    name="ServiceLevelSaidBy",
    description="Whose word the service level is: the argument's, the supplier's, the shop's.",
)


@strawberry.type
class BackTestWeek:
    """A past week: what its days with goods sold, and what had been guessed for just these days."""

    starts_on: Date = computed(lambda row: date.fromisoformat(row["starts_on"]))
    sold: Quantity
    forecast: Quantity = strawberry.field(
        description="By what was known before the week, in the way that is used today."
    )
    naive: Quantity = strawberry.field(description="The same weekdays as they had sold last.")


@strawberry.type
class BackTest:
    """How wrong we would have been in each of the past twelve weeks, and the naive guess.

    Errors are of a week: the root of the mean of the squares of forecast − sold, and naive − sold.
    """

    weeks: int = strawberry.field(
        description="How many of the twelve could be looked at: with goods, and some days before."
    )
    sold: Quantity | None = strawberry.field(description="In such a week, on average.")
    error: Quantity | None
    naive_error: Quantity | None
    gap: BackTestGap | None = strawberry.field(  # type: ignore[valid-type]
        description="Why there are no figures."
    )
    compared: list[BackTestWeek] = strawberry.field(description="These weeks, the oldest first.")


@strawberry.type
class BackTestTotal:
    """The figures of all lines that could be tested, each at its price, added up.

    Units of different goods do not add up, and what they cost does. Null where no line could be.
    """

    lines: int = strawberry.field(description="How many could be tested.")
    untested: int
    sold: Money | None = money("sold_minor")
    error: Money | None = money("error_minor")
    naive_error: Money | None = money("naive_error_minor")


@strawberry.type
class SafetyStock:
    """What is kept beyond the expected demand, and the numbers that it is made of.

    quantity = factor × spread + lump × (factor² − 1) ÷ 3, the last term for a factor above 1;
    spread = √(errorDays × errorPerDay² + (demandPerDay × leadSpread)²).
    """

    service_level: Share = computed(
        share_of, description="The share of orders that are to last until the next has come: 0.95."
    )
    factor: Quantity
    adapts_by: Quantity = strawberry.field(
        description="How much of a day's error the next forecast takes up."
    )
    error_days: Quantity
    demand_per_day: Quantity
    error_per_day: Quantity
    lead_spread: Quantity = strawberry.field(description="By how many days deliveries vary.")
    spread: Quantity
    lump: Quantity
    quantity: Quantity


@strawberry.type
class PurchaseReasons:
    """The sum of a line: lacking = demand + kept + promised − (onShelf − wasted) − expected.

    Kept is the safety stock or, where that is more, the minimum level. What is lacking is ordered
    in whole packs, and not less than the minimum.
    """

    pattern: DemandPattern  # type: ignore[valid-type]
    known_days: int = strawberry.field(description="Days that the forecast was made from.")
    left_out_days: int = strawberry.field(description="Days out of stock, which say nothing.")
    cover_days: int = strawberry.field(description="Days that an order of today has to last.")
    cover_until: Date = computed(lambda row: date.fromisoformat(row["cover_until"]))
    demand: Quantity
    safety: SafetyStock
    service_level_said_by: ServiceLevelSaidBy | None = computed(  # type: ignore[valid-type]
        lambda row: row.get("said_by"), description="Null in orders of before it was a setting."
    )
    minimum_level: Quantity = computed(
        lambda row: row.get("minimum_level", 0),
        description="How much there should be at least (stockMinimumSet); 0: nobody minds.",
    )
    kept: Quantity = computed(kept_of)
    promised: Quantity
    on_shelf: Quantity
    wasted: Quantity = strawberry.field(description="What will expire before it is sold.")
    expected: Quantity
    late: Quantity = strawberry.field(description="What comes too late to be counted.")
    lacking: Quantity
    minimum: Quantity
    pack: Quantity
    quantity: Quantity
    offered: Quantity | None = strawberry.field(
        description="What the supplier says that it has; no more than that is proposed."
    )
    back_test: BackTest | None = computed(
        lambda row: row.get("back_test"),
        description="Null in orders that were made before there was one.",
    )


async def explanations(parents: Sequence[Any], context: RequestContext) -> list[list[str] | None]:
    """The reasons of each parent in sentences, in the language of the request."""
    return [
        explained(parent["reasons"], context.language) if parent["reasons"] else None
        for parent in parents
    ]


@strawberry.type
class PurchaseProposalLine:
    """So much of a variant to order, and why."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    offer: SupplierOffer = one(offers_by_ids, by="offer_id")
    quantity: Quantity
    price: Money = money("price_minor")
    total: Money = money("total_minor")
    reasons: PurchaseReasons
    explanation: list[str] = batch(explanations)


@strawberry.type
class PurchaseProposal:
    """What to order of a supplier for a location today, what lasts the fewest days first."""

    supplier: Supplier = one(in_table(tables.Supplier), by="supplier_id")
    location: Location = one(in_table(LocationRow), by="location_id")
    total: Money = money("total_minor")
    is_below_minimum: bool = strawberry.field(
        description="Whether the supplier takes no order as small as this."
    )
    back_test: BackTestTotal
    lines: list[PurchaseProposalLine]
