"""Goods receipts at the admin's door: stock at its cost, orders that fill up, all or nothing."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.catalog.tables import Variant
from domain.errors import NotFound
from domain.paging import PageRequest
from domain.purchasing.receipts.lists import list_receipts, receipts_seen
from domain.purchasing.receipts.receipts import receive_goods
from domain.purchasing.tables import GoodsReceipt
from domain.stock.integrity import find_differences
from domain.stock.tables import Lot, LotBalance, StockMovement
from tenants.ids import decode_id, encode_id, new_id
from tenants.principal import Actor, Principal
from tests.api.answers import refusals
from tests.api.purchasing.conftest import OFFERS, SUPPLIER, Buyer, TwoBuyers, money
from tests.api.purchasing.test_orders import draft, expected, line, move, step

pytestmark = pytest.mark.anyio

RECEIVE = """mutation ($input: GoodsReceiptCreateInput!) { goodsReceiptCreate(input: $input) {
goodsReceipt { id number currencyCode exchangeRate supplierNumber value { amount currencyCode }
  order { number state allowedActions lines { received } } supplier { title }
  lines { variant { sku } quantity price { amount currencyCode } extra { amount }
    value { amount currencyCode } lotNumber expiresOn }
  extraCosts { title amount { amount } spreadBy } }
userErrors { code path message } } }"""


async def receive(buyer: Buyer, key: str = "", **given: Any) -> Any:
    data = await buyer.desk.keyed(key or str(new_id())).ask(RECEIVE, input=given)
    return data["goodsReceiptCreate"]


async def received(buyer: Buyer, **given: Any) -> Any:
    payload = await receive(buyer, **given)
    assert payload["userErrors"] == []
    return payload["goodsReceipt"]


async def sent(buyer: Buyer, *lines: dict[str, Any]) -> Any:
    order = await draft(buyer, *lines)
    await move(buyer, "Approve", order)
    return await move(buyer, "Send", order)


async def balances(buyer: Buyer) -> list[tuple[int, int]]:
    """What lies in lots of receipts, and what it cost; the ledger must agree with itself."""
    reading = buyer.desk.shop.scope.reading
    assert await find_differences(reading) == []
    moved = (
        select(StockMovement.id)
        .where(StockMovement.lot_id == LotBalance.lot_id, StockMovement.kind == "receipt")
        .exists()
    )
    rows = await reading.rows(
        select(LotBalance.quantity, LotBalance.value_minor).where(moved).order_by(LotBalance.id)
    )
    return sorted((row["quantity"], row["value_minor"]) for row in rows)


async def test_an_order_is_received_whole(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await sent(ours, line(ours, "A", "2.5"), line(ours, "B", "4", price=money("1")))
    receipt = await received(ours, order={"id": order["id"]}, supplierNumber="УПД 17")
    assert receipt | {"id": ""} == {
        "id": "",
        "number": "1",
        "currencyCode": "RUB",
        "exchangeRate": None,
        "supplierNumber": "УПД 17",
        "value": money("34.85"),
        "order": {
            "number": "1",
            "state": "RECEIVED",
            "allowedActions": ["CLOSE"],
            "lines": [{"received": "2.5"}, {"received": "4"}],
        },
        "supplier": {"title": "Чайный двор"},
        "lines": [
            {
                "variant": {"sku": "A"},
                "quantity": "2.5",
                "price": money("12.34"),
                "extra": {"amount": "0.00"},
                "value": money("30.85"),
                "lotNumber": None,
                "expiresOn": None,
            },
            {
                "variant": {"sku": "B"},
                "quantity": "4",
                "price": money("1.00"),
                "extra": {"amount": "0.00"},
                "value": money("4.00"),
                "lotNumber": None,
                "expiresOn": None,
            },
        ],
        "extraCosts": [],
    }
    assert await expected(ours, "A") == [("7.5", "0")]
    assert await balances(ours) == [(2_500, 3_085), (4_000, 400)]
    assert (await move(ours, "Close", order))["state"] == "CLOSED"


async def test_an_order_fills_up_in_parts(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await sent(ours, line(ours, "A", "10"), line(ours, "B", "1"))
    by: dict[str, Any] = {"order": {"id": order["id"]}}
    first = await received(ours, **by, lines=[{"variant": ours.of("A"), "quantity": "4"}])
    assert first["order"]["state"] == "PARTLY_RECEIVED"
    assert first["order"]["allowedActions"] == ["RECEIVE", "CLOSE"]
    assert (await expected(ours, "A"), await expected(ours, "B")) == ([("9", "6")], [("0", "1")])
    rest = await received(ours, **by)
    assert [one["quantity"] for one in rest["lines"]] == ["6", "1"]
    assert (rest["number"], rest["order"]["state"]) == ("2", "RECEIVED")
    assert (await expected(ours, "A"), await expected(ours, "B")) == ([("15", "0")], [("1", "0")])
    late = await receive(ours, **by)
    assert refusals(late) == [("NOT_ALLOWED", "order")]


async def test_what_will_not_come_is_expected_no_more(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await sent(ours, line(ours, "A", "10"))
    some = [{"variant": ours.of("A"), "quantity": "1"}]
    await received(ours, order={"id": order["id"]}, lines=some)
    await move(ours, "Close", order)
    assert await expected(ours, "A") == [("6", "0")]


async def test_more_than_was_ordered_comes_only_when_that_is_said(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await sent(ours, line(ours, "A", "3"))
    lines = [
        {"variant": ours.of("A"), "quantity": "2", "lot": {"number": "L1"}},
        {"variant": ours.of("A"), "quantity": "1.001", "lot": {"number": "L2"}},
    ]
    before = await ours.rows()
    refused = await receive(ours, order={"id": order["id"]}, lines=lines)
    assert refusals(refused) == [("NOT_ALLOWED", "lines.1.quantity")]
    assert await ours.rows() == before
    receipt = await received(ours, order={"id": order["id"]}, lines=lines, allowOver=True)
    assert receipt["order"]["state"] == "RECEIVED"
    assert receipt["order"]["lines"] == [{"received": "3.001"}]
    assert await expected(ours, "A") == [("8.001", "0")]


async def test_goods_come_without_an_order_in_their_lots(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    offers = [{"variant": ours.of("B"), "price": money("3")}]
    await ours.ask(OFFERS, input={"supplier": {"id": ours.supplier}, "offers": offers})
    lot = {"number": "L-7", "madeOn": "2026-01-01", "expiresOn": "2027-01-01"}
    receipt = await received(
        ours,
        supplier={"id": ours.supplier},
        location=ours.here,
        externalId={"source": "erp", "id": "r1"},
        lines=[
            {"variant": ours.of("A"), "quantity": "2", "price": money("0.01"), "lot": lot},
            {"variant": ours.of("A"), "quantity": "3", "price": money("0.05"), "lot": lot},
            {"variant": ours.of("B"), "quantity": "1"},
        ],
    )
    assert receipt["order"] is None
    assert [one["lotNumber"] for one in receipt["lines"]] == ["L-7", "L-7", None]
    assert await balances(ours) == [(1_000, 300), (5_000, 17)]
    lots = await ours.desk.shop.scope.reading.rows(select(Lot).where(Lot.number == "L-7"))
    assert [str(lot["expires_on"]) for lot in lots] == ["2027-01-01"]
    found = await ours.ask(
        '{ goodsReceipts(where: {lotNumber: {eq: "L-7"}}) { totalCount nodes { id } } }'
    )
    assert found == {"totalCount": 1, "nodes": [{"id": receipt["id"]}]}
    again = await receive(
        ours,
        externalId={"source": "erp", "id": "r1"},
        lines=[{"variant": ours.of("A"), "quantity": "1", "price": money("1")}],
    )
    assert refusals(again) == [("TAKEN", "externalId")]


async def test_extra_costs_are_part_of_what_goods_cost(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    async with ours.desk.shop.scope.writing("test") as uow:
        for sku, grams in (("A", 100), ("B", 300)):
            await uow.execute(
                update(Variant)
                .where(Variant.id == ours.desk.shop.variants[sku])
                .values(weight_grams=grams)
            )
    lines = [
        {"variant": ours.of("A"), "quantity": "1", "price": money("10")},
        {"variant": ours.of("B"), "quantity": "1", "price": money("20")},
    ]
    receipt = await received(
        ours,
        lines=lines,
        extraCosts=[
            {"title": "Доставка", "amount": money("1.01"), "spreadBy": "WEIGHT"},
            {"title": "Погрузка", "amount": money("0.01")},
        ],
    )
    assert [one["extra"]["amount"] for one in receipt["lines"]] == ["0.25", "0.77"]
    assert [one["value"]["amount"] for one in receipt["lines"]] == ["10.25", "20.77"]
    assert receipt["value"] == money("31.02")
    assert [one["spreadBy"] for one in receipt["extraCosts"]] == ["WEIGHT", "VALUE"]
    assert await balances(ours) == [(1_000, 1_025), (1_000, 2_077)]
    unknown = await receive(
        ours,
        lines=[*lines, {"variant": ours.of("C"), "quantity": "1", "price": money("1")}],
        extraCosts=[{"title": "Доставка", "amount": money("1"), "spreadBy": "WEIGHT"}],
    )
    assert refusals(unknown) == [("INVALID", "extraCosts.0.spreadBy")]


async def test_another_currency_comes_at_its_rate(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    made = await ours.ask(SUPPLIER, input={"title": "Assam Tea", "currencyCode": "USD"})
    abroad = Buyer(ours.desk, made["supplier"]["id"])
    order = await sent(abroad, line(ours, "A", "3", price=money("1.11", "USD")))
    by: dict[str, Any] = {"order": {"id": order["id"]}}
    before = await ours.rows()
    assert refusals(await receive(ours, **by)) == [("REQUIRED", "exchangeRate")]
    for wrong in ("0", "-1", "1.0000001", "many"):
        payload = await receive(ours, **by, exchangeRate=wrong)
        assert refusals(payload) == [("INVALID", "exchangeRate")]
    assert await ours.rows() == before
    receipt = await received(ours, **by, exchangeRate="92.4531")
    assert receipt["exchangeRate"] == "92.4531"
    assert receipt["lines"][0]["price"] == money("1.11", "USD")
    assert receipt["value"] == money("307.87")  # 3.33 dollars


async def test_each_refusal_says_where_and_nothing_has_come(buyers: TwoBuyers) -> None:
    ours, theirs = buyers.ours, buyers.neighbour
    order = await sent(ours, line(ours, "A", "3"))
    theirs_sent = await sent(theirs, line(theirs, "A", "3"))
    unsent = await draft(ours, line(ours, "A"))
    by: dict[str, Any] = {"order": {"id": order["id"]}}
    await received(
        ours,
        lines=[
            {
                "variant": ours.of("B"),
                "quantity": "1",
                "price": money("1"),
                "lot": {"number": "L", "expiresOn": "2027-01-01"},
            }
        ],
    )
    before, beside = await ours.rows(), await theirs.rows()

    def of(sku: str, **more: Any) -> dict[str, Any]:
        return {"lines": [{"variant": ours.of(sku), "quantity": "1", "price": money("1"), **more}]}

    cases: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"order": {"id": theirs_sent["id"]}}, ("NOT_FOUND", "order")),
        ({"order": {"id": encode_id("pur", new_id())}}, ("NOT_FOUND", "order")),
        ({"order": {"id": unsent["id"]}}, ("NOT_ALLOWED", "order")),
        ({**by, "location": ours.here}, ("INVALID", "location")),
        ({**by, "supplier": {"id": ours.supplier}}, ("INVALID", "supplier")),
        ({**by, "exchangeRate": "1"}, ("INVALID", "exchangeRate")),
        ({**by, "lines": []}, ("REQUIRED", "lines")),
        ({}, ("REQUIRED", "lines")),
        ({**by, **of("B")}, ("NOT_FOUND", "lines.0.variant")),
        ({**by, **of("A", variant=theirs.of("A"))}, ("NOT_FOUND", "lines.0.variant")),
        (of("A", variant=theirs.of("A")), ("NOT_FOUND", "lines.0.variant")),
        ({**of("A"), "location": theirs.here}, ("NOT_FOUND", "location")),
        ({**of("A"), "supplier": {"id": theirs.supplier}}, ("NOT_FOUND", "supplier")),
        (of("A", quantity="0"), ("INVALID", "lines.0.quantity")),
        (of("A", quantity="-1"), ("INVALID", "lines.0.quantity")),
        (of("A", price=None), ("REQUIRED", "lines.0.price")),
        (of("A", price=money("-1")), ("INVALID", "lines.0.price.amount")),
        (of("A", price=money("1", "EUR")), ("INVALID", "lines.0.price.currencyCode")),
        (
            of("A", lot={"madeOn": "2026-02-01", "expiresOn": "2026-01-31"}),
            ("INVALID", "lines.0.lot.expiresOn"),
        ),
        (of("A", lot={"number": "x" * 101}), ("INVALID", "lines.0.lot.number")),
        (
            of("B", lot={"number": "L", "expiresOn": "2027-01-02"}),
            ("INVALID", "lines.0.lot"),
        ),
        (
            {**of("A"), "extraCosts": [{"title": "x", "amount": money("0")}]},
            ("INVALID", "extraCosts.0.amount.amount"),
        ),
        (
            {**of("A", price=money("0")), "extraCosts": [{"title": "x", "amount": money("1")}]},
            ("INVALID", "extraCosts.0.spreadBy"),
        ),
    ]
    for wrong, refused in cases:
        assert refusals(await receive(ours, **wrong)) == [refused], wrong
    assert (await ours.rows(), await theirs.rows()) == (before, beside)


async def test_a_receipt_needs_a_key_and_comes_once_under_it(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    asked = {"lines": [{"variant": ours.of("B"), "quantity": "1", "price": money("1")}]}
    bare = await ours.desk.admin.refused(RECEIVE, input=asked)
    assert bare["code"] == "BAD_USER_INPUT"
    answers = await asyncio.gather(*(receive(ours, "delivery", **asked) for _ in range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert await expected(ours, "B") == [("1", "0")]


async def test_of_many_who_receive_the_same_no_more_comes_than_was_ordered(
    buyers: TwoBuyers,
) -> None:
    ours = buyers.ours
    order = await sent(ours, line(ours, "A", "5"), line(ours, "B", "5"))
    lines = [{"variant": ours.of(sku), "quantity": "1"} for sku in ("A", "B")]
    answers = await asyncio.gather(
        *(
            receive(ours, order={"id": order["id"]}, lines=lines[:: 1 if at % 2 else -1])
            for at in range(12)
        )
    )
    came = [answer for answer in answers if not answer["userErrors"]]
    assert len(came) == 5
    assert sorted(int(one["goodsReceipt"]["number"]) for one in came) == [1, 2, 3, 4, 5]
    assert await expected(ours, "A") == [("10", "0")]
    assert await balances(ours) == [(1_000, 1_234)] * 10
    count = select(func.count()).select_from(GoodsReceipt)
    assert await ours.desk.shop.scope.reading.value(count) == 5


async def test_receiving_needs_the_permission_of_stock(buyers: TwoBuyers) -> None:
    clerk = await buyers.ours.desk.clerk("purchasing:write", "purchasing:read")
    refused = await clerk.refused(RECEIVE, input={})
    assert refused["code"] == "FORBIDDEN"


async def test_who_sees_some_points_receives_at_them_alone(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await sent(ours, line(ours, "A", "3"))
    receipt = await received(
        ours, order={"id": order["id"]}, lines=[{"variant": ours.of("A"), "quantity": "1"}]
    )
    scope, variant = ours.desk.shop.scope, ours.desk.shop.variants["A"]
    here, elsewhere = (
        Principal(Actor.STAFF, new_id(), points=(place,))
        for place in (ours.desk.shop.location, new_id())
    )
    receipt_id = decode_id(receipt["id"], "grc")
    for who, seen in ((here, 1), (elsewhere, 0)):
        assert len((await list_receipts(scope.reading, who, PageRequest())).rows) == seen
        assert len(await receipts_seen(scope.reading, who, [receipt_id])) == seen
    before = await ours.rows()
    bought = {"variant": variant, "quantity": 1_000}
    price = {"amount": "1.00", "currency_code": "RUB"}
    by_order = {"order": decode_id(order["id"], "pur")}
    for given in (
        by_order,
        {"lines": [bought | {"price": price}]},
        {"location": ours.desk.shop.location, "lines": [bought | {"price": price}]},
    ):
        with pytest.raises(NotFound):
            async with replace(scope, principal=elsewhere).writing("test") as uow:
                await receive_goods(uow, given)
    assert await ours.rows() == before
    async with replace(scope, principal=here).writing("test") as uow:
        await receive_goods(uow, by_order)
    assert await expected(ours, "A") == [("8", "0")]


@pytest.mark.parametrize(
    ("verb", "state"), [("Cancel", "CANCELLED"), ("Close", "CLOSED"), ("Approve", "APPROVED")]
)
async def test_of_two_who_move_an_order_at_once_one_is_late(
    buyers: TwoBuyers, verb: str, state: str
) -> None:
    """Each finds the order as the one before has left it: nothing is done halfway, or twice."""
    ours = buyers.ours
    for _ in range(4):
        if verb == "Approve":
            order = await draft(ours, line(ours, "A", "2"))
            works = [ours.ask(step(verb), id=order["id"]) for _ in range(3)]
        else:
            order = await sent(ours, line(ours, "A", "2"))
            if verb == "Close":
                await received(
                    ours,
                    order={"id": order["id"]},
                    lines=[{"variant": ours.of("A"), "quantity": "1"}],
                )
            works = [
                ours.ask(step(verb), id=order["id"]),
                receive(ours, order={"id": order["id"]}),
            ]
        answers = await asyncio.gather(*works)
        done = [one for one in answers if not one["userErrors"]]
        late = [code for one in answers for code, _ in refusals(one)]
        found = await ours.ask(
            "query ($id: ID!) { purchaseOrder(id: $id) { state lines { received } } }",
            id=order["id"],
        )
        if verb == "Close" and len(done) == 2:  # all had come before it was closed
            assert found == {"state": "CLOSED", "lines": [{"received": "2"}]}
        else:
            assert (len(done), set(late)) == (1, {"NOT_ALLOWED"})
            assert found["state"] in (state, "RECEIVED")
        await put_away(ours, order, found)
    assert {row[1] for row in await expected(ours, "A")} == {"0"}
    assert await find_differences(ours.desk.shop.scope.reading) == []


async def put_away(buyer: Buyer, order: Any, found: Any) -> None:
    """Let nothing more be expected of an order that was approved."""
    if found["state"] == "APPROVED":
        assert (await expected(buyer, "A"))[0][1] == "2"
        await move(buyer, "Cancel", order)
