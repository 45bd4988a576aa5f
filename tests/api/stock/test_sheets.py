"""Sheets of balances at the admin's door: checked, looked at, posted; bad ones told, row by row."""

import asyncio
import io
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.bulk import ErrorPolicy
from domain.errors import NotAllowed
from domain.paging import PageRequest
from domain.stock.holds.demand import Line
from domain.stock.holds.holds import hold_stock
from domain.stock.integrity import find_differences
from domain.stock.sheets.exports import exports_seen, request_stock_export
from domain.stock.sheets.import_runs import (
    apply_stock_import,
    cancel_stock_import,
    imports_seen,
    list_import_rows,
    list_imports,
    start_stock_import,
)
from domain.stock.sheets.imports import ROWS_AT_ONCE, apply_import, check_import
from domain.stock.sheets.sheets import SheetRow
from domain.stock.tables import Location, Lot, StockExport, StockLevel, StockMovement
from integrations.sheets.reader import open_sheet
from integrations.sheets.writer import write_sheet
from tenants.ids import decode_id, encode_id, new_id
from tenants.principal import Actor, Principal
from tenants.roles import RoleUrls
from tenants.scope import UnitOfWork
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import TwoDesks
from tests.api.stock.sheet_desk import APPLY, EXPORT, SHOW, START, SheetDesk, csv, sums
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

OPENING = (
    ("Артикул", "Склад", "Кол-во", "Ед", "Цена", "Партия", "Сделано", "Годен до"),
    ("A", "main", "10", "piece", "2.50", "L1", "2026-01-31", "31.12.2026"),
    ("A", "main", "5", "piece", "3.00", "L2", "2026-02-28", "2027-01-31"),
    ("B", "shop", "0.25", "", "4.00", "", "", ""),
)
MAPPED = [
    {"field": field, "head": head}
    for field, head in zip(
        ("SKU", "LOCATION", "QUANTITY", "UNIT", "UNIT_COST", "LOT", "MADE_ON", "EXPIRES_ON"),
        OPENING[0],
        strict=True,
    )
]


@pytest.fixture
async def sheets(desks: TwoDesks, tmp_path: Path) -> SheetDesk:
    """Ours has a second location; the neighbour has the same goods."""
    for desk in (desks.ours, desks.neighbour):
        shop = desk.shop
        await add_products(shop, P("Чай", [V("A", stock=None), V("B", stock=None), V("C")]))
        await add_products(shop, P("Двойник", [V("D"), V("E", barcodes=["4600000000017"])]))
        await add_products(shop, P("Двойник 2", [V("D")]))
        async with shop.scope.writing("test") as uow:
            await uow.add(Location, title="Магазин", code="shop", kind="store")
    return SheetDesk(desks.ours, tmp_path)


async def stock_of(sheets: SheetDesk) -> dict[tuple[str, str], int]:
    """What is on hand by SKU and code, thousandths."""
    shop = sheets.desk.shop
    skus = {id: sku for sku, id in shop.variants.items()}
    rows = await shop.scope.reading.rows(
        select(StockLevel.variant_id, Location.code, StockLevel.on_hand).join(
            Location, Location.id == StockLevel.location_id
        )
    )
    return {
        (skus[row["variant_id"]], row["code"]): row["on_hand"]
        for row in rows
        if row["on_hand"] and row["variant_id"] in skus
    }


async def test_an_opening_balance_is_checked_looked_at_and_posted(sheets: SheetDesk) -> None:
    before = await stock_of(sheets)
    run = await sheets.checked(
        csv(*OPENING), kind="OPENING", columns=MAPPED, expected=sums(3, "15.25", "41.00")
    )
    assert (run["status"], run["allowedActions"]) == ("CHECKED", ["APPLY", "CANCEL"])
    assert (run["changed"], run["failed"]) == (3, 0)
    assert run["totals"] == sums(3, "15.25", "41.00")
    assert await stock_of(sheets) == before
    first, second, third = await sheets.rows(run["id"], "CHANGED")
    assert first == {
        "line": 2,
        "variant": {"sku": "A"},
        "location": {"code": "main"},
        "onHand": "0",
        "quantity": "10",
        "difference": "10",
        "unitCost": {"amount": "2.50"},
        "lotNumber": "L1",
        "madeOn": "2026-01-31",
        "expiresOn": "2026-12-31",
        "problem": None,
        "message": None,
        "field": None,
        "value": None,
    }
    assert (second["lotNumber"], third["quantity"]) == ("L2", "0.25")

    done = await sheets.applied(run["id"])
    assert (done["status"], done["allowedActions"]) == ("DONE", [])
    assert await stock_of(sheets) == before | {("A", "main"): 15_000, ("B", "shop"): 250}
    reading = sheets.desk.shop.scope.reading
    asked = select(StockMovement).where(StockMovement.document_id == decode_id(run["id"], "sim"))
    moved = await reading.rows(asked.order_by(StockMovement.quantity))
    assert [(row["kind"], row["quantity"], row["value_minor"]) for row in moved] == [
        ("opening", 250, 100),
        ("opening", 5_000, 1_500),
        ("opening", 10_000, 2_500),
    ]
    assert {row["actor"] for row in moved} == {"key"}
    numbers = await reading.rows(select(Lot.number).where(Lot.number.is_not(None)))
    assert {row["number"] for row in numbers} == {"L1", "L2"}
    assert await find_differences(reading) == []
    again = await sheets.apply(run["id"])
    assert refusals(again) == [("NOT_ALLOWED", "id")]


async def test_an_opening_balance_that_does_not_add_up_is_not_posted(sheets: SheetDesk) -> None:
    bare = await sheets.start(csv(*OPENING), kind="OPENING", columns=MAPPED)
    assert refusals(bare) == [("REQUIRED", "expected")]
    for wrong in (
        sums(4, "15.25", "41.00"),
        sums(3, "15.5", "41.00"),
        sums(3, "15.25", "41.01"),
    ):
        run = await sheets.checked(csv(*OPENING), kind="OPENING", columns=MAPPED, expected=wrong)
        before = await everything(sheets.desk.shop)
        refused = await sheets.apply(run["id"])
        assert refusals(refused) == [("CONFLICT", "expected")]
        assert await everything(sheets.desk.shop) == before
    euros = {**sums(3, "15.25", "41.00"), "value": {"amount": "41.00", "currencyCode": "EUR"}}
    foreign = await sheets.start(csv(*OPENING), kind="OPENING", columns=MAPPED, expected=euros)
    assert refusals(foreign) == [("INVALID", "expected.value")]


BAD_ROWS: list[tuple[dict[str, str], str, str | None]] = [
    ({"quantity": "-1"}, "negative_quantity", "quantity"),
    ({"quantity": "NaN"}, "bad_quantity", "quantity"),
    ({"quantity": "1e3"}, "bad_quantity", "quantity"),
    ({"quantity": "1,5"}, "bad_quantity", "quantity"),
    ({"quantity": "1.2345"}, "too_precise", "quantity"),
    ({"quantity": "1000000000.001"}, "too_much", "quantity"),
    ({"quantity": "1000000000", "lot": "M"}, "too_much", "quantity"),
    ({"quantity": "2", "lot": "N", "unit_cost": "9999999999999.99"}, "too_much", "unit_cost"),
    ({"quantity": ""}, "required", "quantity"),
    ({"sku": ""}, "required", "sku"),
    ({"sku": "no such"}, "unknown_variant", "sku"),
    ({"sku": "D"}, "ambiguous_variant", "sku"),
    ({"location": ""}, "required", "location"),
    ({"location": "no such"}, "unknown_location", "location"),
    ({"unit": "pound"}, "unknown_unit", "unit"),
    ({"unit": "kilogram"}, "other_unit", "unit"),
    ({"unit_cost": "-0.01"}, "bad_cost", "unit_cost"),
    ({"unit_cost": "0.001"}, "bad_cost", "unit_cost"),
    ({"made_on": "2026-02-30"}, "bad_date", "made_on"),
    ({"expires_on": "000020000999999"}, "bad_date", "expires_on"),
    ({"made_on": "2026-05-02", "expires_on": "2026-05-01"}, "expired_before_made", "expires_on"),
    ({"lot": "L", "expires_on": "2026-05-01"}, "other_lot_dates", "lot"),
    ({"expires_on": "2026-05-01;surplus"}, "extra_cells", None),
    ({"sku": "B"}, "twice", "sku"),
    ({"sku": "C"}, "not_empty", "quantity"),
]


async def test_each_bad_row_is_told_with_its_line_and_left_out(sheets: SheetDesk) -> None:
    good = {
        "sku": "A", "location": "main", "quantity": "1", "unit": "piece", "unit_cost": "1.00",
        "lot": "", "made_on": "", "expires_on": "",
    }  # fmt: skip
    known = [{**good, "lot": "L"}, {**good, "sku": "B"}]
    rows = [*known, *({**good, **wrong} for wrong, _, _ in BAD_ROWS)]
    body = csv(list(good), *(list(row.values()) for row in rows))
    run = await sheets.checked(body, kind="OPENING", expected=sums(2, "2", "2.00"))
    assert (run["totals"]["rows"], run["failed"]) == (2, len(BAD_ROWS))
    failed = await sheets.rows(run["id"], "FAILED")
    told = [(row["line"], row["problem"], row["field"]) for row in failed]
    assert told == [(line, code, field) for line, (_, code, field) in enumerate(BAD_ROWS, 4)]
    assert all(row["message"] for row in failed)

    before = await everything(sheets.desk.shop)
    assert refusals(await sheets.apply(run["id"])) == [("NOT_ALLOWED", "errorPolicy")]
    assert await everything(sheets.desk.shop) == before
    export, sheet = await sheets.exported(failedRowsOf=run["id"])
    assert (export["status"], export["rows"]) == ("READY", len(BAD_ROWS))
    lines = sheet.decode("utf-8-sig").splitlines()
    assert lines[0] == ";".join([*good, "line", "problem", "field", "value"])
    assert lines[2].startswith("A;main;NaN;piece;1.00;;;;5;")
    done = await sheets.applied(run["id"], "SKIP_FAILED")
    assert (done["status"], (await stock_of(sheets))["A", "main"]) == ("DONE", 1_000)


async def test_another_shops_ids_are_as_if_they_were_not(
    sheets: SheetDesk, desks: TwoDesks
) -> None:
    theirs = desks.neighbour.shop
    variant = encode_id("var", theirs.variants["A"])
    place = encode_id("loc", theirs.location)
    head = ("variant_id", "location", "quantity")
    ours = encode_id("var", sheets.desk.shop.variants["A"])
    body = csv(
        head, (variant, "main", "1"), (ours, place, "1"), (encode_id("var", new_id()), "main", "1")
    )
    run = await sheets.checked(body, kind="COUNT")
    failed = await sheets.rows(run["id"], "FAILED")
    assert [(row["line"], row["problem"]) for row in failed] == [
        (2, "unknown_variant"),
        (3, "unknown_location"),
        (4, "unknown_variant"),
    ]
    keyed = desks.neighbour.keyed("theirs")
    assert (await desks.neighbour.admin.ask(SHOW, id=run["id"]))["stockImport"] is None
    refused = await keyed.ask(APPLY, id=run["id"], input={})
    assert refusals(refused["done"]) == [("NOT_FOUND", "id")]
    asked = await desks.neighbour.admin.ask(EXPORT, input={"failedRowsOf": run["id"]})
    assert refusals(asked["done"]) == [("NOT_FOUND", "id")]


def book(sheet: str, **parts: str) -> bytes:
    """A workbook of one sheet with this inside its rows, and perhaps other parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        links = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{links}"><Relationship Id="r1" Target="sheet.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/sheet.xml",
            f'{parts.get("before", "")}<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData>'
            "</worksheet>",
        )
    return packed.getvalue()


HEAD = b"sku;quantity\n"
LAUGHS = '<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (b"", "sheet.empty", None),
        (b"\n\n", "sheet.empty", None),
        (HEAD + "A;1\nЧай;2\n".encode("cp1251"), "sheet.wrong_encoding", 3),
        (HEAD + b'A;1\n"B;2\n', "sheet.broken", 3),
        (HEAD + b"A;\0\n", "sheet.not_a_sheet", 2),
        (HEAD + b"A" * 300_000, "sheet.cell_too_long", 2),
        (HEAD + b"A" * 2_000 + b";1", "sheet.cell_too_long", 2),
        (HEAD + b";" * 200 + b"1", "sheet.too_many_columns", 2),
        (b"sku;amount\nA;1\n", "sheet.column_missing", 1),
        (b"sku;quantity;quantity\nA;1;2\n", "sheet.column_missing", 1),
        (b"title;quantity\nA;1\n", "sheet.column_missing", 1),
        (b"PK\x03\x04 and no more", "sheet.not_a_sheet", None),
        (book("<row><c><v>1</v>"), "sheet.broken", None),
        (book("<row/>", before=LAUGHS), "sheet.broken", None),
        (book("<row>" + "<c/>" * 3_000_000 + "</row>"), "sheet.too_large", None),
        (book(" " * 300_000_000), "sheet.too_large", None),
        (book('<row><c r="ZZZ1"><v>1</v></c></row>'), "sheet.too_many_columns", 1),
        (book('<row><c t="s"><v>7</v></c></row>'), "sheet.broken", 1),
    ],
    ids=[
        "empty", "blank", "cp1251", "quote", "binary", "line", "cell", "columns", "no quantity",
        "two quantities", "no name", "cut zip", "cut xml", "entities", "wide row", "bomb",
        "far cell", "no string",
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_trusted_is_refused_as_a_whole(
    sheets: SheetDesk, body: bytes, code: str, line: int | None
) -> None:
    before = await stock_of(sheets)
    run = await sheets.checked(body, kind="COUNT")
    assert (run["status"], run["refusal"]["code"]) == ("REFUSED", code)
    assert (run["refusal"]["line"], run["totals"]) == (line, None)
    assert run["refusal"]["message"]
    assert await sheets.rows(run["id"], "ALL") == []
    assert refusals(await sheets.apply(run["id"])) == [("NOT_ALLOWED", "id")]
    assert await stock_of(sheets) == before


async def test_a_count_leaves_out_what_has_changed_since_it_was_checked(sheets: SheetDesk) -> None:
    shop = sheets.desk.shop
    head = ("sku", "quantity")
    body = csv(head, ("A", "7"), ("C", "2"), ("E", "5"))
    run = await sheets.checked(body, kind="COUNT")
    assert run["changed"] == 2  # of E there are five already
    assert [row["difference"] for row in await sheets.rows(run["id"], "CHANGED")] == ["7", "-3"]
    async with shop.scope.writing("test") as uow:
        await hold_stock(uow, owner="cart", lines=[Line(shop.variants["C"], 3_000)])
    done = await sheets.applied(run["id"])
    assert (done["status"], done["failed"]) == ("DONE", 1)
    (fallen,) = await sheets.rows(run["id"], "FAILED")
    assert (fallen["line"], fallen["problem"], fallen["value"]) == (3, "below_reserved", "3")
    stock = await stock_of(sheets)
    assert (stock["A", "main"], stock["C", "main"]) == (7_000, 5_000)

    late = await sheets.checked(csv(head, ("A", "1")), kind="COUNT")
    quick = await sheets.checked(csv(head, ("A", "3")), kind="COUNT")
    await sheets.applied(quick["id"])
    await sheets.applied(late["id"])
    (fallen,) = await sheets.rows(late["id"], "FAILED")
    assert (fallen["problem"], fallen["value"]) == ("changed_since", "3")
    assert (await stock_of(sheets))["A", "main"] == 3_000
    assert await find_differences(shop.scope.reading) == []


@pytest.mark.parametrize("format", ["CSV", "XLSX"])
async def test_what_is_exported_can_be_counted_and_sent_back(
    sheets: SheetDesk, format: str, tmp_path: Path
) -> None:
    opened = await sheets.checked(
        csv(*OPENING), kind="OPENING", columns=MAPPED, expected=sums(3, "15.25", "41.00")
    )
    await sheets.applied(opened["id"])
    export, sheet = await sheets.exported(format=format)
    assert (export["status"], export["format"]) == ("READY", format)
    assert "signature=" in export["url"]
    file = tmp_path / "sheet"
    file.write_bytes(sheet)
    with open_sheet(file) as rows:
        head, *balances = [row.cells for row in rows]
    of = {(row[head.index("sku")], row[0]): dict(zip(head, row, strict=True)) for row in balances}
    tea = of["A", "main"]
    assert tea["variant_id"] == encode_id("var", sheets.desk.shop.variants["A"])
    shown = ("product", "unit", "on_hand", "reserved", "unsellable", "sellable", "currency")
    assert [tea[name] for name in shown] == ["Чай", "piece", "15", "0", "0", "15", "RUB"]
    assert (float(tea["value"]), float(tea["unit_cost"])) == (40.0, 2.67)

    here = {"id": encode_id("loc", sheets.desk.shop.location)}
    _, one_place = await sheets.exported(format=format, location=here)
    file.write_bytes(one_place)
    with open_sheet(file) as rows:
        assert {row.cells[0] for row in rows} == {"location", "main"}

    counted = tmp_path / "counted"
    at = head.index("on_hand")
    changed = [[*row[:at], "1", *row[at + 1 :]] for row in balances]
    write_sheet("csv" if format == "CSV" else "xlsx", [head, *changed], counted)
    columns = [{"field": "QUANTITY", "head": "on_hand"}]
    without_cost = [*columns, {"field": "UNIT_COST", "head": "value"}]
    for mapped in (columns, without_cost):
        run = await sheets.checked(counted.read_bytes(), kind="COUNT", columns=mapped)
        assert (run["status"], run["failed"]) == ("CHECKED", 0)
    await sheets.applied(run["id"])
    assert set((await stock_of(sheets)).values()) == {1_000}


KILLED = """
import asyncio, os, signal, sys
from contextlib import asynccontextmanager
from uuid import UUID
from domain.stock.sheets.import_runs import (
    apply_stock_import,
    cancel_stock_import,
    imports_seen,
    list_import_rows,
    list_imports,
    start_stock_import,
)
from domain.stock.sheets.imports import ROWS_AT_ONCE, apply_import, check_import
from tenants.database import open_pool
from tenants.scope import TenantScope

class Doomed:
    units = 0
    def __init__(self, scope): self.scope = scope
    @asynccontextmanager
    async def writing(self, action):
        async with self.scope.writing(action) as uow:
            yield uow
            self.units += 1
            if self.units == 3:  # everything is written, and nothing of it kept
                os.kill(os.getpid(), signal.SIGKILL)

async def main(url, tenant, run):
    async with open_pool(url) as pool:
        await apply_import(Doomed(TenantScope(pool, UUID(tenant))), UUID(run), at_once=2)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(
    sheets: SheetDesk, database: RoleUrls
) -> None:
    shop = sheets.desk.shop
    skus = [f"K{number}" for number in range(11)]
    await add_products(shop, P("Много", [V(sku, stock=None) for sku in skus]))
    body = csv(("sku", "quantity", "unit_cost"), *((sku, "3", "2.00") for sku in skus))
    run = await sheets.checked(body, kind="OPENING", expected=sums(11, "33", "66.00"))
    assert (await sheets.apply(run["id"]))["userErrors"] == []
    import_id = decode_id(run["id"], "sim")
    asked = [database.app, str(shop.scope.tenant_id), str(import_id)]
    killed = subprocess.run(  # noqa: ASYNC221 -- nothing else is to happen meanwhile
        [sys.executable, "-c", KILLED, *asked], cwd=Path(__file__).parents[3], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    stock = await stock_of(sheets)
    assert len([sku for sku in skus if (sku, "main") in stock]) == 4
    await apply_import(shop.scope, import_id, at_once=2)
    assert (await sheets.show(run["id"]))["status"] == "DONE"
    stock = await stock_of(sheets)
    assert [stock[sku, "main"] for sku in skus] == [3_000] * 11
    moved = select(StockMovement.id).where(StockMovement.document_id == import_id)
    assert len(await shop.scope.reading.rows(moved)) == 11
    assert await find_differences(shop.scope.reading) == []


async def test_sheets_need_their_permissions(sheets: SheetDesk) -> None:
    reader = await sheets.desk.clerk("inventory:read")
    given: dict[str, Any] = {"uploadId": await sheets.upload(b"x"), "kind": "COUNT"}
    assert (await reader.refused(START, input=given))["code"] == "FORBIDDEN"
    writer = await sheets.desk.clerk("inventory:write")
    assert (await writer.refused(EXPORT, input={}))["code"] == "FORBIDDEN"


async def test_who_sees_some_points_has_no_part_in_sheets_of_all(sheets: SheetDesk) -> None:
    run = await sheets.checked(csv(("sku", "quantity"), ("A", "1")), kind="COUNT")
    await sheets.exported()
    scope = sheets.desk.shop.scope
    some = Principal(Actor.STAFF, new_id(), points=(sheets.desk.shop.location,))
    import_id, page = decode_id(run["id"], "sim"), PageRequest()
    (export,) = await scope.reading.rows(select(StockExport.id))
    assert await imports_seen(scope.reading, some, [import_id]) == {}
    assert await exports_seen(scope.reading, some, [export["id"]]) == {}
    assert list(await exports_seen(scope.reading, scope.principal, [export["id"]])) == [
        export["id"]
    ]
    for listing in (
        list_imports(scope.reading, some, page),
        list_import_rows(scope.reading, some, import_id, page, shown="all"),
    ):
        with pytest.raises(NotAllowed):
            await listing
    before = await everything(sheets.desk.shop)

    async def begun(uow: UnitOfWork) -> Any:
        return await start_stock_import(uow, kind="count", file_key="-", columns={}, expected=None)

    for work in (
        begun,
        lambda uow: apply_stock_import(uow, import_id, policy=ErrorPolicy.SKIP_FAILED),
        lambda uow: cancel_stock_import(uow, import_id),
        lambda uow: request_stock_export(uow, format="csv"),
    ):
        with pytest.raises(NotAllowed):
            async with replace(scope, principal=some).writing("test") as uow:
                await work(uow)
    assert await everything(sheets.desk.shop) == before


CANCEL = """
mutation ($id: ID!) { done: stockImportCancel(id: $id) {
  stockImport { status allowedActions } userErrors { code path } } }
"""


async def test_an_import_is_given_up_before_it_is_applied_and_no_later(
    sheets: SheetDesk, desks: TwoDesks
) -> None:
    body, before = csv(("sku", "quantity"), ("A", "1"), ("B", "2")), await stock_of(sheets)

    async def cancel(import_id: str) -> Any:
        return (await sheets.desk.admin.ask(CANCEL, id=import_id))["done"]

    queued = (await sheets.start(body, kind="COUNT"))["stockImport"]["id"]
    checked = (await sheets.checked(body, kind="COUNT"))["id"]
    for import_id in (queued, checked):
        for _ in range(2):  # to give it up twice is no mistake
            payload = await cancel(import_id)
            assert payload["userErrors"] == []
            assert payload["stockImport"] == {"status": "CANCELLED", "allowedActions": []}
        assert (await sheets.worked(import_id))["status"] == "CANCELLED"
        assert refusals(await sheets.apply(import_id)) == [("NOT_ALLOWED", "id")]
    assert await stock_of(sheets) == before

    late = (await sheets.checked(body, kind="COUNT"))["id"]
    assert (await sheets.apply(late))["userErrors"] == []
    assert refusals(await cancel(late)) == [("NOT_ALLOWED", "id")]  # its job has not run
    assert (await sheets.worked(late))["status"] == "DONE"
    assert refusals(await cancel(late)) == [("NOT_ALLOWED", "id")]
    refused = (await desks.neighbour.admin.ask(CANCEL, id=late))["done"]
    assert refusals(refused) == [("NOT_FOUND", "id")]


async def test_an_import_that_is_given_up_while_it_is_checked_stops(sheets: SheetDesk) -> None:
    """It is cancelled between two parts of its file, by whoever reads the third one."""
    shop = sheets.desk.shop
    run_id = (await sheets.start(b"-", kind="COUNT"))["stockImport"]["id"]
    import_id = decode_id(run_id, "sim")
    seen: list[int] = []

    @contextmanager
    def giving_up(_: Path) -> Iterator[Iterator[SheetRow]]:
        def rows() -> Iterator[SheetRow]:
            yield SheetRow(1, ["sku", "quantity"])
            for line in range(2, 3 * ROWS_AT_ONCE):
                seen.append(line)
                if line == ROWS_AT_ONCE + 2:
                    loop.call_soon_threadsafe(cancelled.set)
                    assert done.wait(20)
                yield SheetRow(line, [f"none {line}", "1"])

        yield rows()

    loop, cancelled, done = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    async def cancel() -> None:
        await cancelled.wait()
        async with shop.scope.writing("test") as uow:
            await cancel_stock_import(uow, import_id)
        done.set()

    await asyncio.gather(check_import(shop.scope, import_id, Path("-"), giving_up), cancel())
    run = await sheets.show(run_id)
    assert (run["status"], run["totals"]) == ("CANCELLED", None)
    assert max(seen) < 2 * ROWS_AT_ONCE + 2  # the third part was not read
