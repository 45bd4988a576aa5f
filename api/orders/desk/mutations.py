"""What staff say of orders among themselves, and the statuses that they have for them."""

import strawberry

from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.desk.inputs import (
    OrderCommentInput,
    OrderSortInput,
    OrderStatusCreateInput,
    OrderStatusUpdateInput,
)
from api.orders.desk.types import OrderStatus
from api.orders.orders.mutations import WRITE, OrderPayload
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_id
from domain.orders import tables
from domain.orders.desk.comments import add_comment, change_comment, remove_comment
from domain.orders.desk.sorting import sort_order
from domain.orders.desk.statuses import create_status, delete_status, update_status
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

SETTINGS = "settings:write"


@strawberry.type
class OrderStatusPayload(Payload):
    """The status as it is now."""

    order_status: OrderStatus | None = entity("order_status", in_table(tables.OrderStatus))


@strawberry.type
class OrderStatusDeletePayload(Payload):
    """The id of what is gone."""

    order_status_id: strawberry.ID | None


@strawberry.type
class OrderDeskMutations:
    """Root fields of the desk."""

    @mutation(permission=SETTINGS, returns=OrderStatusPayload)
    async def order_status_create(uow: UnitOfWork, input: OrderStatusCreateInput) -> Outcome:
        """Make a status for orders of a state."""
        return {"order_status": await create_status(uow, values(input))}

    @mutation(permission=SETTINGS, returns=OrderStatusPayload)
    async def order_status_update(
        uow: UnitOfWork, id: strawberry.ID, input: OrderStatusUpdateInput
    ) -> Outcome:
        """Change a status. A new default takes that from the one before."""
        edit = edit_of(kinds.STATUS, id, None, input)
        return {"order_status": await update_status(uow, edit)}

    @mutation(permission=SETTINGS, returns=OrderStatusDeletePayload)
    async def order_status_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Delete a status that no order has."""
        status_id = wanted_id(id, kinds.STATUS)
        gone = await delete_status(uow, status_id, expected_version=expected_version)
        return {"order_status_id": encode_id(kinds.STATUS, gone)}

    @mutation(permission=WRITE, returns=OrderPayload)
    async def order_sort(
        uow: UnitOfWork,
        input: OrderSortInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Say which status an order has, who sees to it, which tags it bears."""
        given = values(input)
        version: int | None = given.pop("expected_version", None)
        ref = ref_of(kinds.ORDER, id, external_id)
        return {"order": await sort_order(uow, ref, given, expected_version=version)}

    @mutation(permission=WRITE, returns=OrderPayload)
    async def order_comment_add(
        uow: UnitOfWork,
        input: OrderCommentInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Say something of an order to one's colleagues; its buyer never sees it."""
        ref = ref_of(kinds.ORDER, id, external_id)
        return {"order": await add_comment(uow, ref, **values(input))}

    @mutation(permission=WRITE, returns=OrderPayload)
    async def order_comment_update(
        uow: UnitOfWork, id: strawberry.ID, input: OrderCommentInput
    ) -> Outcome:
        """Say one's own comment otherwise; what it said before stays to be read."""
        comment_id = wanted_id(id, kinds.COMMENT)
        return {"order": await change_comment(uow, comment_id, **values(input))}

    @mutation(permission=WRITE, returns=OrderPayload)
    async def order_comment_remove(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Take back a comment: one's own, or anybody's with the permission staff:write."""
        return {"order": await remove_comment(uow, wanted_id(id, kinds.COMMENT))}
