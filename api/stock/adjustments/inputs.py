"""Inputs of write-offs, surpluses and conversions. In updates, left out = keep, null = clear."""

from uuid import UUID

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, ScannedCodeInput, reference, values
from api.references import ExternalIdInput
from api.scalars import MoneyInput, Quantity
from api.stock import kinds
from api.stock.adjustments.types import StockAdjustmentState, WriteOffReason
from api.stock.inputs import LotInput

_USUAL = "The default location where left out."
_IN_A_DRAFT = "In a draft alone."
_ALL_OF_THEM = "All of them, in a draft alone."


@strawberry.input
class GoingLineInput:
    """So much of a variant that goes."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity
    lot_id: strawberry.ID | None = reference(
        kinds.LOT, description="The lot that it is taken from; left out: what expires first goes."
    )


@strawberry.input
class SurplusLineInput:
    """So much of a variant that was found."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity
    unit_cost: MoneyInput | None = strawberry.field(
        default=None, description="In the shop's currency; null: the average of what is there."
    )
    lot: LotInput | None = None
    lot_id: strawberry.ID | None = reference(kinds.LOT, description="A lot that it joins, instead.")


@strawberry.input
class ConversionResultInput:
    """So much of a variant that is made."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity
    cost_share: Quantity | None = strawberry.field(
        default=None,
        description="How much of the cost it bears beside the other results; for all of them or "
        "none. Left out, each bears as much as there is of it.",
    )
    lot: LotInput | None = strawberry.field(
        default=None,
        description="Without a last day of its own it has the earliest of those it is made of.",
    )


@strawberry.input
class StockAdjustmentCodesInput:
    """The codes of the pieces of a line, where its goods are known one by one."""

    line_id: strawberry.ID = reference(kinds.ADJUSTMENT_LINE, required=True)
    codes: list[ScannedCodeInput]


def by_line(given: list[StockAdjustmentCodesInput] | None) -> list[tuple[UUID, list[bytes]]]:
    """Codes with the lines that they are of."""
    return [(one["line_id"], one["codes"]) for one in map(values, given or ())]


@strawberry.input
class WriteOffCreateInput:
    """A new draft."""

    location: ReferenceInput | None = reference(kinds.LOCATION, description=_USUAL)
    external_id: ExternalIdInput | None = UNSET
    reason: WriteOffReason
    note: str | None = UNSET
    lines: list[GoingLineInput] = strawberry.field(default_factory=list)


@strawberry.input
class WriteOffUpdateInput:
    """Changes of a write-off."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    location: ReferenceInput | None = reference(kinds.LOCATION, description=_IN_A_DRAFT)
    reason: WriteOffReason | None = strawberry.field(default=UNSET, description=_IN_A_DRAFT)
    note: str | None = UNSET
    lines: list[GoingLineInput] | None = strawberry.field(default=UNSET, description=_ALL_OF_THEM)


@strawberry.input
class SurplusCreateInput:
    """A new draft."""

    location: ReferenceInput | None = reference(kinds.LOCATION, description=_USUAL)
    external_id: ExternalIdInput | None = UNSET
    note: str | None = UNSET
    lines: list[SurplusLineInput] = strawberry.field(default_factory=list)


@strawberry.input
class SurplusUpdateInput:
    """Changes of a surplus."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    location: ReferenceInput | None = reference(kinds.LOCATION, description=_IN_A_DRAFT)
    note: str | None = UNSET
    lines: list[SurplusLineInput] | None = strawberry.field(default=UNSET, description=_ALL_OF_THEM)


@strawberry.input
class ConversionCreateInput:
    """A new draft."""

    location: ReferenceInput | None = reference(kinds.LOCATION, description=_USUAL)
    external_id: ExternalIdInput | None = UNSET
    note: str | None = UNSET
    sources: list[GoingLineInput] = strawberry.field(default_factory=list)
    results: list[ConversionResultInput] = strawberry.field(default_factory=list)


@strawberry.input
class ConversionUpdateInput:
    """Changes of a conversion."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    location: ReferenceInput | None = reference(kinds.LOCATION, description=_IN_A_DRAFT)
    note: str | None = UNSET
    sources: list[GoingLineInput] | None = strawberry.field(default=UNSET, description=_ALL_OF_THEM)
    results: list[ConversionResultInput] | None = strawberry.field(
        default=UNSET, description=_ALL_OF_THEM
    )


@strawberry.input
class StockAdjustmentStateFilter:
    """States; an empty `in` matches nothing."""

    eq: StockAdjustmentState | None = UNSET
    in_: list[StockAdjustmentState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class WriteOffReasonFilter:
    """Reasons; an empty `in` matches nothing."""

    eq: WriteOffReason | None = UNSET
    in_: list[WriteOffReason] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class WriteOffWhere:
    """Which write-offs are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.WRITE_OFF)
    external_id: TextFilter | None = UNSET
    location_id: IdFilter | None = filtered(kinds.LOCATION)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    state: StockAdjustmentStateFilter | None = UNSET
    reason: WriteOffReasonFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    posted_at: DateTimeFilter | None = UNSET
    and_: "list[WriteOffWhere] | None" = combined("and")
    or_: "list[WriteOffWhere] | None" = combined("or")
    not_: "WriteOffWhere | None" = combined("not")


@strawberry.input
class SurplusWhere:
    """Which surpluses are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.SURPLUS)
    external_id: TextFilter | None = UNSET
    location_id: IdFilter | None = filtered(kinds.LOCATION)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    state: StockAdjustmentStateFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    posted_at: DateTimeFilter | None = UNSET
    and_: "list[SurplusWhere] | None" = combined("and")
    or_: "list[SurplusWhere] | None" = combined("or")
    not_: "SurplusWhere | None" = combined("not")


@strawberry.input
class ConversionWhere:
    """Which conversions are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.CONVERSION)
    external_id: TextFilter | None = UNSET
    location_id: IdFilter | None = filtered(kinds.LOCATION)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    state: StockAdjustmentStateFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    posted_at: DateTimeFilter | None = UNSET
    and_: "list[ConversionWhere] | None" = combined("and")
    or_: "list[ConversionWhere] | None" = combined("or")
    not_: "ConversionWhere | None" = combined("not")
