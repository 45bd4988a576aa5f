"""What a buyer sees of a product: its variants, prices, options, pictures and facts."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import strawberry

from api.catalog import kinds
from api.catalog.media_urls import media_url
from api.catalog.windows import many, one, window_of
from api.catalog.words import AttributeKind, ProductKind, RelationKind, Unit
from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.engine.wanted import Items
from api.nodes import Node
from api.scalars import JSON, DateTime, Money, Quantity, id_field, money
from domain.catalog.window import descriptions_of, products_by_ids, related_products
from domain.catalog.window_facts import (
    facts_of_products,
    facts_of_variants,
    media_by_ids,
    media_of_products,
    media_of_variants,
)
from domain.catalog.window_groups import categories_of_products, shelves_by_ids
from domain.catalog.window_variants import (
    barcodes_of_variants,
    choices_of_variants,
    options_of_products,
    parts_of_variants,
    variants_by_ids,
    variants_of_products,
)
from domain.files.links import picture_url

if TYPE_CHECKING:
    from api.catalog.storefront_groups import Brand, Category

BrandLater: TypeAlias = Annotated["Brand", strawberry.lazy("api.catalog.storefront_groups")]
CategoryLater: TypeAlias = Annotated["Category", strawberry.lazy("api.catalog.storefront_groups")]


@strawberry.type
class Seo:
    """What a page about this should say of itself to search engines."""

    title: str = computed(
        lambda row: row["seo_title"] or row["title"], reads=["seo_title", "title"]
    )
    """The merchant's words, or else the plain title."""
    description: str | None = column("seo_description")


@strawberry.type
class PriceRange:
    """The lowest and the highest price of one unit."""

    min: Money = money("price_min_minor")
    max: Money = money("price_max_minor")


async def _urls(
    parents: Sequence[Any], context: RequestContext, width: int | None = None
) -> list[str]:
    settings, tenant_id = context.services.settings, context.signed_in.tenant_id
    address_of = partial(picture_url, settings, tenant_id)
    return [media_url(row, width, address_of) for row in parents]


@strawberry.type
class Image(Node):
    """A picture of a product."""

    id: strawberry.ID = id_field(kinds.IMAGE)
    url: str = batch(
        _urls,
        reads=["id", "sizes", "source_url"],
        description="Where it is, at least `width` pixels wide if there is such a size, else as "
        "large as there is.",
    )
    alt: str = strawberry.field(description="What it shows, in words, for who cannot see it.")
    width: int | None = strawberry.field(description="Pixels; null until we have fetched it.")
    height: int | None = strawberry.field(description="Pixels; null until we have fetched it.")


@strawberry.type
class ProductOption:
    """What a buyer chooses by, such as colour or size, with all values in the merchant's order."""

    name: str
    values: list[str]


@strawberry.type
class SelectedOption:
    """What a variant is of one option."""

    name: str
    value: str


@strawberry.type
class ProductAttribute:
    """A fact about a product or variant: `Страна: Китай`, `Масса: 0.25 кг`."""

    code: str
    """The same for this attribute everywhere; filters take it."""
    name: str
    kind: AttributeKind
    unit: str | None = strawberry.field(description="What a number is counted in.")
    value: str = computed(
        lambda fact: ", ".join(fact["values"]), description="All values in one line."
    )
    values: list[str] = strawberry.field(
        description='Each as text: "0.25", "2026-01-31", "true", or the words themselves.'
    )


@strawberry.type
class BundleItem:
    """A part of a bundle: so much of another variant in one of this."""

    title: str = computed(lambda row: f"{row['title']} {row['variant_title']}".strip())
    sku: str | None
    quantity: Quantity
    unit: Unit
    variant: "Variant | None" = one(
        variants_by_ids,
        by="part_variant_id",
        description="The part, where it is also sold by itself.",
    )


@strawberry.type
class Variant(Node):
    """What is put into a cart: one choice of a product's options."""

    id: strawberry.ID = id_field(kinds.VARIANT)
    sku: str | None
    title: str = strawberry.field(description="What sets it apart; empty where it is the only one.")
    product: "Product" = one(products_by_ids, by="product_id")
    options: list[SelectedOption] = many(choices_of_variants, items=1)
    price: Money | None = money("amount_minor")
    compare_at_price: Money | None = money("compare_at_minor")
    unit: Unit = strawberry.field(description="What its price and quantities are of one of.")
    min_quantity: Quantity = strawberry.field(description="The least that is sold.")
    quantity_step: Quantity = strawberry.field(description="By how much more at a time.")
    is_weighed: bool = strawberry.field(
        description="Whether the exact quantity is found at packing."
    )
    weight_grams: int | None = strawberry.field(description="With its package.")
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    barcodes: list[str] = many(barcodes_of_variants, items=1)
    available: bool = column("is_available", description="Whether there is any of it.")
    available_quantity: Quantity | None = column(
        "free", description="How much can be had; null where that is not counted."
    )
    images: list[Image] = many(
        media_of_variants, items=1, description="The pictures that show just this variant."
    )
    attributes: list[ProductAttribute] = many(
        facts_of_variants, items=1, description="What is true of this variant alone."
    )
    bundle_items: list[BundleItem] = many(
        parts_of_variants, items=1, description="What it is made of; empty unless it is a bundle."
    )
    metadata: JSON = computed(lambda row: row["public_metadata"] or {}, reads=["public_metadata"])


async def _descriptions(parents: Sequence[Any], context: RequestContext) -> list[str]:
    found = await descriptions_of(window_of(context), [parent["id"] for parent in parents])
    return [found.get(parent["id"], "") for parent in parents]


async def _main_categories(
    parents: Sequence[Any], context: RequestContext, columns: Items
) -> list[Any]:
    ids = [parent["id"] for parent in parents]
    found = await categories_of_products(window_of(context, columns), ids)
    return [
        next((row for row in found.get(parent["id"], ()) if row["is_main"]), None)
        for parent in parents
    ]


async def _related(
    parents: Sequence[Any],
    context: RequestContext,
    columns: Items,
    kind: RelationKind = RelationKind.RELATED,
) -> list[Any]:
    ids = [parent["id"] for parent in parents]
    found = await related_products(window_of(context, columns), ids, kind.value)
    return [found.get(parent["id"], []) for parent in parents]


def _price_range(row: Any) -> Any:
    return None if row["price_min_minor"] is None else row


USUAL_VARIANTS: Final = 3
USUAL_IMAGES: Final = 2


@strawberry.type
class Product(Node):
    """What a buyer looks at; its variants are what is bought.

    Only products that are active and published now are here. Drafts, archived ones and those of
    later or earlier dates are answered as if they did not exist.
    """

    id: strawberry.ID = id_field(kinds.PRODUCT)
    slug: str = strawberry.field(description="Its part of an address; unique in the shop.")
    redirected_from: str | None = computed(
        lambda row: row.get("redirected_from"),
        reads=["redirected_from"],
        description="The slug that you asked by, where it is an old one: redirect to `slug`.",
    )
    title: str
    description_html: str = batch(
        _descriptions,
        reads=["id"],
        description="Cleaned HTML: it has no scripts, styles or frames.",
    )
    kind: ProductKind
    unit: Unit
    country: str | None = strawberry.field(description="Where it was made, as ISO 3166: CN.")
    is_adult: bool = strawberry.field(description="Whether it may be shown to grown-ups only.")
    brand: BrandLater | None = one(
        lambda window, ids: shelves_by_ids(window, "brand", ids), by="brand_id"
    )
    categories: list[CategoryLater] = many(
        categories_of_products, items=1, description="Where it is filed, the main one first."
    )
    main_category: CategoryLater | None = batch(
        _main_categories, reads=["id"], description="The one to show on the way to it."
    )
    options: list[ProductOption] = many(options_of_products, items=1)
    variants: list[Variant] = many(
        variants_of_products,
        items=USUAL_VARIANTS,
        description="What can be bought, in the merchant's order; 250 at most.",
    )
    price_range: PriceRange | None = computed(
        _price_range,
        reads=["price_min_minor"],
        hands_on=True,
        description="Over its variants; null while none of them has a price.",
    )
    compare_at_price: Money | None = money("compare_at_minor")
    available: bool = column("is_available", description="Whether there is any of any variant.")
    image: Image | None = one(media_by_ids, by="image_id", description="The first picture.")
    images: list[Image] = many(media_of_products, items=USUAL_IMAGES)
    attributes: list[ProductAttribute] = many(facts_of_products, items=USUAL_VARIANTS)
    related: "list[Product]" = batch(_related, reads=["id"], items=USUAL_VARIANTS)
    seo: Seo = computed(lambda row: row, reads=[], hands_on=True)
    metadata: JSON = computed(
        lambda row: row["public_metadata"] or {},
        reads=["public_metadata"],
        description="What the merchant keeps under `public` in the product's metadata.",
    )
    published_at: DateTime = strawberry.field(description="Since when it is in this window.")
