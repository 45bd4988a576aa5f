"""What a buyer looks at: products, with their pictures, facts and places in the window."""

from collections.abc import Sequence
from typing import Any, Final

import strawberry

from api.catalog import kinds
from api.catalog.admin_types.facts import AttributeValue, Translation, translations
from api.catalog.admin_types.media import Media
from api.catalog.admin_types.shelves import Brand, Category
from api.catalog.admin_types.variants import Variant
from api.catalog.admin_types.window import Publication
from api.catalog.admin_words import ProductStatus, UnitCodes, VatCategory
from api.catalog.words import ProductKind, RelationKind, Unit
from api.context import RequestContext
from api.engine.fields import batch
from api.nodes import Node
from api.pricing.vat_types import VatRate, vat_of
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, many, one
from api.scalars import JSON, DateTime, id_field
from domain.catalog import tables
from domain.catalog.attribute_values import facts_of
from domain.catalog.filing import categories_of
from domain.catalog.media import media_of
from domain.catalog.options import options_of, values_of
from domain.catalog.publications import publications_of
from domain.catalog.queries import variants_of
from domain.catalog.relations import related_of

USUAL_VARIANTS: Final = 3


@strawberry.type
class ProductOptionValue:
    """One choice of an option."""

    id: strawberry.ID = id_field(kinds.OPTION_VALUE)
    title: str
    position: int
    translations: list[Translation] = translations()


@strawberry.type
class ProductOption:
    """What the variants of a product differ in: colour, size."""

    id: strawberry.ID = id_field(kinds.OPTION)
    title: str
    position: int
    values: list[ProductOptionValue] = many(values_of, of="option_id", items=USUAL_VARIANTS)
    translations: list[Translation] = translations()


async def _filed(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """Categories by product, the main one first, each with `is_main`."""
    ids = [parent["id"] for parent in parents]
    links = await categories_of(context.reading, ids)
    wanted = list({link["category_id"] for link in links})
    whole = await in_table(tables.Category)(context.reading, wanted)
    kept = [link for link in links if link["category_id"] in whole]
    lists = lists_by(kept, "product_id", ids)
    return [
        [{**whole[link["category_id"]], "is_main": link["is_main"]} for link in links]
        for links in lists
    ]


async def _main_category(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    lists = await _filed(parents, context)
    return [next((row for row in rows if row["is_main"]), None) for rows in lists]


async def _related(
    parents: Sequence[Any], context: RequestContext, kind: RelationKind = RelationKind.RELATED
) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    links = [row for row in await related_of(context.reading, ids) if row["kind"] == kind.value]
    wanted = list({link["related_product_id"] for link in links})
    whole = await in_table(tables.Product)(context.reading, wanted)
    return [
        [whole[link["related_product_id"]] for link in links if link["related_product_id"] in whole]
        for links in lists_by(links, "product_id", ids)
    ]


async def _facts(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """The facts of the product itself; those of its variants are each variant's."""
    ids = [parent["id"] for parent in parents]
    facts = [row for row in await facts_of(context.reading, ids) if row["variant_id"] is None]
    return lists_by(facts, "product_id", ids)


@strawberry.type
class Product(Node, Edited):
    """What a buyer looks at; its variants are what is bought."""

    id: strawberry.ID = id_field(kinds.PRODUCT)
    external_id: ExternalId | None = external_id()
    slug: str = strawberry.field(description="Its part of an address; unique in the shop.")
    title: str
    description_html: str
    kind: ProductKind
    status: ProductStatus
    brand: Brand | None = one(in_table(tables.Brand), by="brand_id")
    categories: list[Category] = batch(
        _filed, items=1, description="Where it is filed, the main one first."
    )
    main_category: Category | None = batch(_main_category)
    vat_category: VatCategory | None = strawberry.field(
        description="Null: the usual one of the shop's tax system."
    )
    vat: VatRate = batch(
        vat_of,
        reads=["vat_category"],
        description="At which rate the shop sells it on a day; today, where none is said.",
    )
    country: str | None = strawberry.field(description="Where it was made, as ISO 3166: CN.")
    unit: Unit = strawberry.field(description="What prices and quantities are of one of.")
    is_adult: bool
    unit_codes: UnitCodes | None = strawberry.field(
        description="Which codes its goods are known by; null: as its main category says."
    )
    marking_group: str | None = strawberry.field(description="The group of goods, for MARKING.")
    options: list[ProductOption] = many(options_of, of="product_id", items=1)
    variants: list[Variant] = many(
        variants_of,
        of="product_id",
        items=USUAL_VARIANTS,
        description="In their order; 250 at most.",
    )
    media: list[Media] = many(media_of, of="product_id", items=2)
    attributes: list[AttributeValue] = batch(
        _facts, items=USUAL_VARIANTS, description="The facts of the product as a whole."
    )
    publications: list[Publication] = many(publications_of, of="product_id", items=1)
    related: "list[Product]" = batch(_related, items=2)
    seo_title: str | None
    seo_description: str | None
    metadata: JSON = strawberry.field(
        description="Free JSON; what is under `public` is shown at the storefront."
    )
    fields: JSON = strawberry.field(description="The merchant's own fields, by code.")
    published_at: DateTime | None = strawberry.field(description="When it was first active.")
    archived_at: DateTime | None
    translations: list[Translation] = translations()
