"""Looking at a draft by its link."""

from typing import Any, cast

import strawberry

from api.context import Info
from api.engine.fields import root
from api.orders.carts.queries import PERMISSION, check_is_posted
from api.orders.drafts.storefront_types import OrderDraft
from domain.orders.drafts.states import find_offered


@strawberry.type
class OrderDraftWindowQueries:
    """Root fields of drafts for buyers."""

    @root(permission=PERMISSION, cost=10, items=5)
    async def order_draft(self, info: Info, token: str) -> OrderDraft | None:
        """The draft that a link opens; null where it opens none. Not by GET."""
        check_is_posted(info)
        found: Any = await find_offered(info.context.reading, token)
        return cast(OrderDraft | None, found)
