"""Sheets that go out: balances by place with all their numbers, and the rows of an import that
failed, to be mended and sent again. Each is a file that its owner fetches by a signed link.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, and_, bindparam, cast, func, select, tuple_, update

from domain.catalog.tables import Product, Variant
from domain.courses import Course
from domain.files.ports import FileStore
from domain.merchants.shop_facts import CURRENCY
from domain.references import Ref
from domain.row_sets import rows_by_id
from domain.stock.freshness import IS_SELLABLE
from domain.stock.places.locations import reach_location
from domain.stock.sheets.import_runs import check_sees_all_points, locked_import
from domain.stock.sheets.sheets import SheetFormat, WriteSheet
from domain.stock.sheets.tables import StockExport, StockImport, StockImportRow
from domain.stock.sheets.words import PROBLEMS
from domain.stock.sheets.written import announce_sheet, save_sheet, settle_sheet
from domain.stock.shelves import share
from domain.stock.tables import Location, Lot, LotBalance, StockLevel
from tenants.ids import encode_id
from tenants.jobs import enqueue
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.money import format_minor
from tenants.values.quantity import WHOLE, format_thousandths

EXPORT: Final = "stock.export"
"""The kind of job that writes one; its argument is `sheet_id`."""
ACTION: Final = "stockExport"
PAGE: Final = 2_000
HEAD: Final = (
    "location",
    "location_title",
    "variant_id",
    "sku",
    "product",
    "variant",
    "unit",
    "on_hand",
    "reserved",
    "unsellable",
    "sellable",
    "value",
    "unit_cost",
    "currency",
)

_lots: Final = (
    select(
        cast(func.coalesce(func.sum(LotBalance.value_minor), 0), BigInteger).label("value_minor"),
        cast(
            func.coalesce(func.sum(LotBalance.quantity).filter(~IS_SELLABLE), 0), BigInteger
        ).label("unsellable"),
    )
    .join(Lot, Lot.id == LotBalance.lot_id)
    .where(
        LotBalance.variant_id == StockLevel.variant_id,
        LotBalance.location_id == StockLevel.location_id,
        LotBalance.quantity > 0,
    )
    .lateral("lots")
)
_AFTER: Final = tuple_(
    bindparam("after_variant", type_=StockLevel.variant_id.type),
    bindparam("after_location", type_=StockLevel.location_id.type),
)
_BALANCES: Final = (
    select(
        StockLevel.variant_id,
        StockLevel.location_id,
        StockLevel.on_hand,
        StockLevel.reserved,
        Location.code.label("location"),
        Location.title.label("location_title"),
        Variant.sku,
        Variant.title.label("variant"),
        Product.title.label("product"),
        Product.unit,
        _lots.c.value_minor,
        _lots.c.unsellable,
        CURRENCY,
    )
    .join(_lots, StockLevel.id == StockLevel.id)
    .join(Location, Location.id == StockLevel.location_id)
    .join(Variant, Variant.id == StockLevel.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .where(tuple_(StockLevel.variant_id, StockLevel.location_id) > _AFTER)
    .order_by(StockLevel.variant_id, StockLevel.location_id)
    .limit(PAGE)
)
_FAILED: Final = (
    select(StockImportRow)
    .where(
        and_(
            StockImportRow.import_id == bindparam("import_id"),
            StockImportRow.problem.is_not(None),
            StockImportRow.line > bindparam("after_line", type_=BigInteger()),
        )
    )
    .order_by(StockImportRow.line)
    .limit(PAGE)
)
_FIRST: Final = UUID(int=0)


async def request_stock_export(
    uow: UnitOfWork,
    *,
    format: SheetFormat,
    location: Ref | None = None,
    failed_rows_of: UUID | None = None,
) -> UUID:
    """Have a sheet written: balances of a location or of all, or an import's failed rows; its id.

    Raises NotFound, NotAllowed for who sees but some points of sale.
    """
    check_sees_all_points(uow.principal)
    location_id = None if location is None else await reach_location(uow, location, "locationId")
    if failed_rows_of is not None:
        await locked_import(uow, failed_rows_of)
    export_id = await uow.add(
        StockExport,
        format=format,
        location_id=location_id,
        import_id=failed_rows_of,
        requested_at=uow.now,
    )
    await enqueue(uow, EXPORT, key=f"{export_id}", sheet_id=str(export_id))
    uow.record("stock_export.requested", export_id)
    return export_id


async def exports_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these exports that the caller may see: who sees but some points sees none, for the
    link leads to all that is in the file."""
    return await exports_by_ids(db, ids) if principal.points is None else {}


async def exports_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Exports by id."""
    return await rows_by_id(db, StockExport, ids)


async def run_stock_export(
    course: Course, *, sheet_id: str, store: FileStore, write_sheet: WriteSheet
) -> dict[str, Any]:
    """Job `stock.export`: write the file, then say that it is there; `{"rows", "bytes"}`.

    Run twice, it writes the same file anew; once it is ready, nothing. Balances are of one moment.
    """
    asked = UUID(sheet_id)
    async with course.writing(ACTION) as uow:
        export = (await exports_by_ids(uow, [asked])).get(asked)
        if export is None or export["status"] != "waiting":
            return {"rows": 0, "bytes": 0}
        name = f"{encode_id('sxp', asked)}.{export['format']}"
        await announce_sheet(uow, asked, name, export["format"])
    rows = await _rows_of(course, export)
    written = await save_sheet(
        course, name, export["format"], rows, store=store, write_sheet=write_sheet
    )
    async with course.writing(ACTION) as uow:
        ends = await settle_sheet(uow, asked, written)
        await uow.execute(
            update(StockExport)
            .where(StockExport.id == asked)
            .values(
                status="ready",
                rows=len(rows) - 1,
                size_bytes=written.size,
                finished_at=uow.now,
                expires_at=ends,
            )
        )
        uow.record("stock_export.finished", asked, rows=len(rows) - 1)
    return {"rows": len(rows) - 1, "bytes": written.size}


async def _rows_of(course: Course, export: Row) -> list[Sequence[str]]:
    """All rows of a sheet, its head first, as they are in one snapshot."""
    rows: list[Sequence[str]] = []
    async with course.scope.writing(ACTION) as uow:
        await uow.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if export["import_id"] is None:
            rows.append(HEAD)
            async for page in _balances(uow, export["location_id"]):
                rows += map(_balance, page)
        else:
            run = (await rows_by_id(uow, StockImport, [export["import_id"]]))[export["import_id"]]
            rows.append([*run["head"], "line", "problem", "field", "value"])
            async for page in _failed(uow, export["import_id"]):
                rows += (_failure(row, len(run["head"])) for row in page)
    return rows


async def _balances(db: UnitOfWork, location_id: UUID | None) -> AsyncIterator[Sequence[Row]]:
    asked = _BALANCES
    if location_id is not None:
        asked = asked.where(StockLevel.location_id == location_id)
    last = (_FIRST, _FIRST)
    while page := await db.rows(asked, after_variant=last[0], after_location=last[1], now=db.now):
        yield page
        last = page[-1]["variant_id"], page[-1]["location_id"]


async def _failed(db: Asking, import_id: UUID) -> AsyncIterator[Sequence[Row]]:
    last = 0
    while page := await db.rows(_FAILED, import_id=import_id, after_line=last):
        yield page
        last = page[-1]["line"]


def _balance(row: Row) -> Sequence[str]:
    free = row["on_hand"] - row["reserved"] - row["unsellable"]
    cost = share(row["value_minor"], WHOLE, row["on_hand"]) if row["on_hand"] else None
    return (
        row["location"],
        row["location_title"],
        encode_id("var", row["variant_id"]),
        row["sku"] or "",
        row["product"],
        row["variant"],
        row["unit"],
        format_thousandths(row["on_hand"]),
        format_thousandths(row["reserved"]),
        format_thousandths(row["unsellable"]),
        format_thousandths(max(free, 0)),
        format_minor(row["value_minor"], row["currency"]),
        "" if cost is None else format_minor(cost, row["currency"]),
        row["currency"],
    )


def _failure(row: Row, width: int) -> Sequence[str]:
    """The row as it stood in the file, and what is wrong with it behind."""
    cells = [*row["cells"], *[""] * width][:width]
    why = PROBLEMS[row["problem"]]["en"]
    return [*cells, f"{row['line']}", why, row["field"] or "", row["value"] or ""]
