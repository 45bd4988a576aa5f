"""Relations: other products to show beside one, by kind and in order."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.bulk import TooMany
from domain.catalog.product_tables import RELATION_KINDS
from domain.catalog.tables import Product, ProductRelation
from domain.errors import Invalid, NotFound
from domain.inputs import located, word
from domain.references import Ref, get_id, resolve
from domain.row_sets import IDS, insert_rows, lock_rows
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


async def set_related(uow: UnitOfWork, *, product: Ref, kind: str, related: Sequence[Ref]) -> UUID:
    """Show exactly these products of one kind beside `product`, in this order; its id.

    Raises NotFound, Invalid for the product itself, TooMany.
    """
    with located("kind"):
        kind = word(*RELATION_KINDS)(kind)
    product_id = await get_id(uow, Product, product, "productId", what="product")
    await lock_rows(uow, Product, [product_id])
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
    uow.record("product.updated", product_id, changed=["related"])
    return product_id


async def related_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """`product_id`, `kind`, `related_product_id`, `position` of many products, in order."""
    return await db.rows(_OF_PRODUCTS, ids=list(product_ids))
