"""Receiving goods."""

import strawberry

from api.inputs import values
from api.mutation import Outcome, Payload, entity, mutation
from api.purchasing.receipts.inputs import GoodsReceiptCreateInput
from api.purchasing.receipts.types import GoodsReceipt
from api.rows import in_table
from domain.purchasing import tables
from domain.purchasing.receipts.receipts import receive_goods
from tenants.scope import UnitOfWork


@strawberry.type
class GoodsReceiptPayload(Payload):
    """The receipt, as it is for good."""

    goods_receipt: GoodsReceipt | None = entity("goods_receipt", in_table(tables.GoodsReceipt))


@strawberry.type
class GoodsReceiptMutations:
    """Root fields of goods receipts."""

    @mutation(permission="inventory:write", returns=GoodsReceiptPayload, cost=50, needs_key=True)
    async def goods_receipt_create(uow: UnitOfWork, input: GoodsReceiptCreateInput) -> Outcome:
        """Put what came into stock at what it cost, all of it or nothing; up to 250 lines.

        Needs an Idempotency-Key. Refused for more than was ordered, unless `allowOver` says so.
        """
        return {"goods_receipt": await receive_goods(uow, values(input))}
