"""What the resolvers of this area take from a request beside its scope."""

from api.context import RequestContext
from domain.merchants.reception import Reception
from tenants.identify import Seen
from tenants.scope import TenantScope


def seen_of(context: RequestContext) -> Seen:
    """What the audit log will name of this request."""
    return Seen(context.principal.address, context.principal.request_id)


def reception_of(context: RequestContext) -> Reception:
    """The process's reception."""
    reception: Reception = context.services.adapters[Reception]
    return reception


def own_scope(context: RequestContext) -> TenantScope:
    """The live space, where the caller's own place and session are, whichever space he is in."""
    caller = context.signed_in
    setting = context.services.settings.tenant_setting
    return TenantScope(context.services.pool, caller.live_tenant_id, context.principal, setting)
