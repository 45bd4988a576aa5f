"""Which web pages of other sites may read the storefront's answers: CORS, per shop."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy import select
from starlette.requests import Request

from api.context import RequestContext, Services
from domain.merchants.hosts import is_origin_allowed
from domain.merchants.tables import Shop
from tenants.scope import TenantScope

_ORIGINS: Final = select(Shop.storefront_origins)


def storefront_origin(services: Services) -> Callable[[Request, Any], Awaitable[str | None]]:
    """The origin that may read an answer: one of the shop's own hosts, or one that it lists.

    A preflight brings no key, so no shop is known yet: it is let through, for all that it opens is
    the request itself, whose answer only such a page may read. No cookie is ever asked.
    """

    async def allowed(request: Request, context: RequestContext | None) -> str | None:
        origin = request.headers.get("origin")
        if request.method == "OPTIONS":
            return origin
        if origin is None or context is None or context.caller is None:
            return None
        # Hosts and list are the live shop's, in both of its spaces.
        setting = services.settings.tenant_setting
        live = TenantScope(services.pool, context.caller.live_tenant_id, setting=setting).reading
        listed = await live.value(_ORIGINS) or []
        return origin if await is_origin_allowed(live, listed, origin) else None

    return allowed
