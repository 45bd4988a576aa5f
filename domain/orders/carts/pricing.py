"""Pricing a cart: its goods by a quote, its delivery by the rates; what is wrong is noted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.catalog.offers import HERE
from domain.errors import DomainError
from domain.merchants.tables import Shop
from domain.orders.carts.buyers import CartBuyer
from domain.orders.carts.checks import (
    check_buyer,
    check_delivery,
    check_lines,
    check_stock,
    check_window,
    code_problems,
    compare_prices,
)
from domain.orders.carts.goods import shown_goods, sold_goods
from domain.orders.carts.paying import paying_cards, point_problems, wanted_points
from domain.orders.carts.priced import Gift, PricedCart, PricedLine
from domain.orders.carts.problems import Code, Problem
from domain.orders.delivery.methods import active_methods
from domain.orders.delivery.options import options_to
from domain.pricing.quoted import QuotedLine
from domain.pricing.quotes import quote
from domain.stock.places.pick_up import is_open_place
from tenants.scope import Asking, Row

_RULES: Final = select(
    Shop.currency,
    Shop.guest_checkout,
    Shop.required_contact,
    Shop.minimum_order_minor,
    Shop.time_zone,
    HERE.label("channel_id"),
)


async def price_cart(
    db: Asking, cart: Row, rows: Sequence[Row], by: CartBuyer, *, is_ordering: bool = False
) -> PricedCart:
    """Price a cart's lines by what is valid now for its buyer.

    `is_ordering`: how much can be had is asked under lock, and not here.
    """
    ids = [row["variant_id"] for row in rows]
    goods: Mapping[UUID, Row] = {}
    if ids:
        goods = await (sold_goods if is_ordering else shown_goods)(db, ids)
    rules = await db.row(_RULES)
    assert rules is not None
    lines = [PricedLine(row, goods.get(row["variant_id"])) for row in rows]
    now = db.now.astimezone(ZoneInfo(rules["time_zone"]))
    priced = PricedCart(cart, by, lines, rules["currency"], rules["channel_id"], now)
    check_lines(priced)
    await _price(db, priced)
    if not is_ordering:
        compare_prices(priced)
        check_stock(priced)
    check_buyer(priced, rules)
    await _find_way(db, priced)
    priced.cards, wrong = await paying_cards(db, cart, priced.total_minor, priced.currency)
    priced.problems += wrong
    return priced


async def _price(db: Asking, priced: PricedCart) -> None:
    """Quote the lines that are sold; of those that have no price note why not."""
    asked = [at for at, line in enumerate(priced.lines) if line.variant is not None]
    if not asked:
        return
    rows = [priced.lines[at].row for at in asked]
    try:
        priced.quote = await quote(
            db,
            [(row["variant_id"], row["quantity"]) for row in rows],
            buyer=priced.by.buyer,
            codes=priced.cart["codes"],
            points=wanted_points(priced.cart, is_signed_in=priced.by.is_signed_in),
        )
    except DomainError as error:  # no price list is valid: of nothing
        priced.problems += [_unpriced(error, at) for at in asked]
        return
    for one in priced.quote.problems:
        priced.problems.append(_unpriced(one, asked[int(one.path[1])]))
    for line in priced.quote.lines:
        if line.at is not None:
            priced.lines[asked[line.at]].quoted = line
    priced.currency = priced.quote.currency
    priced.problems += code_problems(priced.quote)
    is_signed_in = priced.by.is_signed_in
    priced.problems += point_problems(priced.cart, priced.points, is_signed_in=is_signed_in)
    await _find_gifts(db, priced, [line for line in priced.quote.lines if line.at is None])


def _unpriced(error: DomainError, at: int) -> Problem:
    is_quantity = error.path[-1:] == ("quantity",)
    return Problem(
        Code.WRONG_QUANTITY if is_quantity else Code.NO_PRICE,
        "lines",
        at,
        *(("quantity",) if is_quantity else ()),
        en=error.message("en"),
        ru=error.message("ru"),
    )


async def _find_gifts(db: Asking, priced: PricedCart, lines: Sequence[QuotedLine]) -> None:
    """What promotions give, so far as it is there beside what is bought."""
    shown = await shown_goods(db, [one.variant_id for one in lines]) if lines else {}
    bought = Counter[UUID]()
    for one in priced.lines:
        bought[one.row["variant_id"]] += one.row["quantity"]
    for line in lines:
        variant = shown.get(line.variant_id)
        wanted = bought[line.variant_id] + line.quantity
        if variant is not None and (variant["free"] is None or variant["free"] >= wanted):
            priced.gifts.append(Gift(variant, line))
        else:
            priced.problems.append(
                Problem(Code.GIFT_GONE, "gifts", en="a gift has run out", ru="подарок закончился")
            )


async def _find_way(db: Asking, priced: PricedCart) -> None:
    """How the goods go to the buyer, or he to them."""
    cart = priced.cart
    if cart["location_id"] is not None and not await is_open_place(db, cart["location_id"]):
        priced.problems.append(
            Problem(
                Code.PLACE_CLOSED,
                "place",
                en="nothing can be picked up there now",
                ru="здесь сейчас нельзя забрать заказ",
            )
        )
    if cart["address"] is None:
        return
    methods = await active_methods(db)
    priced.options, priced.unserved = options_to(
        methods,
        cart["address"],
        grams=priced.grams,
        sum_minor=priced.goods_minor,
        now=priced.now,
        is_free=priced.quote is not None and priced.quote.free_delivery,
    )
    chosen = (one for one in priced.options if one.id == cart["delivery_method_id"])
    priced.delivery = next(chosen, None)
    check_delivery(priced, has_methods=bool(methods))
    check_window(priced)
