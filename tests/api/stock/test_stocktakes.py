"""Stocktakes at the admin's door: counted blind by many at once, reviewed by one, approved."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.stock.stocktakes.posting import AT_ONCE, POST, post_stocktake
from domain.stock.tables import StockLevel, StockMovement, StocktakeCount
from tenants.ids import decode_id, encode_id
from tenants.jobs import Job
from tests.api.answers import refusals
from tests.api.client import Client
from tests.api.conftest import Desk, TwoDesks
from tests.api.stock.marked import make_bench, texts
from tests.factories_catalog import P, V, add_categories, add_products
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

STOCKTAKE = """stocktake { id number state scope allowedActions version
  sums { counted uncounted differing unsure short surplus { amount } loss { amount } } }
userErrors { code path message ... on InsufficientStockError { requested available } }"""
CREATE = f"""mutation ($input: StocktakeCreateInput!) {{
  stocktakeCreate(input: $input) {{ {STOCKTAKE} }} }}"""
APPROVE = f"""mutation ($id: ID!, $zero: Boolean, $below: Boolean) {{
  stocktakeApprove(id: $id, zeroUncounted: $zero, belowReserved: $below) {{ {STOCKTAKE} }} }}"""
RECOUNT = f"""mutation ($id: ID!, $input: StocktakeRecountInput!) {{
  stocktakeRecount(id: $id, input: $input) {{ {STOCKTAKE} }} }}"""
ADD = """mutation ($id: ID!, $input: StocktakeCountsAddInput!) {
  stocktakeCountsAdd(id: $id, input: $input) {
    counts { id key quantity variant { sku } lot { number } }
    userErrors { code path message } } }"""
LINES = """query ($id: ID!, $shown: StocktakeLines!) {
  stocktakeLines(stocktakeId: $id, shown: $shown) { totalCount nodes {
    variant { sku } lot { number } counted expected difference value { amount } short isUnsure
    isPosted } } }"""
UNCOUNTED = """query ($id: ID!) {
  stocktakeUncounted(stocktakeId: $id) { totalCount nodes { variant { sku } } } }"""
COUNTS = """query ($id: ID!, $variant: ID) {
  stocktakeCounts(stocktakeId: $id, variantId: $variant) { nodes { key quantity actor } } }"""
CHANGE = """mutation ($input: StockChangeInput!) {
  stockChange(input: $input) { userErrors { code path } } }"""
HOLD = """mutation ($input: StockHoldCreateInput!) {
  stockHoldCreate(input: $input) { stockHold { id } userErrors { code } } }"""
SHIP = "mutation ($id: ID!) { stockHoldShip(id: $id) { userErrors { code } } }"
TEA = "4600000000015"


def step(verb: str) -> str:
    return f"mutation ($id: ID!) {{ stocktake{verb}(id: $id) {{ {STOCKTAKE} }} }}"


async def payload_of(client: Client, text: str, **variables: Any) -> Any:
    (payload,) = (await client.ask(text, **variables)).values()
    return payload


async def ask(client: Client, text: str, **variables: Any) -> Any:
    """The payload, of which nothing was refused."""
    payload = await payload_of(client, text, **variables)
    assert payload.get("userErrors", []) == []
    return payload


def of(desk: Desk, sku: str) -> dict[str, str]:
    return {"id": encode_id("var", desk.shop.variants[sku])}


async def started(desk: Desk, **given: Any) -> str:
    made = await ask(desk.admin, CREATE, input=given)
    stocktake_id = str(made["stocktake"]["id"])
    await ask(desk.admin, step("Start"), id=stocktake_id)
    return stocktake_id


async def add(client: Client, stocktake_id: str, *counts: dict[str, Any], **more: Any) -> Any:
    asked = {"counts": list(counts), **more}
    return await payload_of(client, ADD, id=stocktake_id, input=asked)


async def on_hand(desk: Desk) -> dict[str, tuple[int, int]]:
    skus = {variant: sku for sku, variant in desk.shop.variants.items()}
    rows = await desk.shop.scope.reading.rows(select(StockLevel))
    return {skus[row["variant_id"]]: (row["on_hand"], row["reserved"]) for row in rows}


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_categories(one.shop, {"Чай": {"Зелёный": {}}, "Посуда": {}})
        await add_products(
            one.shop,
            P("Сенча", [V("A", stock=10_000, barcodes=[TEA])], categories=["Зелёный"]),
            P("Улун", [V("B", stock=4_000)], categories=["Чай"]),
            P("Чашка", [V("C", stock=7_000)], categories=["Посуда"]),
        )
    return desks.ours


async def test_a_stocktake_from_its_draft_to_corrected_books(desk: Desk) -> None:
    made = await ask(desk.admin, CREATE, input={"note": "Январь"})
    assert made["stocktake"] | {"id": ""} == {
        "id": "",
        "number": "1",
        "state": "DRAFT",
        "scope": "LOCATION",
        "allowedActions": ["START", "CANCEL"],
        "version": 1,
        "sums": None,
    }
    stocktake_id = made["stocktake"]["id"]
    await ask(desk.admin, step("Start"), id=stocktake_id)
    added = await add(
        desk.admin,
        stocktake_id,
        {"key": "1", "barcode": TEA, "quantity": "6"},
        {"key": "2", "sku": "A", "quantity": "2.5"},
        {"key": "3", "variant": of(desk, "B"), "quantity": "5", "lot": {"number": "L1"}},
    )
    assert [(one["variant"]["sku"], one["quantity"], one["lot"]) for one in added["counts"]] == [
        ("A", "6", None),
        ("A", "2.5", None),
        ("B", "5", {"number": "L1"}),
    ]
    left = await payload_of(desk.admin, UNCOUNTED, id=stocktake_id)
    assert left == {"totalCount": 1, "nodes": [{"variant": {"sku": "C"}}]}
    done = await ask(desk.admin, step("Finish"), id=stocktake_id)
    assert done["stocktake"]["allowedActions"] == ["RECOUNT", "APPROVE", "CANCEL"]
    assert done["stocktake"]["sums"] == {
        "counted": 3,
        "uncounted": 1,
        "differing": 3,
        "unsure": 0,
        "short": 0,
        "surplus": {"amount": "0.00"},
        "loss": {"amount": "0.00"},
    }
    shown = await payload_of(desk.admin, LINES, id=stocktake_id, shown="DIFFERING")
    found = [
        (line["variant"]["sku"], line["lot"], line["counted"], line["expected"], line["difference"])
        for line in shown["nodes"]
    ]
    assert sorted(found, key=str) == [
        ("A", None, "8.5", "10", "-1.5"),
        ("B", {"number": "L1"}, "5", "0", "5"),
        ("B", {"number": None}, "0", "4", "-4"),
    ]
    approved = await ask(desk.keyed("approve"), APPROVE, id=stocktake_id)
    assert approved["stocktake"]["state"] == "APPROVED"
    assert approved["stocktake"]["allowedActions"] == []
    assert await on_hand(desk) == {"A": (8_500, 0), "B": (5_000, 0), "C": (7_000, 0)}
    again = await ask(desk.keyed("approve"), APPROVE, id=stocktake_id)
    assert again == approved
    assert await on_hand(desk) == {"A": (8_500, 0), "B": (5_000, 0), "C": (7_000, 0)}


async def test_who_counts_sees_no_number_of_the_books_and_ends_nothing(desk: Desk) -> None:
    stocktake_id = await started(desk)
    counter = await desk.clerk("products:read", "stocktakes:count")
    await add(counter, stocktake_id, {"key": "1", "barcode": TEA, "quantity": "9"})
    left = await payload_of(counter, UNCOUNTED, id=stocktake_id)
    assert left["totalCount"] == 2
    await ask(desk.admin, step("Finish"), id=stocktake_id)
    for text, variables in (
        (LINES, {"shown": "ALL"}),
        (COUNTS, {}),
        (step("Cancel"), {}),
        ("query ($id: ID!) { stocktake(id: $id) { state sums { counted } } }", {}),
        ("query ($id: ID!) { stocktake(id: $id) { id } stockBalances { totalCount } }", {}),
        (APPROVE, {}),
        (ADD.replace("number", "number balances { quantity }"), {"input": {"counts": []}}),
        (ADD.replace("number", "number inTransit"), {"input": {"counts": []}}),
    ):
        error = await counter.refused(text, id=stocktake_id, **variables)
        assert error["code"] == "FORBIDDEN", text
    reviewer = await desk.clerk("products:read", "stocktakes:count", "stocktakes:review")
    shown = await payload_of(reviewer, LINES, id=stocktake_id, shown="DIFFERING")
    assert [line["difference"] for line in shown["nodes"]] == ["-1"]
    error = await reviewer.refused(APPROVE, id=stocktake_id)
    assert error["code"] == "FORBIDDEN"


async def test_five_counters_at_once_and_each_sending_heard_twice(desk: Desk) -> None:
    stocktake_id = await started(desk)

    def scans(who: int) -> list[dict[str, Any]]:
        return [
            {"key": f"{who}:{scan}", "sku": "ABC"[(who + scan) % 3], "quantity": "0.1"}
            for scan in range(30)
        ]

    heard = await asyncio.gather(
        *(add(desk.admin, stocktake_id, *scans(who)) for who in range(5) for _ in range(2))
    )
    assert all(one["userErrors"] == [] for one in heard)
    assert len({count["id"] for one in heard for count in one["counts"]}) == 150
    await ask(desk.admin, step("Finish"), id=stocktake_id)
    shown = await payload_of(desk.admin, LINES, id=stocktake_id, shown="ALL")
    assert [line["counted"] for line in shown["nodes"]] == ["5", "5", "5"]


async def test_a_category_is_all_below_it_and_nothing_else(desk: Desk) -> None:
    category = {"id": encode_id("cat", desk.shop.categories["Чай"])}
    stocktake_id = await started(desk, category=category)
    left = await payload_of(desk.admin, UNCOUNTED, id=stocktake_id)
    assert sorted(one["variant"]["sku"] for one in left["nodes"]) == ["A", "B"]
    added = await add(
        desk.admin,
        stocktake_id,
        {"key": "1", "sku": "C", "quantity": "1"},
        {"key": "2", "sku": "A", "quantity": "1"},
        errorPolicy="SKIP_FAILED",
    )
    assert refusals(added) == [("NOT_ALLOWED", "counts.0.sku")]
    assert [one and one["key"] for one in added["counts"]] == [None, "2"]


async def test_each_row_that_is_wrong_is_named(desk: Desk) -> None:
    stocktake_id = await started(desk)
    stranger = {"id": encode_id("var", decode_id(stocktake_id, "stk"))}
    added = await add(
        desk.admin,
        stocktake_id,
        {"key": "1", "quantity": "1"},
        {"key": "", "sku": "A", "quantity": "1"},
        {"key": "3", "barcode": "no code", "quantity": "1"},
        {"key": "4", "sku": "A", "barcode": TEA, "quantity": "1"},
        {"key": "5", "variant": stranger, "quantity": "1"},
        {"key": "6", "sku": "A", "quantity": "1", "countedAt": "2001-01-01T00:00:00Z"},
        {"key": "7", "sku": "A", "quantity": "1", "lot": {}},
        {"key": "8", "sku": "A", "quantity": "99999999999999"},
        {"key": "9", "sku": "A", "quantity": "1"},
    )
    assert refusals(added) == [
        ("REQUIRED", "counts.0.variant"),
        ("REQUIRED", "counts.1.key"),
        ("NOT_FOUND", "counts.2.barcode"),
        ("INVALID", "counts.3.sku"),
        ("NOT_FOUND", "counts.4.variant"),
        ("INVALID", "counts.5.countedAt"),
        ("REQUIRED", "counts.6.lot.number"),
        ("INVALID", "counts.7.quantity"),
    ]
    assert await desk.shop.scope.reading.rows(select(StocktakeCount)) == []


async def test_a_neighbours_stocktake_is_not_there(desks: TwoDesks, desk: Desk) -> None:
    stocktake_id = await started(desk)
    theirs = desks.neighbour
    added = await add(theirs.admin, stocktake_id, {"key": "1", "sku": "A", "quantity": "1"})
    assert refusals(added) == [("NOT_FOUND", "id")]
    for verb in ("Finish", "Cancel"):
        assert refusals(await payload_of(theirs.admin, step(verb), id=stocktake_id)) == [
            ("NOT_FOUND", "id")
        ]
    error = await theirs.admin.refused(UNCOUNTED, id=stocktake_id)
    assert error["code"] == "BAD_USER_INPUT"


async def test_pieces_that_are_known_by_their_codes_go_by_a_write_off_alone(desk: Desk) -> None:
    bench = await make_bench(desk)
    await bench.change("BOOT", "2", *texts("A", "B"))
    await bench.receive("r", {"variant": bench.of("BOOT"), "quantity": "3"})  # without their codes
    stocktake_id = await started(desk, variants=[bench.of("BOOT")])
    added = await add(desk.admin, stocktake_id, {"key": "1", "sku": "BOOT", "quantity": "0.5"})
    assert refusals(added) == [("INVALID", "counts.0.quantity")]
    await add(desk.admin, stocktake_id, {"key": "2", "sku": "BOOT", "quantity": "1"})
    await ask(desk.admin, step("Finish"), id=stocktake_id)
    refused = await payload_of(desk.keyed("1"), APPROVE, id=stocktake_id)
    assert [
        (error["code"], error["requested"], error["available"]) for error in refused["userErrors"]
    ] == [("INSUFFICIENT_STOCK", "2", "1")]
    await ask(desk.keyed("2"), APPROVE, id=stocktake_id, below=True)
    assert await bench.level("BOOT") == ("2", "0")
    assert (await on_hand(desk))["BOOT"] == (2_000, 0)


async def test_pieces_are_known_among_very_many_goods_too(desk: Desk) -> None:
    bench = await make_bench(desk)
    await bench.change("BOOT", "2", *texts("A", "B"))
    await bench.receive("r", {"variant": bench.of("BOOT"), "quantity": "3"})  # without their codes
    await add_products(desk.shop, P("П", [V(f"S{n}", stock=1_000) for n in range(AT_ONCE)]))
    stocktake_id = await started(desk)
    await add(desk.admin, stocktake_id, {"key": "1", "sku": "BOOT", "quantity": "1"})
    await ask(desk.admin, step("Finish"), id=stocktake_id)
    refused = await payload_of(desk.keyed("1"), APPROVE, id=stocktake_id, zero=True)
    assert [
        (error["code"], error["requested"], error["available"]) for error in refused["userErrors"]
    ] == [("INSUFFICIENT_STOCK", "2", "1")]
    approved = await ask(desk.keyed("2"), APPROVE, id=stocktake_id, zero=True, below=True)
    assert approved["stocktake"]["state"] == "POSTING"


async def test_no_lot_gives_for_known_pieces_that_another_lacks(desk: Desk) -> None:
    bench = await make_bench(desk)
    known, bare = ({"variant": bench.of("BOOT"), "lot": {"number": number}} for number in "KB")
    await bench.receive("known", known | {"quantity": "2", "codes": texts("A", "B")})
    await bench.receive("bare", bare | {"quantity": "3"})
    stocktake_id = await started(desk, variants=[bench.of("BOOT")])
    counts = [{**known, "key": "1", "quantity": "1"}, {**bare, "key": "2", "quantity": "3"}]
    assert (await add(desk.admin, stocktake_id, *counts))["userErrors"] == []
    await ask(desk.admin, step("Finish"), id=stocktake_id)
    refused = await payload_of(desk.keyed("1"), APPROVE, id=stocktake_id)
    assert [error["code"] for error in refused["userErrors"]] == ["INSUFFICIENT_STOCK"]
    await ask(desk.keyed("2"), APPROVE, id=stocktake_id, below=True)
    assert (await on_hand(desk))["BOOT"] == (5_000, 0)
    short = await payload_of(desk.admin, LINES, id=stocktake_id, shown="SHORT")
    assert [(one["lot"]["number"], one["short"]) for one in short["nodes"]] == [("K", "1")]


async def test_recounting_goes_on_where_the_others_stay_counted(desk: Desk) -> None:
    stocktake_id = await started(desk)
    await add(
        desk.admin,
        stocktake_id,
        {"key": "1", "sku": "A", "quantity": "1"},
        {"key": "2", "sku": "B", "quantity": "4"},
    )
    await ask(desk.admin, step("Finish"), id=stocktake_id)
    asked = {"variants": [of(desk, "A")]}
    again = await ask(desk.admin, RECOUNT, id=stocktake_id, input=asked)
    assert (again["stocktake"]["state"], again["stocktake"]["sums"]) == ("COUNTING", None)
    await add(desk.admin, stocktake_id, {"key": "3", "sku": "A", "quantity": "10"})
    done = await ask(desk.admin, step("Finish"), id=stocktake_id)
    assert (done["stocktake"]["sums"]["counted"], done["stocktake"]["sums"]["differing"]) == (2, 0)
    sent = await payload_of(desk.admin, COUNTS, id=stocktake_id, variant=of(desk, "A")["id"])
    assert [(one["key"], one["quantity"]) for one in sent["nodes"]] == [("1", "1"), ("3", "10")]


async def test_sales_at_the_instant_of_the_approval_lose_nothing(desk: Desk) -> None:
    """One buyer after another while the books are corrected, and no error reaches any of them."""
    stocktake_id = await started(desk)
    counts = [
        {"key": sku, "sku": sku, "quantity": quantity}
        for sku, quantity in (("A", "20"), ("B", "30"), ("C", "5"))
    ]
    await add(desk.admin, stocktake_id, *counts)
    await ask(desk.admin, step("Finish"), id=stocktake_id)

    async def buy(number: int) -> None:
        skus = ("A", "B", "C") if number % 2 else ("C", "B", "A")
        lines = [{"variant": of(desk, sku), "quantity": "1"} for sku in skus[: 2 + number % 2]]
        held = await ask(desk.admin, HOLD, input={"owner": f"cart {number}", "lines": lines})
        await ask(desk.keyed(f"ship {number}"), SHIP, id=held["stockHold"]["id"])

    bought = [buy(number) for number in range(4)]
    approved, *_ = await asyncio.gather(
        ask(desk.keyed("approve"), APPROVE, id=stocktake_id), *bought
    )
    assert approved["stocktake"]["state"] == "APPROVED"
    assert await on_hand(desk) == {"A": (18_000, 0), "B": (26_000, 0), "C": (1_000, 0)}


async def test_a_large_stocktake_is_posted_by_a_job_that_may_be_stopped_and_begun_again(
    desk: Desk,
) -> None:
    many = AT_ONCE + 40
    await add_products(desk.shop, *(P(f"П {n}", [V(f"S{n}", stock=2_000)]) for n in range(many)))
    stocktake_id = await started(desk)
    for first in range(0, many, 100):
        counts = [
            {"key": f"{n}", "sku": f"S{n}", "quantity": "3" if n % 2 else "1"}
            for n in range(first, min(first + 100, many))
        ]
        assert (await add(desk.admin, stocktake_id, *counts))["userErrors"] == []
    await ask(desk.admin, step("Finish"), id=stocktake_id)
    held = {"owner": "cart", "lines": [{"variant": of(desk, "S0"), "quantity": "2"}]}
    hold = await ask(desk.admin, HOLD, input=held)
    refused = await payload_of(desk.keyed("1"), APPROVE, id=stocktake_id)
    assert [
        (error["code"], error["requested"], error["available"]) for error in refused["userErrors"]
    ] == [("INSUFFICIENT_STOCK", "2", "1")]
    approved = await ask(desk.keyed("2"), APPROVE, id=stocktake_id, below=True)
    assert approved["stocktake"]["state"] == "POSTING"
    scope = desk.shop.scope
    jobs = await scope.reading.rows(select(Job.arguments).where(Job.kind == POST))
    assert [row["arguments"] for row in jobs] == [
        {"stocktake_id": str(decode_id(stocktake_id, "stk"))}
    ]
    wanted = str(decode_id(stocktake_id, "stk"))

    class Killed(PlainCourse):
        """A worker that is gone after its first slice."""

        def writing(self, action: str) -> Any:
            if self.said:
                raise KeyboardInterrupt
            self.said.append({})
            return super().writing(action)

    with pytest.raises(KeyboardInterrupt):
        await post_stocktake(Killed(scope), stocktake_id=wanted)
    for _ in range(2):
        await post_stocktake(PlainCourse(scope), stocktake_id=wanted)
    done = await payload_of(
        desk.admin, "query ($id: ID!) { stocktake(id: $id) { state } }", id=stocktake_id
    )
    assert done == {"state": "APPROVED"}
    stock = await on_hand(desk)
    assert {stock[f"S{n}"] for n in range(1, many, 2)} == {(3_000, 0)}
    assert {stock[f"S{n}"] for n in range(2, many, 2)} == {(1_000, 0)}
    assert stock["S0"] == (2_000, 2_000)
    of_it = StockMovement.document_kind == "stocktake"
    assert await scope.reading.value(select(func.count()).where(of_it)) == many - 1
    short = await payload_of(desk.admin, LINES, id=stocktake_id, shown="SHORT")
    assert [(line["variant"]["sku"], line["short"]) for line in short["nodes"]] == [("S0", "1")]
    assert hold["stockHold"]["id"]
