"""Ways of delivery as the merchant sees them."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch
from api.nodes import Node
from api.orders import kinds
from api.orders.words import DeliveryKind
from api.rows import Edited, ExternalId, external_id
from api.scalars import Money, id_field, money
from domain.merchants.shop_facts import shop_currency


@strawberry.type
class DeliveryRate:
    """What delivery costs where it holds; of several the narrowest counts."""

    country: str | None = strawberry.field(description="Null: everywhere.")
    postal_code: str | None = strawberry.field(description="How codes there begin: 17.")
    weight_to: int | None = strawberry.field(description="Grams; null: whatever it weighs.")
    sum_from: Money = money("sum_from")
    price: Money = money("price_minor")
    days_from: int | None
    days_to: int | None


async def _rates(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    currency = await shop_currency(context.reading)
    return [[{**one, "currency": currency} for one in parent["rates"]] for parent in parents]


@strawberry.type
class DeliveryMethod(Node, Edited):
    """A way in which goods go to an address."""

    id: strawberry.ID = id_field(kinds.DELIVERY_METHOD)
    external_id: ExternalId | None = external_id()
    title: str
    kind: DeliveryKind
    is_active: bool
    position: int
    rates: list[DeliveryRate] = batch(_rates, items=5)
