"""Inputs of transfers. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, reference
from api.references import ExternalIdInput
from api.scalars import Date, Quantity
from api.stock import kinds
from api.stock.transfers.types import TransferState

_IN_A_DRAFT = "In a draft alone."


@strawberry.input
class TransferLineInput:
    """So much of a variant; one line for each lot, where lots are named."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity
    lot_id: strawberry.ID | None = reference(
        kinds.LOT,
        description="The lot that it is sent from, whatever its state; left out: of those that may "
        "be sold, what expires first.",
    )


@strawberry.input
class TransferCreateInput:
    """A new draft."""

    from_location: ReferenceInput = reference(kinds.LOCATION, required=True)
    to_location: ReferenceInput = reference(kinds.LOCATION, required=True)
    external_id: ExternalIdInput | None = UNSET
    expected_on: Date | None = UNSET
    note: str | None = UNSET
    lines: list[TransferLineInput] = strawberry.field(default_factory=list)


@strawberry.input
class TransferUpdateInput:
    """Changes of a transfer: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    from_location: ReferenceInput | None = reference(kinds.LOCATION, description=_IN_A_DRAFT)
    to_location: ReferenceInput | None = reference(kinds.LOCATION, description=_IN_A_DRAFT)
    expected_on: Date | None = UNSET
    note: str | None = UNSET
    lines: list[TransferLineInput] | None = strawberry.field(
        default=UNSET, description="All of them, in a draft alone."
    )


@strawberry.input
class TransferArrivalInput:
    """So much of a line that came; of its lots, those that expire first."""

    line_id: strawberry.ID = reference(kinds.TRANSFER_LINE, required=True)
    quantity: Quantity


@strawberry.input
class TransferStateFilter:
    """States; an empty `in` matches nothing."""

    eq: TransferState | None = UNSET
    in_: list[TransferState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class TransferWhere:
    """Which transfers are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.TRANSFER)
    external_id: TextFilter | None = UNSET
    from_location_id: IdFilter | None = filtered(kinds.LOCATION)
    to_location_id: IdFilter | None = filtered(kinds.LOCATION)
    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    state: TransferStateFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    sent_at: DateTimeFilter | None = UNSET
    and_: "list[TransferWhere] | None" = combined("and")
    or_: "list[TransferWhere] | None" = combined("or")
    not_: "TransferWhere | None" = combined("not")
