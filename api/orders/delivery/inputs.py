"""Inputs of ways of delivery. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.filters import BooleanFilter, IdFilter, combined, filtered
from api.orders import kinds
from api.orders.words import DeliveryKind
from api.references import ExternalIdInput
from api.scalars import MoneyInput


@strawberry.input
class DeliveryRateInput:
    """What delivery costs where it holds, up to which weight, from which sum on."""

    price: MoneyInput
    country: str | None = strawberry.field(
        default=None, description="Two letters; else: everywhere."
    )
    postal_code: str | None = strawberry.field(
        default=None, description="How postal codes there begin; else: the whole country."
    )
    weight_to: int | None = strawberry.field(default=None, description="Grams.")
    sum_from: MoneyInput | None = None
    days_from: int | None = None
    days_to: int | None = None


@strawberry.input
class DeliveryMethodCreateInput:
    """A new way of delivery."""

    title: str
    kind: DeliveryKind
    external_id: ExternalIdInput | None = UNSET
    is_active: bool = True
    position: int | None = UNSET
    rates: list[DeliveryRateInput] = strawberry.field(default_factory=list)


@strawberry.input
class DeliveryMethodUpdateInput:
    """Changes of a way of delivery: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    kind: DeliveryKind | None = UNSET
    is_active: bool | None = UNSET
    position: int | None = UNSET
    rates: list[DeliveryRateInput] | None = strawberry.field(
        default=UNSET, description="All of them."
    )


@strawberry.input
class DeliveryMethodWhere:
    """Which ways are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.DELIVERY_METHOD)
    is_active: BooleanFilter | None = UNSET
    and_: "list[DeliveryMethodWhere] | None" = combined("and")
    or_: "list[DeliveryMethodWhere] | None" = combined("or")
    not_: "DeliveryMethodWhere | None" = combined("not")
