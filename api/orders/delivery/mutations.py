"""Changing ways of delivery."""

import strawberry

from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.delivery.inputs import DeliveryMethodCreateInput, DeliveryMethodUpdateInput
from api.orders.delivery.types import DeliveryMethod
from api.references import ExternalIdInput
from api.rows import in_table
from domain.orders import tables
from domain.orders.delivery.methods import create_method, delete_method, update_method
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

WRITE = "settings:write"


@strawberry.type
class DeliveryMethodPayload(Payload):
    """The way of delivery as it is now."""

    delivery_method: DeliveryMethod | None = entity(
        "delivery_method", in_table(tables.DeliveryMethod)
    )


@strawberry.type
class DeliveryMethodDeletePayload(Payload):
    """The id of what is gone."""

    delivery_method_id: strawberry.ID | None


@strawberry.type
class DeliveryMutations:
    """Root fields of ways of delivery."""

    @mutation(permission=WRITE, returns=DeliveryMethodPayload)
    async def delivery_method_create(uow: UnitOfWork, input: DeliveryMethodCreateInput) -> Outcome:
        """Make a way of delivery, with its zones and their tables in the shop's currency."""
        return {"delivery_method": await create_method(uow, values(input))}

    @mutation(permission=WRITE, returns=DeliveryMethodPayload)
    async def delivery_method_update(
        uow: UnitOfWork,
        input: DeliveryMethodUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a way of delivery; orders keep what they were sold at."""
        edit = edit_of(kinds.DELIVERY_METHOD, id, external_id, input)
        return {"delivery_method": await update_method(uow, edit)}

    @mutation(permission=WRITE, returns=DeliveryMethodDeletePayload)
    async def delivery_method_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a way of delivery; carts that had chosen it choose anew."""
        ref = ref_of(kinds.DELIVERY_METHOD, id, external_id)
        gone = await delete_method(uow, ref, expected_version=expected_version)
        return {"delivery_method_id": encode_id(kinds.DELIVERY_METHOD, gone)}
