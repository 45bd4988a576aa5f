"""Relations: other products to show beside one, by kind and in order."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.bulk import TooMany
from domain.catalog.product_tables import RELATION_KINDS
from domain.catalog.tables import Product, ProductRelation
from domain.catalog.versions import edited, lock_owner
from domain.errors import Invalid, NotFound
from domain.inputs import located, word
from domain.references import Ref, resolve
from domain.row_sets import IDS, insert_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_RELATED: Final = 50

_OF_PRODUCTS: Final = (
    select(
        ProductRelation.product_id,
        ProductRelation.kind,
        ProductRelation.related_product_id,
        ProductRelation.position,
    )
    .where(ProductRelation.product_id == any_(IDS))
    .order_by(ProductRelation.product_id, ProductRelation.kind, ProductRelation.position)
)
_CLEAR: Final = delete(ProductRelation).where(
    ProductRelation.product_id == bindparam("product_id"),
    ProductRelation.kind == bindparam("kind"),
)


async def set_related(
    uow: UnitOfWork,
    *,
    product: Ref,
    kind: str,
    related: Sequence[Ref],
    expected_version: int | None = None,
) -> UUID:
    """Show exactly these products of one kind beside `product`, in this order; its id.

    Raises NotFound, Conflict, Invalid for the product itself, TooMany.
    """
    with located("kind"):
        kind = word(*RELATION_KINDS)(kind)
    owner = await lock_owner(
        uow, Product, product, "productId", what="product", expected_version=expected_version
    )
    product_id: UUID = owner["id"]
    if len(related) > MOST_RELATED:
        raise TooMany("related", most=MOST_RELATED)
    ids = await resolve(uow, Product, related)
    for at, ref in enumerate(related):
        if ref not in ids:
            raise NotFound("related", at, what="product")
        if ids[ref] == product_id:
            raise Invalid("related", at, en="is the product itself", ru="это сам товар")
    await uow.execute(_CLEAR, product_id=product_id, kind=kind)
    rows = [
        {
            "id": new_id(),
            "product_id": product_id,
            "related_product_id": one,
            "kind": kind,
            "position": number,
        }
        for number, one in enumerate(dict.fromkeys(ids[ref] for ref in related))
    ]
    await insert_rows(uow, ProductRelation, rows)
    await edited(uow, Product, [product_id], what="product", changed=["related"])
    return product_id


async def related_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """`product_id`, `kind`, `related_product_id`, `position` of many products, in order."""
    return await db.rows(_OF_PRODUCTS, ids=list(product_ids))
