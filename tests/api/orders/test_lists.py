"""At the admin's door: the list of orders, and what members of staff of some points see of it."""

from typing import Any

import pytest

from domain.stock.tables import Lot
from tenants.ids import encode_id
from tests.api.orders.test_whole_life import AT_COUNTER, BY_CASH, PAY
from tests.api.orders.till import Till

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
