"""Rules of promotions as they are kept, in the shape in which they are given."""

from typing import Any
from uuid import UUID

import strawberry

from api.catalog import kinds as catalog
from api.customers.kinds import SEGMENT
from api.engine.fields import computed
from api.pricing import kinds
from api.scalars import Decimal, Money, Quantity
from domain.pricing.percents import show_percent
from tenants.ids import encode_id


def _ids(name: str, kind: str) -> Any:
    return computed(lambda row: [encode_id(kind, UUID(text)) for text in row[name]])


def _minutes(name: str) -> Any:
    return computed(lambda row: f"{row[name] // 60:02}:{row[name] % 60:02}")


def _percent() -> Any:
    return computed(lambda row: show_percent(row["hundredths"]))


def _minor(name: str) -> Any:
    return computed(lambda row: (row[name], row["currency"]) if row[name] else None)


@strawberry.type
class PromotionGoodsNames:
    """What belongs to any of these; categories with what is below them."""

    variant_ids: list[strawberry.ID] = _ids("variants", catalog.VARIANT)
    product_ids: list[strawberry.ID] = _ids("products", catalog.PRODUCT)
    category_ids: list[strawberry.ID] = _ids("categories", catalog.CATEGORY)
    collection_ids: list[strawberry.ID] = _ids("collections", catalog.COLLECTION)
    brand_ids: list[strawberry.ID] = _ids("brands", catalog.BRAND)


@strawberry.type
class PromotionGoods:
    """Goods: what is `of` any of these, or all where none are named, less what is `without`."""

    of: PromotionGoodsNames
    without: PromotionGoodsNames
    full_price_only: bool


@strawberry.type
class InCartCondition:
    """The cart has such goods: so many, for so much, by their price lists."""

    goods: PromotionGoods
    quantity: Quantity = computed(lambda row: row["least_quantity"])
    sum: Money | None = _minor("least_minor")


@strawberry.type
class CustomersCondition:
    """The customer is in one of these groups or segments."""

    customer_group_ids: list[strawberry.ID] = _ids("groups", kinds.CUSTOMER_GROUP)
    customer_segment_ids: list[strawberry.ID] = _ids("segments", SEGMENT)


@strawberry.type
class ChannelsCondition:
    """It is bought in one of these channels."""

    channel_ids: list[strawberry.ID] = _ids("channels", catalog.CHANNEL)


@strawberry.type
class HoursCondition:
    """It is bought on these days, at these hours of the shop's own clock."""

    weekdays: list[int]
    since: str = _minutes("since")
    until: str = _minutes("until")


def _only(kind: str) -> Any:
    """The row under the field of its kind; null under the others."""
    return computed(lambda row: row if row["kind"] == kind else None)


def _said(kind: str) -> Any:
    return computed(lambda row: row["kind"] == kind)


@strawberry.type
class PromotionCondition:
    """One demand: the field of its kind."""

    cart: InCartCondition | None = _only("cart")
    customers: CustomersCondition | None = _only("customers")
    first_order: bool = _said("first_order")
    channels: ChannelsCondition | None = _only("channels")
    hours: HoursCondition | None = _only("hours")


@strawberry.type
class PercentAction:
    """So many per cent off, rounded once and then spread."""

    percent: Decimal = _percent()
    goods: PromotionGoods


@strawberry.type
class AmountAction:
    """So much off all of the goods together, or off each unit of them."""

    amount: Money = _minor("minor")
    goods: PromotionGoods
    each: bool


@strawberry.type
class FixedPriceAction:
    """The goods at this price a unit, where they cost more."""

    price: Money = _minor("minor")
    goods: PromotionGoods


@strawberry.type
class BuyGetAction:
    """For so many that are bought, so many of the cheapest are got: for nothing, or cheaper."""

    buy_units: int
    get_units: int
    buy: PromotionGoods
    get: PromotionGoods
    percent: Decimal = _percent()
    most_times: int | None


@strawberry.type
class GiftAction:
    """So much of a variant for nothing, as a line of its own."""

    variant_id: strawberry.ID = computed(
        lambda row: encode_id(catalog.VARIANT, UUID(row["variant"]))
    )
    quantity: Quantity


@strawberry.type
class PromotionAct:
    """One thing that is given: the field of its kind."""

    percent: PercentAction | None = _only("percent")
    amount: AmountAction | None = _only("amount")
    fixed_price: FixedPriceAction | None = _only("fixed_price")
    buy_get: BuyGetAction | None = _only("buy_get")
    gift: GiftAction | None = _only("gift")
    free_delivery: bool = _said("free_delivery")
