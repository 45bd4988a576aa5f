"""Inputs of price lists, prices, customer groups. In updates, left out = keep, null = clear."""

from typing import Final

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_words import BulkErrorPolicy
from api.inputs import ReferenceInput, reference
from api.pricing import kinds
from api.references import ExternalIdInput
from api.scalars import CurrencyCode, DateTime, MoneyInput, Quantity

RANK: Final = (
    "1 to 1000: it goes before the default list for those whom it is for, the highest rank first. "
    "Null: it is not asked."
)


@strawberry.input
class PriceListCreateInput:
    """A new price list."""

    code: str
    title: str
    currency_code: CurrencyCode
    external_id: ExternalIdInput | None = UNSET
    is_default: bool | None = UNSET
    valid_from: DateTime | None = UNSET
    valid_until: DateTime | None = UNSET
    rank: int | None = strawberry.field(default=UNSET, description=RANK)
    channel: ReferenceInput | None = reference(
        catalog_kinds.CHANNEL, description="Null: for buyers in any channel."
    )
    customer_group: ReferenceInput | None = reference(
        kinds.CUSTOMER_GROUP, description="Null: for everybody."
    )


@strawberry.input
class PriceListUpdateInput:
    """Changes of a price list: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    code: str | None = UNSET
    title: str | None = UNSET
    is_default: bool | None = strawberry.field(
        default=UNSET, description="True: it takes the place of the default list."
    )
    valid_from: DateTime | None = UNSET
    valid_until: DateTime | None = UNSET
    rank: int | None = strawberry.field(default=UNSET, description=RANK)
    channel: ReferenceInput | None = reference(
        catalog_kinds.CHANNEL, description="Null: for buyers in any channel."
    )
    customer_group: ReferenceInput | None = reference(
        kinds.CUSTOMER_GROUP, description="Null: for everybody."
    )


@strawberry.input
class PriceInput:
    """The gross price of one unit of a variant, from a quantity up; no amount takes it away."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    amount: MoneyInput | None = strawberry.field(description="In the currency of the list.")
    compare_at: MoneyInput | None = strawberry.field(
        default=None, description="What it cost before, to be shown crossed out."
    )
    min_quantity: Quantity = strawberry.field(
        default=1, description="From how much upwards; any quantity where left out."
    )


@strawberry.input
class PricesSetInput:
    """Up to 100 prices of one list."""

    price_list: ReferenceInput = reference(kinds.PRICE_LIST, required=True)
    prices: list[PriceInput]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class CustomerGroupCreateInput:
    """A new group."""

    code: str
    title: str
    external_id: ExternalIdInput | None = UNSET


@strawberry.input
class CustomerGroupUpdateInput:
    """Changes of a group: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    code: str | None = UNSET
    title: str | None = UNSET
