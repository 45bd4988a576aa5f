"""Which customers are wanted: what lists are filtered by, and segments told by."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog
from api.customers import kinds
from api.customers.consent_types import ConsentChannel, ConsentPurpose
from api.filters import (
    DateFilter,
    DateTimeFilter,
    DaysFilter,
    IdFilter,
    IntFilter,
    MoneyFilter,
    TextFilter,
    combined,
    filtered,
)
from api.orders.orders.inputs import OrderSourceFilter, OrderStateFilter, PaymentMethodFilter
from api.pricing.kinds import CUSTOMER_GROUP, PROMOTION
from api.scalars import JSON
from api.stock.kinds import LOCATION


@strawberry.input
class CustomerFieldFilter:
    """One of the merchant's own fields of customers; values as `fields` takes them."""

    code: str
    eq: JSON | None = UNSET
    in_: list[JSON] | None = strawberry.field(name="in", default=UNSET)
    gte: JSON | None = strawberry.field(default=UNSET, description="Of numbers and dates.")
    lte: JSON | None = strawberry.field(default=UNSET, description="Of numbers and dates.")
    starts_with: str | None = strawberry.field(default=UNSET, description="Of texts.")
    is_null: bool | None = UNSET


@strawberry.input
class CustomerOrdersFilter:
    """Orders: which of them are meant, and what those must come to together.

    `{productId: {eq: …}, daysSince: {lte: 90}, count: {gte: 2}}`: two orders at least with that
    product in ninety days. Where nothing is said of what they come to, one is enough. Who has none
    has a count and a sum of 0, and no average, first or last. Cancelled and expired ones count only
    where `state` names them.
    """

    state: OrderStateFilter | None = UNSET
    source: OrderSourceFilter | None = UNSET
    payment_method: PaymentMethodFilter | None = UNSET
    place_id: IdFilter | None = filtered(LOCATION)
    placed_at: DateTimeFilter | None = UNSET
    days_since: DaysFilter | None = strawberry.field(
        default=UNSET, description="Since it was placed."
    )
    total: MoneyFilter | None = strawberry.field(
        default=UNSET, description="What is owed for one of them in all."
    )
    variant_id: IdFilter | None = filtered(catalog.VARIANT)
    product_id: IdFilter | None = filtered(catalog.PRODUCT)
    brand_id: IdFilter | None = filtered(catalog.BRAND)
    category_id: IdFilter | None = filtered(catalog.CATEGORY)
    collection_id: IdFilter | None = filtered(catalog.COLLECTION)
    promotion_id: IdFilter | None = filtered(PROMOTION)
    returned_at: DateTimeFilter | None = strawberry.field(
        default=UNSET, description="When something of it came back; `isNull: true`: nothing is to."
    )
    count: IntFilter | None = UNSET
    sum: MoneyFilter | None = UNSET
    average: MoneyFilter | None = UNSET
    first_at: DateTimeFilter | None = UNSET
    last_at: DateTimeFilter | None = UNSET
    days_since_first: DaysFilter | None = UNSET
    days_since_last: DaysFilter | None = UNSET


@strawberry.input
class ConsentPurposeFilter:
    """Purposes; an empty `in` matches nothing."""

    eq: ConsentPurpose | None = UNSET
    in_: list[ConsentPurpose] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class ConsentChannelFilter:
    """Channels; an empty `in` matches nothing."""

    eq: ConsentChannel | None = UNSET
    in_: list[ConsentChannel] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class CustomerConsentsFilter:
    """A consent that is valid; or one that ended, where `withdrawnAt` is said."""

    purpose: ConsentPurposeFilter | None = UNSET
    channel: ConsentChannelFilter | None = UNSET
    granted_at: DateTimeFilter | None = UNSET
    withdrawn_at: DateTimeFilter | None = UNSET


@strawberry.enum
class CustomerEventType(Enum):
    """What happens to a customer, in the words of the feed."""

    CREATED = "customer.created"
    REGISTERED = "customer.registered"
    SIGNED_IN = "customer.signed_in"
    PASSWORD_CHANGED = "customer.password_changed"
    UPDATED = "customer.updated"
    MERGED = "customer.merged"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"


@strawberry.input
class CustomerEventTypeFilter:
    """Types of events; an empty `in` matches nothing."""

    eq: CustomerEventType | None = UNSET
    in_: list[CustomerEventType] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class CustomerEventsFilter:
    """Events of the feed about the customer: which are meant, and what they must come to.

    Where nothing is said of that, one is enough.
    """

    type: CustomerEventTypeFilter
    at: DateTimeFilter | None = UNSET
    days_since: DaysFilter | None = UNSET
    count: IntFilter | None = UNSET
    days_since_last: DaysFilter | None = UNSET


@strawberry.input
class CustomerWhere:
    """Which customers are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.CUSTOMER)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    name: TextFilter | None = strawberry.field(
        default=UNSET, description="Last, first and middle name, in this order."
    )
    language: TextFilter | None = UNSET
    birthday: DateFilter | None = UNSET
    days_to_birthday: DaysFilter | None = strawberry.field(
        default=UNSET, description="Until it comes round again; 0 is today."
    )
    phone: TextFilter | None = strawberry.field(
        default=UNSET, description="As +79161234567; `search` finds it however it is written."
    )
    email: TextFilter | None = UNSET
    city: TextFilter | None = strawberry.field(
        default=UNSET, description="Of one of the addresses, as it is written there."
    )
    inn: TextFilter | None = strawberry.field(
        default=UNSET, description="Of one of the legal entities."
    )
    tag: TextFilter | None = UNSET
    group_id: IdFilter | None = filtered(CUSTOMER_GROUP)
    snapshot_id: IdFilter | None = filtered(kinds.SNAPSHOT)
    fields: list[CustomerFieldFilter] | None = strawberry.field(
        default=UNSET, description="The merchant's own fields; all must hold."
    )
    orders: CustomerOrdersFilter | None = strawberry.field(
        default=UNSET, description="Only for who may see all orders."
    )
    consents: CustomerConsentsFilter | None = UNSET
    events: CustomerEventsFilter | None = UNSET
    registered_at: DateTimeFilter | None = strawberry.field(
        default=UNSET, description="When an account was opened; `isNull: true`: there is none."
    )
    points: IntFilter | None = strawberry.field(
        default=UNSET, description="Bonus points on the account."
    )
    created_at: DateTimeFilter | None = UNSET
    days_since_created: DaysFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    erased_at: DateTimeFilter | None = UNSET
    and_: "list[CustomerWhere] | None" = combined("and")
    or_: "list[CustomerWhere] | None" = combined("or")
    not_: "CustomerWhere | None" = combined("not")
