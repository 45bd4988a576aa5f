"""Lines that are asked for, each at the price that applies to it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.amounts import HIGHEST_MINOR
from domain.catalog.quantities import check_quantity
from domain.catalog.tables import Product, Variant
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.inputs import located
from domain.pricing.applicable import Prices, UnitPrice
from domain.pricing.reckoning import Step
from domain.references import Ref, resolve
from domain.row_sets import IDS
from tenants.scope import Asking, Row
from tenants.values.money import round_half_up
from tenants.values.quantity import WHOLE

_GOODS: Final = (
    select(
        Variant.id,
        Variant.product_id,
        Variant.quantity_step,
        Product.brand_id,
        Product.vat_category,
    )
    .join(Product, Product.id == Variant.product_id)
    .where(Variant.id == any_(IDS))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many thousandths of a variant; `at` is the place of the line among those asked for."""

    at: int
    quantity: int
    goods: Row

    @property
    def variant_id(self) -> UUID:
        found: UUID = self.goods["id"]
        return found


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line at its price, before anything is taken off."""

    wanted: Wanted
    price: UnitPrice

    @property
    def sum_minor(self) -> int:
        return self._costs(self.price.amount_minor)

    @property
    def trace(self) -> tuple[Step, ...]:
        """What it costs by the price of one, and then by that of one of so many."""
        of_list = self.price.price_list_id
        step = Step("price", self._costs(self.price.first_minor), of_list)
        if self.price.is_first:
            return (step,)
        return step, Step("quantity_price", self.sum_minor, of_list)

    def _costs(self, price_minor: int) -> int:
        return round_half_up(price_minor * self.wanted.quantity, WHOLE)


async def goods_by_ids(db: Asking, ids: Collection[UUID]) -> dict[UUID, Row]:
    """What pricing has to know of variants."""
    return {row["id"]: row for row in await db.rows(_GOODS, ids=list(ids))} if ids else {}


async def find_goods(
    db: Asking, lines: Sequence[tuple[Ref, int]], wrong: list[DomainError]
) -> list[Wanted]:
    """The variants that lines name, in as many as can be sold; adds what is wrong to `wrong`."""
    ids = await resolve(db, Variant, [variant for variant, _ in lines])
    goods = await goods_by_ids(db, set(ids.values()))
    found: list[Wanted] = []
    for at, (variant, quantity) in enumerate(lines):
        try:
            with located("lines", at):
                if variant not in ids:
                    raise NotFound("variantId", what="variant")
                check_quantity(quantity, goods[ids[variant]]["quantity_step"])
        except DomainError as error:
            wrong.append(error)
        else:
            found.append(Wanted(at, quantity, goods[ids[variant]]))
    return found


def price_lines(
    found: Sequence[Wanted], prices: Prices, wrong: list[DomainError]
) -> list[PricedLine]:
    """Each line at its price; quantities of one variant count together. Adds to `wrong`."""
    together: Counter[UUID] = Counter()
    for one in found:
        together[one.variant_id] += one.quantity
    priced: list[PricedLine] = []
    for one in found:
        price = prices.find(one.variant_id, together[one.variant_id])
        if price is None:
            no_price = NotAllowed("variantId", en="has no price", ru="не имеет цены")
            wrong.append(no_price.at("lines", one.at))
            continue
        line = PricedLine(one, price)
        if line.trace[0].sum_minor > HIGHEST_MINOR:
            too_much = Invalid("quantity", en="costs too much", ru="стоит слишком много")
            wrong.append(too_much.at("lines", one.at))
            continue
        priced.append(line)
    return priced
