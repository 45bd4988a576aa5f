"""At the admin's door: who may note money, how often it counts, and orders that nobody pays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from domain.orders.orders.tables import Order, OrderEntry
from domain.orders.orders.unpaid import WATCH, watch_unpaid
from tenants.ids import decode_id
from tenants.jobs import Job
from tests.api.answers import refusals
from tests.api.orders.test_whole_life import BY_CASH, PAY, REFUND, amount
from tests.api.orders.till import ADMIN_ORDER, Till, TwoTills, roubles

pytestmark = pytest.mark.anyio


async def test_money_is_noted_once_in_parts_and_never_more_than_is_owed(till: Till) -> None:
    order = await till.order(till.line("TEA", "3"), paymentMethod="INVOICE")
    part = {**BY_CASH, "amount": roubles("400.00")}
    for _ in range(2):
        paid = (await till.do(PAY, key="part", id=order["id"], input=part))["order"]
        assert (paid["state"], amount(paid["toPay"])) == ("AWAITING_PAYMENT", "599.99")
    too_much = {**BY_CASH, "amount": roubles("600.00")}
    refused = await till.do(PAY, id=order["id"], input=too_much)
    assert refusals(refused) == [("NOT_ALLOWED", "amount")]
    whole = (await till.do(PAY, id=order["id"], input=BY_CASH))["order"]
    assert (whole["state"], amount(whole["paid"])) == ("CONFIRMED", "999.99")
    assert refusals(await till.do(PAY, id=order["id"], input=BY_CASH)) == [
        ("NOT_ALLOWED", "amount")
    ]
    assert refusals(await till.do(REFUND, id=order["id"], input=BY_CASH)) == [
        ("NOT_ALLOWED", "amount")
    ]
    assert [one["by"] for one in whole["entries"]] == [None, "CASH", "CASH"]
    await till.check()


@pytest.mark.parametrize("money", ["0", "-1", "0.001", "NaN"])
async def test_amounts_that_cannot_be(till: Till, money: str) -> None:
    order = await till.order(till.line("TEA"))
    for given in (roubles(money), roubles("1.00", "USD")):
        refused = await till.do(PAY, id=order["id"], input={**BY_CASH, "amount": given})
        assert [path.partition(".")[0] for _, path in refusals(refused)] == ["amount"]
    empty = await till.do(PAY, id=order["id"], input={"by": "CASH", "reason": " "})
    assert refusals(empty) == [("REQUIRED", "reason")]
    assert len(await till.rows(OrderEntry)) == 1


async def test_who_may_do_what(tills: TwoTills) -> None:
    till = tills.ours
    order = await till.order(till.line("TEA"))
    clerk = await till.desk.clerk("orders:read", "orders:write")
    refused = await clerk.refused(PAY, id=order["id"], input=BY_CASH)
    assert refused["code"] == "FORBIDDEN"
    assert (await clerk.ask(ADMIN_ORDER, id=order["id"]))["order"]["number"] == "1"
    keyless = await till.desk.admin.refused(PAY, id=order["id"], input=BY_CASH)
    assert keyless["code"] == "BAD_USER_INPUT"
    theirs = tills.neighbour
    assert (await theirs.desk.admin.ask(ADMIN_ORDER, id=order["id"]))["order"] is None
    other = await theirs.do(PAY, id=order["id"], input=BY_CASH)
    assert refusals(other) == [("NOT_FOUND", "id")]


async def ready(till: Till, order: Any) -> dict[str, int]:
    """Do the order's job as if its hour had come."""
    async with till.desk.shop.scope.writing(WATCH) as uow:
        return await watch_unpaid(uow, order_id=str(decode_id(order["id"], "ord")))


async def put_off(till: Till, order: Any, hours: int) -> None:
    """Let an order be to be paid so many hours earlier."""
    async with till.desk.shop.scope.writing("test") as uow:
        one: UUID = decode_id(order["id"], "ord")
        earlier = Order.pay_until - timedelta(hours=hours)
        await uow.execute(update(Order).where(Order.id == one).values(pay_until=earlier))


async def test_an_unpaid_order_is_reminded_of_and_then_expires(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"), paymentMethod="ONLINE")
    (job,) = [row for row in await till.rows(Job) if row["kind"] == WATCH]
    assert job["run_at"] > job["created_at"] + timedelta(hours=47)
    assert await ready(till, order) == {"reminded": 1, "expired": 0}
    assert (await till.levels())["TEA"] == (10_000, 2_000)
    await put_off(till, order, 73)
    assert await ready(till, order) == {"reminded": 0, "expired": 1}
    seen = await till.seen(order["id"])
    assert (seen["state"], seen["cancelReason"], amount(seen["due"])) == (
        "EXPIRED",
        "unpaid",
        "0.00",
    )
    assert [one["type"] for one in seen["history"]][:2] == ["order.expired", "order.payment_due"]
    assert (await till.levels())["TEA"] == (10_000, 0)
    assert await ready(till, order) == {"reminded": 0, "expired": 0}
    await till.check()


async def test_what_was_paid_even_in_part_does_not_expire(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"), paymentMethod="ONLINE")
    part = {**BY_CASH, "amount": roubles("1.00")}
    await till.do(PAY, id=order["id"], input=part)
    await put_off(till, order, 100)
    assert await ready(till, order) == {"reminded": 0, "expired": 0}
    assert (await till.seen(order["id"]))["state"] == "AWAITING_PAYMENT"
