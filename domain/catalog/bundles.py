"""Bundles: variants that are made of others. A part is no bundle itself."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.bulk import TooMany
from domain.catalog.changes import products_changed
from domain.catalog.tables import BundleItem, Product, Variant
from domain.catalog.versions import edited, lock_owner
from domain.errors import Invalid, NotAllowed, NotFound
from domain.inputs import located, whole
from domain.references import Ref, get_id, resolve
from domain.row_sets import IDS, insert_rows, lock_rows, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_PARTS: Final = 50

_OF_VARIANTS: Final = (
    select(
        BundleItem.variant_id, BundleItem.part_variant_id, BundleItem.quantity, BundleItem.position
    )
    .where(BundleItem.variant_id == any_(IDS))
    .order_by(BundleItem.variant_id, BundleItem.position)
)
_KINDS: Final = (
    select(Variant.id, Product.kind)
    .join(Product, Product.id == Variant.product_id)
    .where(Variant.id == any_(IDS))
)
_CLEAR: Final = delete(BundleItem).where(BundleItem.variant_id == bindparam("variant_id"))


async def set_parts(
    uow: UnitOfWork,
    *,
    variant: Ref,
    parts: Sequence[tuple[Ref, int]],
    expected_version: int | None = None,
) -> UUID:
    """Make a bundle's variant of exactly these parts (variant, thousandths); its id.

    Raises NotFound; Conflict for another version of the variant; NotAllowed when the product is
    no bundle; Invalid for a part that is one.
    """
    variant_id = await get_id(uow, Variant, variant, "variantId", what="variant")
    product_id = (await rows_by_id(uow, Variant, [variant_id]))[variant_id]["product_id"]
    product = (await lock_rows(uow, Product, [product_id]))[product_id]
    await lock_owner(
        uow, Variant, variant_id, "variantId", what="variant", expected_version=expected_version
    )
    if product["kind"] != "bundle":
        raise NotAllowed("variantId", en="is not of a bundle", ru="товар не является набором")
    if len(parts) > MOST_PARTS:
        raise TooMany("parts", most=MOST_PARTS)
    quantities = await _checked(uow, parts)
    await uow.execute(_CLEAR, variant_id=variant_id)
    rows = [
        {
            "id": new_id(),
            "variant_id": variant_id,
            "part_variant_id": part_id,
            "quantity": quantity,
            "position": number,
        }
        for number, (part_id, quantity) in enumerate(quantities.items())
    ]
    await insert_rows(uow, BundleItem, rows)
    await edited(uow, Variant, [variant_id], what="variant", changed=["parts"])
    await products_changed(uow, [product_id])
    return variant_id


async def parts_of(db: Asking, variant_ids: Sequence[UUID]) -> list[Row]:
    """`variant_id`, `part_variant_id`, `quantity`, `position` of many bundles, in order."""
    return await db.rows(_OF_VARIANTS, ids=list(variant_ids))


async def _checked(db: Asking, parts: Sequence[tuple[Ref, int]]) -> Mapping[UUID, int]:
    """Quantities by part, in the order given."""
    ids = await resolve(db, Variant, [ref for ref, _ in parts])
    kinds = {row["id"]: row["kind"] for row in await db.rows(_KINDS, ids=list(ids.values()))}
    quantities: dict[UUID, int] = {}
    for at, (ref, quantity) in enumerate(parts):
        if ref not in ids:
            raise NotFound("parts", at, "variantId", what="variant")
        if kinds[ids[ref]] == "bundle":
            raise Invalid("parts", at, en="is a bundle itself", ru="это тоже набор")
        if ids[ref] in quantities:
            raise Invalid("parts", at, en="comes twice", ru="встречается дважды")
        with located("parts", at, "quantity"):
            quantities[ids[ref]] = whole(1, 10**9)(quantity)
    return quantities
