"""What is put into a cart: variants, with codes, prices, stock and parts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry

from api.catalog import kinds
from api.catalog.admin_types.facts import AttributeValue, Translation, translations
from api.catalog.admin_words import BarcodeKind, StockPolicy, UnitCodes
from api.context import RequestContext
from api.engine.fields import batch, column
from api.nodes import Node
from api.pricing.types import Price
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, many, one
from api.scalars import JSON, Quantity, id_field
from api.stock.types import StockLevel, stock_seen
from domain.catalog import tables
from domain.catalog.attribute_values import facts_of
from domain.catalog.barcodes import barcodes_of
from domain.catalog.bundles import parts_of
from domain.catalog.options import choices_of
from domain.catalog.unit_codes import unit_codes_of
from domain.pricing.prices import prices_of
from domain.purchasing.supplies import supplies_of

if TYPE_CHECKING:
    from api.catalog.admin_types.products import Product

ProductLater: TypeAlias = Annotated["Product", strawberry.lazy("api.catalog.admin_types.products")]


@strawberry.type
class Barcode:
    """A code on the pack."""

    code: str
    kind: BarcodeKind


@strawberry.type
class SelectedOption:
    """What a variant is of one option of its product."""

    option_id: strawberry.ID = id_field(kinds.OPTION, "option_id")
    value_id: strawberry.ID = id_field(kinds.OPTION_VALUE, "value_id")
    name: str = column("option")
    value: str


@strawberry.type
class BundleItem:
    """A part of a bundle: so much of another variant in one of this."""

    variant: "Variant" = one(in_table(tables.Variant), by="part_variant_id")
    quantity: Quantity


async def _facts(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """The facts of the variants themselves; those of the product are the product's."""
    products = list({parent["product_id"] for parent in parents})
    facts = await facts_of(context.reading, products)
    return lists_by(facts, "variant_id", [parent["id"] for parent in parents])


async def _unit_codes(parents: Sequence[Any], context: RequestContext) -> list[str]:
    ids = [parent["id"] for parent in parents]
    demanded = await unit_codes_of(context.reading, ids)
    return [demanded.get(one, "none") for one in ids]


async def _at_suppliers(parents: Sequence[Any], context: RequestContext) -> list[int]:
    ids = [parent["id"] for parent in parents]
    supplies = await supplies_of(context.reading, ids)
    return [sum(one.quantity for one in supplies.get(id, ())) for id in ids]


@strawberry.type
class Variant(Node, Edited):
    """What is put into a cart: one choice of a product's options."""

    id: strawberry.ID = id_field(kinds.VARIANT)
    external_id: ExternalId | None = external_id()
    product: ProductLater = one(in_table(tables.Product), by="product_id")
    title: str
    sku: str | None
    position: int
    is_active: bool
    options: list[SelectedOption] = many(choices_of, of="variant_id", items=1)
    barcodes: list[Barcode] = many(barcodes_of, of="variant_id", items=1)
    stock_policy: StockPolicy
    unit_codes: UnitCodes = batch(
        _unit_codes, description="By which codes its pieces are known, one by one."
    )
    is_weighed: bool = strawberry.field(description="Whether the exact quantity is found later.")
    min_quantity: Quantity = strawberry.field(description="The least that is sold.")
    quantity_step: Quantity = strawberry.field(description="By how much more at a time.")
    weight_grams: int | None = strawberry.field(description="With its package.")
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    attributes: list[AttributeValue] = batch(
        _facts, items=1, description="The facts of this variant alone."
    )
    prices: list[Price] = many(
        prices_of,
        of="variant_id",
        items=1,
        permission="prices:read",
        description="In all price lists.",
    )
    stock: list[StockLevel] = batch(
        stock_seen,
        items=1,
        permission="inventory:read",
        description="At the locations that are at work and that the caller may see.",
    )
    at_suppliers: Quantity = batch(
        _at_suppliers,
        permission="purchasing:read",
        description="What suppliers have of it, as they told last and not too long ago; none of it "
        "is ours, and `stock` says what of it can be held.",
    )
    bundle_items: list[BundleItem] = many(
        parts_of, of="variant_id", items=1, description="What it is made of, for a bundle."
    )
    metadata: JSON
    fields: JSON = strawberry.field(description="The merchant's own fields, by code.")
    translations: list[Translation] = translations()
