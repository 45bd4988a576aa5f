"""The checkout: a cart becomes an order, all of it or nothing, once however often it is asked.

    the cart is locked -> priced anew -> refused while something blocks it -> its goods are held,
    then what gift cards and points pay -> the order is written, its number last
    -> the cart is the order's

Whose it is comes first, for prices depend on that: the card of who is signed in, or the one that
the cart's contacts lead to, made where there is none.

No server is asked anything: payment begins when the order stands.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, update

from domain.amounts import amount_in
from domain.bulk import Rejected, refuse
from domain.errors import DomainError
from domain.inputs import Required, located
from domain.orders.carts.buyers import lock_buyer
from domain.orders.carts.carts import cart_digest, lock_cart
from domain.orders.carts.goods import title_of
from domain.orders.carts.lines import lines_of
from domain.orders.carts.priced import PricedCart
from domain.orders.carts.pricing import price_cart
from domain.orders.carts.problems import Code, Problem, out_of_stock
from domain.orders.carts.tables import Cart
from domain.orders.checkout.placing import Placing, place_order
from domain.orders.delivery.readiness import readiness_of
from domain.orders.orders.lines import frozen, frozen_delivery
from domain.pricing.gift_cards import hold_on_cards
from domain.pricing.points import hold_points
from domain.pricing.promotions.uses import use_promotions
from domain.pricing.purses import NotEnough
from domain.pricing.quoted import QuotedLine
from domain.pricing.shop_vat import seller_of
from domain.stock.holds.demand import Demand, Line, demand_of
from domain.stock.holds.holds import hold_demand
from domain.stock.moves import InsufficientStock
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.values.money import format_minor

BUYER: Final = ("name", "email", "phone", "address", "location_id", "note")
"""What an order has of its cart."""
_BECOME: Final = (
    update(Cart)
    .where(Cart.id == bindparam("cart_id"))
    .values(
        order_id=bindparam("order"),
        customer_id=bindparam("customer"),
        version=Cart.version + 1,
        updated_at=bindparam("now"),
    )
)


async def complete_checkout(
    uow: UnitOfWork,
    token: str,
    total: Mapping[str, Any],
    to_pay: Mapping[str, Any] | None = None,
) -> UUID:
    """Order what is in a cart, for the `total` that the buyer has seen, and what of it gift cards
    leave `to_pay`; the order's id.

    A cart that was ordered already answers with its order. Raises NotFound, Required at `toPay`
    where gift cards pay, and each Problem that blocks the cart: nothing is done then.
    """
    cart, token_hash = await lock_cart(uow, token), cart_digest(token)
    assert token_hash is not None
    if cart["order_id"] is not None:
        ordered: UUID = cart["order_id"]
        return ordered
    rows = await lines_of(uow, [cart["id"]])
    by = await lock_buyer(uow, cart)
    priced = await price_cart(uow, cart, rows, by, is_ordering=True)
    _check_sum(priced, "total", total, priced.total_minor)
    if to_pay is not None:
        _check_sum(priced, "toPay", to_pay, priced.to_pay_minor)
    elif any(card.pays_minor for card in priced.cards):
        raise Required("toPay")
    refuse(priced.blocking)
    goods = _goods(priced)
    demand = await demand_of(
        uow, [Line(one.quoted.variant_id, one.quoted.quantity) for one in goods]
    )
    order_id = new_id()
    promised_on = await _promise(uow, priced, demand)  # before its own goods are held
    hold_id = await _hold(uow, order_id, priced, demand)
    if priced.quote is not None:
        await use_promotions(uow, priced.quote, order_id=order_id, customer_id=by.card_id)
    placing = Placing(
        id=order_id,
        source="site",
        token_hash=token_hash,
        customer_id=by.card_id,
        by_account=by.is_signed_in,
        currency=priced.currency,
        payment_method=cart["payment_method"],
        hold_id=hold_id,
        lines=[*_lines(goods, demand), *await _delivery(uow, priced)],
        buyer={name: cart[name] for name in BUYER},
        delivery={
            "delivery_method_id": priced.delivery and priced.delivery.id,
            "delivery_window": priced.window and priced.window.stored,
            "promised_on": promised_on,
        },
        cards=await _hold_cards(uow, order_id, priced),
        points=await _hold_points(uow, order_id, priced),
    )
    await place_order(uow, placing)
    await uow.execute(_BECOME, cart_id=cart["id"], order=order_id, customer=by.card_id, now=uow.now)
    return order_id


def _check_sum(priced: PricedCart, name: str, seen: Mapping[str, Any], now_minor: int) -> None:
    """Note it where the cart costs other than its buyer has seen."""
    with located(name):
        seen_minor = amount_in(priced.currency)(seen)
    if seen_minor != now_minor:
        now = format_minor(now_minor, priced.currency)
        en, ru = f"it is {now} now", f"сумма изменилась: теперь {now}"
        priced.problems.append(Problem(Code.TOTAL_CHANGED, name, en=en, ru=ru))


async def _hold_cards(uow: UnitOfWork, order_id: UUID, priced: PricedCart) -> dict[UUID, int]:
    """Hold what gift cards pay; how much by card. Raises a Problem where others were quicker."""
    parts = {one.card_id: one.pays_minor for one in priced.cards if one.card_id and one.pays_minor}
    if parts:
        try:
            await hold_on_cards(uow, parts, order_id=order_id, currency=priced.currency)
        except NotEnough:
            raise _gone("toPay") from None
    return parts


async def _hold_points(uow: UnitOfWork, order_id: UUID, priced: PricedCart) -> int:
    """Hold the points that lower the prices; how many. Raises a Problem as well."""
    if priced.points:
        assert priced.by.card_id is not None
        try:
            await hold_points(uow, priced.by.card_id, priced.points, order_id=order_id)
        except NotEnough:
            raise _gone("total") from None
    return priced.points


def _gone(name: str) -> Problem:
    return Problem(
        Code.TOTAL_CHANGED,
        name,
        en="it has changed this moment; look again",
        ru="сумма изменилась только что; посмотрите ещё раз",
    )


async def _hold(uow: UnitOfWork, order_id: UUID, priced: PricedCart, demand: Demand) -> UUID:
    """Keep the goods for the order. Raises a Problem for each line of which there is too little."""
    try:
        return await hold_demand(
            uow,
            f"order {order_id}",
            demand,
            channel_id=priced.channel_id,
            first=priced.cart["location_id"],
        )
    except (InsufficientStock, Rejected) as error:
        refuse([_short(one, priced) for one in _each(error)])
        raise


async def _promise(uow: UnitOfWork, priced: PricedCart, demand: Demand) -> date | None:
    """The day by which the buyer has the goods, or can fetch them; None where nobody knows."""
    way, place_id = priced.delivery, priced.cart["location_id"]
    if priced.window is not None:
        return priced.window.on
    if place_id is not None:
        return (await readiness_of(uow, demand.kept)).at(place_id)
    if way is None or way.days_to is None:
        return None
    return way.promised_on((await readiness_of(uow, demand.kept)).to_send)


def _each(error: DomainError) -> list[DomainError]:
    return error.errors if isinstance(error, Rejected) else [error]


def _short(error: DomainError, priced: PricedCart) -> DomainError:
    at, available = int(error.path[1]), error.facts["available"]
    if at >= len(priced.lines):
        return Problem(Code.GIFT_GONE, "gifts", en="a gift has run out", ru="подарок закончился")
    # What is short may be a part of a bundle, of which so many are not so many bundles.
    is_itself = error.facts["variant_id"] == priced.lines[at].row["variant_id"]
    return out_of_stock(at, available=available if is_itself else 0)


async def _delivery(uow: UnitOfWork, priced: PricedCart) -> list[dict[str, Any]]:
    """The delivery, as what is sold with the goods."""
    if priced.delivery is None:
        return []
    rate = (await seller_of(uow)).rate_of(None, None)
    return [frozen_delivery(priced.delivery.title, priced.delivery.price_minor, rate)]


class _Sold(NamedTuple):
    """What is sold: a line of the cart, or a gift."""

    quoted: QuotedLine
    variant: Row
    attributes: Mapping[str, str]
    note: str | None


def _goods(priced: PricedCart) -> list[_Sold]:
    """The cart's lines, and then the gifts."""
    goods: list[_Sold] = []
    for line in priced.lines:
        assert line.quoted is not None
        assert line.variant is not None
        goods.append(_Sold(line.quoted, line.variant, line.row["attributes"], line.row["note"]))
    return [*goods, *(_Sold(one.quoted, one.variant, {}, None) for one in priced.gifts)]


def _lines(goods: Sequence[_Sold], demand: Demand) -> list[dict[str, Any]]:
    """What is sold, as it was quoted."""
    return [
        frozen(
            one.quoted,
            takes=takes,
            variant=one.variant,
            title=title_of(one.variant),
            attributes=one.attributes,
            note=one.note,
        )
        for one, takes in zip(goods, demand.by_line, strict=True)
    ]
