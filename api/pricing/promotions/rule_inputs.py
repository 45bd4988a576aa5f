"""Rules of promotions as the merchant says them: conditions and actions, each of one kind."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog
from api.customers.kinds import SEGMENT
from api.inputs import reference
from api.pricing import kinds
from api.scalars import Decimal, MoneyInput, Quantity


@strawberry.input
class PromotionGoodsNamesInput:
    """What belongs to any of these; categories with what is below them. Up to 100 of each."""

    variant_ids: list[strawberry.ID] | None = reference(catalog.VARIANT)
    product_ids: list[strawberry.ID] | None = reference(catalog.PRODUCT)
    category_ids: list[strawberry.ID] | None = reference(catalog.CATEGORY)
    collection_ids: list[strawberry.ID] | None = reference(catalog.COLLECTION)
    brand_ids: list[strawberry.ID] | None = reference(catalog.BRAND)


@strawberry.input
class PromotionGoodsInput(PromotionGoodsNamesInput):
    """Goods: what belongs to any of these, or all where none are named, less what is `without`."""

    without: PromotionGoodsNamesInput | None = UNSET
    full_price_only: bool = strawberry.field(
        default=False, description="Not those that have a crossed-out price."
    )


@strawberry.input
class InCartConditionInput:
    """The cart has such goods: so many, for so much, by their price lists."""

    goods: PromotionGoodsInput | None = UNSET
    quantity: Quantity | None = UNSET
    sum: MoneyInput | None = UNSET


@strawberry.input
class CustomersConditionInput:
    """The customer is in one of these groups or segments; a segment is looked at as he buys."""

    customer_group_ids: list[strawberry.ID] | None = reference(kinds.CUSTOMER_GROUP)
    customer_segment_ids: list[strawberry.ID] | None = reference(SEGMENT)


@strawberry.input
class ChannelsConditionInput:
    """It is bought in one of these channels."""

    channel_ids: list[strawberry.ID] = reference(catalog.CHANNEL, required=True)


@strawberry.input
class HoursConditionInput:
    """It is bought on these days, at these hours of the shop's own clock."""

    weekdays: list[int] | None = strawberry.field(
        default=UNSET, description="1 is Monday, 7 Sunday; every day where left out."
    )
    since: str | None = strawberry.field(default=UNSET, description='"18:00"; 00:00 if left out.')
    until: str | None = strawberry.field(
        default=UNSET,
        description="The first minute that is too late; 24:00 if left out. Earlier than `since`: "
        "through midnight.",
    )


@strawberry.input(one_of=True)
class PromotionConditionInput:
    """One demand."""

    cart: InCartConditionInput | None = UNSET
    customers: CustomersConditionInput | None = UNSET
    first_order: bool | None = strawberry.field(
        default=UNSET, description="True: the customer has ordered nothing yet."
    )
    channels: ChannelsConditionInput | None = UNSET
    hours: HoursConditionInput | None = UNSET


@strawberry.input
class PercentActionInput:
    """So many per cent off, rounded once and then spread."""

    percent: Decimal
    goods: PromotionGoodsInput | None = UNSET


@strawberry.input
class AmountActionInput:
    """So much off all of the goods together, or off each unit of them."""

    amount: MoneyInput
    goods: PromotionGoodsInput | None = UNSET
    each: bool = False


@strawberry.input
class FixedPriceActionInput:
    """The goods at this price a unit, where they cost more."""

    price: MoneyInput
    goods: PromotionGoodsInput | None = UNSET


@strawberry.input
class BuyGetActionInput:
    """For so many that are bought, so many of the cheapest are got: for nothing, or cheaper.

    A unit counts once. Goods that are weighed do not count.
    """

    buy_units: int
    get_units: int
    buy: PromotionGoodsInput | None = UNSET
    get: PromotionGoodsInput | None = strawberry.field(
        default=UNSET, description="The goods to be bought, where left out."
    )
    percent: Decimal | None = strawberry.field(
        default=UNSET, description="How much cheaper they are; 100 where left out."
    )
    most_times: int | None = strawberry.field(
        default=UNSET, description="In one cart; as often as it goes where left out."
    )


@strawberry.input
class GiftActionInput:
    """So much of a variant for nothing, as a line of its own."""

    variant_id: strawberry.ID = reference(catalog.VARIANT, required=True)
    quantity: Quantity = strawberry.field(default=1_000)


@strawberry.input(one_of=True)
class PromotionActionInput:
    """One thing that is given."""

    percent: PercentActionInput | None = UNSET
    amount: AmountActionInput | None = UNSET
    fixed_price: FixedPriceActionInput | None = UNSET
    buy_get: BuyGetActionInput | None = UNSET
    gift: GiftActionInput | None = UNSET
    free_delivery: bool | None = strawberry.field(
        default=UNSET, description="True: delivery costs nothing."
    )


@strawberry.input
class PromotionRuleInput:
    """Up to 10 conditions, all of which must hold, and up to 5 actions, done one after another.

    All amounts are in one currency; with amounts it applies to carts in that currency alone.
    """

    conditions: list[PromotionConditionInput] = strawberry.field(default_factory=list)
    actions: list[PromotionActionInput]
    most_discount: MoneyInput | None = strawberry.field(
        default=UNSET, description="It takes no more than this off one cart."
    )
