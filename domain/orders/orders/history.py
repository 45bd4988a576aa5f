"""What happened to orders, their hand-overs and returns, out of the feed of events."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, select, union_all

from domain.orders.drafts.tables import OrderDraft
from domain.orders.hand_overs.tables import HandOver
from domain.orders.orders.tables import Order
from domain.orders.returns.tables import OrderReturn
from domain.orders.shipments.tables import Shipment
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS
from tenants.ledger import EventRow
from tenants.scope import Asking

_PAPERS: Final[Any] = union_all(
    select(Order.id, Order.id.label("order_id")).where(Order.id == any_(IDS)),
    *(
        select(table.id, table.order_id).where(table.order_id == any_(IDS))
        for table in (OrderDraft, HandOver, OrderReturn)
    ),
    select(Shipment.id, HandOver.order_id)
    .join(HandOver, HandOver.id == Shipment.hand_over_id)
    .where(HandOver.order_id == any_(IDS)),
)
_EVENTS: Final = (
    select(EventRow).where(EventRow.entity_id == any_(IDS)).order_by(EventRow.sequence.desc())
)


_OF_ALL_PAPERS: Final = select(EventRow).where(
    EventRow.entity_id.in_(select(_PAPERS.subquery("papers").c.id))
)
_NEWEST: Final = (Sort("sequence", EventRow.sequence, descending=True),)


async def list_timeline(db: Asking, order_id: UUID, request: PageRequest) -> Page:
    """A page of what happened to an order and its papers, the newest first."""
    return await page_of(db, _OF_ALL_PAPERS, _NEWEST, request, ids=[order_id])


async def count_timeline(db: Asking, order_id: UUID) -> int:
    """How much that is."""
    return await count_of(db, _OF_ALL_PAPERS, ids=[order_id])


async def history_of(db: Asking, order_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The events of orders, with their `order_id`, the newest first."""
    papers = {row["id"]: row["order_id"] for row in await db.rows(_PAPERS, ids=list(order_ids))}
    events = await db.rows(_EVENTS, ids=list(papers))
    return [{**row, "order_id": papers[row["entity_id"]]} for row in events]
