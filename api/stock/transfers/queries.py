"""Reading transfers."""

from typing import Final

import strawberry

from api.connections import Connection
from api.lists import named, seen_listing
from api.nodes import seen_kind
from api.stock import kinds
from api.stock.queries import READ
from api.stock.transfers.inputs import TransferWhere
from api.stock.transfers.types import Transfer
from domain.stock import tables
from domain.stock.transfers.lists import count_transfers, list_transfers, transfers_seen


@strawberry.type
class TransferQueries:
    """Root fields of transfers."""

    transfer: Transfer | None = named(
        tables.Transfer,
        kinds.TRANSFER,
        seen=transfers_seen,
        permission=READ,
        description="One transfer, by its id or external id.",
    )

    transfers: Connection[Transfer] = seen_listing(
        list_transfers,
        count_transfers,
        where=TransferWhere,
        permission=READ,
        description="Transfers from or to the locations that the caller may see, the newest first.",
    )


TRANSFER_NODES: Final = [seen_kind(kinds.TRANSFER, "Transfer", transfers_seen, READ)]
