"""Changing cards and their parts."""

from typing import Any
from uuid import UUID

import strawberry

from api.customers import kinds
from api.customers.inputs import (
    CustomerAddressAddInput,
    CustomerAddressUpdateInput,
    CustomerContactAddInput,
    CustomerContactUpdateInput,
    CustomerCreateInput,
    CustomerLegalEntityAddInput,
    CustomerLegalEntityUpdateInput,
    CustomerUpdateInput,
)
from api.customers.types import (
    Customer,
    CustomerAddress,
    CustomerContact,
    CustomerLegalEntity,
)
from api.inputs import edit_of, ref, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_id
from domain.customers import tables
from domain.customers.addresses import ADDRESS
from domain.customers.contacts import CONTACT
from domain.customers.customers import create_customer, delete_customer, update_customer
from domain.customers.legal_entities import LEGAL_ENTITY
from domain.customers.parts import OnCard, Part, add_part, change_part, remove_part
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

WRITE = "customers:write"


@strawberry.type
class CustomerPayload(Payload):
    """The card as it is now."""

    customer: Customer | None = entity("customer", in_table(tables.Customer))


@strawberry.type
class CustomerDeletePayload(Payload):
    """The id of what is gone."""

    customer_id: strawberry.ID | None


@strawberry.type
class CustomerContactPayload(CustomerPayload):
    """The contact, and the card that it is on."""

    contact: CustomerContact | None = entity("contact", in_table(tables.CustomerContact))


@strawberry.type
class CustomerAddressPayload(CustomerPayload):
    """The address, and the card that it is on."""

    address: CustomerAddress | None = entity("address", in_table(tables.CustomerAddress))


@strawberry.type
class CustomerLegalEntityPayload(CustomerPayload):
    """The legal entity, and the card that it is on."""

    legal_entity: CustomerLegalEntity | None = entity(
        "legal_entity", in_table(tables.CustomerLegalEntity)
    )


@strawberry.type
class CustomerMutations:
    """Root fields of cards."""

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_create(uow: UnitOfWork, input: CustomerCreateInput) -> Outcome:
        """Make a card. Several cards may have one phone: `find` them first by `search`."""
        return {"customer": await create_customer(uow, values(input))}

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_update(
        uow: UnitOfWork,
        input: CustomerUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a card."""
        edit = edit_of(kinds.CUSTOMER, id, external_id, input)
        return {"customer": await update_customer(uow, edit)}

    @mutation(permission=WRITE, returns=CustomerDeletePayload)
    async def customer_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a card that was a mistake; refused once an order or the like tells of it."""
        ref = ref_of(kinds.CUSTOMER, id, external_id)
        gone = await delete_customer(uow, ref, expected_version=expected_version)
        return {"customer_id": encode_id(kinds.CUSTOMER, gone)}

    @mutation(permission=WRITE, returns=CustomerContactPayload)
    async def customer_contact_add(uow: UnitOfWork, input: CustomerContactAddInput) -> Outcome:
        """Put a further phone or address on a card."""
        made = await add_part(
            uow,
            CONTACT,
            ref(input.customer, kinds.CUSTOMER),
            values(input.contact),
            expected_version=input.expected_version,
        )
        return _now("contact", made)

    @mutation(permission=WRITE, returns=CustomerContactPayload)
    async def customer_contact_update(
        uow: UnitOfWork, id: strawberry.ID, input: CustomerContactUpdateInput
    ) -> Outcome:
        """Change a phone or address of a card."""
        return _now("contact", await _change(uow, CONTACT, wanted_id(id, kinds.CONTACT), input))

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_contact_remove(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Take a phone or address off its card."""
        part_id = wanted_id(id, kinds.CONTACT)
        card = await remove_part(uow, CONTACT, part_id, expected_version=expected_version)
        return {"customer": card}

    @mutation(permission=WRITE, returns=CustomerAddressPayload)
    async def customer_address_add(uow: UnitOfWork, input: CustomerAddressAddInput) -> Outcome:
        """Put a further address on a card."""
        made = await add_part(
            uow,
            ADDRESS,
            ref(input.customer, kinds.CUSTOMER),
            values(input.address),
            expected_version=input.expected_version,
        )
        return _now("address", made)

    @mutation(permission=WRITE, returns=CustomerAddressPayload)
    async def customer_address_update(
        uow: UnitOfWork, id: strawberry.ID, input: CustomerAddressUpdateInput
    ) -> Outcome:
        """Change an address of a card."""
        return _now("address", await _change(uow, ADDRESS, wanted_id(id, kinds.ADDRESS), input))

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_address_remove(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Take an address off its card."""
        part_id = wanted_id(id, kinds.ADDRESS)
        card = await remove_part(uow, ADDRESS, part_id, expected_version=expected_version)
        return {"customer": card}

    @mutation(permission=WRITE, returns=CustomerLegalEntityPayload)
    async def customer_legal_entity_add(
        uow: UnitOfWork, input: CustomerLegalEntityAddInput
    ) -> Outcome:
        """Put a further legal entity on a card."""
        made = await add_part(
            uow,
            LEGAL_ENTITY,
            ref(input.customer, kinds.CUSTOMER),
            values(input.legal_entity),
            expected_version=input.expected_version,
        )
        return _now("legal_entity", made)

    @mutation(permission=WRITE, returns=CustomerLegalEntityPayload)
    async def customer_legal_entity_update(
        uow: UnitOfWork, id: strawberry.ID, input: CustomerLegalEntityUpdateInput
    ) -> Outcome:
        """Change a legal entity of a card."""
        return _now(
            "legal_entity",
            await _change(uow, LEGAL_ENTITY, wanted_id(id, kinds.LEGAL_ENTITY), input),
        )

    @mutation(permission=WRITE, returns=CustomerPayload)
    async def customer_legal_entity_remove(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Take a legal entity off its card."""
        part_id = wanted_id(id, kinds.LEGAL_ENTITY)
        card = await remove_part(uow, LEGAL_ENTITY, part_id, expected_version=expected_version)
        return {"customer": card}


async def _change(uow: UnitOfWork, part: Part, part_id: UUID, given: Any) -> OnCard:
    changes = values(given)
    expected_version: int | None = changes.pop("expected_version", None)
    return await change_part(uow, part, part_id, changes, expected_version=expected_version)


def _now(name: str, made: OnCard) -> Outcome:
    return {name: made.part_id, "customer": made.customer_id}
