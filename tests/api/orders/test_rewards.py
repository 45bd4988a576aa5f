"""Points that orders earn: for what their buyers keep and have paid, however that came about."""

from typing import Any

import pytest

from tests.api.orders.test_edits import change, edit
from tests.api.orders.test_exchange import TAKE_BACK
from tests.api.orders.test_purses import SET_POINTS, on_points, with_points
from tests.api.orders.test_returns_in_parts import begun
from tests.api.orders.test_whole_life import AT_COUNTER, BY_CASH, PAY, RECEIVE, part
from tests.api.orders.till import Till, roubles
from tests.api.pricing.test_purses import ADJUST

pytestmark = pytest.mark.anyio

HONEY = 25_00
"""What is earned for one: five of a hundred."""


async def test_what_an_edit_took_away_earns_nothing(till: Till) -> None:
    anna = await with_points(till, 100_00)
    order = await anna.order(till.line("HONEY"), till.line("JAM"))
    await till.do(AT_COUNTER, id=order["id"], lines=[part(order, "HONEY", "1")])
    await till.do(PAY, id=order["id"], input={**BY_CASH, "amount": roubles("500.00")})
    done = (await edit(till, order, change=[change(order, "JAM", "0")]))["order"]
    assert (done["state"], done["earnedPoints"]) == ("HANDED_OVER", HONEY)
    assert await on_points(till) == (100_00 + HONEY, 0, 500_00)


async def test_a_return_that_settles_the_rest_earns_points_for_what_is_kept(till: Till) -> None:
    anna = await with_points(till, 100_00)
    order = await anna.order(till.line("HONEY", "2"))
    await till.do(PAY, id=order["id"], input={**BY_CASH, "amount": roubles("500.00")})
    await till.do(AT_COUNTER, id=order["id"])
    returned = await begun(till, order, part(order, "HONEY", "1"))
    came = await till.do(RECEIVE, id=returned, input={})
    assert came["order"]["earnedPoints"] == HONEY
    assert await on_points(till) == (100_00 + HONEY, 0, 500_00)


async def exchanged(till: Till, order: Any) -> Any:
    """The order when its honey was exchanged for other honey, and that is handed over."""
    add = [{"variant": {"id": till.of("HONEY")}}]
    given = {"order": {"id": order["id"]}, "reason": "засахарился", "add": add}
    back = await till.do(TAKE_BACK, input=given)
    await till.do(RECEIVE, id=back["orderReturn"]["id"], input={})
    return (await till.do(AT_COUNTER, id=order["id"]))["order"]


async def test_who_exchanges_has_his_points_again_when_he_has_the_goods(till: Till) -> None:
    anna = await with_points(till, 100_00)
    order = await anna.order(till.line("HONEY"))
    await till.do(PAY, id=order["id"], input=BY_CASH)
    await till.do(AT_COUNTER, id=order["id"])
    for _ in range(2):
        ended = await exchanged(till, order)
        assert (ended["state"], ended["earnedPoints"]) == ("HANDED_OVER", HONEY)
        assert await on_points(till) == (100_00 + HONEY, 0, 500_00)


async def test_who_has_spent_them_earns_no_more_by_an_exchange(till: Till) -> None:
    anna = await with_points(till, 1)
    order = await anna.order(till.line("HONEY"))
    await till.do(PAY, id=order["id"], input=BY_CASH)
    await till.do(AT_COUNTER, id=order["id"])
    (account,) = (await on_points(till))[:1]
    customer = (await till.desk.admin.ask("{ customers(first: 1) { nodes { id } } }"))["customers"]
    gone = {"customer": {"id": customer["nodes"][0]["id"]}, "points": -account, "note": "чай"}
    assert (await till.do(ADJUST, input=gone))["userErrors"] == []
    ended = await exchanged(till, order)
    assert (ended["state"], (await on_points(till))[0]) == ("HANDED_OVER", 0)


@pytest.mark.parametrize("points", [1, 2, 3, 5])
async def test_points_that_an_edit_has_split_are_all_back_with_the_last_of_the_goods(
    till: Till, points: int
) -> None:
    anna = await with_points(till, 100_00, earn="0")
    token, _ = await anna.fill(anna.line("TEA", "4"))
    cart = (await anna.ask(SET_POINTS, token=token, points=points))["cart"]
    order = (await anna.complete(token, cart["total"]["amount"]))["order"]
    await till.do(AT_COUNTER, id=order["id"], lines=[part(order, "TEA", "2")])
    one = part(order, "TEA", "1")
    await till.do(RECEIVE, id=await begun(till, order, one), input={})
    await edit(till, order, change=[change(order, "TEA", "2")])
    came = await till.do(RECEIVE, id=await begun(till, order, one), input={})
    assert (came["order"]["points"], await on_points(till)) == (0, (100_00, 0, 0))
    await till.check()
