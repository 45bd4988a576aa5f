"""Inputs of returns to suppliers. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, ScannedCodeInput, reference
from api.purchasing import kinds
from api.purchasing.returns.types import SupplierReturnState
from api.references import ExternalIdInput
from api.scalars import MoneyInput, Quantity
from api.stock.kinds import LOCATION, LOT


@strawberry.input
class SupplierReturnLineInput:
    """What goes back: of a lot (its id says the variant, too), or of what expires first."""

    variant: ReferenceInput | None = reference(catalog_kinds.VARIANT)
    lot_id: strawberry.ID | None = reference(
        LOT, description="Expired and recalled lots are well, too."
    )
    quantity: Quantity | None = strawberry.field(
        default=None, description="Left out: all that lies of the lot at the location."
    )
    price: MoneyInput | None = strawberry.field(
        default=None,
        description="Of one unit, in the supplier's currency; where left out, that of the receipt "
        "which the lot came by, or what was paid last.",
    )


@strawberry.input
class SupplierReturnCreateInput:
    """A new draft, such as of the lots that expiringLots shows."""

    supplier: ReferenceInput | None = reference(
        kinds.SUPPLIER, description="May be left out where all lots of the lines came from one."
    )
    location: ReferenceInput | None = reference(
        LOCATION, description="The default location where left out."
    )
    external_id: ExternalIdInput | None = UNSET
    supplier_number: str | None = UNSET
    note: str | None = UNSET
    lines: list[SupplierReturnLineInput] = strawberry.field(default_factory=list)


@strawberry.input
class SupplierReturnUpdateInput:
    """Changes of a return: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    supplier_number: str | None = UNSET
    note: str | None = UNSET
    lines: list[SupplierReturnLineInput] | None = strawberry.field(
        default=UNSET, description="All of them, in a draft alone."
    )


@strawberry.input
class SupplierReturnCodesInput:
    """Which pieces a line is of, where its goods are known by their codes."""

    line_id: strawberry.ID = reference(kinds.RETURN_LINE, required=True)
    codes: list[ScannedCodeInput]


@strawberry.input
class SupplierReturnStateFilter:
    """States; an empty `in` matches nothing."""

    eq: SupplierReturnState | None = UNSET
    in_: list[SupplierReturnState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class SupplierReturnWhere:
    """Which returns are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.RETURN)
    external_id: TextFilter | None = UNSET
    supplier_id: IdFilter | None = filtered(kinds.SUPPLIER)
    location_id: IdFilter | None = filtered(LOCATION)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    lot_id: IdFilter | None = filtered(LOT)
    state: SupplierReturnStateFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    and_: "list[SupplierReturnWhere] | None" = combined("and")
    or_: "list[SupplierReturnWhere] | None" = combined("or")
    not_: "SupplierReturnWhere | None" = combined("not")
