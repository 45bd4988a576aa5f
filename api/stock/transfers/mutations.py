"""Making transfers, and moving them on."""

import strawberry

from api.inputs import ScannedCodeInput, edit_of, ref_of, scanned, values
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.stock import kinds
from api.stock.mutations import WRITE
from api.stock.transfers.inputs import (
    TransferArrivalInput,
    TransferCreateInput,
    TransferUpdateInput,
)
from api.stock.transfers.types import Transfer
from domain.stock import tables
from domain.stock.transfers.states import (
    cancel_transfer,
    close_transfer,
    receive_transfer,
    send_transfer,
)
from domain.stock.transfers.transfers import create_transfer, update_transfer
from tenants.scope import UnitOfWork


@strawberry.type
class TransferPayload(Payload):
    """The transfer as it is now."""

    transfer: Transfer | None = entity("transfer", in_table(tables.Transfer))


@strawberry.type
class TransferMutations:
    """Root fields of transfers."""

    @mutation(permission=WRITE, returns=TransferPayload, cost=20)
    async def transfer_create(uow: UnitOfWork, input: TransferCreateInput) -> Outcome:
        """Make a draft, with its number; up to 250 lines."""
        return {"transfer": await create_transfer(uow, values(input))}

    @mutation(permission=WRITE, returns=TransferPayload, cost=20)
    async def transfer_update(
        uow: UnitOfWork,
        input: TransferUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a draft; of one under way its day and note."""
        edit = edit_of(kinds.TRANSFER, id, external_id, input)
        return {"transfer": await update_transfer(uow, edit)}

    @mutation(permission=WRITE, returns=TransferPayload, cost=50, needs_key=True)
    async def transfer_send(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        codes: list[ScannedCodeInput] | None = None,
    ) -> Outcome:
        """Let the goods of a draft leave: they are in transit now, at what they had cost.

        Needs an Idempotency-Key; and the `codes` of pieces that are known one by one. What is
        reserved stays.
        """
        ref = ref_of(kinds.TRANSFER, id, external_id)
        sent = await send_transfer(
            uow, ref, codes=scanned(codes), expected_version=expected_version
        )
        return {"transfer": sent}

    @mutation(permission=WRITE, returns=TransferPayload, cost=50, needs_key=True)
    async def transfer_receive(
        uow: UnitOfWork,
        lines: list[TransferArrivalInput] | None = None,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        codes: list[ScannedCodeInput] | None = None,
    ) -> Outcome:
        """Put what came into stock; without `lines`, all that is under way. May be done in parts.

        Needs an Idempotency-Key. More than is under way is refused: what is more is a surplus. Of
        pieces that are known one by one, `codes` say which came; a line that came whole needs none.
        """
        ref = ref_of(kinds.TRANSFER, id, external_id)
        came = None if lines is None else [values(line) for line in lines]
        received = await receive_transfer(
            uow, ref, lines=came, codes=scanned(codes), expected_version=expected_version
        )
        return {"transfer": received}

    @mutation(permission=WRITE, returns=TransferPayload, cost=50, needs_key=True)
    async def transfer_close(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Be done with a transfer: what is still under way never comes, and is written off.

        Needs an Idempotency-Key.
        """
        ref = ref_of(kinds.TRANSFER, id, external_id)
        return {"transfer": await close_transfer(uow, ref, expected_version=expected_version)}

    @mutation(permission=WRITE, returns=TransferPayload, cost=50, needs_key=True)
    async def transfer_cancel(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up a transfer of which nothing has come: what was sent lies again where it lay.

        Needs an Idempotency-Key.
        """
        ref = ref_of(kinds.TRANSFER, id, external_id)
        return {"transfer": await cancel_transfer(uow, ref, expected_version=expected_version)}
