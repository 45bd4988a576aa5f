"""Which of the merchant's own things `node(id:)` finds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from api.context import RequestContext
from api.merchants import kinds
from api.nodes import NodeKind
from api.rows import in_table
from domain.merchants import tables
from domain.merchants.queries import keys_by_ids
from domain.merchants.secrets import secrets_by_ids
from tenants.scope import Asking


def _node(
    prefix: str,
    type_name: str,
    load: Callable[[Asking, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]],
    permission: str,
) -> NodeKind:
    async def rows(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        return await load(context.reading, ids)

    return NodeKind(prefix, type_name, rows, permission)


NODES: Final = [
    _node(kinds.LEGAL_ENTITY, "LegalEntity", in_table(tables.LegalEntity), "settings:read"),
    _node(kinds.ROLE, "Role", in_table(tables.Role), "staff:read"),
    _node(kinds.STAFF, "StaffMember", in_table(tables.StaffMember), "staff:read"),
    _node(kinds.INVITATION, "Invitation", in_table(tables.Invitation), "staff:read"),
    _node(kinds.API_KEY, "ApiKey", keys_by_ids, "keys:read"),
    _node(kinds.SECRET, "Secret", secrets_by_ids, "secrets:write"),
    _node(kinds.EXPORT, "Export", in_table(tables.Export), "export:run"),
]
