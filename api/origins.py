"""Which web pages of other sites may read the storefront's answers: CORS, per shop."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy import select
from starlette.requests import Request

from api.context import RequestContext, Services
from domain.merchants.tables import Shop
from tenants.scope import TenantScope

_ORIGINS: Final = select(Shop.storefront_origins)


def storefront_origin(services: Services) -> Callable[[Request, Any], Awaitable[str | None]]:
    """The origin that may read an answer: one that the shop lists.

    A preflight brings no key, so no shop is known yet: it is let through, for all that it opens is
    the request itself, whose answer only a listed origin's page may read. No cookie is ever asked.
    """

    async def allowed(request: Request, context: RequestContext | None) -> str | None:
        origin = request.headers.get("origin")
        if request.method == "OPTIONS":
            return origin
        if context is None or context.caller is None:
            return None
        # The list is the live shop's, in both of its spaces.
        scope = TenantScope(services.pool, context.caller.live_tenant_id)
        listed = await scope.reading.value(_ORIGINS)
        return origin if origin in (listed or ()) else None

    return allowed
