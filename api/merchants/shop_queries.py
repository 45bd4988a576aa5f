"""Root fields of the shop: its settings, its merchant and plan."""

from typing import cast

import strawberry

from api.context import Info
from api.engine.fields import root
from api.merchants.history_types import Secret
from api.merchants.shop_types import Host, LegalEntity, Merchant, Plan, Shop
from domain.merchants.plans import list_plans
from domain.merchants.queries import (
    find_merchant,
    find_shop,
    list_hosts,
    list_legal_entities,
)
from domain.merchants.secrets import list_secrets

USUAL_FEW = 5


@strawberry.type
class ShopQueries:
    """Root fields of the area."""

    @root(permission="settings:read")
    async def shop(self, info: Info) -> Shop | None:
        """The settings of this space."""
        return cast(Shop | None, await find_shop(info.context.reading))

    @root(permission="settings:read", items=USUAL_FEW)
    async def hosts(self, info: Info) -> list[Host]:
        """The names under which the shop is found, the primary one first."""
        return cast(list[Host], await list_hosts(info.context.reading))

    @root(permission="settings:read", items=USUAL_FEW)
    async def legal_entities(self, info: Info) -> list[LegalEntity]:
        """Who sells here, the default first."""
        return cast(list[LegalEntity], await list_legal_entities(info.context.reading))

    @root(permission="secrets:write", items=USUAL_FEW)
    async def secrets(self, info: Info) -> list[Secret]:
        """The names of the secrets that the shop has set."""
        return cast(list[Secret], await list_secrets(info.context.reading))

    @root(permission="plan:read")
    async def merchant(self, info: Info) -> Merchant | None:
        """The merchant as a whole: its plan, what is used of it, whether it is open."""
        return cast(Merchant | None, await find_merchant(info.context.reading))

    @root(permission="plan:read", items=USUAL_FEW)
    async def plans(self, info: Info) -> list[Plan]:
        """The plans on offer, the cheapest first."""
        return cast(list[Plan], await list_plans(info.context.reading))
