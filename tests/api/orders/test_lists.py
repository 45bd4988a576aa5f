"""At the admin's door: the list of orders, and what members of staff of some points see of it."""

from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.catalog.tables import Variant
from domain.orders.orders.tables import Order
from domain.stock.tables import Lot
from tenants.ids import decode_id, encode_id
from tests.api.orders.test_desk import member, sort, status
from tests.api.orders.test_whole_life import AT_COUNTER, BY_CASH, PAY
from tests.api.orders.till import Till, roubles

pytestmark = pytest.mark.anyio

LIST = """query ($where: OrderWhere) { orders(first: 10, where: $where) {
  totalCount nodes { number } } }"""


async def numbers(till: Till, **where: Any) -> list[str]:
    found = (await till.desk.admin.ask(LIST, where=where))["orders"]
    assert found["totalCount"] == len(found["nodes"])
    return [one["number"] for one in found["nodes"]]


async def test_orders_are_found_by_what_they_are(till: Till) -> None:
    first = await till.order(till.line("TEA"), paymentMethod="ONLINE")
    await till.order(till.line("HONEY"), phone="+7 912 000-00-00")
    await till.do(PAY, id=first["id"], input=BY_CASH)
    assert await numbers(till) == ["2", "1"]
    for where, expected in (
        ({"state": {"eq": "CONFIRMED"}}, ["2", "1"]),
        ({"state": {"in": []}}, []),
        ({"number": {"eq": 1}}, ["1"]),
        ({"phone": {"eq": "+79120000000"}}, ["2"]),
        ({"paymentMethod": {"eq": "ONLINE"}}, ["1"]),
        ({"owes": {"eq": True}}, ["2"]),
        ({"isOwed": {"eq": True}}, []),
        ({"source": {"eq": "SITE"}, "not": {"number": {"eq": 2}}}, ["1"]),
        ({"variantId": {"eq": encode_id("var", till.desk.shop.variants["HONEY"])}}, ["2"]),
        ({"placedAt": {"gte": "2100-01-01T00:00:00Z"}}, []),
    ):
        assert await numbers(till, **where) == expected, where


async def test_whose_goods_came_of_a_lot_is_found_when_it_is_recalled(till: Till) -> None:
    (lot,) = {
        row["id"]
        for row in await till.rows(Lot)
        if row["variant_id"] == till.desk.shop.variants["TEA"]
    }
    await till.order(till.line("TEA"))  # nothing of it has gone yet
    for sku in ("TEA", "HONEY"):
        order = await till.order(till.line(sku))
        assert (await till.do(AT_COUNTER, id=order["id"]))["userErrors"] == []
    recalled = {"lotId": {"eq": encode_id("lot", lot)}}
    assert await numbers(till, **recalled) == ["2"]
    assert await numbers(till, **{"not": recalled}) == ["3", "1"]


COUNTS: Final = """query ($where: OrderWhere) { orderCounts(where: $where) {
  state status { title } count } }"""
ORDERED: Final = """query ($by: [OrderListOrder!]) { orders(first: 2, orderBy: $by) {
  nodes { number } pageInfo { hasNextPage endCursor } } }"""


async def test_orders_are_found_by_how_staff_sort_them(till: Till) -> None:
    packing, vera = await status(till, "Собрать", isDefault=True), await member(till, "Вера")
    first = await till.order(till.line("TEA"), paymentMethod="ONLINE")
    second = await till.order(till.line("HONEY", "2"))
    await sort(till, second, assigneeId=vera, tags={"add": ["срочно"]})
    async with till.desk.shop.scope.writing("test") as uow:
        late = update(Order).where(Order.id == decode_id(first["id"], "ord"))
        await uow.execute(late.values(promised_on=date(2026, 1, 1)))
    (product,) = [row["product_id"] for row in await till.rows(Variant) if row["sku"] == "TEA"]
    for where, expected in (
        ({"statusId": {"eq": packing}}, ["2"]),
        ({"statusId": {"isNull": True}}, ["1"]),
        ({"assigneeId": {"in": [vera]}}, ["2"]),
        ({"tag": {"eq": "срочно"}}, ["2"]),
        ({"not": {"tag": {"eq": "срочно"}}}, ["1"]),
        ({"due": {"gte": roubles("400.00"), "lte": roubles("1000.00")}}, ["2"]),
        ({"due": {"gte": roubles("1.00", "USD")}}, []),
        ({"isOverdue": {"eq": True}}, ["1"]),
        ({"promisedOn": {"lte": "2026-01-01"}}, ["1"]),
        ({"productId": {"eq": encode_id("prd", product)}}, ["1"]),
        ({"phone": {"eq": "8 916 123-45-67"}}, ["2", "1"]),
        ({"phone": {"startsWith": "+7916"}}, ["2", "1"]),
        ({"phone": {"eq": "8 916 123-45-68"}}, []),
        ({"payUntil": {"isNull": False}}, ["1"]),
    ):
        assert await numbers(till, **where) == expected, where
    for money in ("NaN", "1e5", "0.001"):
        refused = await till.desk.admin.refused(LIST, where={"due": {"gte": roubles(money)}})
        assert refused["code"] == "BAD_USER_INPUT", money


async def test_orders_are_counted_by_state_and_status(till: Till) -> None:
    await till.order(till.line("TEA"), paymentMethod="ONLINE")
    await status(till, "Собрать", isDefault=True)
    for _ in range(2):
        await till.order(till.line("HONEY"))
    counts = (await till.desk.admin.ask(COUNTS))["orderCounts"]
    assert [(one["state"], one["status"], one["count"]) for one in counts] == [
        ("AWAITING_PAYMENT", None, 1),
        ("CONFIRMED", {"title": "Собрать"}, 2),
    ]
    few = (await till.desk.admin.ask(COUNTS, where={"number": {"eq": 3}}))["orderCounts"]
    assert [one["count"] for one in few] == [1]


async def test_orders_come_in_the_order_that_is_asked_for(till: Till) -> None:
    for sku in ("HONEY", "NUTS", "TEA"):
        await till.order(till.line(sku))

    async def listed(*by: dict[str, str]) -> list[str]:
        found = (await till.desk.admin.ask(ORDERED, by=list(by)))["orders"]
        return [one["number"] for one in found["nodes"]]

    assert await listed() == ["3", "2"]
    assert await listed({"field": "DUE"}) == ["1", "3"]
    assert await listed({"field": "DUE", "direction": "ASC"}) == ["2", "3"]
    assert await listed({"field": "NUMBER", "direction": "ASC"}) == ["1", "2"]
