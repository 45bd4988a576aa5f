"""Purchase orders at the admin's door: drafts, what each state allows, and what is expected."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.errors import NotFound
from domain.paging import PageRequest
from domain.purchasing.orders.lists import list_orders
from domain.purchasing.orders.overdue import OVERDUE, tell_overdue
from domain.purchasing.orders.states import approve_order
from domain.purchasing.tables import PurchaseOrder
from tenants.ids import decode_id, encode_id, new_id
from tenants.jobs import Job
from tenants.principal import Actor, Principal
from tests.api.answers import refusals
from tests.api.purchasing.conftest import OFFERS, Buyer, TwoBuyers, money
from tests.days import today

pytestmark = pytest.mark.anyio

FIELDS = """purchaseOrder { id number state allowedActions isOverdue expectedOn note version
currencyCode total { amount } location { title } supplier { title }
lines { variant { sku } quantity received price { amount } total { amount } } }
userErrors { code path message }"""
CREATE = (
    "mutation ($input: PurchaseOrderCreateInput!) { purchaseOrderCreate(input: $input) { "
    + FIELDS
    + " } }"
)
UPDATE = (
    "mutation ($id: ID!, $input: PurchaseOrderUpdateInput!) "
    "{ purchaseOrderUpdate(id: $id, input: $input) { " + FIELDS + " } }"
)
APPROVE = (
    "mutation ($id: ID!, $below: Boolean) "
    "{ purchaseOrderApprove(id: $id, belowMinimum: $below) { " + FIELDS + " } }"
)
LISTED = """query ($where: PurchaseOrderWhere)
{ purchaseOrders(where: $where) { totalCount nodes { number } } }"""
STOCK = "query ($id: ID!) { variant(id: $id) { stock { onHand expected } } }"


def step(verb: str) -> str:
    return (
        "mutation ($id: ID!, $version: Int) { purchaseOrder"
        + verb
        + "(id: $id, expectedVersion: $version) { "
        + FIELDS
        + " } }"
    )


def line(buyer: Buyer, sku: str, quantity: str = "10", **more: Any) -> dict[str, Any]:
    return {"variant": buyer.of(sku), "quantity": quantity, "price": money("12.34"), **more}


async def draft(buyer: Buyer, *lines: dict[str, Any], **more: Any) -> Any:
    asked = {"supplier": {"id": buyer.supplier}, "lines": lines, **more}
    payload = await buyer.ask(CREATE, input=asked)
    assert payload["userErrors"] == []
    return payload["purchaseOrder"]


async def move(buyer: Buyer, verb: str, order: Any) -> Any:
    payload = await buyer.ask(step(verb), id=order["id"])
    assert payload["userErrors"] == []
    return payload["purchaseOrder"]


async def expected(buyer: Buyer, sku: str) -> list[tuple[str, str]]:
    found = await buyer.ask(STOCK, id=buyer.of(sku)["id"])
    return [(level["onHand"], level["expected"]) for level in found["stock"]]


async def test_a_draft_has_a_number_lines_and_a_total(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await draft(ours, line(ours, "A", "2.5"), line(ours, "B", "1", price=money("0.01")))
    assert order | {"id": ""} == {
        "id": "",
        "number": "1",
        "state": "DRAFT",
        "allowedActions": ["CHANGE_LINES", "APPROVE", "CANCEL"],
        "isOverdue": False,
        "expectedOn": None,
        "note": None,
        "version": 1,
        "currencyCode": "RUB",
        "total": {"amount": "30.86"},
        "location": {"title": "Склад"},
        "supplier": {"title": "Чайный двор"},
        "lines": [
            {
                "variant": {"sku": "A"},
                "quantity": "2.5",
                "received": "0",
                "price": {"amount": "12.34"},
                "total": {"amount": "30.85"},
            },
            {
                "variant": {"sku": "B"},
                "quantity": "1",
                "received": "0",
                "price": {"amount": "0.01"},
                "total": {"amount": "0.01"},
            },
        ],
    }
    assert await expected(ours, "A") == [("5", "0")]


async def test_numbers_have_no_gaps_whatever_is_refused_and_whoever_asks(
    buyers: TwoBuyers,
) -> None:
    ours = buyers.ours
    good = {"supplier": {"id": ours.supplier}, "lines": [line(ours, "A")]}
    bad = {"supplier": {"id": ours.supplier}, "lines": [line(ours, "A", "0")]}
    made = await asyncio.gather(
        *(ours.ask(CREATE, input=bad if at % 3 else good) for at in range(12))
    )
    numbers = [one["purchaseOrder"]["number"] for one in made if one["purchaseOrder"]]
    assert sorted(numbers) == ["1", "2", "3", "4"]
    assert (await draft(buyers.neighbour))["number"] == "1"


async def test_a_price_left_out_is_the_offers(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    offers = [{"variant": ours.of("A"), "price": money("7")}]
    await ours.ask(OFFERS, input={"supplier": {"id": ours.supplier}, "offers": offers})
    order = await draft(ours, line(ours, "A", price=None))
    assert order["total"] == {"amount": "70.00"}
    payload = await ours.ask(
        CREATE,
        input={"supplier": {"id": ours.supplier}, "lines": [line(ours, "B", price=None)]},
    )
    assert refusals(payload) == [("REQUIRED", "lines.0.price")]


async def test_a_draft_changes_and_an_approved_order_does_no_more(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await draft(ours, line(ours, "A"))
    changed = await ours.ask(
        UPDATE,
        id=order["id"],
        input={"lines": [line(ours, "B", "4")], "note": "срочно", "expectedOn": "2099-01-31"},
    )
    now = changed["purchaseOrder"]
    assert [(one["variant"]["sku"], one["quantity"]) for one in now["lines"]] == [("B", "4")]
    assert (now["note"], now["expectedOn"]) == ("срочно", "2099-01-31")
    assert now["version"] > order["version"]
    await move(ours, "Approve", order)
    before = await ours.rows()
    late = await ours.ask(UPDATE, id=order["id"], input={"lines": []})
    assert refusals(late) == [("NOT_ALLOWED", "lines")]
    moved = await ours.ask(UPDATE, id=order["id"], input={"location": ours.here})
    assert refusals(moved) == [("NOT_ALLOWED", "location")]
    assert await ours.rows() == before


async def test_what_is_approved_is_expected_until_it_is_given_up(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await draft(ours, line(ours, "A", "3"), line(ours, "B", "0.5"))
    approved = await move(ours, "Approve", order)
    assert (approved["state"], approved["allowedActions"]) == ("APPROVED", ["SEND", "CANCEL"])
    in_a_week = today() + timedelta(days=7)
    due_on = date.fromisoformat(approved["expectedOn"])
    assert abs(due_on - in_a_week) <= timedelta(days=1)  # it may be tomorrow in Moscow
    assert await expected(ours, "A") == [("5", "3")]
    assert await expected(ours, "B") == [("0", "0.5")]
    sent = await move(ours, "Send", order)
    assert sent["allowedActions"] == ["RECEIVE", "CANCEL"]
    assert await expected(ours, "A") == [("5", "3")]
    assert await expected(buyers.neighbour, "A") == [("5", "0")]
    assert (await move(ours, "Cancel", order))["allowedActions"] == []
    assert await expected(ours, "A") == [("5", "0")]


async def test_each_state_refuses_what_it_does_not_allow(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    allowed = {
        "draft": {"Approve", "Cancel"},
        "approved": {"Send", "Cancel"},
        "sent": {"Cancel"},
        "partly_received": {"Close"},
        "received": {"Close"},
        "closed": set(),
        "cancelled": set(),
    }
    order = await draft(ours, line(ours, "A"))
    for state, may in allowed.items():
        async with ours.desk.shop.scope.writing("test") as uow:
            await uow.execute(update(PurchaseOrder).values(state=state))
        before = await ours.rows()
        for verb in {"Approve", "Send", "Close", "Cancel"} - may:
            payload = await ours.ask(step(verb), id=order["id"])
            assert refusals(payload) == [("NOT_ALLOWED", "id")], (state, verb)
        assert await ours.rows() == before


async def test_a_supplier_takes_no_order_below_its_minimum(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await ours.ask(
        "mutation ($id: ID!, $input: SupplierUpdateInput!) "
        "{ supplierUpdate(id: $id, input: $input) { userErrors { code } } }",
        id=ours.supplier,
        input={"minimumOrder": money("123.41")},
    )
    order = await draft(ours, line(ours, "A"))
    before = await ours.rows()
    assert refusals(await ours.ask(APPROVE, id=order["id"])) == [("NOT_ALLOWED", "id")]
    assert await ours.rows() == before
    known = await ours.ask(APPROVE, id=order["id"], below=True)
    assert known["purchaseOrder"]["state"] == "APPROVED"


async def test_each_refusal_says_where_and_changes_nothing(buyers: TwoBuyers) -> None:
    ours, theirs = buyers.ours, buyers.neighbour
    order, empty = await draft(ours, line(ours, "A")), await draft(ours)
    foreign = await draft(theirs, line(theirs, "A"))
    before, beside = await ours.rows(), await theirs.rows()
    cases: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"supplier": {"id": theirs.supplier}}, ("NOT_FOUND", "supplier")),
        ({"location": theirs.here}, ("NOT_FOUND", "location")),
        ({"lines": [line(ours, "A", "0")]}, ("INVALID", "lines.0.quantity")),
        ({"lines": [line(ours, "A", "-1")]}, ("INVALID", "lines.0.quantity")),
        ({"lines": [line(ours, "A"), line(ours, "A")]}, ("INVALID", "lines.1.variant")),
        ({"lines": [line(theirs, "A")]}, ("NOT_FOUND", "lines.0.variant")),
        (
            {"lines": [line(ours, "A", price=money("1", "USD"))]},
            ("INVALID", "lines.0.price.currencyCode"),
        ),
        (
            {"lines": [line(ours, "A", "900000000", price=money("9000000000000"))]},
            ("INVALID", "lines.0.quantity"),
        ),
    ]
    for wrong, refused in cases:
        payload = await ours.ask(CREATE, input={"supplier": {"id": ours.supplier}, **wrong})
        assert refusals(payload) == [refused], wrong
    for id in (foreign["id"], encode_id("pur", new_id())):
        assert refusals(await ours.ask(step("Approve"), id=id)) == [("NOT_FOUND", "id")]
        assert refusals(await ours.ask(UPDATE, id=id, input={})) == [("NOT_FOUND", "id")]
        assert await ours.ask("query ($id: ID!) { purchaseOrder(id: $id) { id } }", id=id) is None
    stale = await ours.ask(step("Approve"), id=order["id"], version=7)
    assert refusals(stale) == [("CONFLICT", "expectedVersion")]
    assert refusals(await ours.ask(step("Approve"), id=empty["id"])) == [("REQUIRED", "id")]
    assert (await ours.rows(), await theirs.rows()) == (before, beside)


async def test_late_orders_are_found(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await draft(ours, line(ours, "A"), expectedOn="2020-01-01")
    late = await draft(ours, line(ours, "A"), expectedOn="2020-01-01")
    soon = await draft(ours, line(ours, "A"), expectedOn="2099-01-01")
    for order in (late, soon):
        await move(ours, "Approve", order)
    overdue = {"isOverdue": {"eq": True}}
    assert await ours.ask(LISTED, where=overdue) == {"totalCount": 1, "nodes": [{"number": "2"}]}
    assert await buyers.neighbour.ask(LISTED) == {"totalCount": 0, "nodes": []}
    await ours.ask(UPDATE, id=late["id"], input={"expectedOn": "2099-01-01"})
    assert (await ours.ask(LISTED, where=overdue))["nodes"] == []
    on_the_way = {"state": {"in": ["APPROVED"]}, "variantId": {"eq": ours.of("A")["id"]}}
    assert (await ours.ask(LISTED, where=on_the_way))["totalCount"] == 2


async def test_an_event_says_that_an_order_is_late_on_the_day_after(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    scope = ours.desk.shop.scope
    order = await draft(ours, line(ours, "A"), expectedOn="2099-01-01")
    await move(ours, "Approve", order)
    await ours.ask(UPDATE, id=order["id"], input={"expectedOn": "2099-01-31"})
    jobs = select(Job.run_at, Job.arguments).where(Job.kind == OVERDUE).order_by(Job.run_at)
    waiting = await scope.reading.rows(jobs)
    assert [str(job["run_at"]) for job in waiting] == [
        "2099-01-01 21:00:05+00:00",  # midnight in Moscow
        "2099-01-31 21:00:05+00:00",
    ]
    arguments = waiting[0]["arguments"]

    async def looked() -> int:
        async with scope.writing("test") as uow:
            return (await tell_overdue(uow, **arguments))["overdue"]

    assert await looked() == 0
    async with scope.writing("test") as uow:
        await uow.execute(update(PurchaseOrder).values(expected_on=date(2020, 1, 1)))
    assert await looked() == 1
    told = await ours.ask('{ events(types: ["purchase_order.overdue"]) { events { entityId } } }')
    assert told["events"] == [{"entityId": order["id"]}]
    await move(ours, "Cancel", order)
    assert await looked() == 0


async def test_the_history_of_an_order_is_in_the_audit_log(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await draft(ours, line(ours, "A"))
    await move(ours, "Approve", order)
    found = await ours.ask(
        "query ($id: ID!) "
        "{ auditEntries(where: {entityId: {eq: $id}}) { nodes { action changes } } }",
        id=order["id"],
    )
    assert [one["action"] for one in found["nodes"]] == [
        "purchaseOrderApprove",
        "purchaseOrderCreate",
    ]
    assert found["nodes"][0]["changes"][0]["id"] == order["id"]


async def test_what_is_on_order_cannot_be_deleted(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await draft(ours, line(ours, "B"))
    supplier = await ours.ask(
        "mutation ($id: ID!) { supplierDelete(id: $id) { userErrors { code path } } }",
        id=ours.supplier,
    )
    assert refusals(supplier) == [("IN_USE", "id")]


async def test_who_sees_some_points_sees_no_orders_for_others(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    order = await draft(ours, line(ours, "A"))
    scope = ours.desk.shop.scope
    elsewhere = Principal(Actor.STAFF, new_id(), points=(new_id(),))
    assert (await list_orders(scope.reading, elsewhere, PageRequest())).rows == []
    with pytest.raises(NotFound):
        async with replace(scope, principal=elsewhere).writing("test") as uow:
            await approve_order(uow, decode_id(order["id"], "pur"))
