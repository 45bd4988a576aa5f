"""Orders as sheets: what one sees and asks for, exact, and no formula to whoever opens it."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.orders.desk.exported_rows import LINE_HEAD, ORDER_HEAD
from domain.orders.desk.exports import exports_seen, request_order_export, run_order_export
from domain.orders.orders.tables import Order, OrderLine
from domain.stock.tables import Location
from integrations.files.local import LocalFiles
from integrations.sheets.reader import open_sheet
from integrations.sheets.writer import write_sheet
from tenants.ids import decode_id, encode_id, new_id
from tenants.principal import Actor, Principal
from tests.api.answers import refusals
from tests.api.orders.test_desk import member, sort, status
from tests.api.orders.test_whole_life import BY_CASH, PAY
from tests.api.orders.till import Till, TwoTills, roubles
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

CREATE: Final = """mutation ($input: OrderExportCreateInput!) { orderExportCreate(input: $input) {
  orderExport { id status url where } userErrors { code path message } } }"""
SHOW: Final = """query ($id: ID!) { orderExport(id: $id) {
  status format byLine rows sizeBytes url where } }"""


async def written(till: Till, folder: Path, export_id: str, format: str = "csv") -> bytes:
    """Do the job; the bytes of the file."""
    store, job = LocalFiles(folder), run_order_export
    course: Any = PlainCourse(till.desk.shop.scope)
    asked = str(decode_id(export_id, "oex"))
    await job(course, order_export_id=asked, store=store, write_sheet=write_sheet)
    name = f"exports/{export_id}.{format}"
    tenant_id = till.desk.shop.scope.tenant_id
    return b"".join([chunk async for chunk in store.read(tenant_id, name)])


async def exported(till: Till, folder: Path, **given: Any) -> tuple[Any, list[dict[str, str]]]:
    """An export that is ready, and the rows of its file by the names of its head."""
    made = await till.do(CREATE, input=given)
    assert made["userErrors"] == []
    assert (made["orderExport"]["status"], made["orderExport"]["url"]) == ("WAITING", None)
    export_id, format = made["orderExport"]["id"], given.get("format", "CSV").lower()
    body = await written(till, folder, export_id, format)
    assert await written(till, folder, export_id, format) == body  # once is all
    file = folder / f"opened.{format}"
    file.write_bytes(body)
    with open_sheet(file) as sheet:
        head, *rows = [one.cells for one in sheet]
    shown = (await till.desk.admin.ask(SHOW, id=export_id))["orderExport"]
    assert shown["rows"] == len(rows)
    return shown, [dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in rows]


@pytest.mark.parametrize("format", ["CSV", "XLSX"])
async def test_each_order_is_a_row_to_the_kopeck(till: Till, tmp_path: Path, format: str) -> None:
    await status(till, "Собрать", isDefault=True)
    vera = await member(till, "Вера")
    order = await till.order(till.line("TEA", "3"), note="=HYPERLINK(1)", name="-Анна")
    await till.order(till.line("HONEY"), paymentMethod="ONLINE")
    await sort(till, order, assigneeId=vera, tags={"add": ["+опт", "vip"]})
    part = {**BY_CASH, "amount": roubles("400.00")}
    assert (await till.do(PAY, id=order["id"], input=part))["userErrors"] == []
    shown, rows = await exported(till, tmp_path, format=format)
    assert (shown["status"], shown["format"], "signature=" in shown["url"]) == (
        "READY",
        format,
        True,
    )
    assert [row["number"] for row in rows] == ["1", "2"]
    first = rows[0]
    sums = [Decimal(first[name]) for name in ("total", "due", "paid", "to_pay")]
    assert sums == [Decimal(one) for one in ("999.99", "999.99", "400.00", "599.99")]
    assert first["currency"] == "RUB"
    assert first["status"] == "Собрать"
    assert (first["assignee"], first["tags"]) == ("Вера", "+опт, vip")
    assert (first["note"], first["name"]) == ("=HYPERLINK(1)", "-Анна")
    assert first["phone"] == "+79161234567"
    assert first["address"] == "170100, RU, Тверь, Советская, 1"
    assert set(first) == set(ORDER_HEAD)
    if format == "CSV":  # no office program takes a text for a formula
        raw = (tmp_path / "opened.csv").read_text("utf-8-sig")
        assert all(f";'{text}" in raw for text in ("=HYPERLINK(1)", "-Анна", "+опт", "+7916"))


async def test_each_line_is_a_row_and_filters_hold(till: Till, tmp_path: Path) -> None:
    await till.order(till.line("TEA", "3"), till.line("CUP", "2"))
    await till.order(till.line("HONEY"))
    where = {"number": {"eq": 1}}
    shown, rows = await exported(till, tmp_path, byLine=True, where=where)
    assert (shown["byLine"], shown["where"]) == (True, where)
    assert [(row["line"], row["sku"], row["quantity"], row["total"]) for row in rows] == [
        ("1", "TEA", "3", "999.99"),
        ("2", "CUP", "2", "201.00"),
    ]
    lines = await till.rows(OrderLine)
    in_file = sum(100 * Decimal(row["vat"]) for row in rows)
    assert in_file == sum(line["vat_minor"] for line in lines if line["sku"] != "HONEY")
    assert set(rows[0]) == set(LINE_HEAD)


async def test_the_rows_of_a_sheet_are_limited(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.orders.desk.exports.MOST_ROWS", 2)
    await till.order(till.line("TEA"), till.line("CUP"))
    assert refusals(await till.do(CREATE, input={"byLine": True})) == []
    await till.order(till.line("HONEY"))
    assert refusals(await till.do(CREATE, input={"byLine": True})) == [("TOO_MANY", "where")]
    one = {"byLine": True, "where": {"number": {"eq": 1}}}
    for given in ({}, one):
        assert refusals(await till.do(CREATE, input=given)) == []


async def test_pages_miss_and_repeat_nothing(
    till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.orders.desk.exports.PAGE", 2)
    for _ in range(5):
        await till.order(till.line("NUTS"))
    _, rows = await exported(till, tmp_path)
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5"]


async def test_who_sees_some_points_exports_and_fetches_those_alone(
    tills: TwoTills, tmp_path: Path
) -> None:
    till = tills.ours
    (shop,) = [row["id"] for row in await till.rows(Location) if row["code"] == "shop"]
    here, _ = [await till.order(till.line("TEA")) for _ in range(2)]
    one = update(Order).where(Order.id == decode_id(here["id"], "ord"))
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(one.values(location_id=shop, address=None))
    base, vera = till.desk.shop.scope, new_id()

    def who(staff: Any, *points: Any) -> Principal:
        return Principal(Actor.STAFF, staff, points=points)

    async with replace(base, principal=who(vera, shop)).writing("test") as uow:
        asked = await request_order_export(uow, format="csv", by_line=False, where=None)
    body = await written(till, tmp_path, encode_id("oex", asked))
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["number", here["number"]]

    async def sees(principal: Principal) -> bool:
        return asked in await exports_seen(base.reading, principal, [asked])

    manager = Principal(Actor.STAFF, new_id())
    looked = [who(vera, shop), manager, who(vera), who(new_id(), shop)]
    assert [await sees(one) for one in looked] == [True, True, False, False]
    export_id = encode_id("oex", asked)
    assert (await tills.neighbour.desk.admin.ask(SHOW, id=export_id))["orderExport"] is None
    reader = await till.desk.clerk("products:read")
    assert (await reader.refused(CREATE, input={}))["code"] == "FORBIDDEN"
    wrong = {"where": {"due": {"gte": roubles("NaN")}}}
    assert refusals(await till.do(CREATE, input=wrong)) == [("INVALID", "where.due.gte.amount")]
