"""Orders as a sheet: asked for, and fetched when it is written."""

from typing import Any, cast

import strawberry

from api.context import Info
from api.engine.fields import computed, root
from api.files.types import export_url
from api.filters import read_where
from api.kept_filters import shown
from api.mutation import Outcome, Payload, entity, mutation
from api.nodes import Node, seen_kind
from api.orders import kinds
from api.orders.orders.inputs import OrderWhere
from api.orders.orders.queries import READ
from api.scalars import JSON, DateTime, Decimal, id_field, wanted_id
from api.stock.sheets.types import SheetFormat, StockExportStatus
from domain.orders.desk.exports import exports_by_ids, exports_seen, request_order_export
from tenants.scope import UnitOfWork


@strawberry.type
class OrderExport(Node):
    """A sheet of orders; whoever asked for it sees it, and who sees all points of sale."""

    id: strawberry.ID = id_field(kinds.EXPORT)
    format: SheetFormat
    status: StockExportStatus
    by_line: bool
    where: JSON = computed(
        lambda row: shown(OrderWhere, row["filter"]), description="As `OrderWhere` was given."
    )
    rows: int | None
    size_bytes: Decimal | None = computed(
        lambda row: None if row["size_bytes"] is None else str(row["size_bytes"])
    )
    requested_at: DateTime
    finished_at: DateTime | None
    expires_at: DateTime | None = strawberry.field(description="When the file will be removed.")
    url: str | None = export_url()


@strawberry.input
class OrderExportCreateInput:
    """Which orders, and how."""

    where: OrderWhere | None = None
    format: SheetFormat = SheetFormat.CSV
    by_line: bool = strawberry.field(
        default=False, description="A row for each line; else for each order."
    )


@strawberry.type
class OrderExportPayload(Payload):
    """The sheet that will be written."""

    order_export: OrderExport | None = entity("order_export", exports_by_ids)


@strawberry.type
class OrderExportQueries:
    """Root fields of sheets of orders."""

    @root(permission=READ)
    async def order_export(self, info: Info, id: strawberry.ID) -> OrderExport | None:
        """One sheet that was asked for, and its link."""
        asked = wanted_id(id, kinds.EXPORT)
        seen: Any = await exports_seen(info.context.reading, info.context.principal, [asked])
        return cast(OrderExport | None, seen.get(asked))


@strawberry.type
class OrderExportMutations:
    """Root fields of sheets of orders."""

    @mutation(permission=READ, returns=OrderExportPayload)
    async def order_export_create(uow: UnitOfWork, input: OrderExportCreateInput) -> Outcome:
        """Have a sheet written of the orders that one sees; it is kept for a week."""
        made = await request_order_export(
            uow,
            format=input.format.value,
            by_line=input.by_line,
            where=read_where(input.where),
        )
        return {"order_export": made}


EXPORT_NODES = [seen_kind(kinds.EXPORT, "OrderExport", exports_seen, READ)]
