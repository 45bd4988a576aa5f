"""A cart as it stands now: what each line costs, the total, and what is wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from domain.catalog.offers import HERE
from domain.errors import DomainError
from domain.merchants.tables import Shop
from domain.orders.carts.goods import shown_goods, sold_goods
from domain.orders.carts.problems import Code, Problem, out_of_stock
from domain.pricing.quoted import Quote, QuotedLine
from domain.pricing.quotes import quote
from domain.stock.places.pick_up import is_open_place
from tenants.scope import Asking, Row
from tenants.values.money import format_minor
from tenants.values.quantity import format_thousandths

_RULES: Final = select(
    Shop.currency,
    Shop.guest_checkout,
    Shop.required_contact,
    Shop.minimum_order_minor,
    HERE.label("channel_id"),
)


@dataclass(slots=True)
class PricedLine:
    """A line of a cart. Without a `variant` it is not sold, without `quoted` it has no price."""

    row: Row
    variant: Row | None = None
    quoted: QuotedLine | None = None


@dataclass(slots=True)
class PricedCart:
    """Lines in their order; the quote is of those that can be priced."""

    cart: Row
    lines: list[PricedLine]
    currency: str
    channel_id: UUID | None
    quote: Quote | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def blocking(self) -> list[Problem]:
        """What must be mended before it can be ordered."""
        return [one for one in self.problems if one.is_blocking]

    @property
    def total_minor(self) -> int:
        return self.quote.total_minor if self.quote else 0


async def price_cart(
    db: Asking, cart: Row, rows: Sequence[Row], *, is_ordering: bool = False
) -> PricedCart:
    """Price a cart's lines by what is valid now.

    `is_ordering`: how much can be had is asked under lock, and not here.
    """
    ids = [row["variant_id"] for row in rows]
    goods: Mapping[UUID, Row] = {}
    if ids:
        goods = await (sold_goods if is_ordering else shown_goods)(db, ids)
    rules = await db.row(_RULES)
    assert rules is not None
    lines = [PricedLine(row, goods.get(row["variant_id"])) for row in rows]
    priced = PricedCart(cart, lines, rules["currency"], rules["channel_id"])
    _check_lines(priced)
    await _price(db, priced)
    if not is_ordering:
        _compare_prices(priced)
        _check_stock(priced)
    _check_buyer(priced, rules)
    if cart["location_id"] is not None and not await is_open_place(db, cart["location_id"]):
        priced.problems.append(
            Problem(
                Code.PLACE_CLOSED,
                "place",
                en="nothing can be picked up there now",
                ru="здесь сейчас нельзя забрать заказ",
            )
        )
    return priced


def _check_lines(priced: PricedCart) -> None:
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


async def _price(db: Asking, priced: PricedCart) -> None:
    """Quote the lines that are sold; of those that have no price note why not."""
    asked = [at for at, line in enumerate(priced.lines) if line.variant is not None]
    if not asked:
        return
    rows = [priced.lines[at].row for at in asked]
    try:
        priced.quote = await quote(db, [(row["variant_id"], row["quantity"]) for row in rows])
    except DomainError as error:  # no price list is valid: of nothing
        priced.problems += [_unpriced(error, at) for at in asked]
        return
    for one in priced.quote.problems:
        priced.problems.append(_unpriced(one, asked[int(one.path[1])]))
    for line in priced.quote.lines:
        if line.at is not None:  # gifts stand behind what was asked for
            priced.lines[asked[line.at]].quoted = line
    priced.currency = priced.quote.currency


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


def _compare_prices(priced: PricedCart) -> None:
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


def _check_stock(priced: PricedCart) -> None:
    """Note lines of which there is less. Bundles and their parts are each looked at alone."""
    left: dict[UUID, int] = {}
    for at, line in enumerate(priced.lines):
        if line.variant is None or line.variant["free"] is None:
            continue
        free = left.setdefault(line.variant["id"], max(line.variant["free"], 0))
        if line.row["quantity"] > free:
            priced.problems.append(out_of_stock(at, available=free))
        left[line.variant["id"]] = max(free - line.row["quantity"], 0)


def _check_buyer(priced: PricedCart, rules: Row) -> None:
    """Note what the buyer has not said yet, and what the shop does not take."""
    cart, problems = priced.cart, priced.problems
    least = rules["minimum_order_minor"]
    if priced.quote is not None and priced.total_minor < least:
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
                Code.DELIVERY_MISSING,
                "address",
                en="say where to send it, or where to pick it up",
                ru="укажите адрес доставки или пункт выдачи",
            )
        )
    if cart["payment_method"] is None:
        problems.append(
            Problem(Code.PAYMENT_MISSING, "paymentMethod", en="must be chosen", ru="нужно выбрать")
        )
    if not rules["guest_checkout"]:
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
