"""Inputs of locations and stock."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_words import BulkErrorPolicy
from api.inputs import ReferenceInput, reference
from api.references import ExternalIdInput
from api.scalars import Quantity
from api.stock import kinds
from api.stock.types import LocationKind


@strawberry.input
class LocationCreateInput:
    """A new location."""

    code: str
    title: str
    kind: LocationKind = LocationKind.WAREHOUSE
    external_id: ExternalIdInput | None = UNSET
    is_active: bool = True
    is_default: bool | None = UNSET
    priority: int | None = UNSET


@strawberry.input
class LocationUpdateInput:
    """Changes of a location: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    code: str | None = UNSET
    title: str | None = UNSET
    kind: LocationKind | None = UNSET
    is_active: bool | None = UNSET
    is_default: bool | None = strawberry.field(
        default=UNSET, description="True: it takes the place of the default location."
    )
    priority: int | None = UNSET


@strawberry.input
class StockSetRow:
    """What is on hand of a variant; `replaces` is what was believed to be, else CONFLICT."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    on_hand: Quantity
    replaces: Quantity = strawberry.field(
        description="The quantity on hand that this replaces, as it was read."
    )


@strawberry.input
class StockSetInput:
    """Up to 100 variants counted at one location."""

    location: ReferenceInput = reference(kinds.LOCATION, required=True)
    levels: list[StockSetRow]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class StockChangeRow:
    """How much more is on hand of a variant than before, or less."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    difference: Quantity = strawberry.field(description='Such as "5" or "-0.250".')


@strawberry.input
class StockChangeInput:
    """Up to 100 variants of which there came more, or went some, at one location."""

    location: ReferenceInput = reference(kinds.LOCATION, required=True)
    changes: list[StockChangeRow]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL
