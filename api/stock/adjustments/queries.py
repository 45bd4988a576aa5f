"""Reading write-offs, surpluses and conversions."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.engine.fields import root
from api.filters import read_where
from api.lists import found, paged
from api.nodes import NodeKind
from api.references import ExternalIdInput, only_one
from api.stock import kinds
from api.stock.adjustments.inputs import ConversionWhere, SurplusWhere, WriteOffWhere
from api.stock.adjustments.types import Conversion, Surplus, WriteOff
from api.stock.queries import READ
from domain.paging import PageRequest
from domain.stock.adjustments.lists import (
    adjustments_seen,
    count_adjustments,
    list_adjustments,
)
from domain.stock.tables import Adjustment
from tenants.scope import Row

KINDS: Final = {
    "write_off": kinds.WRITE_OFF,
    "surplus": kinds.SURPLUS,
    "conversion": kinds.CONVERSION,
}
"""How the ids of each kind of adjustment begin."""


async def _one(
    info: Info, kind: str, id: strawberry.ID | None, external_id: ExternalIdInput | None
) -> Any:
    """One of a kind that the caller may see, by its id or external id."""
    only_one(id=id, externalId=external_id)
    db, principal = info.context.reading, info.context.principal
    row = await found(db, Adjustment, KINDS[kind], id=id, external_id=external_id)
    seen = await adjustments_seen(db, principal, kind, [row["id"]] if row else [])
    return next(iter(seen.values()), None)


async def _page(info: Info, kind: str, page: PageRequest, where: Any) -> Connection[Any]:
    db, principal, asked = info.context.reading, info.context.principal, read_where(where)
    page_found = await list_adjustments(db, principal, page, kind=kind, where=asked)
    return connection(page_found, partial(count_adjustments, db, principal, kind=kind, where=asked))


@strawberry.type
class AdjustmentQueries:
    """Root fields of documents at one location."""

    @root(permission=READ)
    async def write_off(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> WriteOff | None:
        """One write-off, by its id or external id."""
        return await _one(info, "write_off", id, external_id)  # type: ignore[no-any-return]

    @paged(permission=READ)
    async def write_offs(
        self, info: Info, page: PageRequest, where: WriteOffWhere | None = None
    ) -> Connection[WriteOff]:
        """Write-offs, the newest first."""
        return await _page(info, "write_off", page, where)

    @root(permission=READ)
    async def surplus(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Surplus | None:
        """One surplus, by its id or external id."""
        return await _one(info, "surplus", id, external_id)  # type: ignore[no-any-return]

    @paged(permission=READ)
    async def surpluses(
        self, info: Info, page: PageRequest, where: SurplusWhere | None = None
    ) -> Connection[Surplus]:
        """Surpluses, the newest first."""
        return await _page(info, "surplus", page, where)

    @root(permission=READ)
    async def conversion(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Conversion | None:
        """One conversion, by its id or external id."""
        return await _one(info, "conversion", id, external_id)  # type: ignore[no-any-return]

    @paged(permission=READ)
    async def conversions(
        self, info: Info, page: PageRequest, where: ConversionWhere | None = None
    ) -> Connection[Conversion]:
        """Conversions, the newest first."""
        return await _page(info, "conversion", page, where)


def _node(kind: str, name: str) -> NodeKind:
    async def load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
        return await adjustments_seen(context.reading, context.principal, kind, ids)

    return NodeKind(KINDS[kind], name, load, READ)


ADJUSTMENT_NODES: Final = [
    _node("write_off", "WriteOff"),
    _node("surplus", "Surplus"),
    _node("conversion", "Conversion"),
]
