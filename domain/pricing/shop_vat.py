"""VAT as this shop sells: by its default seller's regime, today or on another day."""

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import DateTime, bindparam, func, select

from domain.catalog.tables import Product
from domain.merchants.shop_facts import day_of
from domain.merchants.tables import LegalEntity
from domain.pricing.vat import CATEGORIES, VatRate, category_of, rate_of
from tenants.scope import Asking

_TODAY: Final = select(
    select(LegalEntity.vat_regime).where(LegalEntity.is_default).scalar_subquery().label("regime"),
    day_of(func.coalesce(bindparam("at", type_=DateTime(timezone=True)), func.now())).label(
        "today"
    ),
)
_PRODUCTS: Final = (
    select(Product.vat_category, func.count().label("products"))
    .where(Product.status != "archived")
    .group_by(Product.vat_category)
)


class Seller(NamedTuple):
    """How the shop's default legal entity stands to VAT; a shop without one, as most do."""

    regime: str
    today: date

    def rate_of(self, said: str | None, on: date | None) -> VatRate:
        """At which rate it sells what is `said` of a product, on a day: today's where none is."""
        return rate_of(category_of(said, self.regime), on or self.today)


class CategoryVat(NamedTuple):
    """What products of a category are sold at on a day, today, and how many they are."""

    category: str | None
    products: int
    rate: VatRate
    today: VatRate


async def seller_of(db: Asking, at: datetime | None = None) -> Seller:
    """Who sells, today; or on the day of an instant, which is then his today."""
    row = await db.row(_TODAY, at=at)
    assert row is not None
    return Seller(row["regime"] or "general", row["today"])


async def vat_by_category(db: Asking, on: date | None) -> list[CategoryVat]:
    """Each category that the shop has products of, in the law's order. Raises Invalid at `on`."""
    seller = await seller_of(db)
    counted = {row["vat_category"]: row["products"] for row in await db.rows(_PRODUCTS)}
    return [
        CategoryVat(said, counted[said], seller.rate_of(said, on), seller.rate_of(said, None))
        for said in (None, *CATEGORIES)
        if said in counted
    ]
