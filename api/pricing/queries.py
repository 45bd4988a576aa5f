"""Reading price lists."""

import strawberry

from api.connections import Connection
from api.context import Info
from api.engine.fields import root
from api.lists import found, listed
from api.pricing import kinds
from api.pricing.types import PriceList
from api.references import ExternalIdInput
from domain.catalog.queries import ListOf
from domain.pricing import tables

PRICE_LISTS = ListOf(tables.PriceList, {}, {"priority": tables.PriceList.priority})


@strawberry.type
class PricingQueries:
    """Root fields of the area."""

    @root(permission="prices:read")
    async def price_list(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> PriceList | None:
        """One price list, by its id or external id."""
        return await found(  # type: ignore[no-any-return]
            info, tables.PriceList, kinds.PRICE_LIST, id=id, external_id=external_id
        )

    @root(permission="prices:read", page_size=("first", "last"))
    async def price_lists(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[PriceList]:
        """All price lists, the highest priority first."""
        return await listed(  # type: ignore[no-any-return]
            info,
            PRICE_LISTS,
            first=first,
            after=after,
            last=last,
            before=before,
            usual=[("priority", True)],
        )
