"""Exchange: some goods come back, others go out, and the difference is paid or given back."""

from typing import Final

import pytest

from tests.api.answers import refusals
from tests.api.orders.test_edits import edit, lines_of
from tests.api.orders.test_whole_life import (
    APPROVE,
    AT_COUNTER,
    BY_CASH,
    ERRORS,
    PAY,
    RECEIVE,
    REFUND,
    amount,
    part,
)
from tests.api.orders.till import MONEY, ORDER, Till

pytestmark = pytest.mark.anyio

RETURN: Final = f"""orderReturn {{ id state allowedActions refund {MONEY}
  exchanges {{ number amount {MONEY} returnId differences {{ sku quantity }} }} }}
  order {{ {ORDER} }} {ERRORS}"""
TAKE_BACK: Final = f"""mutation ($input: OrderReturnCreateInput!) {{
  orderReturnCreate(input: $input) {{ {RETURN} }} }}"""
EXCHANGE: Final = f"""mutation ($id: ID!, $input: OrderExchangeInput!) {{
  orderReturnExchange(id: $id, input: $input) {{ {RETURN} }} }}"""


async def test_something_dearer_goes_out_at_once_and_the_difference_is_paid(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"))
    await till.do(AT_COUNTER, id=order["id"])
    await till.do(PAY, id=order["id"], input=BY_CASH)
    given = {
        "order": {"id": order["id"]},
        "lines": [part(order, "TEA", "1")],
        "reason": "не тот вкус",
        "add": [{"variant": {"id": till.of("HONEY")}}],
    }
    begun = await till.do(TAKE_BACK, input=given)
    assert (begun["userErrors"], begun["order"]["state"]) == ([], "IN_DELIVERY")
    assert begun["orderReturn"]["exchanges"] == [
        {
            "number": 2,
            "amount": {"amount": "500.00"},
            "returnId": begun["orderReturn"]["id"],
            "differences": [{"sku": "HONEY", "quantity": "1"}],
        }
    ]
    assert (amount(begun["order"]["toPay"]), begun["order"]["hold"]["state"]) == (
        "500.00",
        "PARTLY_SHIPPED",
    )
    came = await till.do(RECEIVE, id=begun["orderReturn"]["id"], input={})
    assert amount(came["order"]["toPay"]) == "166.67"
    await till.do(PAY, id=order["id"], input=BY_CASH)
    ended = (await till.do(AT_COUNTER, id=order["id"]))["order"]
    assert (ended["state"], amount(ended["toPay"]), amount(ended["toRefund"])) == (
        "HANDED_OVER",
        "0.00",
        "0.00",
    )
    levels = await till.levels()
    assert (levels["TEA"], levels["HONEY"]) == ((9_000, 0), (9_000, 0))
    await till.check()


async def test_something_cheaper_goes_out_later_and_the_difference_is_given_back(
    till: Till,
) -> None:
    order = await till.order(till.line("HONEY"))
    await till.do(PAY, id=order["id"], input=BY_CASH)
    await till.do(AT_COUNTER, id=order["id"])
    back = await till.do(TAKE_BACK, input={"order": {"id": order["id"]}, "reason": "горчит"})
    assert back["orderReturn"]["allowedActions"] == ["REJECT", "RECEIVE", "EXCHANGE"]
    returned = back["orderReturn"]["id"]
    await till.do(RECEIVE, id=returned, input={})
    add = [{"variant": {"id": till.of("NUTS")}, "quantity": "2"}]
    done = await till.do(EXCHANGE, id=returned, input={"add": add, "reason": "обмен"})
    assert (done["order"]["state"], amount(done["order"]["toRefund"])) == ("IN_DELIVERY", "410.00")
    assert lines_of(done["order"]) == [("HONEY", "1", "500.00"), ("NUTS", "2", "90.00")]
    await till.do(REFUND, id=order["id"], input=BY_CASH)
    ended = (await till.do(AT_COUNTER, id=order["id"]))["order"]
    assert (ended["state"], amount(ended["due"]), amount(ended["refunded"])) == (
        "HANDED_OVER",
        "90.00",
        "410.00",
    )
    await till.check()


async def test_who_thinks_better_of_it_has_the_order_as_it_was(till: Till) -> None:
    order = await till.order(till.line("HONEY"))
    await till.do(AT_COUNTER, id=order["id"])
    back = await till.do(TAKE_BACK, input={"order": {"id": order["id"]}, "reason": "горчит"})
    add = [{"variant": {"id": till.of("NUTS")}}]
    given = {"add": add, "reason": "обмен"}
    done = (await till.do(EXCHANGE, id=back["orderReturn"]["id"], input=given))["order"]
    line = {"lineId": part(done, "NUTS", "0")["lineId"], "quantity": "0"}
    undone = (await edit(till, order, change=[line]))["order"]
    assert (undone["state"], amount(undone["due"])) == ("HANDED_OVER", "500.00")
    await till.check()


async def test_exchanges_that_cannot_be(till: Till) -> None:
    order = await till.order(till.line("HONEY"))
    await till.do(AT_COUNTER, id=order["id"])
    asked = {"order": {"id": order["id"]}, "reason": "горчит"}
    many = [{"variant": {"id": till.of("NUTS")}, "quantity": "11"}]
    short = await till.do(TAKE_BACK, input={**asked, "add": many})
    assert refusals(short) == [("INSUFFICIENT_STOCK", "add.0.quantity")]
    back = (await till.do(TAKE_BACK, input=asked))["orderReturn"]["id"]
    nothing = await till.do(EXCHANGE, id=back, input={"add": [], "reason": "обмен"})
    assert refusals(nothing) == [("REQUIRED", "add")]
    unasked = await till.do(EXCHANGE, id=back, input={"add": many, "reason": ""})
    assert refusals(unasked) == [("REQUIRED", "reason")]
    assert (await till.seen(order["id"]))["state"] == "HANDED_OVER"
    assert (await till.do(APPROVE, id=back))["orderReturn"] is None
