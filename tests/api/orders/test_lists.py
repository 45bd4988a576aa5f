"""At the admin's door: the list of orders, and what members of staff of some points see of it."""

from typing import Any

import pytest

from tenants.ids import encode_id
from tests.api.orders.test_whole_life import BY_CASH, PAY
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
