"""Which goods are known one by one: by a serial number, or by the code that the law marks them by.

A category says so for all below it, until one of those says otherwise; a product's own word goes
before that of its main category. Whoever says nothing follows, and the root demands none. What is
kept by weight is no pieces, and has no codes whatever is said.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, case, exists, func, or_, select, true

from domain.catalog.tables import Category, CategoryAncestor, Product, ProductCategory, Variant
from domain.catalog.unit_code_columns import UNIT_CODES
from domain.errors import DomainError, Invalid
from domain.inputs import Cleaner, Required, code, word
from domain.row_sets import IDS
from tenants.scope import Asking, Row

_nearest: Final = (
    select(Category.unit_codes, Category.marking_group)
    .join(CategoryAncestor, CategoryAncestor.ancestor_id == Category.id)
    .join(ProductCategory, ProductCategory.category_id == CategoryAncestor.category_id)
    .where(
        ProductCategory.product_id == Product.id,
        ProductCategory.is_main,
        Category.unit_codes.is_not(None),
    )
    .order_by(CategoryAncestor.depth)
    .limit(1)
    .lateral("nearest")
)
# Asked once and not of each variant: most shops demand no codes of anything.
_ANY: Final[ColumnElement[bool]] = or_(
    exists().where(Category.unit_codes != "none"),
    exists().where(Product.unit_codes != "none"),
)
UNIT_CODE_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "unit_codes": word(*UNIT_CODES, required=False),
    "marking_group": lambda value: None if value is None else code(value),
}
"""What a category and a product may say; `marking_group` (shoes, milk, …) is for registers."""


def select_demands(*columns: Any) -> Select[Any]:
    """Variants that demand codes: their `variant_id`, `unit_codes` (serial or marking),
    `marking_group`, and `columns`.
    """
    own = Product.unit_codes.is_not(None)
    word_of = func.coalesce(Product.unit_codes, _nearest.c.unit_codes)
    group = case((own, Product.marking_group), else_=_nearest.c.marking_group)
    return (
        select(
            Variant.id.label("variant_id"),
            word_of.label("unit_codes"),
            group.label("marking_group"),
            *columns,
        )
        .select_from(Variant)
        .join(Product, Product.id == Variant.product_id)
        .join(_nearest, true(), isouter=True)
        .where(_ANY, ~Variant.is_weighed, word_of != "none")
    )


_OF_VARIANTS: Final = select_demands().where(Variant.id == any_(IDS))


async def unit_codes_of(db: Asking, variant_ids: Sequence[UUID]) -> dict[UUID, str]:
    """By which codes each of these variants is known; none has no entry."""
    rows = await db.rows(_OF_VARIANTS, ids=list(variant_ids))
    return {row["variant_id"]: row["unit_codes"] for row in rows}


def settle_unit_codes(row: dict[str, Any], current: Row | None) -> DomainError | None:
    """Let the group of cleaned changes fit the demand; what is wrong, if it cannot.

    Marking has its group; nothing else has one, and who turns from marking loses it.
    """
    if not row.keys() & UNIT_CODE_CLEANERS.keys():
        return None
    demanded = row.get("unit_codes", current and current["unit_codes"])
    group = row.get("marking_group", current and current["marking_group"])
    if demanded == "marking":
        return Required("markingGroup") if group is None else None
    if row.get("marking_group") is not None:
        return Invalid(
            "markingGroup", en="is of unitCodes MARKING alone", ru="только при unitCodes MARKING"
        )
    row["marking_group"] = None
    return None
