"""Where goods that may go back came from: the receipts that lots came by, and their prices."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on

from domain.purchasing.tables import GoodsReceipt, GoodsReceiptLine
from domain.row_sets import IDS
from domain.stock.tables import StockMovement
from tenants.scope import Asking


class Origin(NamedTuple):
    """Who sold it, at which price for one unit, minor units of `currency`."""

    supplier_id: UUID | None
    price_minor: int
    currency: str


_BOUGHT: Final = (
    GoodsReceipt.supplier_id,
    GoodsReceiptLine.price_minor,
    GoodsReceipt.currency,
)
_OF_LOTS: Final = (
    select(StockMovement.lot_id.label("of"), *_BOUGHT)
    .ext(distinct_on(StockMovement.lot_id))
    .join(GoodsReceiptLine, GoodsReceiptLine.id == StockMovement.line_id)
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .where(StockMovement.lot_id == any_(IDS), StockMovement.document_kind == "goods_receipt")
    .order_by(StockMovement.lot_id, StockMovement.at.desc(), StockMovement.id.desc())
)
_OF_VARIANTS: Final = (
    select(GoodsReceiptLine.variant_id.label("of"), *_BOUGHT)
    .ext(distinct_on(GoodsReceiptLine.variant_id))
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .where(
        and_(
            GoodsReceiptLine.variant_id == any_(IDS),
            GoodsReceipt.supplier_id == bindparam("supplier", type_=Uuid()),
        )
    )
    .order_by(GoodsReceiptLine.variant_id, GoodsReceiptLine.id.desc())
)


async def origins_of_lots(db: Asking, lot_ids: Sequence[UUID]) -> dict[UUID, Origin]:
    """By which receipt each of these lots came last, of those that came by one."""
    return _origins(await db.rows(_OF_LOTS, ids=list(lot_ids)) if lot_ids else [])


async def last_bought(
    db: Asking, supplier_id: UUID, variant_ids: Sequence[UUID]
) -> dict[UUID, Origin]:
    """How each of these variants was bought of a supplier last, of those that were."""
    asked = {"ids": list(variant_ids), "supplier": supplier_id}
    return _origins(await db.rows(_OF_VARIANTS, **asked) if variant_ids else [])


def _origins(rows: Sequence[Any]) -> dict[UUID, Origin]:
    return {
        row["of"]: Origin(row["supplier_id"], row["price_minor"], row["currency"]) for row in rows
    }
