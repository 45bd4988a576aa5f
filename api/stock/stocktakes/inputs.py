"""Inputs of stocktakes."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_words import BulkErrorPolicy
from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, reference
from api.references import ExternalIdInput
from api.scalars import DateTime, Quantity
from api.stock import kinds
from api.stock.inputs import LotInput
from api.stock.stocktakes.types import StocktakeState


@strawberry.input
class StocktakeCreateInput:
    """A new draft: of everything at a location, of a category, or of some variants."""

    location: ReferenceInput | None = reference(
        kinds.LOCATION, description="The default location where left out."
    )
    category: ReferenceInput | None = reference(
        catalog_kinds.CATEGORY, description="What is filed under it, or below, at the start."
    )
    variants: list[ReferenceInput] | None = reference(
        catalog_kinds.VARIANT, description="Up to 1,000 of them."
    )
    external_id: ExternalIdInput | None = UNSET
    note: str | None = UNSET


@strawberry.input
class StocktakeCountInput:
    """So much of a variant, named by exactly one of `variant`, `barcode` and `sku`."""

    key: str = strawberry.field(
        description="The scanner's own word for this count, unique in the stocktake: sent again "
        "with the same count, it counts once."
    )
    variant: ReferenceInput | None = reference(catalog_kinds.VARIANT)
    barcode: str | None = None
    sku: str | None = None
    quantity: Quantity = strawberry.field(
        description="Added to what others found; less than 0 takes back."
    )
    lot: LotInput | None = strawberry.field(
        default=None, description="By its number; made where nobody knew it."
    )
    lot_id: strawberry.ID | None = reference(kinds.LOT)
    counted_at: DateTime | None = strawberry.field(
        default=None, description="When, for what was counted out of reach; now where left out."
    )


@strawberry.input
class StocktakeCountsAddInput:
    """Up to 100 counts."""

    counts: list[StocktakeCountInput]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class StocktakeRecountInput:
    """What is to be counted anew; counts of it up to now count no more."""

    variants: list[ReferenceInput] = reference(catalog_kinds.VARIANT, required=True)
    expected_version: int | None = UNSET


@strawberry.input
class StocktakeStateFilter:
    """States; an empty `in` matches nothing."""

    eq: StocktakeState | None = UNSET
    in_: list[StocktakeState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class StocktakeWhere:
    """Which stocktakes are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.STOCKTAKE)
    external_id: TextFilter | None = UNSET
    location_id: IdFilter | None = filtered(kinds.LOCATION)
    state: StocktakeStateFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    and_: "list[StocktakeWhere] | None" = combined("and")
    or_: "list[StocktakeWhere] | None" = combined("or")
    not_: "StocktakeWhere | None" = combined("not")
