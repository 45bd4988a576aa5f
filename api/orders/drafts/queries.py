"""Reading drafts of orders."""

from typing import Any, cast

import strawberry

from api.connections import Connection
from api.context import Info
from api.engine.fields import root
from api.lists import seen_listing
from api.nodes import seen_kind
from api.orders import kinds
from api.orders.drafts.inputs import OrderDraftWhere
from api.orders.drafts.types import OrderDraft
from api.orders.orders.queries import READ
from api.scalars import wanted_id
from domain.orders.drafts.lists import count_drafts, drafts_seen, list_drafts

DRAFT_NODES = [seen_kind(kinds.DRAFT, "OrderDraft", drafts_seen, READ)]


@strawberry.type
class OrderDraftQueries:
    """Root fields of drafts."""

    order_drafts: Connection[OrderDraft] = seen_listing(
        list_drafts,
        count_drafts,
        where=OrderDraftWhere,
        permission=READ,
        description="Drafts of orders, the newest first; REQUESTED ones wait to be called.",
    )

    @root(permission=READ)
    async def order_draft(self, info: Info, id: strawberry.ID) -> OrderDraft | None:
        """One draft."""
        draft_id = wanted_id(id, kinds.DRAFT)
        found: Any = await drafts_seen(info.context.reading, info.context.principal, [draft_id])
        return cast(OrderDraft | None, found.get(draft_id))
