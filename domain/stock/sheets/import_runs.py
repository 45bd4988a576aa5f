"""Imports of balances from their start to their end: what a person asks, and what is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from domain.bulk import ErrorPolicy
from domain.errors import DomainError, ErrorCode, Invalid, NotAllowed, NotFound
from domain.inputs import Required, located, text, whole
from domain.merchants.shop_facts import CURRENCY, shop_currency
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.references import Ref
from domain.row_sets import rows_by_id
from domain.stock.places.locations import find_default_location, reach_location
from domain.stock.sheets.rows import FIELDS, LOT_FIELDS
from domain.stock.sheets.sheets import SheetRefused
from domain.stock.sheets.tables import StockImport, StockImportRow
from tenants.jobs import enqueue
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.money import format_minor
from tenants.values.quantity import format_thousandths

IMPORT: Final = "stock.import"
"""The kind of job that checks or applies one; its argument is `import_id`."""
FORGET: Final = "stock.import_forget"
ROWS_KEPT: Final = timedelta(days=30)
OPEN: Final = ("queued", "checking", "checked")
MOST: Final = 10**18

_LOCKED: Final = select(StockImport).where(StockImport.id == bindparam("asked")).with_for_update()
_ROWS: Final = select(StockImportRow, CURRENCY).where(
    StockImportRow.import_id == bindparam("import_id")
)
_SHOWN: Final[Mapping[str, Any]] = {
    "all": _ROWS,
    "changed": _ROWS.where(
        StockImportRow.problem.is_(None), StockImportRow.quantity != StockImportRow.replaces
    ),
    "failed": _ROWS.where(StockImportRow.problem.is_not(None)),
}
_BY_LINE: Final = (Sort("line", StockImportRow.line), Sort("id", StockImportRow.id))


class SumsDiffer(DomainError):
    """The file does not add up to what its sender expected: both as text."""

    code = ErrorCode.CONFLICT
    texts: ClassVar[dict[str, str]] = {
        "en": "the file adds up to {found}, and {expected} was expected",
        "ru": "сумма по файлу: {found}; ожидалось: {expected}",
    }

    def __init__(self, *path: str | int, found: str, expected: str) -> None:
        super().__init__(*path, found=found, expected=expected)


@dataclass(frozen=True, slots=True)
class Sums:
    """Control sums: rows, thousandths, and minor units of the shop's currency."""

    rows: int
    quantity: int
    value_minor: int


def check_sees_all_points(principal: Principal, *path: str) -> None:
    """Files of balances are of many locations: for who sees all of them. Raises NotAllowed."""
    if principal.points is not None:
        raise NotAllowed(
            *path,
            en="is for those who see all points of sale",
            ru="доступно тем, кому видны все точки продаж",
        )


async def start_stock_import(
    uow: UnitOfWork,
    *,
    kind: str,
    file_key: str,
    location: Ref | None = None,
    columns: Mapping[str, str],
    expected: Sums | None,
) -> UUID:
    """Have a file of balances checked; its import. Nothing changes before it is applied.

    `kind`: "opening", what a shop begins with, by lots; "count", what is on hand now. `columns`:
    heads by field of FIELDS. `expected` is needed of an opening.

    Raises NotFound, Invalid, Required.
    """
    check_sees_all_points(uow.principal)
    if kind == "opening" and expected is None:
        raise Required("expected")
    for field, head in columns.items():
        if field not in FIELDS or (kind == "count" and field in LOT_FIELDS):
            raise Invalid("columns", en=f"{field} is not for this", ru=f"{field} тут не нужен")
        with located("columns"):
            text(200)(head)
    for name in ("rows", "quantity", "value_minor") if expected else ():
        with located("expected", name.removesuffix("_minor")):
            whole(0, MOST)(getattr(expected, name))
    if location is not None:
        location_id: UUID | None = await reach_location(uow, location, "locationId")
    else:
        location_id = await find_default_location(uow)
    import_id = await uow.add(
        StockImport,
        kind=kind,
        file_key=file_key,
        location_id=location_id,
        columns=dict(columns),
        expected=_as_facts(expected),
        **_actor(uow.principal),
        created_at=uow.now,
    )
    await enqueue(uow, IMPORT, key=f"{import_id}", import_id=str(import_id))
    await enqueue(
        uow, FORGET, key=f"{import_id}", run_at=uow.now + ROWS_KEPT, import_id=str(import_id)
    )
    uow.record("stock_import.started", import_id, kind=kind)
    return import_id


async def apply_stock_import(uow: UnitOfWork, import_id: UUID, *, policy: ErrorPolicy) -> None:
    """Have a checked import written into the ledger; one that stopped in the middle goes on.

    Raises NotFound; NotAllowed for one that is not checked or, with REJECT_ALL, has rows that
    failed; SumsDiffer where the control sums do.
    """
    check_sees_all_points(uow.principal)
    run = await locked_import(uow, import_id)
    if not can_apply(run):
        raise NotAllowed("id", en="is not to be applied now", ru="сейчас применить нельзя")
    if run["failed"] and policy is ErrorPolicy.REJECT_ALL and not run["applied_to"]:
        raise NotAllowed(
            "errorPolicy",
            en=f"{run['failed']} rows failed; mend them, or choose SKIP_FAILED",
            ru=f"строк с ошибками: {run['failed']}; исправьте их или выберите SKIP_FAILED",
        )
    await _check_sums(uow, run)
    await set_import(uow, import_id, status="applying", finished_at=None, **_actor(uow.principal))
    await enqueue(uow, IMPORT, key=f"{import_id}", import_id=str(import_id))
    uow.record("stock_import.applied", import_id, rows=run["totals"]["rows"])


async def cancel_stock_import(uow: UnitOfWork, import_id: UUID) -> None:
    """Give up an import that is not being applied yet. Raises NotFound, NotAllowed."""
    check_sees_all_points(uow.principal)
    run = await locked_import(uow, import_id)
    if run["status"] == "cancelled":
        return
    if run["status"] not in OPEN:
        raise NotAllowed("id", en="it is too late for that", ru="отменять уже поздно")
    await set_import(uow, import_id, status="cancelled", finished_at=uow.now)
    uow.record("stock_import.cancelled", import_id)


def can_apply(run: Row) -> bool:
    """Whether a person may have it applied now."""
    is_checked = run["status"] == "checked"
    return is_checked or (run["status"] == "failed" and run["totals"] is not None)


async def locked_import(uow: UnitOfWork, import_id: UUID) -> Row:
    """The import, locked until the unit ends. Raises NotFound."""
    run = await uow.row(_LOCKED, asked=import_id)
    if run is None:
        raise NotFound("id", what="stock_import")
    return run


async def set_import(uow: UnitOfWork, import_id: UUID, **columns: Any) -> None:
    """Note how far it is."""
    await uow.execute(update(StockImport).where(StockImport.id == import_id).values(**columns))


async def refuse_import(uow: UnitOfWork, import_id: UUID, refusal: SheetRefused) -> None:
    """The file was refused as a whole: nothing of it is kept."""
    await forget_rows(uow, import_id=str(import_id))
    await set_import(
        uow,
        import_id,
        status="refused",
        refusal_code=refusal.code.value,
        refusal_detail=refusal.detail[:500],
        refusal_line=refusal.line,
        finished_at=uow.now,
    )


async def forget_rows(uow: UnitOfWork, *, import_id: str) -> None:
    """Job `stock.import_forget`: let the rows of an import go; what it did stays."""
    await uow.execute(delete(StockImportRow).where(StockImportRow.import_id == UUID(import_id)))


async def list_import_rows(
    db: Asking, principal: Principal, import_id: UUID, request: PageRequest, *, shown: str
) -> Page:
    """The rows of an import by line: "all", those that are "changed" by it, or that "failed"."""
    check_sees_all_points(principal)
    return await page_of(db, _SHOWN[shown], _BY_LINE, request, import_id=import_id)


async def count_import_rows(db: Asking, import_id: UUID, *, shown: str) -> int:
    """How many rows that list has."""
    return await count_of(db, _SHOWN[shown], import_id=import_id)


async def list_imports(db: Asking, principal: Principal, request: PageRequest) -> Page:
    """All imports, the newest first. Raises NotAllowed."""
    check_sees_all_points(principal)
    return await page_of(db, select(StockImport), [Sort("id", StockImport.id, True)], request)


async def imports_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these imports that the caller may see: who sees but some points sees none."""
    return await imports_by_ids(db, ids) if principal.points is None else {}


async def imports_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Imports by id."""
    return await rows_by_id(db, StockImport, ids)


async def _check_sums(db: Asking, run: Row) -> None:
    if run["expected"] is None or run["expected"] == run["totals"]:
        return
    currency = await shop_currency(db)
    raise SumsDiffer(
        "expected",
        found=_shown(run["totals"], currency),
        expected=_shown(run["expected"], currency),
    )


def _shown(sums: Mapping[str, int], currency: str) -> str:
    quantity, value = sums["quantity"], sums["value_minor"]
    return (
        f"{sums['rows']} × {format_thousandths(quantity)} = {format_minor(value, currency)} "
        f"{currency}"
    )


def _as_facts(sums: Sums | None) -> dict[str, int] | None:
    if sums is None:
        return None
    return {"rows": sums.rows, "quantity": sums.quantity, "value_minor": sums.value_minor}


def _actor(principal: Principal) -> dict[str, Any]:
    return {"actor": principal.actor.value, "actor_id": principal.id}
