"""Edits of orders at the admin's door: lines, prices, the stock behind them, and the money."""

from typing import Any, Final

import pytest

from domain.orders.orders.tables import OrderLine
from tests.api.answers import refusals
from tests.api.orders.test_whole_life import (
    AT_COUNTER,
    BY_CASH,
    ERRORS,
    GIVE,
    PAY,
    PICK,
    REFUND,
    SHIP,
    UNPICK,
    amount,
    part,
)
from tests.api.orders.till import MONEY, ORDER, Till, roubles

pytestmark = pytest.mark.anyio

REVISION: Final = f"""id number changed reason amount {MONEY} vat {MONEY} total {MONEY} actor at
  differences {{ lineId sku title quantityBefore quantity totalBefore {MONEY} total {MONEY}
    vatBefore {MONEY} vat {MONEY} }}"""
EDIT: Final = f"""mutation ($id: ID!, $input: OrderEditInput!, $version: Int) {{
  orderEdit(id: $id, input: $input, expectedVersion: $version) {{
    order {{ {ORDER} }} revision {{ {REVISION} }} {ERRORS} }} }}"""
REHEARSE: Final = EDIT.replace("mutation (", "mutation Rehearse(").replace(
    "Int) {", "Int) @dryRun {", 1
)
REVISIONS: Final = f"query ($id: ID!) {{ order(id: $id) {{ revisions {{ {REVISION} }} }} }}"


async def edit(till: Till, order: Any, **changes: Any) -> Any:
    """What staff are answered to an edit."""
    given = {"reason": "звонок", **changes}
    return await till.do(EDIT, id=order["id"], input=given)


def lines_of(order: Any) -> list[tuple[str, str, str]]:
    return [(one["sku"], one["quantity"], one["total"]["amount"]) for one in order["lines"]]


def change(order: Any, sku: str, quantity: str | None = None, price: str | None = None) -> Any:
    line = {"lineId": part(order, sku, "0")["lineId"]}
    if quantity is not None:
        line["quantity"] = quantity
    return line | ({"price": roubles(price)} if price else {})


async def test_a_line_is_less_gone_or_more_and_the_difference_is_owed(till: Till) -> None:
    order = await till.order(till.line("TEA", "3"), till.line("HONEY", "2"), paymentMethod="ONLINE")
    done = await edit(till, order, change=[change(order, "TEA", "1"), change(order, "HONEY", "0")])
    assert done["userErrors"] == []
    assert lines_of(done["order"]) == [("TEA", "1", "333.33")]
    assert (amount(done["order"]["total"]), amount(done["order"]["toPay"])) == ("333.33", "333.33")
    assert done["order"]["revision"] == done["revision"]["number"] == 2
    assert amount(done["revision"]["amount"]) == "-1666.66"
    assert [
        (one["sku"], one["quantityBefore"], one["quantity"], amount(one["totalBefore"]))
        for one in done["revision"]["differences"]
    ] == [("TEA", "3", "1", "999.99"), ("HONEY", "2", "0", "1000.00")]
    levels = await till.levels()
    assert (levels["TEA"], levels["HONEY"]) == ((10_000, 1_000), (10_000, 0))
    more = await edit(till, done["order"], change=[change(done["order"], "TEA", "4")])
    assert lines_of(more["order"]) == [("TEA", "4", "1333.32")]
    assert (await till.levels())["TEA"] == (10_000, 4_000)
    (first, second) = (await till.desk.admin.ask(REVISIONS, id=order["id"]))["order"]["revisions"]
    assert (first, second) == (done["revision"], more["revision"])
    assert [one["amount"]["amount"] for one in more["order"]["entries"]] == [
        "1999.99",
        "-1666.66",
        "999.99",
    ]
    types = [one["type"] for one in more["order"]["history"]]
    assert types == ["order.edited", "order.edited", "order.placed"]
    await till.check()


async def test_what_is_added_is_a_line_at_todays_price_or_a_named_one(till: Till) -> None:
    order = await till.order(till.line("TEA"))
    done = await edit(
        till,
        order,
        add=[
            {"variant": {"id": till.of("SET")}, "quantity": "2"},
            {"variant": {"id": till.of("NUTS")}, "quantity": "3", "price": roubles("10.01")},
        ],
        change=[change(order, "TEA", price="300.00")],
    )
    assert done["userErrors"] == []
    assert lines_of(done["order"]) == [
        ("TEA", "1", "300.00"),
        ("SET", "2", "1400.00"),
        ("NUTS", "3", "30.03"),
    ]
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"]) == ((10_000, 5_000), (10_000, 2_000))
    assert levels["NUTS"] == (10_000, 3_000)
    again = await edit(till, order, change=[change(done["order"], "TEA", "1", "300.00")])
    assert (again["order"]["revision"], again["revision"], again["userErrors"]) == (2, None, [])
    await till.check()


@pytest.mark.parametrize(("price", "one"), [("500.00", 500_00), ("300.00", 300_00)])
async def test_the_trace_of_a_named_price_says_what_it_was_before(
    till: Till, price: str, one: int
) -> None:
    order = await till.order(till.line("TEA", "3"))
    named = (await edit(till, order, change=[change(order, "TEA", price=price)]))["order"]
    await edit(till, order, change=[change(named, "TEA", "2")])
    (line,) = [row for row in await till.rows(OrderLine) if row["quantity"]]
    steps = [(step["kind"], step["sum_minor"]) for step in line["trace"]]
    assert steps == [("price", 666_66), ("edit", 2 * one)]
    assert (line["total_minor"], line["discount_minor"]) == (2 * one, 0)


async def test_a_paid_order_owes_or_is_owed_what_the_edit_makes(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"), paymentMethod="ONLINE")
    await till.do(PAY, id=order["id"], input=BY_CASH)
    less = (await edit(till, order, change=[change(order, "TEA", "1")]))["order"]
    assert (less["state"], amount(less["toRefund"])) == ("CONFIRMED", "333.33")
    await till.do(REFUND, id=order["id"], input=BY_CASH)
    more = (await edit(till, order, add=[{"variant": {"id": till.of("HONEY")}}]))["order"]
    assert (more["state"], amount(more["toPay"])) == ("CONFIRMED", "500.00")
    assert "MARK_PAID" in more["allowedActions"]
    await till.check()


async def test_less_is_owed_than_was_paid_already_so_it_is_confirmed(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"), paymentMethod="ONLINE")
    given = {**BY_CASH, "amount": roubles("400.00")}
    partly = (await till.do(PAY, id=order["id"], input=given))["order"]
    assert partly["state"] == "AWAITING_PAYMENT"
    less = (await edit(till, order, change=[change(order, "TEA", "1")]))["order"]
    assert (less["state"], amount(less["toRefund"])) == ("CONFIRMED", "66.67")


async def test_what_is_picked_stays_and_the_rest_may_be_another(till: Till) -> None:
    order = await till.order(till.line("TEA", "4"), till.line("NUTS"))
    ref = {"id": order["id"]}
    lines = [part(order, "TEA", "1")]
    given = (await till.do(PICK, input={"order": ref, "lines": lines}))["handOver"]["id"]
    await till.do(GIVE, id=given)
    picked = (await till.do(PICK, input={"order": ref, "lines": lines}))["handOver"]["id"]
    refused = await edit(till, order, change=[change(order, "TEA", "1")])
    assert refusals(refused) == [("NOT_ALLOWED", "change.0.quantity")]
    done = await edit(till, order, change=[change(order, "TEA", "3", "100.00")])
    assert lines_of(done["order"]) == [
        ("TEA", "2", "666.66"),
        ("TEA", "1", "100.00"),
        ("NUTS", "1", "45.00"),
    ]
    assert (await till.levels())["TEA"] == (9_000, 2_000)
    line = {"lineId": done["order"]["lines"][0]["id"], "price": roubles("1.00")}
    refused = await edit(till, order, change=[line])
    assert refusals(refused) == [("NOT_ALLOWED", "change.0.price")]
    await till.do(SHIP, id=picked)
    rest = await till.do(AT_COUNTER, id=order["id"])
    assert amount(rest["handOver"]["total"]) == "145.00"
    ended = (await till.do(GIVE, id=picked))["order"]
    assert ended["state"] == "HANDED_OVER"
    assert "EDIT" not in ended["allowedActions"]
    refused = await edit(till, order, change=[change(order, "NUTS", "2")])
    assert refusals(refused) == [("NOT_ALLOWED", "id")]
    assert (await till.levels())["TEA"] == (7_000, 0)
    await till.check()


async def test_what_is_left_of_an_order_is_taken_away_and_it_is_handed_over(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"), till.line("NUTS"))
    await till.do(AT_COUNTER, id=order["id"], lines=[part(order, "TEA", "1")])
    changes = [change(order, "TEA", "1"), change(order, "NUTS", "0")]
    done = (await edit(till, order, change=changes))["order"]
    assert (done["state"], done["hold"]["state"]) == ("HANDED_OVER", "SHIPPED")
    assert (await till.levels())["TEA"] == (9_000, 0)
    await till.check()


async def test_what_was_put_back_may_be_taken_away(till: Till) -> None:
    order = await till.order(till.line("TEA"), till.line("NUTS"))
    picked = await till.do(PICK, input={"order": {"id": order["id"]}})
    await till.do(UNPICK, id=picked["handOver"]["id"])
    done = await edit(till, order, change=[change(order, "TEA", "0")])
    assert lines_of(done["order"]) == [("NUTS", "1", "45.00")]
    gone = await till.do(AT_COUNTER, id=order["id"])
    assert [one["sku"] for one in gone["handOver"]["lines"]] == ["NUTS"]
    await till.check()


async def test_a_rehearsal_tells_the_difference_and_changes_nothing(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"))
    given = {"reason": "если", "change": [change(order, "TEA", "1")]}
    told = await till.do(REHEARSE, id=order["id"], input=given)
    assert (amount(told["revision"]["amount"]), told["order"]["revision"]) == ("-333.33", 2)
    seen = await till.seen(order["id"])
    assert (seen["revision"], amount(seen["total"])) == (1, "666.66")
    assert (await till.levels())["TEA"] == (10_000, 2_000)


async def test_what_cannot_be_is_refused_where_it_is_said_and_nothing_is_done(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"))
    line = change(order, "TEA")["lineId"]
    add = {"variant": {"id": till.of("NUTS")}}
    stranger = {"variant": {"id": "var_01j00000000000000000000000"}}
    wrong: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
        ({"change": [{"lineId": line, "quantity": "0"}]}, [("NOT_ALLOWED", "change")]),
        ({"change": [{"lineId": line, "quantity": "1.5"}]}, [("INVALID", "change.0.quantity")]),
        (
            {"change": [{"lineId": line, "quantity": "1"}] * 2},
            [("NOT_FOUND", "change.1.lineId")],
        ),
        (
            {"change": [{"lineId": "oln_01j00000000000000000000000", "quantity": "1"}]},
            [("NOT_FOUND", "change.0.lineId")],
        ),
        (
            {"change": [{"lineId": line, "quantity": "11"}]},
            [("INSUFFICIENT_STOCK", "change.0.quantity")],
        ),
        ({"add": [add, stranger]}, [("NOT_FOUND", "add.1.variant")]),
        ({"add": [{**add, "quantity": "0"}]}, [("INVALID", "add.0.quantity")]),
        ({"add": [{**add, "quantity": "11"}]}, [("INSUFFICIENT_STOCK", "add.0.quantity")]),
        (
            {"add": [{**add, "price": roubles("1.00", "USD")}]},
            [("INVALID", "add.0.price.currencyCode")],
        ),
        ({"add": [{**add, "price": roubles("-1.00")}]}, [("INVALID", "add.0.price.amount")]),
        ({"reason": " ", "add": [add]}, [("REQUIRED", "reason")]),
        ({"add": [add] * 101}, [("TOO_MANY", "add")]),
    ]
    for given, expected in wrong:
        refused = await edit(till, order, **given)
        assert refusals(refused) == expected, given
        assert refused["order"] is refused["revision"] is None
    given = {"reason": "поздно", "add": [add]}
    refused = await till.do(EDIT, id=order["id"], input=given, version=7)
    assert refusals(refused) == [("CONFLICT", "expectedVersion")]
    seen = await till.seen(order["id"])
    assert (seen["revision"], amount(seen["due"])) == (1, "666.66")
    assert (await till.levels())["NUTS"] == (10_000, 0)
