"""Quotes: what a list of goods costs, worked out once for whoever asks, to the last minor unit.

    price for one, by the quantity of its variant -> sum of the line -> its part of the discount
    -> positions of a receipt -> the VAT in them

Each step of it stands in the line's trace. The total is the sum of the lines, each line that of its
positions, always.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import any_, bindparam, func, or_, select

from domain.amounts import HIGHEST_MINOR, amount_in
from domain.bulk import MOST_ROWS, TooMany, refuse
from domain.catalog.quantities import check_quantity
from domain.catalog.tables import Product, Variant
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.inputs import Required, located
from domain.pricing.positions import ONE, Position, positions_of
from domain.pricing.shop_vat import seller_of
from domain.pricing.tables import Price, PriceList
from domain.pricing.vat import VatRate, vat_in
from domain.references import Ref, resolve
from domain.row_sets import IDS
from tenants.scope import Asking, Row
from tenants.values.money import allocate, round_half_up

_now: Final = func.now()
_LIST: Final = select(
    PriceList.id,
    PriceList.currency,
    (
        or_(PriceList.valid_from.is_(None), PriceList.valid_from <= _now)
        & or_(PriceList.valid_until.is_(None), PriceList.valid_until > _now)
    ).label("is_valid"),
).where(PriceList.is_default)
_PRICES: Final = (
    select(Price.variant_id, Price.min_quantity, Price.amount_minor)
    .where(Price.price_list_id == bindparam("list_id"), Price.variant_id == any_(IDS))
    .order_by(Price.variant_id, Price.min_quantity)
)
_GOODS: Final = (
    select(Variant.id, Variant.quantity_step, Product.vat_category)
    .join(Product, Product.id == Variant.product_id)
    .where(Variant.id == any_(IDS))
)


class Step(NamedTuple):
    """What made a line's sum what it is: `price`, `quantity_price` or `discount`; minor units."""

    kind: str
    sum_minor: int


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line as it was asked for, with what it costs, minor units."""

    variant_id: UUID
    quantity: int
    price_minor: int
    discount_minor: int
    positions: tuple[Position, ...]
    rate: VatRate
    trace: tuple[Step, ...]

    @property
    def total_minor(self) -> int:
        """What is paid for it: the sum of its positions."""
        return sum(one.sum_minor for one in self.positions)

    @property
    def vat_minor(self) -> int:
        """The VAT in it, as a register works it out: position by position."""
        return sum(vat_in(one.sum_minor, self.rate) for one in self.positions)


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines in the order in which they were asked for."""

    currency: str
    lines: tuple[QuotedLine, ...]

    @property
    def discount_minor(self) -> int:
        return sum(line.discount_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def vat(self) -> dict[VatRate, int]:
        """The VAT by rate, the highest first."""
        sums: Counter[VatRate] = Counter()
        for line in self.lines:
            sums[line.rate] += line.vat_minor
        return dict(sorted(sums.items(), key=lambda one: -(one[0].percent or 0)))


async def quote(
    db: Asking,
    lines: Sequence[tuple[Ref, int]],
    *,
    discount: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> Quote:
    """What these variants cost in thousandths, by the default price list, with VAT as of a day.

    Quantities of one variant count together for its price. `discount` is taken off the whole, as an
    amount and its currency. Raises Required, TooMany, NotFound, Invalid, NotAllowed where there is
    no price, or Rejected for several of them.
    """
    if not lines:
        raise Required("lines")
    if len(lines) > MOST_ROWS:
        raise TooMany("lines", most=MOST_ROWS)
    of_list = await db.row(_LIST)
    if of_list is None or not of_list["is_valid"]:
        raise NotAllowed(
            en="no price list is valid now", ru="сейчас не действует ни один прайс-лист"
        )
    ids = await resolve(db, Variant, [variant for variant, _ in lines])
    goods = {row["id"]: row for row in await db.rows(_GOODS, ids=list(set(ids.values())))}
    prices: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in await db.rows(_PRICES, ids=list(goods), list_id=of_list["id"]):
        prices[row["variant_id"]].append(row)
    priced = _priced(lines, ids, goods, prices)
    parts = _spread(discount, of_list["currency"], [one.sum_minor for one in priced])
    seller = await seller_of(db)
    rates = {one: seller.rate_of(row["vat_category"], on) for one, row in goods.items()}
    quoted = [
        _quoted(one, part, rates[one.variant_id]) for one, part in zip(priced, parts, strict=True)
    ]
    return Quote(of_list["currency"], tuple(quoted))


class _Priced(NamedTuple):
    variant_id: UUID
    quantity: int
    price_minor: int
    trace: tuple[Step, ...]

    @property
    def sum_minor(self) -> int:
        return self.trace[-1].sum_minor


def _priced(
    lines: Sequence[tuple[Ref, int]],
    ids: Mapping[Ref, UUID],
    goods: Mapping[UUID, Row],
    prices: Mapping[UUID, Sequence[Row]],
) -> list[_Priced]:
    """Each line at its price. Raises what is wrong with any of them."""
    wanted: Counter[UUID] = Counter()
    wrong: list[DomainError] = []
    for at, (variant, quantity) in enumerate(lines):
        try:
            with located("lines", at):
                if variant not in ids:
                    raise NotFound("variantId", what="variant")
                check_quantity(quantity, goods[ids[variant]]["quantity_step"])
        except DomainError as error:
            wrong.append(error)
            continue
        wanted[ids[variant]] += quantity
    refuse(wrong)
    priced: list[_Priced] = []
    for at, (variant, quantity) in enumerate(lines):
        tiers = [
            one
            for one in prices.get(ids[variant], ())
            if one["min_quantity"] <= wanted[ids[variant]]
        ]
        if not tiers:
            wrong.append(
                NotAllowed("lines", at, "variantId", en="has no price", ru="не имеет цены")
            )
            continue
        kinds = ("price", "quantity_price")[: len(tiers)]
        trace = tuple(
            Step(kind, round_half_up(tier["amount_minor"] * quantity, ONE))
            for kind, tier in zip(kinds, (tiers[0], tiers[-1]), strict=False)
        )
        if trace[0].sum_minor > HIGHEST_MINOR:
            too_much = Invalid(
                "lines", at, "quantity", en="costs too much", ru="стоит слишком много"
            )
            wrong.append(too_much)
        priced.append(_Priced(ids[variant], quantity, tiers[-1]["amount_minor"], trace))
    refuse(wrong)
    return priced


def _spread(discount: Mapping[str, Any] | None, currency: str, sums: Sequence[int]) -> list[int]:
    """The part of each line, in proportion to what it costs; none has more than that."""
    with located("discount"):
        amount = amount_in(currency, required=False)(discount)
        if not amount:
            return [0] * len(sums)
        if amount > sum(sums):
            raise Invalid(en="is more than the goods cost", ru="больше стоимости товаров")
    return allocate(amount, sums)


def _quoted(line: _Priced, part: int, rate: VatRate) -> QuotedLine:
    total = line.sum_minor - part
    trace = (*line.trace, Step("discount", total)) if part else line.trace
    positions = positions_of(line.quantity, total, line.price_minor)
    return QuotedLine(
        line.variant_id, line.quantity, line.price_minor, part, positions, rate, trace
    )
