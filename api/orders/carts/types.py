"""Carts as buyers see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import strawberry

from api.catalog.storefront_types import Variant
from api.catalog.windows import one
from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.errors import CartFix, CartProblemCode
from api.orders import kinds
from api.orders.sums import LinePriceStep, steps, vat_sum
from api.orders.words import (
    DeliveryKind,
    DeliveryMissing,
    DeliveryWindow,
    LineAttribute,
    PaymentMethod,
    attributes_of,
)
from api.pricing.quote_types import VatSum
from api.rows import one as one_row
from api.scalars import Date, Money, Quantity, id_field, money
from api.stock.addresses import Address
from api.stock.storefront import Place
from domain.catalog.window_variants import variants_by_ids
from domain.orders.carts.buyers import buyer_of
from domain.orders.carts.lines import lines_of
from domain.orders.carts.priced import PricedCart, PricedLine
from domain.orders.carts.pricing import price_cart
from domain.orders.carts.problems import Problem
from domain.orders.carts.tables import Cart as CartTable
from domain.orders.delivery.options import Option
from domain.orders.delivery.readiness import Readiness, readiness_of_goods
from domain.row_sets import rows_by_id
from domain.stock.places.pick_up import places_by_ids
from tenants.scope import Row


@strawberry.type
class CartLine:
    """So much of a variant; without a price where it has none now, which is a problem."""

    id: strawberry.ID = id_field(kinds.CART_LINE)
    variant: Variant | None = one(
        variants_by_ids, by="variant_id", description="Null: it is sold no more."
    )
    quantity: Quantity
    attributes: list[LineAttribute] = computed(attributes_of)
    note: str | None
    price: Money | None = strawberry.field(description="Of one, for so many, before discounts.")
    compare_at: Money | None = strawberry.field(description="What one cost before.")
    discount: Money | None
    total: Money | None
    vat: VatSum | None
    price_trace: list[LinePriceStep] = strawberry.field(
        description="What it costs after each step."
    )


@strawberry.type
class CartGift:
    """What a promotion gives with the goods."""

    variant: Variant | None = one(variants_by_ids, by="variant_id")
    quantity: Quantity


async def _promised(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    """By which day each option brings its goods."""
    ready = await _readiness(parents, context)
    return [
        found and parent["option"].promised_on(found.to_send)
        for parent, found in zip(parents, ready, strict=True)
    ]


async def _pick_up(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """The places at which each cart may be picked up."""
    return [found.places if found else [] for found in await _readiness(parents, context)]


async def _readiness(parents: Sequence[Any], context: RequestContext) -> list[Readiness | None]:
    """By which day the `goods` of each parent are there: asked once for those of one cart."""
    known: dict[Any, Readiness | None] = {}
    for goods in dict.fromkeys(parent["goods"] for parent in parents):
        known[goods] = await readiness_of_goods(context.reading, goods)
    return [known[parent["goods"]] for parent in parents]


@strawberry.type
class CartGiftCard:
    """A gift card that is to pay; of its code the end alone is ever told."""

    code_end: str = column("end")
    pays: Money = money("pays_minor")


@strawberry.type
class DeliveryOption:
    """A way to the buyer, for goods of this weight and sum."""

    id: strawberry.ID = id_field(kinds.DELIVERY_METHOD)
    title: str
    kind: DeliveryKind
    price: Money = money("price_minor")
    days_from: int | None
    days_to: int | None
    promised_on: Date | None = batch(
        _promised, description="The day by which all of it is there; null where nobody knows."
    )
    windows: list[DeliveryWindow] = strawberry.field(
        description="When the courier may come, in the next 14 days; choose one, if there are any."
    )


@strawberry.type
class DeliveryUnavailable:
    """A way that does not lead to the buyer, and why."""

    id: strawberry.ID = id_field(kinds.DELIVERY_METHOD)
    title: str
    kind: DeliveryKind
    reason: DeliveryMissing


@strawberry.type
class PickUpOption:
    """A place where all of it can be picked up, at no charge."""

    place: Place = computed(lambda one: one.place)
    ready_on: Date | None = computed(
        lambda one: one.ready_on, description="Null where nobody knows the day."
    )


@strawberry.type
class CartProblem:
    """What is wrong with a cart, and what helps. It is never refused to be shown for that."""

    code: CartProblemCode  # type: ignore[valid-type]
    message: str
    path: list[str] = strawberry.field(description="Where in the cart, list indexes as strings.")
    fix: CartFix  # type: ignore[valid-type]
    is_blocking: bool = strawberry.field(
        description="Whether the cart cannot be ordered before it is mended."
    )
    available: Quantity | None = strawberry.field(
        description="How much can be had, where too little is there."
    )


@strawberry.type
class Cart:
    """What a buyer is about to order, as it stands now: each look prices it anew."""

    id: strawberry.ID = id_field(kinds.CART)
    name: str | None
    email: str | None
    phone: str | None
    address: Address | None
    place: Place | None = one_row(
        places_by_ids, by="location_id", description="Where it is picked up."
    )
    payment_method: PaymentMethod | None
    note: str | None
    codes: list[str]
    lines: list[CartLine]
    gifts: list[CartGift]
    delivery_options: list[DeliveryOption] = strawberry.field(
        description="The ways to the address; none are needed where the shop has none at all."
    )
    delivery: DeliveryOption | None = strawberry.field(description="The way that was chosen.")
    delivery_window: DeliveryWindow | None = strawberry.field(
        description="When its courier comes, as it was chosen, while that can be."
    )
    delivery_unavailable: list[DeliveryUnavailable] = strawberry.field(
        description="The shop's other ways, and why they do not lead to the address."
    )
    pick_up_options: list[PickUpOption] = batch(
        _pick_up, items=5, description="Where all of it can be picked up, and from which day on."
    )
    discount: Money = money("discount_minor")
    points: int = strawberry.field(
        description="Bonus points that lower its prices, each worth a minor unit."
    )
    total: Money = money("total_minor")
    gift_cards: list[CartGiftCard]
    to_pay: Money = computed(
        lambda row: (row["to_pay_minor"], row["currency"]),
        description="What the gift cards leave to pay.",
    )
    vat: list[VatSum] = strawberry.field(description="In the goods.")
    problems: list[CartProblem]
    is_ordered: bool = computed(
        lambda row: row["order_id"] is not None,
        description="Whether it has become an order: `order` tells of that by the same token.",
    )


async def cart_of(context: RequestContext, cart: Row) -> dict[str, Any]:
    """A cart as the row that its type describes, priced for who asks."""
    db = context.reading
    by = await buyer_of(db, cart, context.principal.customer_id)
    priced = await price_cart(db, cart, await lines_of(db, [cart["id"]]), by)
    return {
        **cart,
        "currency": priced.currency,
        "lines": [_line(one, priced.currency) for one in priced.lines],
        "gifts": [
            {"variant_id": gift.quoted.variant_id, "quantity": gift.quoted.quantity}
            for gift in priced.gifts
        ],
        "delivery_options": [_option(one, priced) for one in priced.options],
        "delivery": priced.delivery and _option(priced.delivery, priced),
        "delivery_window": priced.window and priced.window.stored,
        "delivery_unavailable": [one._asdict() for one in priced.unserved],
        "goods": priced.goods,
        "discount_minor": priced.quote.discount_minor if priced.quote else 0,
        "points": priced.points,
        "total_minor": priced.total_minor,
        "gift_cards": [{**one._asdict(), "currency": priced.currency} for one in priced.cards],
        "to_pay_minor": priced.to_pay_minor,
        "vat": _vat(priced),
        "problems": [_problem(one, context.language) for one in priced.problems],
    }


def cart_entity(**texts: Any) -> Any:
    """A payload's field: the cart whose id the outcome has, priced after the commit."""

    async def rows(parents: Sequence[Any], context: RequestContext) -> list[Any]:
        ids = [UUID(str(parent["cart"])) for parent in parents if parent.get("cart")]
        found = await rows_by_id(context.reading, CartTable, ids) if ids else {}
        shown = {
            cart_id: await cart_of(context, cart)
            for cart_id, cart in found.items()  # one: a token opens one
        }
        return [
            shown.get(UUID(str(parent["cart"]))) if parent.get("cart") else None
            for parent in parents
        ]

    return batch(rows, **texts)


def _line(line: PricedLine, currency: str) -> dict[str, Any]:
    row, quoted = {**line.row, "currency": currency}, line.quoted
    if quoted is None:
        nothing = dict.fromkeys(("price", "compare_at", "discount", "total", "vat"))
        return {**row, **nothing, "price_trace": []}
    before = quoted.compare_at_minor
    return {
        **row,
        "price": (quoted.price_minor, currency),
        "compare_at": None if before is None else (before, currency),
        "discount": (quoted.discount_minor, currency),
        "total": (quoted.total_minor, currency),
        "vat": vat_sum(quoted.rate, quoted.vat_minor, currency),
        "price_trace": steps((one._asdict() for one in quoted.trace), currency),
    }


def _option(option: Option, priced: PricedCart) -> dict[str, Any]:
    windows = [one.stored for one in option.coming(priced.now)]
    return {
        **option._asdict(),
        "windows": windows,
        "currency": priced.currency,
        "option": option,
        "goods": priced.goods,
    }


def _vat(priced: PricedCart) -> list[dict[str, Any]]:
    sums = priced.quote.vat if priced.quote else {}
    return [vat_sum(rate, minor, priced.currency) for rate, minor in sums.items()]


def _problem(problem: Problem, language: str) -> dict[str, Any]:
    return {
        "code": problem.facts["problem"],
        "message": problem.message(language),
        "path": list(problem.path),
        "fix": problem.facts["fix"],
        "is_blocking": problem.is_blocking,
        "available": problem.facts["available"],
    }
