"""Where an order goes, and how: another address, another place to fetch it at, another delivery."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.amounts import amount_in
from domain.errors import NotAllowed
from domain.inputs import Cleaner, Required, located
from domain.orders.carts.carts import read_details
from domain.orders.carts.goods import grams_of, sold_goods
from domain.orders.delivery.choosing import chosen_way
from domain.orders.delivery.options import Option
from domain.orders.edits.lines import Line, cut
from domain.orders.edits.plans import Plan
from domain.orders.orders.lines import frozen_delivery
from domain.pricing.shop_vat import seller_of
from domain.stock.places.addresses import address
from tenants.scope import Row, UnitOfWork

DETAILS: Final[Mapping[str, Cleaner]] = {"address": address}


async def change_way(
    uow: UnitOfWork, order: Row, plan: Plan, given: Mapping[str, Any], *, is_free: bool
) -> dict[str, Any]:
    """What of an order's columns is another by `given` (`address`, `place_id`,
    `delivery_method_id`, `delivery_price`); the plan's delivery is another with them.

    A delivery costs what it does to the address now, unless its price is named, or it `is_free`; it
    is none where the buyer fetches his goods. Raises NotFound, Invalid, Required; NotAllowed for
    what is on its way, and for a way that does not lead there.
    """
    values = await read_details(uow, DETAILS, given)
    if values.get("location_id") is not None:
        values["delivery_method_id"] = None
    changed = {name: value for name, value in values.items() if order[name] != value}
    price = given.get("delivery_price")
    now = {**order, **changed}
    if changed and now["address"] is None and now["location_id"] is None:
        raise Required("address")
    if "delivery_method_id" in values or price is not None:
        is_chosen = "delivery_method_id" in values
        await _deliver(uow, now, plan, price, is_chosen=is_chosen, is_free=is_free)
    if changed:
        changed |= {"promised_on": None, "delivery_window": None}
    return changed


async def _deliver(
    uow: UnitOfWork,
    order: Mapping[str, Any],
    plan: Plan,
    price: Mapping[str, Any] | None,
    *,
    is_chosen: bool,
    is_free: bool,
) -> None:
    """Put the delivery that is chosen, or its price alone, in the stead of what there was."""
    ways = [one for one in plan.lines.values() if one["kind"] == "delivery" and one["quantity"]]
    if any(one["picked"] for one in ways):
        raise NotAllowed("deliveryMethodId", en="it is on its way", ru="доставка уже в пути")
    title, minor = (ways[0]["title"] if ways else None), None
    if is_chosen:
        title = None
        if order["delivery_method_id"] is not None:
            option = await _way(uow, order, plan, order["delivery_method_id"], is_free)
            title, minor = option.title, option.price_minor
    if price is not None:
        if title is None:
            raise NotAllowed("deliveryPrice", en="nothing is delivered", ru="доставки нет")
        with located("deliveryPrice"):
            minor = amount_in(plan.currency)(price)
    if [(one["title"], one["total_minor"]) for one in ways] == [(title, minor)]:
        return
    for line in ways:
        plan.lines[line["id"]] = cut(line, 0)
    if title is not None and minor is not None:
        rate = (await seller_of(uow)).rate_of(None, None)
        plan.put(frozen_delivery(title, minor, rate), plan.next_position)


async def _way(
    uow: UnitOfWork, order: Mapping[str, Any], plan: Plan, method_id: UUID, is_free: bool
) -> Option:
    goods: list[Line] = [one for one in plan.lines.values() if one["kind"] == "goods"]
    if order["address"] is None:
        raise NotAllowed("deliveryMethodId", en="there is no address", ru="нет адреса")
    sold = await sold_goods(uow, [one["variant_id"] for one in goods])
    return await chosen_way(
        uow,
        method_id,
        order["address"],
        grams=sum(
            grams_of(sold[one["variant_id"]], one["quantity"])
            for one in goods
            if one["variant_id"] in sold
        ),
        sum_minor=sum(one["total_minor"] for one in goods),
        is_free=is_free,
    )
