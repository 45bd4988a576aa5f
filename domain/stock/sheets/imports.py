"""An import of balances at work: the file is checked row by row, and later applied in slices.

Each step is a unit of work that also says how far it came, so that a worker that is killed loses
nothing: a check begins anew, an application goes on behind its last slice.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, select, update

from domain.catalog.tables import Variant
from domain.errors import DomainError
from domain.merchants.shop_facts import shop_currency
from domain.row_sets import row_set
from domain.stock.ledger import post, tell, tell_as_one
from domain.stock.levels import Level, Spot, open_levels
from domain.stock.moves import NO_LOT, Coming, Document, Going, LotFacts, Move
from domain.stock.sheets.checks import Check, stage
from domain.stock.sheets.import_runs import (
    forget_rows,
    locked_import,
    refuse_import,
    set_import,
)
from domain.stock.sheets.rows import find_columns
from domain.stock.sheets.sheets import OpenSheet, SheetRefused, SheetRow
from domain.stock.sheets.tables import StockImport, StockImportRow
from domain.stock.sheets.words import RowProblem
from domain.stock.shelves import share
from domain.stock.tables import Location
from tenants.principal import Actor, Principal
from tenants.scope import Row, UnitOfWork
from tenants.values.quantity import WHOLE, format_thousandths

ACTION: Final = "stockImport"
ROWS_AT_ONCE: Final = 5_000

_STATED: Final = (
    "id", "line", "variant_id", "location_id", "quantity", "replaces", "unit_cost_minor",
    "lot_number", "made_on", "expires_on",
)  # fmt: skip
_SLICE: Final = (
    select(
        *(getattr(StockImportRow, name) for name in _STATED),
        select(Variant.id).where(Variant.id == StockImportRow.variant_id).exists().label("is_kept"),
        select(Location.id)
        .where(Location.id == StockImportRow.location_id)
        .exists()
        .label("has_place"),
    )
    .where(
        StockImportRow.import_id == bindparam("import_id"),
        StockImportRow.position > bindparam("after", type_=BigInteger()),
        StockImportRow.position <= bindparam("up_to", type_=BigInteger()),
        StockImportRow.problem.is_(None),
    )
    # Nothing tells the planner how long an import is; of two indexes that look alike to it, it
    # takes the one that gives this order.
    .order_by(StockImportRow.position, StockImportRow.line)
)
_fallen_rows: Final = row_set(StockImportRow, ("id", "problem", "field", "value"))
_FALL: Final = (
    update(StockImportRow)
    .where(StockImportRow.id == _fallen_rows.c.id)
    .values(problem=_fallen_rows.c.problem, field=_fallen_rows.c.field, value=_fallen_rows.c.value)
)
_REFUSE: Final = (
    update(StockImportRow)
    .where(
        StockImportRow.import_id == bindparam("import_id"),
        StockImportRow.line == bindparam("at_line", type_=BigInteger()),
    )
    .values(problem=RowProblem.REFUSED.value, value=bindparam("words"))
)


class Units(Protocol):
    """Units of work of one tenant, one after another: a scope has them, and so has a job."""

    def writing(self, action: str, /) -> AbstractAsyncContextManager[UnitOfWork]: ...


class Stopped(Exception):
    """The import is no longer to be worked on."""


async def check_import(units: Units, import_id: UUID, file: Path, open_sheet: OpenSheet) -> None:
    """Read the file and note what each row would change; "checked" then, or "refused"."""
    try:
        async with units.writing(ACTION) as uow:
            run = await _under_way(uow, import_id, "queued", "checking")
            await forget_rows(uow, import_id=str(import_id))
            await set_import(uow, import_id, status="checking")
            currency = await shop_currency(uow)
        with open_sheet(file) as rows:
            await _check(units, run, currency, rows)
    except Stopped:
        return
    except SheetRefused as refusal:
        async with units.writing(ACTION) as uow:
            await refuse_import(uow, import_id, refusal)


async def apply_import(units: Units, import_id: UUID, *, at_once: int = ROWS_AT_ONCE) -> None:
    """Bring its rows into the ledger, `at_once` balances in a unit; "done" then."""
    try:
        while await _applied_slice(units, import_id, at_once):
            pass
    except Stopped:
        return


async def _check(units: Units, run: Row, currency: str, rows: Iterator[SheetRow]) -> None:
    head = await asyncio.to_thread(next, rows)
    columns = find_columns(head, run["columns"], wants_location=run["location_id"] is None)
    width = len(head.cells)
    check = Check(run["id"], run["kind"], columns, width, currency, run["location_id"])
    while some := await asyncio.to_thread(_take, rows):
        async with units.writing(ACTION) as uow:
            await _under_way(uow, run["id"], "checking")
            await stage(uow, check, some)
    async with units.writing(ACTION) as uow:
        await _under_way(uow, run["id"], "checking")
        await set_import(
            uow,
            run["id"],
            status="checked",
            head=head.cells,
            totals=check.totals,
            failed=check.failed,
            changed=check.changed,
            positions=len(check.positions),
        )
        uow.record("stock_import.checked", run["id"], failed=check.failed)


def _take(rows: Iterator[SheetRow]) -> list[SheetRow]:
    return list(islice(rows, ROWS_AT_ONCE))


async def _applied_slice(units: Units, import_id: UUID, at_once: int) -> bool:
    """Apply the next slice; False after the last one. A row that the ledger refuses is let fall."""
    refused: DomainError | None = None
    while True:
        async with units.writing(ACTION) as uow:
            if refused is not None:
                await _refuse(uow, import_id, refused)
            run = await _under_way(uow, import_id, "applying")
            uow.principal = Principal(Actor(run["actor"]), id=run["actor_id"])
            try:
                async with uow.attempt():
                    return await _apply(uow, run, at_once)
            except DomainError as error:
                if not error.path:
                    raise
                refused = error


async def _apply(uow: UnitOfWork, run: Row, at_once: int) -> bool:
    # Plans made while the ledger was smaller are wrong by now, those of foreign keys too.
    await uow.connection.execute("DISCARD PLANS")
    after, up_to = run["applied_to"], run["applied_to"] + at_once
    rows = await uow.rows(_SLICE, import_id=run["id"], after=after, up_to=up_to)
    fallen = [_fallen(row, RowProblem.GONE) for row in rows if not _is_there(row)]
    stated: dict[Spot, list[Row]] = {}
    coming: dict[Spot, int] = {}
    for row in filter(_is_there, rows):
        spot = Spot.of(row)
        stated.setdefault(spot, []).append(row)
        coming[spot] = coming.get(spot, 0) + row["quantity"]
    levels = await open_levels(uow, stated, coming)
    moves: list[Move] = []
    for spot, some in stated.items():
        if wrong := _wrong(run, some[0], levels[spot]):
            fallen += [_fallen(row, *wrong) for row in some]
        else:
            moves += [move for row in some if (move := _move(run, row, spot))]
    await post(uow, Document(run["kind"], run["id"]), moves, levels)
    if fallen:
        await uow.execute(_FALL, rows=fallen)
    is_last = up_to >= run["positions"]
    await _tell(uow, run, {move.spot for move in moves}, is_last=is_last)
    await set_import(
        uow,
        run["id"],
        applied_to=up_to,
        failed=StockImport.failed + len(fallen),
        **({"status": "done", "finished_at": uow.now} if is_last else {}),
    )
    return not is_last


def _is_there(row: Row) -> bool:
    return bool(row["is_kept"] and row["has_place"])


def _wrong(run: Row, row: Row, level: Level) -> tuple[RowProblem, int] | None:
    """What keeps the balance of a level from being what its first row says."""
    if level.on_hand != row["replaces"]:
        return RowProblem.CHANGED_SINCE, level.on_hand
    if run["kind"] == "count" and row["quantity"] < level.reserved:
        return RowProblem.BELOW_RESERVED, level.reserved
    return None


def _move(run: Row, row: Row, spot: Spot) -> Move | None:
    """What a row lets come or go; None where nothing."""
    more = row["quantity"] - row["replaces"]
    kind = "opening" if run["kind"] == "opening" else "stocktake"
    if more < 0:
        return Going(kind=kind, spot=spot, quantity=-more, line_id=row["id"], path=(row["line"],))
    if more == 0:
        return None
    cost, lot = row["unit_cost_minor"], (row["lot_number"], row["made_on"], row["expires_on"])
    return Coming(
        kind=kind,
        spot=spot,
        quantity=more,
        value_minor=None if cost is None else share(cost, more, WHOLE),
        lot=LotFacts(*lot) if any(lot) else NO_LOT,
        line_id=row["id"],
        path=(row["line"],),
    )


def _fallen(row: Row, problem: RowProblem, thousandths: int | None = None) -> dict[str, Any]:
    value = None if thousandths is None else format_thousandths(thousandths)
    return {"id": row["id"], "problem": problem.value, "field": "quantity", "value": value}


async def _refuse(uow: UnitOfWork, import_id: UUID, refused: DomainError) -> None:
    """Let the row fall whose line a refusal's path begins with."""
    await uow.execute(
        _REFUSE, import_id=import_id, at_line=int(refused.path[0]), words=refused.message("en")
    )
    await set_import(uow, import_id, failed=StockImport.failed + 1)


async def _tell(uow: UnitOfWork, run: Row, spots: set[Spot], *, is_last: bool) -> None:
    """Say what changed: level by level of a small import, of a large one as a whole."""
    if run["positions"] <= ROWS_AT_ONCE:
        await tell(uow, spots)
        return
    await tell_as_one(uow, "stock.imported", run["id"], spots, is_last=is_last)


async def _under_way(uow: UnitOfWork, import_id: UUID, *statuses: str) -> Row:
    """The import, locked. Raises Stopped where it is in none of these statuses."""
    run = await locked_import(uow, import_id)
    if run["status"] not in statuses:
        raise Stopped
    return run
