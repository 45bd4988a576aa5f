"""Prices under lock, with the markdowns that they have, and what becomes of them by its terms."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select

from domain.pricing.tables import Price
from domain.row_sets import IDS
from domain.stock.markdowns.ends import end_markdowns
from domain.stock.markdowns.tables import PriceMarkdown
from tenants.scope import Row, UnitOfWork
from tenants.values.money import round_half_up

_PRICES: Final = (
    select(Price)
    .where(Price.price_list_id == bindparam("price_list"), Price.variant_id == any_(IDS))
    .order_by(Price.variant_id, Price.min_quantity)
    .with_for_update()
)
OPEN_ANYWHERE: Final = select(PriceMarkdown).where(
    PriceMarkdown.variant_id == any_(IDS), PriceMarkdown.ended_at.is_(None)
)
OPEN: Final = OPEN_ANYWHERE.where(PriceMarkdown.price_list_id == bindparam("price_list"))


@dataclass(frozen=True, slots=True)
class Marked:
    """A price under lock, what it is without a markdown, and the markdown that it has."""

    price: Row
    markdown: Row | None

    @property
    def was_minor(self) -> int:
        amount: int = self.markdown["was_minor"] if self.markdown else self.price["amount_minor"]
        return amount

    @property
    def was_compare_at_minor(self) -> int | None:
        row, name = self.price, "compare_at_minor"
        if self.markdown:
            row, name = self.markdown, "was_compare_at_minor"
        amount: int | None = row[name]
        return amount


@dataclass(frozen=True, slots=True)
class Terms:
    """Less by so many percent, or so many minor units for one: one of the two."""

    percent: int | None
    amount_minor: int | None

    def lowered(self, was_minor: int) -> int:
        """What a price becomes: what it was, where that is low already, and never nothing."""
        if self.percent is None:
            return min(self.amount_minor or 0, was_minor)
        return max(round_half_up(was_minor * (100 - self.percent), 100), min(was_minor, 1))

    def lowers(self, one: Marked) -> bool:
        """Whether a price becomes less than it is without a markdown."""
        return self.lowered(one.was_minor) < one.was_minor


async def marked_prices(
    uow: UnitOfWork, list_id: UUID, variant_ids: Sequence[UUID]
) -> defaultdict[UUID, list[Marked]]:
    """The prices of these variants in a list, locked. Markdowns over which others have set a price
    are over."""
    of = {"price_list": list_id, "ids": list(variant_ids)}
    prices = await uow.rows(_PRICES, **of)
    found = {(row["variant_id"], row["min_quantity"]): row for row in await uow.rows(OPEN, **of)}
    marked: defaultdict[UUID, list[Marked]] = defaultdict(list)
    for price in prices:
        markdown = found.get((price["variant_id"], price["min_quantity"]))
        if markdown is not None and _is_as_set(price, markdown):
            del found[price["variant_id"], price["min_quantity"]]
        else:
            markdown = None
        marked[price["variant_id"]].append(Marked(price, markdown))
    await end_markdowns(uow, list(found.values()), "overtaken")
    return marked


def _is_as_set(price: Row, markdown: Row) -> bool:
    set_to = markdown["amount_minor"], markdown["was_minor"]
    return (price["amount_minor"], price["compare_at_minor"]) == set_to
