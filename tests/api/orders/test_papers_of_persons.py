"""What a person said on an order's papers is handed out with his data, and goes with him."""

import pytest
from sqlalchemy import select

from domain.orders.desk.comments import add_comment
from domain.orders.desk.tables import OrderCommentText
from domain.orders.orders.tables import OrderLine
from domain.orders.returns.tables import OrderReturn
from tenants.ids import decode_id
from tests.api.customers.desk import ask
from tests.api.customers.test_persons import ERASE, EXPORT
from tests.api.orders.test_customers import whose
from tests.api.orders.test_whole_life import APPROVE, ASK_BACK, AT_COUNTER
from tests.api.orders.till import Till

pytestmark = pytest.mark.anyio


async def test_words_on_papers_go_with_the_person(till: Till) -> None:
    line = till.line(
        "TEA", note="canary на крышке", attributes=[{"name": "имя", "value": "canary"}]
    )
    order = await till.order(line)
    customer = str((await whose(till, order))[0])
    await till.do(AT_COUNTER, id=order["id"])
    lines = [{"lineId": order["lines"][0]["id"], "quantity": "1"}]
    asked = await till.ask_keyed(
        ASK_BACK, token=order["token"], lines=lines, reason="canary: болит спина"
    )
    await till.do(APPROVE, id=asked["orderReturn"]["id"])
    exported = (await ask(till.desk, EXPORT, id=customer))["data"]
    assert exported["order_return"][0]["reason"] == "canary: болит спина"
    assert exported["order_line"][0]["note"] == "canary на крышке"
    async with till.desk.shop.scope.writing("test") as uow:
        await add_comment(uow, decode_id(order["id"], "ord"), text="canary перезвонит сам")
    assert (await ask(till.desk, ERASE, id=customer))["userErrors"] == []
    reading = till.desk.shop.scope.reading
    left = str(
        [await reading.rows(select(table)) for table in (OrderReturn, OrderLine, OrderCommentText)]
    )
    assert "canary" not in left
    (kept,) = await reading.rows(select(OrderReturn))
    assert kept["reason"] == ""
    proof = (await ask(till.desk, EXPORT, id=customer))["data"]["customer_erasure"]
    assert proof[0]["rows"]["order_return"] == 1


async def test_a_neighbours_and_anothers_papers_stay(till: Till) -> None:
    mine = await till.order(till.line("TEA"))
    other = await till.order(till.line("HONEY", note="другой"), phone="+79160000009")
    customer = str((await whose(till, mine))[0])
    assert customer != (await whose(till, other))[0]
    assert (await ask(till.desk, ERASE, id=customer))["userErrors"] == []
    notes = [row["note"] for row in await till.rows(OrderLine)]
    assert sorted(one for one in notes if one) == ["другой"]
