"""Goods that soon expire, as the merchant sees them, and what they are marked down from."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.inputs import ReferenceInput, reference
from api.pricing.kinds import PRICE_LIST
from api.pricing.types import PriceList
from api.rows import in_table, one
from api.scalars import Date, DateTime, Money, MoneyInput, Quantity, money
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ, Lot
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.pricing import tables as pricing
from domain.purchasing.returns.expiring import LotAction, actions_for
from domain.stock import tables
from domain.stock.markdowns.lists import markdowns_of

ExpiringLotAction = strawberry.enum(
    LotAction,
    name="ExpiringLotAction",
    description="What may be done with goods that soon expire. MARK_DOWN: lotMarkdownSet. "
    "END_MARKDOWN: lotMarkdownEnd. WRITE_OFF: writeOffCreate, with the row's location, variant and "
    "lot. RETURN_TO_SUPPLIER: supplierReturnCreate, with its location and lot.",
)


@strawberry.enum
class MarkdownEnding(Enum):
    """How a markdown ended.

    SOLD_OFF: nothing is left to be sold that expires in its time. ENDED: a person said so.
    OVERTAKEN: somebody set another price meanwhile, and that one stays.
    """

    SOLD_OFF = "sold_off"
    ENDED = "ended"
    OVERTAKEN = "overtaken"


@strawberry.type
class Markdown:
    """A price that is lower as long as goods are to be sold that expire by a day."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    price_list: PriceList = one(in_table(pricing.PriceList), by="price_list_id")
    min_quantity: Quantity
    amount: Money = money("amount_minor")
    was: Money = computed(
        lambda row: (row["was_minor"], row["currency"]),
        description="What it is again afterwards; until then it is the price's compareAt.",
    )
    until_on: Date = strawberry.field(
        description="It is over once nothing is left to be sold that expires by this day."
    )
    began_at: DateTime
    ended_at: DateTime | None
    ending: MarkdownEnding | None


async def _actions(parents: Sequence[Any], context: RequestContext) -> list[list[LotAction]]:
    return await actions_for(context.reading, context.principal, parents)


async def _markdowns(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    found = await markdowns_of(context.reading, list({row["variant_id"] for row in parents}))
    return [found.get(row["variant_id"], []) for row in parents]


@strawberry.type
class ExpiringLot:
    """Goods at a location that expire soon, or have; and what they cost."""

    lot: Lot = one(in_table(tables.Lot), by="lot_id")
    location: Location = one(in_table(tables.Location), by="location_id")
    quantity: Quantity
    free: Quantity = strawberry.field(
        description="How much of it may go: what is reserved at the location may not."
    )
    value: Money = money("value_minor")
    expires_on: Date
    days_left: int = strawberry.field(description="Less than 0: it has expired.")
    allowed_actions: list[ExpiringLotAction] = batch(  # type: ignore[valid-type]
        _actions, description="What the caller may do with it, as things are."
    )
    markdowns: list[Markdown] = batch(
        _markdowns,
        items=1,
        permission="prices:read",
        description="Prices of its variant that are marked down now.",
    )


@strawberry.input
class LotMarkdownSetInput:
    """Up to 100 lots whose variants are to cost less, by a share or to an amount."""

    lots: list[strawberry.ID] = reference(kinds.LOT, required=True)
    percent: int | None = strawberry.field(
        default=None, description="From 1 to 99: by so much less. Or else `amount`."
    )
    amount: MoneyInput | None = strawberry.field(
        default=None, description="What one unit is to cost."
    )
    price_list: ReferenceInput | None = reference(
        PRICE_LIST, description="The default one where left out."
    )
    even_if_fresh: bool = strawberry.field(
        default=False,
        description="Though other lots of the same variant last longer: a price is a variant's, "
        "so these cost less too.",
    )
