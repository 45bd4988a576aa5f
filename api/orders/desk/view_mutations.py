"""Views of the list of orders: kept, changed, looked at."""

from typing import Any, cast

import strawberry

from api.context import Info
from api.engine.fields import root
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.desk.view_types import (
    OrderView,
    OrderViewCreateInput,
    OrderViewUpdateInput,
    view_values,
)
from api.orders.orders.queries import READ
from api.rows import in_table
from api.scalars import wanted_id
from domain.orders import tables
from domain.orders.desk.views import create_view, delete_view, list_views, update_view
from tenants.ids import encode_id
from tenants.scope import UnitOfWork


@strawberry.type
class OrderViewPayload(Payload):
    """The view as it is now."""

    order_view: OrderView | None = entity("order_view", in_table(tables.OrderView))


@strawberry.type
class OrderViewDeletePayload(Payload):
    """The id of what is gone."""

    order_view_id: strawberry.ID | None


@strawberry.type
class OrderViewQueries:
    """Root fields of views."""

    @root(permission=READ, items=20)
    async def order_views(self, info: Info) -> list[OrderView]:
        """One's own views and those for all, in their order; 100 at most."""
        found: Any = await list_views(info.context.reading, info.context.principal)
        return cast(list[OrderView], found)


@strawberry.type
class OrderViewMutations:
    """Root fields of views. Who sees orders keeps views for himself; those for all need more."""

    @mutation(permission=READ, returns=OrderViewPayload)
    async def order_view_create(uow: UnitOfWork, input: OrderViewCreateInput) -> Outcome:
        """Keep a view of orders, for oneself or for all."""
        return {"order_view": await create_view(uow, view_values(input))}

    @mutation(permission=READ, returns=OrderViewPayload)
    async def order_view_update(
        uow: UnitOfWork, id: strawberry.ID, input: OrderViewUpdateInput
    ) -> Outcome:
        """Change a view of one's own, or one for all."""
        given = view_values(input)
        version: int | None = given.pop("expected_version", None)
        view_id = wanted_id(id, kinds.VIEW)
        return {"order_view": await update_view(uow, view_id, given, expected_version=version)}

    @mutation(permission=READ, returns=OrderViewDeletePayload)
    async def order_view_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Forget a view of one's own, or one for all."""
        view_id = wanted_id(id, kinds.VIEW)
        gone = await delete_view(uow, view_id, expected_version=expected_version)
        return {"order_view_id": encode_id(kinds.VIEW, gone)}
