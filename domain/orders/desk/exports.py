"""Orders as a sheet: those of a filter, a row for each or for each of their lines, in a file that
whoever asked for it fetches by a signed link.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import bindparam, func, select, update

from domain.bulk import TooMany
from domain.catalog.filters import Where
from domain.courses import Course
from domain.files.ports import FileStore
from domain.merchants.tables import StaffMember
from domain.orders.desk.exported_rows import LINE_HEAD, ORDER_HEAD, line_row, order_row
from domain.orders.desk.sorting import tags_of
from domain.orders.desk.tables import OrderExport, OrderStatus
from domain.orders.orders.lines import lines_of
from domain.orders.orders.lists import count_orders, orders_asked
from domain.orders.orders.tables import Order, OrderLine
from domain.row_sets import rows_by_id
from domain.stock.sheets.sheets import MOST_ROWS, SheetFormat, WriteSheet
from domain.stock.sheets.written import announce_sheet, save_sheet, settle_sheet
from domain.stock.tables import Location
from tenants.ids import encode_id
from tenants.jobs import enqueue
from tenants.principal import Actor, Principal
from tenants.scope import Asking, Row, UnitOfWork

EXPORT: Final = "orders.export"
"""The kind of job that writes one; its argument is `order_export_id`."""
ACTION: Final = "orderExport"
PAGE: Final = 1_000
_FIRST: Final = UUID(int=0)
_READY: Final = (
    update(OrderExport)
    .where(OrderExport.id == bindparam("export_id"))
    .values(
        status="ready",
        rows=bindparam("written"),
        size_bytes=bindparam("size"),
        finished_at=bindparam("now"),
        expires_at=bindparam("ends"),
    )
)


async def request_order_export(
    uow: UnitOfWork, *, format: SheetFormat, by_line: bool, where: Where | None
) -> UUID:
    """Have a sheet written of the orders that the caller sees and `where` tells; its id.

    Raises Invalid, TooMany for more than 200,000 rows.
    """
    principal = uow.principal
    count = _count_lines if by_line else count_orders
    if await count(uow, principal, where=where) > MOST_ROWS:
        raise TooMany("where", most=MOST_ROWS)
    points = None if principal.points is None else [str(one) for one in principal.points]
    export_id = await uow.add(
        OrderExport,
        format=format,
        by_line=by_line,
        filter=orjson.loads(orjson.dumps(where or {}, default=str)),
        points=points,
        actor=principal.actor.value,
        actor_id=principal.id,
        requested_at=uow.now,
    )
    await enqueue(uow, EXPORT, key=f"{export_id}", order_export_id=str(export_id))
    uow.record("order_export.requested", export_id)
    return export_id


async def exports_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Exports by id."""
    return await rows_by_id(db, OrderExport, ids)


async def exports_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these exports that the caller asked for himself, with the points that he still has,
    or may see because he sees all: the link leads to all that is in the file.
    """
    found = await exports_by_ids(db, ids)
    return {one: row for one, row in found.items() if _is_seen(principal, row)}


async def run_order_export(
    course: Course, *, order_export_id: str, store: FileStore, write_sheet: WriteSheet
) -> dict[str, Any]:
    """Job `orders.export`: write the file, then say that it is there; `{"rows", "bytes"}`.

    Run twice, it writes the same file anew; once it is ready, nothing. Orders are of one moment.
    """
    asked = UUID(order_export_id)
    async with course.writing(ACTION) as uow:
        export = (await exports_by_ids(uow, [asked])).get(asked)
        if export is None or export["status"] != "waiting":
            return {"rows": 0, "bytes": 0}
        name = f"{encode_id('oex', asked)}.{export['format']}"
        await announce_sheet(uow, asked, name, export["format"])
    rows = await _rows_of(course, export)
    written = await save_sheet(
        course, name, export["format"], rows, store=store, write_sheet=write_sheet
    )
    async with course.writing(ACTION) as uow:
        ends = await settle_sheet(uow, asked, written)
        count = len(rows) - 1
        await uow.execute(
            _READY, export_id=asked, written=count, size=written.size, now=uow.now, ends=ends
        )
        uow.record("order_export.finished", asked, rows=count)
    return {"rows": count, "bytes": written.size}


def _is_seen(principal: Principal, export: Row) -> bool:
    if principal.points is None:
        return True
    is_own = (export["actor"], export["actor_id"]) == (principal.actor.value, principal.id)
    kept = None if export["points"] is None else {UUID(one) for one in export["points"]}
    return is_own and kept is not None and kept <= set(principal.points)


async def _count_lines(db: Asking, principal: Principal, *, where: Where | None) -> int:
    """How many lines the orders have that the caller sees and `where` tells."""
    orders = orders_asked(principal, where).subquery()
    lines = select(func.count()).select_from(OrderLine).where(OrderLine.quantity > 0)
    counted: int = await db.value(lines.join(orders, orders.c.id == OrderLine.order_id))
    return counted


async def _rows_of(course: Course, export: Row) -> list[Sequence[str]]:
    """All rows of a sheet, its head first, as they are in one snapshot."""
    points = export["points"]
    seen = Principal(
        Actor.SYSTEM, points=None if points is None else tuple(UUID(one) for one in points)
    )
    rows: list[Sequence[str]] = [LINE_HEAD if export["by_line"] else ORDER_HEAD]
    async with course.scope.writing(ACTION) as uow:
        await uow.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        async for page in _orders(uow, seen, export["filter"]):
            rows += await (_lines(uow, page) if export["by_line"] else _whole(uow, page))
    return rows


async def _orders(db: UnitOfWork, seen: Principal, where: Where) -> AsyncIterator[Sequence[Row]]:
    asked = orders_asked(seen, where).where(Order.id > bindparam("after", type_=Order.id.type))
    asked, last = asked.order_by(Order.id).limit(PAGE), _FIRST
    while page := await db.rows(asked, after=last):
        yield page
        last = page[-1]["id"]


async def _lines(db: Asking, orders: Sequence[Row]) -> list[Sequence[str]]:
    by_id: Mapping[UUID, Row] = {row["id"]: row for row in orders}
    return [line_row(by_id[line["order_id"]], line) for line in await lines_of(db, list(by_id))]


async def _whole(db: Asking, orders: Sequence[Row]) -> list[Sequence[str]]:
    tags = await tags_of(db, [row["id"] for row in orders])
    statuses = await _titles(db, OrderStatus, "title", orders, "status_id")
    places = await _titles(db, Location, "title", orders, "location_id")
    staff = await _titles(db, StaffMember, "name", orders, "assignee_id")
    return [
        order_row(
            row,
            status=statuses.get(row["status_id"], ""),
            assignee=staff.get(row["assignee_id"], ""),
            place=places.get(row["location_id"], ""),
            tags=tags.get(row["id"], []),
        )
        for row in orders
    ]


async def _titles(
    db: Asking, table: Any, title: str, orders: Sequence[Row], by: str
) -> dict[UUID | None, str]:
    """What the things are called that orders name."""
    ids = {row[by] for row in orders if row[by] is not None}
    found = await rows_by_id(db, table, list(ids)) if ids else {}
    return {one: row[title] for one, row in found.items()}
