"""An order's life at both doors: paid, handed over in parts, and given back, to the kopeck."""

from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.orders.hand_overs.tables import HandOverLine
from domain.orders.orders.tables import Order, OrderEntry, OrderLine
from domain.orders.returns.tables import OrderReturnLine
from domain.stock.tables import StockMovement
from tests.api.answers import refusals
from tests.api.orders.till import MONEY, ORDER, ORDER_BY_TOKEN, Till, roubles

pytestmark = pytest.mark.anyio

ERRORS: Final = "userErrors { code path message }"
PART: Final = f"""lineId sku quantity total {MONEY} vat {{ amount {MONEY} }}
  positions {{ quantity price {MONEY} sum {MONEY} }}"""
HAND_OVER: Final = f"""handOver {{ id number state carrier trackingNumber total {MONEY}
  lines {{ {PART} }} }} order {{ {ORDER} }} {ERRORS}"""
PICK: Final = f"""mutation ($input: HandOverCreateInput!) {{
  handOverCreate(input: $input) {{ {HAND_OVER} }} }}"""
SHIP: Final = f"mutation ($id: ID!) {{ handOverShip(id: $id) {{ {HAND_OVER} }} }}"
GIVE: Final = f"mutation ($id: ID!) {{ handOverComplete(id: $id) {{ {HAND_OVER} }} }}"
UNPICK: Final = f"mutation ($id: ID!) {{ handOverCancel(id: $id) {{ {HAND_OVER} }} }}"
TRACK: Final = f"""mutation ($id: ID!, $input: HandOverUpdateInput!) {{
  handOverUpdate(id: $id, input: $input) {{ {HAND_OVER} }} }}"""
AT_COUNTER: Final = f"""mutation ($id: ID!, $lines: [OrderPartInput!]) {{
  orderHandOver(id: $id, lines: $lines) {{ {HAND_OVER} }} }}"""
RETURN: Final = f"""orderReturn {{ id number state reason answer refund {MONEY}
  lines {{ {PART} condition }} }}"""
ASK_BACK: Final = f"""mutation ($input: OrderReturnRequestInput!) {{
  orderReturnRequest(input: $input) {{ {RETURN} {ERRORS} }} }}"""
TAKE_BACK: Final = f"""mutation ($input: OrderReturnCreateInput!) {{
  orderReturnCreate(input: $input) {{ {RETURN} {ERRORS} }} }}"""
APPROVE: Final = f"""mutation ($id: ID!) {{
  orderReturnApprove(id: $id) {{ {RETURN} order {{ {ORDER} }} {ERRORS} }} }}"""
REJECT: Final = f"""mutation ($id: ID!, $answer: String!) {{
  orderReturnReject(id: $id, answer: $answer) {{ {RETURN} {ERRORS} }} }}"""
RECEIVE: Final = f"""mutation ($id: ID!, $input: OrderReturnReceiveInput!) {{
  orderReturnReceive(id: $id, input: $input) {{ {RETURN} order {{ {ORDER} }} {ERRORS} }} }}"""
PAY: Final = f"""mutation ($id: ID!, $input: OrderMoneyInput!) {{
  orderMarkPaid(id: $id, input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"""
REFUND: Final = f"""mutation ($id: ID!, $input: OrderMoneyInput!) {{
  orderMarkRefunded(id: $id, input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"""
CANCEL: Final = f"""mutation ($id: ID!, $reason: String!) {{
  orderCancel(id: $id, reason: $reason) {{ order {{ {ORDER} }} {ERRORS} }} }}"""
BY_CASH: Final = {"by": "CASH", "reason": "в кассе"}


def part(order: Any, sku: str, quantity: str) -> dict[str, str]:
    (line,) = [one for one in order["lines"] if one["sku"] == sku]
    return {"lineId": line["id"], "quantity": quantity}


def amount(money: Any) -> str | None:
    return money and str(money["amount"])


async def test_paid_shipped_in_parts_handed_over_and_returned(till: Till) -> None:
    order = await till.order(till.line("TEA", "3"), till.line("HONEY", "2"), paymentMethod="ONLINE")
    ref = {"id": order["id"]}
    seen = await till.seen(order["id"])
    assert seen["allowedActions"] == ["MARK_PAID", "EDIT", "SPLIT", "CANCEL"]
    paid = (await till.do(PAY, id=order["id"], input=BY_CASH))["order"]
    assert (paid["state"], amount(paid["paid"]), amount(paid["toPay"])) == (
        "CONFIRMED",
        "1999.99",
        "0.00",
    )
    first = await till.do(PICK, input={"order": ref, "lines": [part(order, "TEA", "2")]})
    assert (first["handOver"]["state"], first["order"]["state"]) == ("PICKED", "CONFIRMED")
    assert (await till.levels())["TEA"] == (10_000, 3_000)
    one = first["handOver"]["id"]
    tracked = await till.do(TRACK, id=one, input={"carrier": "Почта", "trackingNumber": "80083"})
    assert tracked["handOver"]["trackingNumber"] == "80083"
    shipped = await till.do(SHIP, id=one)
    assert (shipped["handOver"]["state"], shipped["order"]["state"]) == ("SHIPPED", "IN_DELIVERY")
    assert (await till.levels())["TEA"] == (8_000, 1_000)
    given = await till.do(GIVE, id=one)
    assert given["handOver"]["lines"][0]["positions"] == [
        {"quantity": "2", "price": {"amount": "333.33"}, "sum": {"amount": "666.66"}}
    ]
    assert (amount(given["handOver"]["total"]), given["order"]["state"]) == (
        "666.66",
        "IN_DELIVERY",
    )
    rest = await till.do(AT_COUNTER, id=order["id"])
    assert (amount(rest["handOver"]["total"]), rest["order"]["state"]) == ("1333.33", "HANDED_OVER")
    assert await till.levels() | {"TEA": (7_000, 0), "HONEY": (8_000, 0)} == await till.levels()

    token = order["token"]
    wanted = [part(order, "TEA", "2")]
    asked = await till.ask_keyed(ASK_BACK, token=token, lines=wanted, reason="не тот вкус")
    back = asked["orderReturn"]
    assert (back["state"], back["refund"]) == ("REQUESTED", None)
    await till.do(APPROVE, id=back["id"])
    came = [{**part(order, "TEA", "1"), "condition": "DAMAGED"}]
    received = await till.do(RECEIVE, id=back["id"], input={"lines": came})
    assert received["userErrors"] == []
    assert (amount(received["orderReturn"]["refund"]), received["orderReturn"]["state"]) == (
        "333.33",
        "RECEIVED",
    )
    assert amount(received["order"]["toRefund"]) == "333.33"
    assert (await till.levels())["TEA"] == (7_000, 0)
    kinds = sorted(one["kind"] for one in await till.rows(StockMovement) if one["document_id"])
    assert kinds.count("return") == kinds.count("write_off") == 1
    all_of_it = {"order": ref, "reason": "передумал"}
    rest_back = (await till.do(TAKE_BACK, input=all_of_it))["orderReturn"]
    received = await till.do(RECEIVE, id=rest_back["id"], input={})
    assert amount(received["orderReturn"]["refund"]) == "1666.66"
    refunded = (await till.do(REFUND, id=order["id"], input=BY_CASH))["order"]
    assert (amount(refunded["refunded"]), amount(refunded["due"])) == ("1999.99", "0.00")
    assert refunded["allowedActions"] == ["TAKE_BACK"]
    levels = await till.levels()
    assert (levels["TEA"], levels["HONEY"]) == ((9_000, 0), (10_000, 0))
    assert [one["type"] for one in refunded["history"]][::-1] == [
        "order.placed",
        "order.paid",
        "order.confirmed",
        "hand_over.picked",
        "hand_over.updated",
        "order.in_delivery",
        "hand_over.shipped",
        "hand_over.handed_over",
        "hand_over.picked",
        "hand_over.handed_over",
        "order.handed_over",
        "order_return.requested",
        "order_return.approved",
        "order_return.received",
        "order_return.approved",
        "order_return.received",
        "order.refunded",
    ]
    buyers = (await till.buyer.ask(ORDER_BY_TOKEN, token=token))["order"]
    assert [one["returned"] for one in buyers["lines"]] == ["3", "2"]
    await till.check()


async def test_a_line_that_does_not_come_out_even_is_exact_in_whatever_parts_it_goes(
    till: Till,
) -> None:
    order = await till.order(till.line("TEA", "3"))
    positions = [
        {"quantity": 2_000, "price_minor": 333, "is_lot": False},
        {"quantity": 1_000, "price_minor": 334, "is_lot": False},
    ]
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(
            update(OrderLine).values(positions=positions, total_minor=1_000, price_minor=333)
        )
        await uow.execute(update(Order).values(total_minor=1_000))
    sums = []
    for _ in range(3):
        handed = await till.do(AT_COUNTER, id=order["id"], lines=[part(order, "TEA", "1")])
        sums.append(amount(handed["handOver"]["total"]))
    assert sums == ["3.33", "3.33", "3.34"]
    refunds = []
    for much in ("2", "1"):
        back = await till.do(
            TAKE_BACK,
            input={
                "order": {"id": order["id"]},
                "lines": [part(order, "TEA", much)],
                "reason": "брак",
            },
        )
        received = await till.do(RECEIVE, id=back["orderReturn"]["id"], input={})
        refunds.append(amount(received["orderReturn"]["refund"]))
    assert refunds == ["6.66", "3.34"]


async def test_bundles_leave_and_return_as_their_parts(till: Till) -> None:
    order = await till.order(till.line("SET", "2"), till.line("TEA"))
    await till.do(AT_COUNTER, id=order["id"], lines=[part(order, "SET", "1")])
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"]) == ((8_000, 3_000), (9_000, 1_000))
    await till.do(AT_COUNTER, id=order["id"])
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"]) == ((5_000, 0), (8_000, 0))
    back = await till.do(
        TAKE_BACK,
        input={
            "order": {"id": order["id"]},
            "lines": [part(order, "SET", "1")],
            "reason": "подарили такой же",
        },
    )
    received = await till.do(RECEIVE, id=back["orderReturn"]["id"], input={})
    assert amount(received["orderReturn"]["refund"]) == "700.00"
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"]) == ((7_000, 0), (9_000, 0))
    await till.check()


async def test_what_is_picked_is_nobody_elses_until_it_is_put_back(till: Till) -> None:
    words = [{"name": "Надпись", "value": "Маме"}]
    order = await till.order(till.line("TEA", "2"), till.line("TEA", attributes=words))
    assert [one["quantity"] for one in order["lines"]] == ["2", "1"]
    picked = await till.do(PICK, input={"order": {"id": order["id"]}})
    again = await till.do(PICK, input={"order": {"id": order["id"]}})
    assert refusals(again) == [("REQUIRED", "lines")]
    put = await till.do(UNPICK, id=picked["handOver"]["id"])
    assert put["handOver"]["state"] == "CANCELLED"
    assert refusals(await till.do(SHIP, id=picked["handOver"]["id"])) == [("NOT_ALLOWED", "id")]
    done = await till.do(AT_COUNTER, id=order["id"])
    assert done["order"]["state"] == "HANDED_OVER"
    await till.check()


async def test_a_cancelled_order_gives_back_its_goods_and_its_money(till: Till) -> None:
    order = await till.order(till.line("TEA", "3"))
    await till.do(PAY, id=order["id"], input={**BY_CASH, "amount": roubles("100.00")})
    gone = await till.do(CANCEL, id=order["id"], reason="ошибся")
    seen = gone["order"]
    assert (seen["state"], seen["cancelReason"], seen["hold"]["state"]) == (
        "CANCELLED",
        "ошибся",
        "RELEASED",
    )
    assert (amount(seen["due"]), amount(seen["toRefund"])) == ("0.00", "100.00")
    assert seen["allowedActions"] == ["MARK_REFUNDED"]
    assert (await till.levels())["TEA"] == (10_000, 0)
    for text, more in (
        (CANCEL, {"reason": "ещё раз"}),
        (PAY, {"input": BY_CASH}),
        (AT_COUNTER, {}),
    ):
        assert refusals(await till.do(text, id=order["id"], **more)) == [("NOT_ALLOWED", "id")]
    await till.check()


async def test_an_order_of_which_something_has_gone_is_not_cancelled(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"))
    picked = await till.do(
        PICK, input={"order": {"id": order["id"]}, "lines": [part(order, "TEA", "1")]}
    )
    await till.do(SHIP, id=picked["handOver"]["id"])
    refused = await till.do(CANCEL, id=order["id"], reason="поздно")
    assert refusals(refused) == [("NOT_ALLOWED", "id")]


async def test_parts_that_cannot_be(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"))
    other = await till.order(till.line("TEA", "2"))
    for lines, refused in (
        ([], ("REQUIRED", "lines")),
        ([part(order, "TEA", "3")], ("NOT_ALLOWED", "lines.0.quantity")),
        ([part(order, "TEA", "0")], ("INVALID", "lines.0.quantity")),
        ([part(order, "TEA", "0.5")], ("INVALID", "lines.0.quantity")),
        ([part(other, "TEA", "1")], ("NOT_FOUND", "lines.0.lineId")),
        ([part(order, "TEA", "1")] * 2, ("NOT_FOUND", "lines.1.lineId")),
    ):
        answer = await till.do(AT_COUNTER, id=order["id"], lines=lines)
        assert refusals(answer) == [refused], lines
    await till.do(AT_COUNTER, id=order["id"])
    back = {"order": {"id": order["id"]}, "reason": "брак"}
    for lines, refused in (
        ([part(order, "TEA", "3")], ("NOT_ALLOWED", "lines.0.quantity")),
        ([part(other, "TEA", "1")], ("NOT_FOUND", "lines.0.lineId")),
    ):
        answer = await till.do(TAKE_BACK, input={**back, "lines": lines})
        assert refusals(answer) == [refused]
    await till.do(TAKE_BACK, input={**back, "lines": [part(order, "TEA", "1")]})
    twice = await till.do(TAKE_BACK, input={**back, "lines": [part(order, "TEA", "2")]})
    assert refusals(twice) == [("NOT_ALLOWED", "lines.0.quantity")]
    assert await till.rows(OrderReturnLine) != []
    assert {row["total_minor"] for row in await till.rows(HandOverLine)} == {666_66}


async def test_a_return_may_be_rejected_and_then_asked_for_again(till: Till) -> None:
    order = await till.order(till.line("TEA"))
    wanted = [part(order, "TEA", "1")]
    early = await till.ask_keyed(ASK_BACK, token=order["token"], lines=wanted, reason="рано")
    assert refusals(early) == [("NOT_ALLOWED", "token")]
    await till.do(AT_COUNTER, id=order["id"])
    asked = await till.ask_keyed(ASK_BACK, token=order["token"], lines=wanted, reason="брак")
    answered = await till.do(REJECT, id=asked["orderReturn"]["id"], answer="открыта упаковка")
    assert (answered["orderReturn"]["state"], answered["orderReturn"]["answer"]) == (
        "REJECTED",
        "открыта упаковка",
    )
    again = await till.ask_keyed(ASK_BACK, token=order["token"], lines=wanted, reason="брак!")
    assert again["userErrors"] == []
    late = await till.do(RECEIVE, id=again["orderReturn"]["id"], input={})
    assert refusals(late) == [("NOT_ALLOWED", "id")]
    assert len(await till.rows(OrderEntry)) == 1
