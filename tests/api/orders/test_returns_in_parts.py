"""Returns of which a part comes, of lines that share a shelf, in quantities that cannot be."""

from typing import Any

import pytest

from tests.api.answers import refusals
from tests.api.orders.test_edits import edit
from tests.api.orders.test_whole_life import AT_COUNTER, RECEIVE, TAKE_BACK, amount, part
from tests.api.orders.till import Till, roubles

pytestmark = pytest.mark.anyio


async def begun(till: Till, order: Any, *lines: dict[str, str]) -> str:
    """A return of these lines of an order, or of all of them; its id."""
    given = {"order": {"id": order["id"]}, "reason": "брак", "lines": list(lines) or None}
    answer = await till.do(TAKE_BACK, input=given)
    assert answer["userErrors"] == []
    return str(answer["orderReturn"]["id"])


async def test_lines_of_one_variant_come_back_whichever_left_from_where(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"))
    add = {"variant": {"id": till.of("TEA")}, "price": roubles("1.00")}
    lines = (await edit(till, order, add=[add]))["order"]["lines"]
    sold, added = ({"lineId": one["id"], "quantity": one["quantity"]} for one in lines)
    for line in (added, sold):  # the first to go is taken of what was kept first
        gone = await till.do(AT_COUNTER, id=order["id"], lines=[line])
        assert gone["userErrors"] == []
    for line, refund in ((sold, "666.66"), (added, "1.00")):
        came = await till.do(RECEIVE, id=await begun(till, order, line), input={})
        assert (came["userErrors"], amount(came["orderReturn"]["refund"])) == ([], refund)
    assert (await till.levels())["TEA"] == (10_000, 0)
    await till.check()


@pytest.mark.parametrize("condition", ["SELLABLE", "KEPT_BY_BUYER"])
async def test_what_came_is_of_whole_pieces_and_said_once(till: Till, condition: str) -> None:
    order = await till.order(till.line("TEA", "3"))
    await till.do(AT_COUNTER, id=order["id"])
    returned = await begun(till, order)
    of = {"condition": condition}
    half, two = part(order, "TEA", "0.5") | of, part(order, "TEA", "2") | of
    for lines, refused in (
        ([half], ("INVALID", "lines.0.quantity")),
        ([two, two], ("NOT_FOUND", "lines.1.lineId")),
        ([part(order, "TEA", "4")], ("INVALID", "lines.0.quantity")),
    ):
        answer = await till.do(RECEIVE, id=returned, input={"lines": lines})
        assert refusals(answer) == [refused]
    came = (await till.do(RECEIVE, id=returned, input={"lines": [two]}))["orderReturn"]
    assert [(one["quantity"], amount(one["total"])) for one in came["lines"]] == [("2", "666.66")]
    rest = await till.do(RECEIVE, id=await begun(till, order), input={})
    assert amount(rest["orderReturn"]["refund"]) == "333.33"
    await till.check()
