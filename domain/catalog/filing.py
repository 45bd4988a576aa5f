"""Which categories a product is filed under. One of them is the main one, if there are any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, delete, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from domain.bulk import Fallen, TooMany
from domain.catalog.tables import Category, ProductCategory
from domain.errors import NotFound
from domain.references import Ref, resolve
from domain.row_sets import IDS, insert_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_CATEGORIES: Final = 50


@dataclass(frozen=True, slots=True)
class ListChange:
    """How a list changes: to exactly `set`, or by `add` and `remove`."""

    set: Sequence[Ref] | None = None
    add: Sequence[Ref] = ()
    remove: Sequence[Ref] = ()

    @property
    def named(self) -> list[Ref]:
        return [*(self.set or ()), *self.add, *self.remove]

    def applied(self, kept: Sequence[UUID], ids: Mapping[Ref, UUID]) -> list[UUID]:
        """The list after the change, each once, what was kept first."""
        start = list(kept) if self.set is None else [ids[ref] for ref in self.set]
        gone = {ids[ref] for ref in self.remove}
        after = [*start, *(ids[ref] for ref in self.add)]
        return [one for one in dict.fromkeys(after) if one not in gone]


Filed = dict[UUID, list[UUID]]
"""Product ids to category ids, the main one first."""

_FILED: Final = (
    select(
        ProductCategory.product_id,
        ProductCategory.category_id,
        ProductCategory.is_main,
        ProductCategory.position,
    )
    .where(ProductCategory.product_id == any_(IDS))
    .order_by(ProductCategory.product_id, ProductCategory.is_main.desc(), ProductCategory.id)
)
_CLEAR: Final = delete(ProductCategory).where(ProductCategory.product_id == any_(IDS))


async def categories_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """`product_id`, `category_id`, `is_main`, `position` of many products, the main one first."""
    return await db.rows(_FILED, ids=list(product_ids))


async def planned_filing(
    db: Asking,
    given: Mapping[int, Mapping[str, Any]],
    product_ids: Mapping[int, UUID],
    fallen: Fallen,
) -> Filed:
    """Where the products of rows with `categories` (ListChange) or `main_category` will be filed.

    Rows fall that name a category which is not there.
    """
    asked = {at: one for at, one in given.items() if {"categories", "main_category"} & one.keys()}
    if not asked:
        return {}
    changes = {at: one.get("categories") or ListChange() for at, one in asked.items()}
    mains: dict[int, Ref | None] = {at: one.get("main_category") for at, one in asked.items()}
    named = [ref for change in changes.values() for ref in change.named]
    ids = await resolve(db, Category, [*named, *mains.values()])
    kept: dict[UUID, list[UUID]] = {product_ids[at]: [] for at in asked}
    for row in await categories_of(db, list(kept)):
        kept[row["product_id"]].append(row["category_id"])
    filed: Filed = {}
    for at, change in changes.items():
        main = mains[at]
        missing = [
            NotFound("categories", what="category") for ref in change.named if ref not in ids
        ]
        if main is not None and main not in ids:
            missing.append(NotFound("mainCategory", what="category"))
        if missing:
            fallen.refuse(at, *missing)
            continue
        after = change.applied(kept[product_ids[at]], ids)
        if main is not None:
            after = list(dict.fromkeys([ids[main], *after]))
        if len(after) > MOST_CATEGORIES:
            fallen.refuse(at, TooMany("categories", most=MOST_CATEGORIES))
        if after != kept[product_ids[at]]:
            filed[product_ids[at]] = after
    return filed


async def write_filing(uow: UnitOfWork, filed: Filed) -> None:
    """File each product under exactly these categories, keeping its place in those it was in."""
    places = {
        (row["product_id"], row["category_id"]): row["position"]
        for row in await categories_of(uow, list(filed))
    }
    if filed:
        await uow.execute(_CLEAR, ids=list(filed))
    rows = [
        {
            "id": new_id(),
            "product_id": product_id,
            "category_id": category_id,
            "is_main": number == 0,
            "position": places.get((product_id, category_id), 0),
        }
        for product_id, categories in filed.items()
        for number, category_id in enumerate(categories)
    ]
    await insert_rows(uow, ProductCategory, rows)


async def choose_new_mains(uow: UnitOfWork, product_ids: Sequence[UUID]) -> None:
    """Products that lost their main category get the first of those that they are left with."""
    if product_ids:
        await uow.execute(_NEW_MAINS, ids=list(product_ids))


_first: Final = (
    select(ProductCategory.id, ProductCategory.is_main)
    .ext(distinct_on(ProductCategory.product_id))
    .where(ProductCategory.product_id == any_(IDS))
    .order_by(ProductCategory.product_id, ProductCategory.is_main.desc(), ProductCategory.id)
    .subquery()
)
_NEW_MAINS: Final = (
    update(ProductCategory)
    .where(ProductCategory.id == _first.c.id, ~_first.c.is_main)
    .values(is_main=True)
)
