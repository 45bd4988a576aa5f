"""Inputs of cards and their parts. In updates, left out = keep, null = clear."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.customers import kinds
from api.customers.card_types import ContactChannel
from api.customers.words import ContactKind
from api.filters import OrderDirection
from api.inputs import ReferenceInput, reference, version_of
from api.merchants.words import TaxpayerKind
from api.pricing.kinds import CUSTOMER_GROUP
from api.references import ExternalIdInput
from api.scalars import JSON, Date
from api.stock.inputs import AddressInput

TAGS = "All tags that the card has from now on."
GROUPS = "All groups that the customer is of from now on."
MAIN = "The first of a card is the main one until another is made so."


@strawberry.input
class CustomerContactInput:
    """A phone, however it is written, or an e-mail address."""

    kind: ContactKind
    value: str
    note: str | None = UNSET
    is_main: bool | None = strawberry.field(default=UNSET, description=MAIN)


@strawberry.input
class CustomerAddressInput:
    """Where things are brought, and who opens the door there."""

    address: AddressInput
    title: str | None = UNSET
    flat: str | None = strawberry.field(
        default=UNSET, description="Flat, entrance, floor, code of the door."
    )
    recipient: str | None = UNSET
    phone: str | None = UNSET
    note: str | None = UNSET
    is_main: bool | None = strawberry.field(default=UNSET, description=MAIN)


@strawberry.input
class CustomerLegalEntityInput:
    """Whom the customer buys for."""

    kind: TaxpayerKind
    name: str
    inn: str
    kpp: str | None = UNSET
    ogrn: str | None = UNSET
    address: str | None = UNSET
    bank_details: str | None = UNSET
    is_main: bool | None = strawberry.field(default=UNSET, description=MAIN)


@strawberry.input
class CustomerCreateInput:
    """A new card; a name, a contact or a legal entity there must be."""

    external_id: ExternalIdInput | None = UNSET
    first_name: str | None = UNSET
    middle_name: str | None = UNSET
    last_name: str | None = UNSET
    birthday: Date | None = UNSET
    language: str | None = UNSET
    note: str | None = UNSET
    contact_channel: ContactChannel | None = UNSET
    quiet_hours: str | None = strawberry.field(
        default=UNSET, description="When not to disturb him, on the shop's clock: 21:00-09:00."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description=TAGS)
    groups: list[ReferenceInput] | None = reference(CUSTOMER_GROUP, description=GROUPS)
    fields: JSON | None = strawberry.field(
        default=UNSET, description="The merchant's own fields: `{code: value}`."
    )
    contacts: list[CustomerContactInput] | None = UNSET
    addresses: list[CustomerAddressInput] | None = UNSET
    legal_entities: list[CustomerLegalEntityInput] | None = UNSET


@strawberry.input
class CustomerUpdateInput:
    """Changes of a card: what is left out is kept, null clears. Its parts have mutations of their
    own."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    first_name: str | None = UNSET
    middle_name: str | None = UNSET
    last_name: str | None = UNSET
    birthday: Date | None = UNSET
    language: str | None = UNSET
    note: str | None = UNSET
    contact_channel: ContactChannel | None = UNSET
    quiet_hours: str | None = strawberry.field(
        default=UNSET, description="When not to disturb him, on the shop's clock: 21:00-09:00."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description=TAGS)
    groups: list[ReferenceInput] | None = reference(CUSTOMER_GROUP, description=GROUPS)
    fields: JSON | None = strawberry.field(
        default=UNSET, description="The merchant's own fields: those not named are kept."
    )


@strawberry.input
class CustomerContactAddInput:
    """A further phone or address of a card."""

    customer: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    contact: CustomerContactInput
    expected_version: int | None = version_of("customer")


@strawberry.input
class CustomerContactUpdateInput:
    """Changes of a contact; another phone is another contact."""

    note: str | None = UNSET
    is_main: bool | None = strawberry.field(default=UNSET, description=MAIN)
    expected_version: int | None = version_of("customer")


@strawberry.input
class CustomerAddressAddInput:
    """A further address of a card."""

    customer: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    address: CustomerAddressInput
    expected_version: int | None = version_of("customer")


@strawberry.input
class CustomerAddressUpdateInput:
    """Changes of an address."""

    address: AddressInput | None = UNSET
    title: str | None = UNSET
    flat: str | None = UNSET
    recipient: str | None = UNSET
    phone: str | None = UNSET
    note: str | None = UNSET
    is_main: bool | None = strawberry.field(default=UNSET, description=MAIN)
    expected_version: int | None = version_of("customer")


@strawberry.input
class CustomerLegalEntityAddInput:
    """A further legal entity of a card."""

    customer: ReferenceInput = reference(kinds.CUSTOMER, required=True)
    legal_entity: CustomerLegalEntityInput
    expected_version: int | None = version_of("customer")


@strawberry.input
class CustomerLegalEntityUpdateInput:
    """Changes of a legal entity; numbers left out are kept, and must fit the new ones."""

    kind: TaxpayerKind | None = UNSET
    name: str | None = UNSET
    inn: str | None = UNSET
    kpp: str | None = UNSET
    ogrn: str | None = UNSET
    address: str | None = UNSET
    bank_details: str | None = UNSET
    is_main: bool | None = strawberry.field(default=UNSET, description=MAIN)
    expected_version: int | None = version_of("customer")


@strawberry.enum
class CustomerOrderField(Enum):
    """What customers are ordered by."""

    NAME = "name"
    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"


@strawberry.input
class CustomerOrder:
    """One level of an order."""

    field: CustomerOrderField
    direction: OrderDirection = OrderDirection.ASC
