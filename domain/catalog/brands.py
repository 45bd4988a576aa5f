"""Brands: who makes a product."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, select

from domain.catalog.changes import products_changed
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    create_one,
    delete_one,
    refused_if_taken,
    update_one,
)
from domain.catalog.tables import Brand, Product
from domain.errors import InUse
from domain.inputs import html, line_or_none, text
from domain.references import Ref, get_id
from tenants.scope import UnitOfWork

BRAND: Final = Entity(
    "brand",
    Brand,
    {
        "title": text(200),
        "description_html": html,
        "seo_title": line_or_none(200),
        "seo_description": line_or_none(1_000),
    },
)

_PRODUCTS: Final = select(Product.id).where(Product.brand_id == bindparam("brand_id"))
_COUNT: Final = select(func.count()).where(Product.brand_id == bindparam("brand_id"))


async def create_brand(uow: UnitOfWork, given: Given) -> UUID:
    """Make a brand; its id. Raises Taken when there is one of that title, in any capitals."""
    return await create_one(uow, BRAND, given)


async def update_brand(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a brand; its id."""
    with refused_if_taken():
        brand_id = await update_one(uow, BRAND, edit)
    if "title" in edit.changes:
        await products_changed(
            uow, [row["id"] for row in await uow.rows(_PRODUCTS, brand_id=brand_id)]
        )
    return brand_id


async def delete_brand(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a brand; its id. Raises InUse while products have it."""
    brand_id = await get_id(uow, Brand, ref, "id", what="brand")
    if count := await uow.value(_COUNT, brand_id=brand_id):
        raise InUse("id", what="products", count=count)
    await delete_one(uow, BRAND, brand_id, expected_version)
    return brand_id
