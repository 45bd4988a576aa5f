"""Orders that are split: both together are what the one was, in goods, stock and money."""

import asyncio
import random
from typing import Any, Final

import pytest

from domain.orders.orders.tables import Order, OrderEntry, OrderLine
from tests.api.answers import refusals
from tests.api.orders.test_edits import REVISION, edit
from tests.api.orders.test_edits_at_once import counted as counted
from tests.api.orders.test_purses import SET_POINTS, issue, pay_by, with_points
from tests.api.orders.test_statements import Counting
from tests.api.orders.test_whole_life import (
    AT_COUNTER,
    BY_CASH,
    CANCEL,
    ERRORS,
    GIVE,
    PAY,
    PICK,
    SHIP,
    amount,
    part,
)
from tests.api.orders.till import ORDER, ORDER_BY_TOKEN, Till, TwoTills, roubles

pytestmark = pytest.mark.anyio

SPLIT: Final = f"""mutation (
    $id: ID!, $lines: [OrderPartInput!]!, $reason: String!, $version: Int) {{
  orderSplit(id: $id, lines: $lines, reason: $reason, expectedVersion: $version) {{
    order {{ {ORDER} splitOff {{ id }} }} newOrder {{ {ORDER} splitFrom {{ id }} }}
    revision {{ {REVISION} }} token {ERRORS} }} }}"""
REHEARSE: Final = SPLIT.replace("mutation (", "mutation Rehearse(").replace(
    "Int) {", "Int) @dryRun {", 1
)
BARE: Final = """mutation ($id: ID!, $lines: [OrderPartInput!]!) {
  orderSplit(id: $id, lines: $lines, reason: "склад") { userErrors { code path } } }"""
STATEMENTS: Final = 32
"""Of a split, however many lines go; not of its answer."""


async def split(till: Till, order: Any, *lines: Any, **more: Any) -> Any:
    """What staff are answered to a split."""
    given = {"id": order["id"], "lines": list(lines), "reason": "второй склад", **more}
    return await till.do(SPLIT, **given)


def lines_of(order: Any) -> list[tuple[str, str, str]]:
    return [(one["sku"], one["quantity"], one["total"]["amount"]) for one in order["lines"]]


async def test_a_part_is_an_order_of_its_own_and_its_goods_stay_kept(till: Till) -> None:
    order = await till.order(till.line("TEA", "3"), till.line("HONEY", "2"), paymentMethod="ONLINE")
    done = await split(till, order, part(order, "TEA", "1"), part(order, "HONEY", "2"))
    assert done["userErrors"] == []
    old, new = done["order"], done["newOrder"]
    assert lines_of(old) == [("TEA", "2", "666.66")]
    assert lines_of(new) == [("TEA", "1", "333.33"), ("HONEY", "2", "1000.00")]
    assert (old["state"], new["state"]) == ("AWAITING_PAYMENT", "AWAITING_PAYMENT")
    assert (amount(old["toPay"]), amount(new["toPay"])) == ("666.66", "1333.33")
    assert (old["splitOff"], new["splitFrom"]) == ([{"id": new["id"]}], {"id": old["id"]})
    assert (old["revision"], new["revision"], new["number"] == old["number"]) == (2, 1, False)
    assert (amount(done["revision"]["amount"]), done["revision"]["number"]) == ("-1333.33", 2)
    levels = await till.levels()
    assert (levels["TEA"], levels["HONEY"]) == ((10_000, 3_000), (10_000, 2_000))
    assert [one["type"] for one in old["history"]] == [
        "order.split",
        "order.edited",
        "order.placed",
    ]
    assert [one["type"] for one in new["history"]] == ["order.split_off", "order.placed"]
    (bought,) = (await till.buyer.ask(ORDER_BY_TOKEN, token=done["token"])).values()
    assert bought["number"] == new["number"]
    first, second = await till.rows(Order)
    for name in ("customer_id", "address", "phone", "email", "source", "payment_method"):
        assert first[name] == second[name]
    await till.do(CANCEL, id=old["id"], reason="передумал")
    assert (await till.levels())["TEA"] == (10_000, 1_000)
    await till.do(PAY, id=new["id"], input=BY_CASH)
    gone = await till.do(AT_COUNTER, id=new["id"])
    assert (amount(gone["handOver"]["total"]), gone["order"]["state"]) == ("1333.33", "HANDED_OVER")
    await till.check()


async def test_what_was_paid_stays_as_far_as_it_is_owed_and_the_rest_goes_along(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"), till.line("HONEY"), paymentMethod="ONLINE")
    given = {**BY_CASH, "amount": roubles("800.00")}
    await till.do(PAY, id=order["id"], input=given)
    done = await split(till, order, part(order, "HONEY", "1"))
    old, new = done["order"], done["newOrder"]
    assert (old["state"], amount(old["toPay"]), amount(old["toRefund"])) == (
        "CONFIRMED",
        "0.00",
        "0.00",
    )
    assert (new["state"], amount(new["paid"]), amount(new["toPay"])) == (
        "AWAITING_PAYMENT",
        "133.34",
        "366.66",
    )
    moves = [
        (one["kind"], amount(one["amount"]))
        for one in old["entries"] + new["entries"]
        if one["by"] == "ORDER"
    ]
    assert moves == [("REFUNDED", "133.34"), ("PAID", "133.34")]
    paid = (await till.do(PAY, id=new["id"], input=BY_CASH))["order"]
    again = await split(till, old, part(old, "TEA", "1"))
    assert (paid["state"], again["newOrder"]["state"]) == ("CONFIRMED", "CONFIRMED")
    assert amount(again["newOrder"]["paid"]) == "333.33"
    await till.check()


async def test_what_is_picked_stays_and_what_is_left_may_be_over_with_that(till: Till) -> None:
    order = await till.order(till.line("TEA", "4"), till.line("SET"))
    given = {"order": {"id": order["id"]}, "lines": [part(order, "TEA", "1")]}
    picked = await till.do(PICK, input=given)
    refused = await split(till, order, part(order, "TEA", "4"))
    assert refusals(refused) == [("NOT_ALLOWED", "lines.0.quantity")]
    done = await split(till, order, part(order, "TEA", "3"))
    assert lines_of(done["newOrder"]) == [("TEA", "3", "999.99")]
    for text in (SHIP, GIVE):
        assert (await till.do(text, id=picked["handOver"]["id"]))["userErrors"] == []
    rest = await split(till, order, part(order, "SET", "1"))
    assert (rest["order"]["state"], rest["order"]["hold"]["state"]) == ("HANDED_OVER", "SHIPPED")
    for one in (done["newOrder"], rest["newOrder"]):
        gone = await till.do(AT_COUNTER, id=one["id"])
        assert gone["userErrors"] == []
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"]) == ((4_000, 0), (9_000, 0))
    await till.check()


async def test_a_rehearsal_changes_nothing(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"))
    told = await till.do(REHEARSE, id=order["id"], lines=[part(order, "TEA", "1")], reason="если")
    assert lines_of(told["newOrder"]) == [("TEA", "1", "333.33")]
    assert (len(await till.rows(Order)), (await till.seen(order["id"]))["revision"]) == (1, 1)


async def test_what_cannot_be_is_refused_where_it_is_said(tills: TwoTills) -> None:
    till = tills.ours
    order = await till.order(till.line("TEA", "2"), till.line("NUTS"))
    theirs = await tills.neighbour.order(tills.neighbour.line("TEA", "2"))
    tea, nuts = part(order, "TEA", "1"), part(order, "NUTS", "1")
    wrong: list[tuple[list[Any], dict[str, Any], list[tuple[str, str]]]] = [
        ([], {}, [("REQUIRED", "lines")]),
        ([tea], {"reason": " "}, [("REQUIRED", "reason")]),
        ([tea, tea], {}, [("NOT_FOUND", "lines.1.lineId")]),
        ([part(theirs, "TEA", "1")], {}, [("NOT_FOUND", "lines.0.lineId")]),
        ([{**tea, "quantity": "0"}], {}, [("INVALID", "lines.0.quantity")]),
        ([{**tea, "quantity": "1.5"}], {}, [("INVALID", "lines.0.quantity")]),
        ([{**tea, "quantity": "3"}], {}, [("NOT_ALLOWED", "lines.0.quantity")]),
        ([{**tea, "quantity": "2"}, nuts], {}, [("NOT_ALLOWED", "lines")]),
        ([tea], {"version": 7}, [("CONFLICT", "expectedVersion")]),
        ([tea], {"id": theirs["id"]}, [("NOT_FOUND", "id")]),
    ]
    for lines, more, expected in wrong:
        refused = await split(till, order, *lines, **more)
        assert refusals(refused) == expected, (lines, more)
        assert refused["newOrder"] is refused["token"] is None
    assert len(await till.rows(Order)) == 1
    await till.do(CANCEL, id=order["id"], reason="передумал")
    assert refusals(await split(till, order, tea)) == [("NOT_ALLOWED", "id")]


async def test_what_points_or_cards_paid_is_not_parted(till: Till) -> None:
    anna = await with_points(till, 50_00)
    token, _ = await anna.fill(anna.line("TEA", "2"), paymentMethod="ONLINE")
    await anna.ask(SET_POINTS, token=token, points=None)
    by_points = (await anna.complete(token, "616.66"))["order"]
    refused = await split(till, by_points, part(by_points, "TEA", "1"))
    assert refusals(refused) == [("NOT_ALLOWED", "lines.0.lineId")]
    token, _ = await till.fill(till.line("HONEY", "2"), paymentMethod="ONLINE")
    await pay_by(till, token, await issue(till, "600"))
    by_card = (await till.complete(token, "1000.00", "400.00"))["order"]
    refused = await split(till, by_card, part(by_card, "HONEY", "1"))
    assert refusals(refused) == [("NOT_ALLOWED", "lines")]
    token, _ = await till.fill(till.line("HONEY", "2"), paymentMethod="ONLINE")
    await pay_by(till, token, await issue(till, "300"))
    partly = (await till.complete(token, "1000.00", "700.00"))["order"]
    done = await split(till, partly, part(partly, "HONEY", "1"))
    assert (amount(done["order"]["byGiftCards"]), amount(done["order"]["toPay"])) == (
        "300.00",
        "200.00",
    )
    assert amount(done["newOrder"]["toPay"]) == "500.00"
    await till.check()


async def test_splits_by_chance_lose_no_kopeck(till: Till) -> None:
    """What all parts of orders cost, were paid, and keep, is what the orders did."""
    chance = random.Random(604)
    for _ in range(5):
        skus = chance.sample(["TEA", "HONEY", "CUP", "NUTS"], k=chance.randint(1, 4))
        asked = [till.line(sku, str(chance.randint(1, 2))) for sku in skus]
        order = await till.order(*asked, paymentMethod=chance.choice(["ONLINE", "ON_HAND_OVER"]))
        await edit(
            till,
            order,
            change=[
                {"lineId": order["lines"][0]["id"], "price": roubles(f"{chance.randint(1, 99)}.01")}
            ],
        )
        seen = await till.seen(order["id"])
        if chance.random() < 0.7:
            paid = chance.randint(1, round(float(amount(seen["total"]) or 0) * 100))
            money = roubles(f"{paid // 100}.{paid % 100:02}")
            await till.do(PAY, id=order["id"], input={**BY_CASH, "amount": money})
        before, levels = await _sums(till), await till.levels()
        for _ in range(3):
            line = chance.choice(seen["lines"])
            quantity = str(chance.randint(1, int(line["quantity"])))
            await split(till, seen, {"lineId": line["id"], "quantity": quantity})
            seen = await till.seen(order["id"])
        assert (await _sums(till), await till.levels()) == (before, levels)
        await till.check()
        for one in await till.rows(Order):
            if one["state"] in ("awaiting_payment", "confirmed"):
                assert one["paid_minor"] - one["refunded_minor"] <= one["due_minor"]
    assert len([one for one in await till.rows(OrderEntry) if one["by"] == "order"]) >= 4


async def _sums(till: Till) -> tuple[int, ...]:
    orders, lines = await till.rows(Order), await till.rows(OrderLine)
    return (
        *(sum(one[f"{name}_minor"] for one in orders) for name in ("total", "due")),
        sum(one["paid_minor"] - one["refunded_minor"] for one in orders),
        sum(one["quantity"] for one in lines),
    )


async def test_two_splits_at_once_part_what_there_is_once(till: Till) -> None:
    for _ in range(3):
        order = await till.order(till.line("TEA", "2"), till.line("NUTS"))
        both = [split(till, order, part(order, "TEA", "2")) for _ in range(2)]
        answers = sorted(refusals(one) for one in await asyncio.gather(*both))
        assert answers == [[], [("NOT_FOUND", "lines.0.lineId")]]
    assert (await till.levels())["TEA"] == (10_000, 6_000)
    await till.check()


async def test_a_split_and_a_hand_over_agree_whoever_is_first(till: Till) -> None:
    for _ in range(4):
        order = await till.order(till.line("TEA"), till.line("NUTS"))
        parted, given = await asyncio.gather(
            split(till, order, part(order, "TEA", "1")), till.do(AT_COUNTER, id=order["id"])
        )
        assert given["userErrors"] == []
        if parted["userErrors"]:
            assert refusals(parted)[0][0] == "NOT_ALLOWED"
        else:
            assert (await till.do(AT_COUNTER, id=parted["newOrder"]["id"]))["userErrors"] == []
        await till.check()
    assert (await till.levels())["TEA"] == (6_000, 0)


async def test_a_split_takes_its_statements_however_many_lines_there_are(
    counted: tuple[Till, Counting],
) -> None:
    till, pool = counted
    counts = []
    for skus in (["TEA"], ["TEA"], ["TEA", "HONEY", "CUP"]):
        order = await till.order(*(till.line(sku, "2") for sku in skus))
        lines = [part(order, sku, "1") for sku in skus]
        before = len(pool.statements)
        assert (await till.do(BARE, id=order["id"], lines=lines))["userErrors"] == []
        counts.append(len(pool.statements) - before)
    assert counts[1:] == [STATEMENTS, STATEMENTS]  # a connection learns its types at first
