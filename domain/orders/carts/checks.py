"""What is wrong with a cart, noted among its problems."""

from collections import Counter
from typing import Any, Final
from uuid import UUID

from domain.orders.carts.priced import PricedCart
from domain.orders.carts.problems import Code, Problem, out_of_stock
from domain.pricing.promotions.facts import Reason
from domain.pricing.quoted import Quote
from tenants.scope import Row
from tenants.values.money import format_minor
from tenants.values.quantity import format_thousandths

_REASONS: Final = {
    Reason.UNKNOWN_CODE: ("there is no such code", "такого кода нет"),
    Reason.NOT_STARTED: ("is not valid yet", "ещё не действует"),
    Reason.ENDED: ("is valid no more", "больше не действует"),
    Reason.USED_UP: ("was used up", "уже использован"),
    Reason.NEEDS_CUSTOMER: ("say your phone or e-mail first", "сначала укажите телефон или почту"),
    Reason.CART: ("is not for these goods", "не для этих товаров"),
    Reason.EXCLUDED: ("does not go with another one", "не сочетается с другой акцией"),
}


def check_lines(priced: PricedCart) -> None:
    """Note lines of what is sold no more, or not in so small a quantity."""
    if not priced.lines:
        priced.problems.append(
            Problem(Code.EMPTY, "lines", en="the cart is empty", ru="корзина пуста")
        )
    together = Counter[UUID]()
    for line in priced.lines:
        together[line.row["variant_id"]] += line.row["quantity"]
    for at, line in enumerate(priced.lines):
        if line.variant is None:
            priced.problems.append(
                Problem(Code.NOT_SOLD, "lines", at, en="is sold no more", ru="больше не продаётся")
            )
        elif together[line.variant["id"]] < line.variant["min_quantity"]:
            least = format_thousandths(line.variant["min_quantity"])
            priced.problems.append(
                Problem(
                    Code.BELOW_MINIMUM,
                    "lines",
                    at,
                    "quantity",
                    en=f"is sold from {least} on",
                    ru=f"продаётся от {least}",
                )
            )


def compare_prices(priced: PricedCart) -> None:
    """Note what costs other than when it was put into the cart."""
    for at, line in enumerate(priced.lines):
        if line.variant is None or line.quoted is None:
            continue
        seen, now = line.row["seen_minor"], line.variant["amount_minor"]
        if seen != now and None not in (seen, now):
            was, costs = (format_minor(one, priced.currency) for one in (seen, now))
            priced.problems.append(
                Problem(
                    Code.PRICE_CHANGED,
                    "lines",
                    at,
                    "price",
                    en=f"one costs {costs} now, not {was}",
                    ru=f"цена изменилась: была {was}, теперь {costs}",
                )
            )


def check_stock(priced: PricedCart) -> None:
    """Note lines of which there is less. Bundles and their parts are each looked at alone."""
    left: dict[UUID, int] = {}
    for at, line in enumerate(priced.lines):
        if line.variant is None or line.variant["free"] is None:
            continue
        free = left.setdefault(line.variant["id"], max(line.variant["free"], 0))
        if line.row["quantity"] > free:
            priced.problems.append(out_of_stock(at, available=free))
        left[line.variant["id"]] = max(free - line.row["quantity"], 0)


def check_buyer(priced: PricedCart, rules: Row) -> None:
    """Note what the buyer has not said yet, and what the shop does not take."""
    cart, problems = priced.cart, priced.problems
    least = rules["minimum_order_minor"]
    if priced.quote is not None and priced.goods_minor < least:
        told = format_minor(least, priced.currency)
        problems.append(
            Problem(
                Code.ORDER_TOO_SMALL,
                "total",
                en=f"orders are taken from {told} on",
                ru=f"минимальная сумма заказа — {told}",
            )
        )
    for name in _missing_contacts(cart, rules["required_contact"]):
        problems.append(
            Problem(Code.CONTACT_MISSING, name, en="must be given", ru="нужно заполнить")
        )
    if cart["address"] is None and cart["location_id"] is None:
        problems.append(
            Problem(
                Code.ADDRESS_MISSING,
                "address",
                en="say where to send it, or where to pick it up",
                ru="укажите адрес доставки или пункт выдачи",
            )
        )
    if cart["payment_method"] is None:
        problems.append(
            Problem(Code.PAYMENT_MISSING, "paymentMethod", en="must be chosen", ru="нужно выбрать")
        )
    if not rules["guest_checkout"] and not priced.by.is_signed_in:
        problems.append(
            Problem(Code.ACCOUNT_NEEDED, en="sign in to order", ru="войдите, чтобы заказать")
        )


def _missing_contacts(cart: Row, required: str) -> list[str]:
    """The fields that the shop asks for; where either will do, the phone stands for both."""
    has: dict[str, Any] = {name: cart[name] for name in ("email", "phone")}
    if required == "either":
        return [] if any(has.values()) else ["phone"]
    wanted = ("email", "phone") if required == "both" else (required,)
    return [name for name in wanted if not has[name]]


def code_problems(quote: Quote) -> list[Problem]:
    """Codes that change nothing."""
    problems = []
    for at, one in enumerate(quote.codes):
        if one.reason is not None:
            en, ru = _REASONS.get(one.reason, ("does not apply", "не действует"))
            problems.append(Problem(Code.CODE_DOES_NOT_APPLY, "codes", at, en=en, ru=ru))
    return problems


def check_delivery(priced: PricedCart, *, has_methods: bool) -> None:
    """Note it where the buyer has to choose a way of delivery, or another one."""
    if not has_methods or priced.delivery is not None or priced.cart["address"] is None:
        return
    if not priced.options:
        problem = Problem(
            Code.NO_DELIVERY,
            "address",
            en="nothing is delivered there",
            ru="по этому адресу доставки нет",
        )
    else:
        problem = Problem(
            Code.DELIVERY_MISSING,
            "deliveryMethod",
            en="choose how it is delivered",
            ru="выберите способ доставки",
        )
    priced.problems.append(problem)


def check_window(priced: PricedCart) -> None:
    """Find the courier's window that was chosen; note it where one has to be."""
    if priced.delivery is None or not priced.delivery.windows:
        return
    said = priced.cart["delivery_window"] or {}
    coming = priced.delivery.coming(priced.now)
    chosen = (one for one in coming if {"on": one.on.isoformat(), "begins": one.begins} == said)
    priced.window = next(chosen, None)
    if priced.window is None:
        priced.problems.append(
            Problem(
                Code.WINDOW_MISSING,
                "deliveryWindow",
                en="choose when the courier may come",
                ru="выберите, когда приехать курьеру",
            )
        )
