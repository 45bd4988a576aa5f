"""Changing groups of customers."""

import strawberry

from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.pricing import kinds
from api.pricing.inputs import CustomerGroupCreateInput, CustomerGroupUpdateInput
from api.pricing.mutations import WRITE
from api.pricing.types import CustomerGroup
from api.references import ExternalIdInput
from api.rows import in_table
from domain.pricing import tables
from domain.pricing.customer_groups import (
    create_customer_group,
    delete_customer_group,
    update_customer_group,
)
from tenants.ids import encode_id
from tenants.scope import UnitOfWork


@strawberry.type
class CustomerGroupPayload(Payload):
    """The group as it is now."""

    customer_group: CustomerGroup | None = entity("customer_group", in_table(tables.CustomerGroup))


@strawberry.type
class CustomerGroupDeletePayload(Payload):
    """The id of what is gone."""

    customer_group_id: strawberry.ID | None


@strawberry.type
class CustomerGroupMutations:
    """Root fields of groups of customers."""

    @mutation(permission=WRITE, returns=CustomerGroupPayload)
    async def customer_group_create(uow: UnitOfWork, input: CustomerGroupCreateInput) -> Outcome:
        """Make a group of customers, to have prices of its own."""
        return {"customer_group": await create_customer_group(uow, values(input))}

    @mutation(permission=WRITE, returns=CustomerGroupPayload)
    async def customer_group_update(
        uow: UnitOfWork,
        input: CustomerGroupUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a group's names."""
        edit = edit_of(kinds.CUSTOMER_GROUP, id, external_id, input)
        return {"customer_group": await update_customer_group(uow, edit)}

    @mutation(permission=WRITE, returns=CustomerGroupDeletePayload)
    async def customer_group_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a group that no price list is for."""
        ref = ref_of(kinds.CUSTOMER_GROUP, id, external_id)
        gone = await delete_customer_group(uow, ref, expected_version=expected_version)
        return {"customer_group_id": encode_id(kinds.CUSTOMER_GROUP, gone)}
