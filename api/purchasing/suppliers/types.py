"""Suppliers and their offers as the merchant sees them."""

import strawberry

from api.catalog.admin_types.variants import Variant
from api.engine.fields import computed
from api.nodes import Node
from api.purchasing import kinds
from api.rows import Edited, ExternalId, external_id, in_table, one
from api.scalars import CurrencyCode, DateTime, Money, Quantity, Share, id_field, money
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.purchasing import tables
from domain.stock.tables import Location as Places

VARIANT_READ = "products:read"


@strawberry.type
class Supplier(Node, Edited):
    """Who sells to us."""

    id: strawberry.ID = id_field(kinds.SUPPLIER)
    external_id: ExternalId | None = external_id()
    title: str
    currency_code: CurrencyCode = computed(
        lambda row: row["currency"], description="What its offers and orders are in."
    )
    is_active: bool
    contact_name: str | None
    email: str | None
    phone: str | None
    address: str | None
    note: str | None
    lead_days: int = strawberry.field(
        description="Days from the order to the shelf, as the supplier promises."
    )
    review_days: int = strawberry.field(description="Every how many days we order.")
    minimum_order: Money = money("minimum_order_minor")
    patience_days: int | None = strawberry.field(
        description="Offers not told again for so many days are stale; null: they never are."
    )
    service_level: Share | None = strawberry.field(
        description="Of how many orders out of one the goods are to last until the next has come; "
        "null: as the shop's settings say."
    )
    location: Location | None = one(
        in_table(Places), by="location_id", description="Where he sends goods to our buyers from."
    )


@strawberry.type
class SupplierOffer(Node):
    """What a supplier sells of a variant, as it was told last."""

    id: strawberry.ID = id_field(kinds.OFFER)
    supplier: Supplier = one(in_table(tables.Supplier), by="supplier_id")
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    sku: str | None = strawberry.field(description="What the supplier calls it.")
    pack: Quantity = strawberry.field(description="It is sold in so much, or times so much.")
    minimum: Quantity = strawberry.field(description="Less than this is not sold.")
    price: Money = money("price_minor")
    stock: Quantity | None = strawberry.field(description="Null: nobody said.")
    drop_ship: bool = strawberry.field(
        description="Whether we may sell it from his shelf, and he sends it to the buyer."
    )
    is_stale: bool = strawberry.field(
        description="Whether it was told too long ago to be reckoned with."
    )
    version: int
    updated_at: DateTime = strawberry.field(description="When it was told last.")
