"""Inputs of purchase orders. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
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
from api.purchasing.orders.types import PurchaseOrderState
from api.references import ExternalIdInput
from api.scalars import Date, MoneyInput, Quantity, Share
from api.stock.kinds import LOCATION


@strawberry.input
class PurchaseOrderLineInput:
    """So much of a variant, each once."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity
    price: MoneyInput | None = strawberry.field(
        default=None,
        description="Of one unit, in the supplier's currency; what it offers where left out.",
    )


@strawberry.input
class PurchaseOrderCreateInput:
    """A new draft."""

    supplier: ReferenceInput = reference(kinds.SUPPLIER, required=True)
    location: ReferenceInput | None = reference(
        LOCATION, description="Where it is to come; the default location where left out."
    )
    external_id: ExternalIdInput | None = UNSET
    expected_on: Date | None = strawberry.field(
        default=UNSET, description="Set at the approval by the supplier's lead time, if left out."
    )
    note: str | None = UNSET
    lines: list[PurchaseOrderLineInput] = strawberry.field(default_factory=list)


@strawberry.input
class PurchaseOrderProposeInput:
    """Whose offers, and for which place."""

    supplier: ReferenceInput = reference(kinds.SUPPLIER, required=True)
    location: ReferenceInput = reference(LOCATION, required=True)
    service_level: Share | None = strawberry.field(
        default=None,
        description="Of how many orders out of one the goods are to last until the next has come; "
        "left out, as is set for the supplier, or else in the shop's settings.",
    )


@strawberry.input
class PurchaseOrderUpdateInput:
    """Changes of an order: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    location: ReferenceInput | None = reference(LOCATION, description="In a draft alone.")
    expected_on: Date | None = UNSET
    note: str | None = UNSET
    lines: list[PurchaseOrderLineInput] | None = strawberry.field(
        default=UNSET, description="All of them, in a draft alone."
    )


@strawberry.input
class PurchaseOrderStateFilter:
    """States; an empty `in` matches nothing."""

    eq: PurchaseOrderState | None = UNSET
    in_: list[PurchaseOrderState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class PurchaseOrderWhere:
    """Which orders are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.ORDER)
    external_id: TextFilter | None = UNSET
    supplier_id: IdFilter | None = filtered(kinds.SUPPLIER)
    location_id: IdFilter | None = filtered(LOCATION)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    state: PurchaseOrderStateFilter | None = UNSET
    is_overdue: BooleanFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    and_: "list[PurchaseOrderWhere] | None" = combined("and")
    or_: "list[PurchaseOrderWhere] | None" = combined("or")
    not_: "PurchaseOrderWhere | None" = combined("not")
