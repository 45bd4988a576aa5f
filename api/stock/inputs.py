"""Inputs of locations, stock and holds."""

from enum import Enum
from typing import Final

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_words import BulkErrorPolicy
from api.inputs import ReferenceInput, ScannedCodeInput, reference
from api.references import ExternalIdInput
from api.scalars import Date, DateTime, Decimal, MoneyInput, Quantity
from api.stock import kinds
from api.stock.holds.types import StockStrategy
from api.stock.types import LocationKind
from domain.stock.holds.allocation import Strategy

CHANNELS: Final = "Those whose buyers are sold what is here, as a whole list; null: all channels."
SUPPLY: Final = "In how many days what lies at other places can be here; null: nobody knows."


@strawberry.input
class AddressInput:
    """An address, given as a whole."""

    country: str = strawberry.field(description="Two letters: RU.")
    region: str | None = None
    city: str | None = None
    street: str | None = strawberry.field(default=None, description="With the house.")
    postal_code: str | None = None
    latitude: Decimal | None = strawberry.field(
        default=None, description='Degrees with at most six places, such as "55.751244".'
    )
    longitude: Decimal | None = None


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
    address: AddressInput | None = UNSET
    time_zone: str | None = strawberry.field(
        default=UNSET, description="Such as Asia/Vladivostok; null: the shop's."
    )
    channels: list[ReferenceInput] | None = reference(catalog_kinds.CHANNEL, description=CHANNELS)
    supply_days: int | None = strawberry.field(default=UNSET, description=SUPPLY)


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
    address: AddressInput | None = UNSET
    time_zone: str | None = strawberry.field(default=UNSET, description="Null: the shop's.")
    channels: list[ReferenceInput] | None = reference(catalog_kinds.CHANNEL, description=CHANNELS)
    supply_days: int | None = strawberry.field(default=UNSET, description=SUPPLY)


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
class LotInput:
    """What is said of a lot: the same number is the same lot, and has the same dates."""

    number: str | None = None
    made_on: Date | None = None
    expires_on: Date | None = strawberry.field(
        default=None, description="The last day on which it may be sold."
    )


@strawberry.input
class LotUpdateInput:
    """Corrections of a lot: what is left out is kept, null clears."""

    number: str | None = UNSET
    made_on: Date | None = UNSET
    expires_on: Date | None = UNSET


@strawberry.input
class StockChangeRow:
    """How much more is on hand of a variant than before, or less."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    difference: Quantity = strawberry.field(description='Such as "5" or "-0.250".')
    unit_cost: MoneyInput | None = strawberry.field(
        default=None,
        description="What one unit of more has cost; null: the average of what is there.",
    )
    reason: str | None = strawberry.field(default=None, description="Kept with the movement.")
    lot: LotInput | None = strawberry.field(default=None, description="The lot of what is more.")
    lot_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The lot that it goes into, or comes out of; null: what expires first goes.",
    )
    codes: list[ScannedCodeInput] = strawberry.field(
        default_factory=list,
        description="Of goods that are known one by one: the pieces that come or go. What goes "
        "without a code is of those of which none is known.",
    )


@strawberry.input
class StockChangeInput:
    """Up to 100 variants of which there came more, or went some, at one location."""

    location: ReferenceInput = reference(kinds.LOCATION, required=True)
    changes: list[StockChangeRow]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class BackorderLimitRow:
    """How much of a variant may be promised beyond what is there; 0 for none."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    limit: Quantity


@strawberry.input
class BackorderLimitsInput:
    """Up to 100 variants that may be sold before they come, at the location that they come to."""

    location: ReferenceInput = reference(kinds.LOCATION, required=True)
    limits: list[BackorderLimitRow]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class StockHoldLineInput:
    """So much of a variant, or of a bundle."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity


@strawberry.input
class StockHoldCreateInput:
    """Goods to be kept for a cart or an order; up to 100 lines, all of them or none."""

    owner: str = strawberry.field(
        description="A key of the caller's own, such as the cart's id. Sent again with the same "
        "lines, it has the hold that is there."
    )
    lines: list[StockHoldLineInput]
    strategy: StockStrategy = Strategy.PRIORITY  # type: ignore[valid-type]
    near: AddressInput | None = strawberry.field(
        default=None,
        description="Where it goes, for NEAREST: its coordinates, or else its postal code.",
    )
    channel: ReferenceInput | None = reference(
        catalog_kinds.CHANNEL,
        description="Where it is bought: only places that serve it give. Null: any place.",
    )
    expires_at: DateTime | None = strawberry.field(
        default=None, description="Null: until it is shipped or released."
    )


@strawberry.input
class StockHoldShipLine:
    """So much of what a hold's line keeps."""

    line_id: strawberry.ID
    quantity: Quantity


@strawberry.enum
class ReturnedGoods(Enum):
    """What goods are like that came back. DAMAGED: they are written off at once."""

    SELLABLE = "sellable"
    DAMAGED = "damaged"


@strawberry.input
class StockReturnLine:
    """So much of what was shipped of a hold's line."""

    line_id: strawberry.ID
    quantity: Quantity
    condition: ReturnedGoods = ReturnedGoods.SELLABLE
    lot_id: strawberry.ID | None = strawberry.field(
        default=None, description="Null: of its lots, the one that was taken first is back first."
    )


@strawberry.input
class StockReturnInput:
    """Up to 100 parts of what a hold has shipped that came back, all of them or none."""

    hold_id: strawberry.ID
    lines: list[StockReturnLine]
    codes: list[ScannedCodeInput] = strawberry.field(
        default_factory=list,
        description="Of all pieces that are known one by one, in any order. They are RETURNED, "
        "until they are accepted.",
    )
    location: ReferenceInput | None = reference(
        kinds.LOCATION, description="Null: each line to where it had left."
    )
    reason: str | None = strawberry.field(default=None, description="Kept with the movements.")
