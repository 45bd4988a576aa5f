"""Inputs of suppliers and their offers. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_words import BulkErrorPolicy
from api.filters import (
    BooleanFilter,
    DateTimeFilter,
    IdFilter,
    TextFilter,
    combined,
    filtered,
)
from api.inputs import ReferenceInput, reference
from api.purchasing import kinds
from api.references import ExternalIdInput
from api.scalars import CurrencyCode, MoneyInput, Quantity, Share
from api.stock.kinds import LOCATION

SENDS_FROM = (
    "His own location, of kind SUPPLIER, from which he sends to our buyers what he offers so."
)


@strawberry.input
class SupplierCreateInput:
    """A new supplier."""

    title: str
    currency_code: CurrencyCode | None = strawberry.field(
        default=UNSET, description="The shop's where left out; it is for good."
    )
    external_id: ExternalIdInput | None = UNSET
    is_active: bool = True
    contact_name: str | None = UNSET
    email: str | None = UNSET
    phone: str | None = UNSET
    address: str | None = UNSET
    note: str | None = UNSET
    lead_days: int = 7
    review_days: int = 7
    minimum_order: MoneyInput | None = UNSET
    patience_days: int | None = UNSET
    service_level: Share | None = UNSET
    location: ReferenceInput | None = reference(LOCATION, description=SENDS_FROM)


@strawberry.input
class SupplierUpdateInput:
    """Changes of a supplier: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    is_active: bool | None = UNSET
    contact_name: str | None = UNSET
    email: str | None = UNSET
    phone: str | None = UNSET
    address: str | None = UNSET
    note: str | None = UNSET
    lead_days: int | None = UNSET
    review_days: int | None = UNSET
    minimum_order: MoneyInput | None = UNSET
    patience_days: int | None = UNSET
    service_level: Share | None = UNSET
    location: ReferenceInput | None = reference(LOCATION, description=SENDS_FROM)


@strawberry.input
class SupplierOfferInput:
    """What a supplier sells of a variant now, as a whole; no price takes the offer away."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    price: MoneyInput | None = strawberry.field(
        description="Of one unit, in the supplier's currency."
    )
    sku: str | None = None
    pack: Quantity = strawberry.field(default=1_000, description="One unit where left out.")
    minimum: Quantity = strawberry.field(default=0, description="None where left out.")
    stock: Quantity | None = None
    drop_ship: bool = strawberry.field(
        default=False, description="We may sell it from his shelf, and he sends it to the buyer."
    )


@strawberry.input
class SupplierOffersSetInput:
    """Up to 100 offers of one supplier; those not named stay as they were told."""

    supplier: ReferenceInput = reference(kinds.SUPPLIER, required=True)
    offers: list[SupplierOfferInput]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class SupplierWhere:
    """Which suppliers are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.SUPPLIER)
    title: TextFilter | None = UNSET
    external_id: TextFilter | None = UNSET
    is_active: BooleanFilter | None = UNSET
    and_: "list[SupplierWhere] | None" = combined("and")
    or_: "list[SupplierWhere] | None" = combined("or")
    not_: "SupplierWhere | None" = combined("not")


@strawberry.input
class SupplierOfferWhere:
    """Which offers are wanted; fields side by side must all hold."""

    supplier_id: IdFilter | None = filtered(kinds.SUPPLIER)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    sku: TextFilter | None = UNSET
    is_stale: BooleanFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[SupplierOfferWhere] | None" = combined("and")
    or_: "list[SupplierOfferWhere] | None" = combined("or")
    not_: "SupplierOfferWhere | None" = combined("not")
