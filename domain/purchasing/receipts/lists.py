"""Lists of goods receipts, at the points that the caller sees; their lines and extra costs."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, any_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points, at_seen_points
from domain.merchants.shop_facts import CURRENCY
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.purchasing.tables import GoodsReceipt, GoodsReceiptCost, GoodsReceiptLine
from domain.row_sets import IDS, rows_by_id
from tenants.principal import Principal
from tenants.scope import Asking, Row


def _has_line(condition: Any) -> Any:
    lines = select(GoodsReceiptLine.id)
    return lines.where(GoodsReceiptLine.receipt_id == GoodsReceipt.id, condition).exists()


_FILTERS: Final = {
    "id": Filter(GoodsReceipt.id),
    "externalId": Filter(GoodsReceipt.external_id),
    "orderId": Filter(GoodsReceipt.order_id),
    "supplierId": Filter(GoodsReceipt.supplier_id),
    "locationId": Filter(GoodsReceipt.location_id),
    "variantId": Filter(GoodsReceiptLine.variant_id, _has_line),
    "lotNumber": Filter(GoodsReceiptLine.lot_number, _has_line),
    "receivedAt": Filter(GoodsReceipt.received_at),
}
_NEWEST: Final = (Sort("id", GoodsReceipt.id, descending=True),)
_LINES: Final = (
    select(GoodsReceiptLine, GoodsReceipt.currency, CURRENCY.label("shop_currency"))
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .where(GoodsReceiptLine.receipt_id == any_(IDS))
    .order_by(GoodsReceiptLine.receipt_id, GoodsReceiptLine.position)
)
_COSTS: Final = (
    select(GoodsReceiptCost, CURRENCY)
    .where(GoodsReceiptCost.receipt_id == any_(IDS))
    .order_by(GoodsReceiptCost.receipt_id, GoodsReceiptCost.position)
)


async def receipt_lines_of(db: Asking, receipt_ids: Sequence[UUID]) -> list[Row]:
    """The lines of many receipts; prices in `currency`, values in `shop_currency`."""
    return await db.rows(_LINES, ids=list(receipt_ids))


async def extra_costs_of(db: Asking, receipt_ids: Sequence[UUID]) -> list[Row]:
    """The extra costs of many receipts, in the shop's `currency`."""
    return await db.rows(_COSTS, ids=list(receipt_ids))


async def receipts_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these receipts that the caller may see."""
    found = await rows_by_id(db, GoodsReceipt, ids)
    return {row["id"]: row for row in at_seen_points(principal, found.values())}


async def list_receipts(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of receipts at the points that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_receipts(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many receipts that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = select(GoodsReceipt).where(conditions(_FILTERS, where))
    return at_points(asked, principal, GoodsReceipt.location_id)
