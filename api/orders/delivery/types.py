"""Ways of delivery as the merchant sees them."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.orders import kinds
from api.orders.words import DeliveryKind
from api.rows import Edited, ExternalId, external_id
from api.scalars import Money, id_field, money
from domain.merchants.shop_facts import shop_currency


@strawberry.type
class DeliveryArea:
    """A country, or of it a region, or codes that begin with `postalFrom` to `postalTo`."""

    country: str
    region: str | None
    postal_from: str | None
    postal_to: str | None


@strawberry.type
class DeliveryStep:
    """What it costs beyond a weight up to another, for sums from one to less than another."""

    weight_from: int = strawberry.field(description="Grams.")
    weight_to: int | None = strawberry.field(description="Grams; null: whatever it weighs.")
    sum_from: Money = money("sum_from")
    sum_to: Money | None = money("sum_to")
    price: Money = money("price_minor")


@strawberry.type
class DeliveryZone:
    """Where a way leads, and what it costs there. Of several zones the first one counts."""

    title: str | None
    areas: list[DeliveryArea] = strawberry.field(description="None: everywhere.")
    excluded: list[DeliveryArea]
    steps: list[DeliveryStep] = computed(
        lambda zone: [{**step, "currency": zone["currency"]} for step in zone["steps"]]
    )
    free_from: Money | None = money("free_from")
    days_from: int | None
    days_to: int | None


@strawberry.type
class CourierWindow:
    """Hours of a weekday in which the courier comes, by the shop's clock."""

    weekday: int = strawberry.field(description="1 is Monday, 7 is Sunday.")
    begins: str
    ends: str
    lead_minutes: int


async def _zones(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    currency = await shop_currency(context.reading)
    return [[{**one, "currency": currency} for one in parent["zones"]] for parent in parents]


@strawberry.type
class DeliveryMethod(Node, Edited):
    """A way in which goods go to an address."""

    id: strawberry.ID = id_field(kinds.DELIVERY_METHOD)
    external_id: ExternalId | None = external_id()
    title: str
    kind: DeliveryKind
    is_active: bool
    position: int
    carrier_id: strawberry.ID | None = id_field(kinds.CARRIER, "carrier_id")
    zones: list[DeliveryZone] = batch(_zones, items=5)
    windows: list[CourierWindow]
