"""Reading transfers."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final
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
from api.stock.queries import READ
from api.stock.transfers.inputs import TransferWhere
from api.stock.transfers.types import Transfer
from domain.paging import PageRequest
from domain.stock import tables
from domain.stock.transfers.lists import count_transfers, list_transfers, transfers_seen
from tenants.scope import Row


@strawberry.type
class TransferQueries:
    """Root fields of transfers."""

    @root(permission=READ)
    async def transfer(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Transfer | None:
        """One transfer, by its id or external id."""
        only_one(id=id, externalId=external_id)
        db, principal = info.context.reading, info.context.principal
        row = await found(db, tables.Transfer, kinds.TRANSFER, id=id, external_id=external_id)
        seen = await transfers_seen(db, principal, [row["id"]] if row else [])
        return next(iter(seen.values()), None)  # type: ignore[return-value]

    @paged(permission=READ)
    async def transfers(
        self, info: Info, page: PageRequest, where: TransferWhere | None = None
    ) -> Connection[Transfer]:
        """Transfers from or to the locations that the caller may see, the newest first."""
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        page_found = await list_transfers(db, principal, page, where=asked)
        return connection(page_found, partial(count_transfers, db, principal, where=asked))


async def _load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    return await transfers_seen(context.reading, context.principal, ids)


TRANSFER_NODES: Final = [NodeKind(kinds.TRANSFER, "Transfer", _load, READ)]
