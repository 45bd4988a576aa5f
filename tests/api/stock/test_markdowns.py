"""Markdowns of what soon expires: a lower price, until there is nothing left that it is for."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.stock.markdowns.ends import end_all
from domain.stock.markdowns.watching import END
from domain.stock.nights import work_at_night
from domain.stock.tables import Lot, PriceMarkdown
from tenants.ids import encode_id, new_id
from tenants.jobs import Job
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.api.stock.test_alerts import events
from tests.api.stock.test_holds import SHIP, hold, line
from tests.api.stock.test_lots import change, in_days, received
from tests.factories_catalog import P, V, add_products
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

MARKDOWN = """variant { sku } priceList { code } minQuantity amount { amount } was { amount }
  untilOn ending"""
SET = f"""mutation ($input: LotMarkdownSetInput!) {{ done: lotMarkdownSet(input: $input) {{
  markdowns {{ {MARKDOWN} }} userErrors {{ code path message }} }} }}"""
STOP = f"""mutation ($lots: [ID!]!, $priceList: ReferenceInput) {{
  done: lotMarkdownEnd(lots: $lots, priceList: $priceList) {{
  markdowns {{ {MARKDOWN} }} userErrors {{ code path }} }} }}"""
PRICES = """query ($id: ID!) { variant(id: $id) { prices {
  minQuantity amount { amount } compareAt { amount } } } }"""
LIST = """mutation ($input: PriceListCreateInput!) { done: priceListCreate(input: $input) {
  priceList { id } userErrors { code path } } }"""
PRICES_SET = """mutation ($input: PricesSetInput!) { done: pricesSet(input: $input) {
  userErrors { code path } } }"""
ROWS = f"""{{ expiringLots(withinDays: 3650) {{ nodes {{
  lot {{ number }} free allowedActions markdowns {{ {MARKDOWN} }} }} }} }}"""
HISTORY = """{ auditEntries(first: 5) { nodes { action changes } } }"""


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        variants = [V("Y", stock=0, price=10_001), V("Z", stock=0, price=None)]
        await add_products(one.shop, P("Йогурт", variants))
    return desks.ours


async def mark(desk: Desk, *lots: str, **terms: Any) -> Any:
    return (await desk.admin.ask(SET, input={"lots": list(lots), **terms}))["done"]


async def marked(desk: Desk, *lots: str, **terms: Any) -> list[Any]:
    """The amounts of markdowns that nothing was refused of."""
    done = await mark(desk, *lots, **terms)
    assert done["userErrors"] == []
    return [one["amount"]["amount"] for one in done["markdowns"]]


async def prices(desk: Desk, sku: str = "Y") -> list[tuple[str, str, str | None]]:
    """From how much upwards, the amount, and what is shown beside it."""
    found = await desk.admin.ask(PRICES, id=encode_id("var", desk.shop.variants[sku]))
    return [
        (one["minQuantity"], one["amount"]["amount"], (one["compareAt"] or {}).get("amount"))
        for one in found["variant"]["prices"]
    ]


async def set_price(desk: Desk, amount: str | None, sku: str = "Y", **more: Any) -> None:
    price_list = more.pop("priceList", {"id": encode_id("prl", desk.shop.price_list)})
    price = {"variant": {"id": encode_id("var", desk.shop.variants[sku])}, **more}
    price["amount"] = amount and {"amount": amount, "currencyCode": "RUB"}
    asked = {"priceList": price_list, "prices": [price]}
    assert (await desk.admin.ask(PRICES_SET, input=asked))["done"]["userErrors"] == []


async def jobs(desk: Desk) -> int:
    """How many jobs wait that end markdowns."""
    asked = select(Job.id).where(Job.kind == END, Job.state == "queued")
    return len(await desk.shop.scope.reading.rows(asked))


async def end_what_is_over(desk: Desk) -> int:
    assert await jobs(desk) == 1
    return (await end_all(PlainCourse(desk.shop.scope)))["ended"]


async def endings(desk: Desk) -> list[str]:
    asked = select(PriceMarkdown.ending).order_by(PriceMarkdown.began_at, PriceMarkdown.id)
    return [row["ending"] for row in await desk.shop.scope.reading.rows(asked)]


async def test_the_price_is_lower_until_the_lot_is_sold_and_then_what_it_was(desk: Desk) -> None:
    lot = await received(desk, "soon", "3", 5)
    for _ in range(2):
        done = await mark(desk, lot, percent=30)
        assert done == {"userErrors": [], "markdowns": [{
            "variant": {"sku": "Y"}, "priceList": {"code": "retail"}, "minQuantity": "0.001",
            "amount": {"amount": "70.01"}, "was": {"amount": "100.01"}, "untilOn": in_days(5),
            "ending": None,
        }]}  # fmt: skip
    assert len(await events(desk, "markdown.set")) == 1
    assert len(await events(desk, "price.changed")) == 1
    assert await prices(desk) == [("0.001", "70.01", "100.01")]
    (row,) = (await desk.admin.ask(ROWS))["expiringLots"]["nodes"]
    assert (row["markdowns"], row["free"]) == (done["markdowns"], "3")
    assert row["allowedActions"] == ["MARK_DOWN", "END_MARKDOWN", "WRITE_OFF"]
    assert await end_what_is_over(desk) == 0
    held = (await hold(desk, "order", line(desk, "Y", "3")))["stockHold"]["id"]
    assert await end_what_is_over(desk) == 0
    await desk.admin.ask(SHIP, id=held)
    assert await end_what_is_over(desk) == 1
    assert await prices(desk) == [("0.001", "100.01", None)]
    ((of, told),) = await events(desk, "markdown.ended")
    assert (of, told["ending"]) == (desk.shop.variants["Y"], "sold_off")
    said = [
        change for entry in (await desk.admin.ask(HISTORY))["auditEntries"]["nodes"]
        for change in entry["changes"] if change["event"].startswith("markdown.")
    ]  # fmt: skip
    variant = encode_id("var", desk.shop.variants["Y"])
    assert [(one["event"], one["id"]) for one in said] == [
        ("markdown.ended", variant), ("markdown.set", variant),
    ]  # fmt: skip


async def test_other_terms_count_from_the_old_price_and_every_tier_is_lower(desk: Desk) -> None:
    await set_price(desk, "90", minQuantity="10")
    lot = await received(desk, "soon", "3", 5)
    assert await marked(desk, lot, percent=50) == ["50.01", "45.00"]
    assert await marked(desk, lot, percent=10) == ["90.01", "81.00"]
    # Only what is dearer than that comes down to it; the other tier is what it was.
    ninety_five = {"amount": "95", "currencyCode": "RUB"}
    assert await marked(desk, lot, amount=ninety_five) == ["95.00"]
    assert await prices(desk) == [("0.001", "95.00", "100.01"), ("10", "90.00", None)]
    done = (await desk.admin.ask(STOP, lots=[lot]))["done"]
    assert [one["ending"] for one in done["markdowns"]] == ["ENDED"]
    assert (await desk.admin.ask(STOP, lots=[lot]))["done"]["markdowns"] == []
    assert await prices(desk) == [("0.001", "100.01", None), ("10", "90.00", None)]


async def test_what_ends_is_over_in_every_price_list_unless_one_is_named(desk: Desk) -> None:
    club = {"code": "club", "title": "Клуб", "currencyCode": "RUB"}
    made = (await desk.admin.ask(LIST, input=club))["done"]
    in_club: dict[str, Any] = {"priceList": {"id": made["priceList"]["id"]}}
    await set_price(desk, "80", sku="Y", **in_club)
    lot = await received(desk, "soon", "3", 5)

    async def end(**where: Any) -> list[str]:
        done = (await desk.admin.ask(STOP, lots=[lot], **where))["done"]
        assert done["userErrors"] == []
        return sorted(one["priceList"]["code"] for one in done["markdowns"])

    await marked(desk, lot, percent=50)
    assert await marked(desk, lot, percent=50, **in_club) == ["40.00"]
    assert await end(**in_club) == ["club"]
    assert await marked(desk, lot, percent=50, **in_club) == ["40.00"]
    assert await end() == ["club", "retail"]


async def test_fresh_lots_are_not_sold_cheaply_unless_that_is_meant(desk: Desk) -> None:
    soon = await received(desk, "soon", "3", 5)
    later = await received(desk, "later", "2", 20)
    before = await everything(desk.shop)
    done = await mark(desk, soon, percent=30)
    assert refusals(done) == [("NOT_ALLOWED", "lots.0")]
    assert "evenIfFresh" in done["userErrors"][0]["message"]
    assert await everything(desk.shop) == before
    assert await marked(desk, soon, later, percent=30) == ["70.01"]
    # By now the later one is marked down itself, and there is nothing fresher.
    assert await marked(desk, soon, percent=40) == ["60.01"]
    await change(desk, "1")
    assert refusals(await mark(desk, later, percent=50)) == [("NOT_ALLOWED", "lots.0")]
    assert await marked(desk, later, percent=50, evenIfFresh=True) == ["50.01"]
    await change(desk, "-3", lotId=soon)
    assert await end_what_is_over(desk) == 0  # the later one is there
    await change(desk, "-2", lotId=later)
    assert await end_what_is_over(desk) == 1
    assert await prices(desk) == [("0.001", "100.01", None)]


async def test_by_night_what_has_expired_is_not_what_the_price_is_lower_for(desk: Desk) -> None:
    lot = await received(desk, "soon", "3", 0)
    assert await marked(desk, lot, percent=30) == ["70.01"]
    assert await end_what_is_over(desk) == 0
    async with desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Lot).values(expires_on=Lot.expires_on - timedelta(days=1)))
    assert (await work_at_night(PlainCourse(desk.shop.scope)))["unmarked"] == 1
    assert await prices(desk) == [("0.001", "100.01", None)]
    assert refusals(await mark(desk, lot, percent=30)) == [("NOT_ALLOWED", "lots.0")]


@pytest.mark.parametrize("what", ["recalled", "of another day"])
async def test_a_lot_that_is_recalled_or_lasts_longer_after_all_ends_its_markdown(
    desk: Desk, what: str
) -> None:
    lot = await received(desk, "soon", "3", 5)
    await marked(desk, lot, percent=30)
    await end_what_is_over(desk)
    async with desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Job).where(Job.kind == END).values(state="done"))
    if what == "recalled":
        await desk.admin.ask("mutation ($id: ID!) { lotRecall(id: $id) { lot { id } } }", id=lot)
    else:
        await desk.admin.ask(
            """mutation ($id: ID!, $on: Date!) { lotUpdate(id: $id, input: {expiresOn: $on}) {
            lot { id } } }""",
            id=lot,
            on=in_days(90),
        )
    assert await end_what_is_over(desk) == 1
    assert await endings(desk) == ["sold_off"]


async def test_what_is_under_way_between_places_is_still_to_be_sold(desk: Desk) -> None:
    lot = await received(desk, "soon", "3", 5)
    await marked(desk, lot, percent=30)
    made = await desk.admin.ask(
        """mutation { locationCreate(input: {title: "Лавка", code: "shop", kind: STORE}) {
        location { id } } }"""
    )
    sent = {
        "fromLocation": {"id": encode_id("loc", desk.shop.location)},
        "toLocation": {"id": made["locationCreate"]["location"]["id"]},
        "lines": [{"variant": {"id": encode_id("var", desk.shop.variants["Y"])}, "quantity": "3"}],
    }
    made = await desk.admin.ask(
        """mutation ($input: TransferCreateInput!) { transferCreate(input: $input) {
        transfer { id } userErrors { code path } } }""",
        input=sent,
    )
    paper = made["transferCreate"]["transfer"]["id"]
    for verb in ("Send", "Receive"):
        text = f"mutation ($id: ID!) {{ transfer{verb}(id: $id) {{ userErrors {{ code }} }} }}"
        done = await desk.keyed(verb).ask(text, id=paper)
        assert done[f"transfer{verb}"]["userErrors"] == []
        assert await end_what_is_over(desk) == 0
    assert await prices(desk) == [("0.001", "70.01", "100.01")]


async def test_a_price_that_is_set_meanwhile_stays(desk: Desk) -> None:
    lot = await received(desk, "soon", "3", 5)
    await marked(desk, lot, percent=30)
    await set_price(desk, "80")
    (row,) = (await desk.admin.ask(ROWS))["expiringLots"]["nodes"]
    assert row["markdowns"] == []
    assert "END_MARKDOWN" not in row["allowedActions"]
    # Another markdown counts from it.
    assert await marked(desk, lot, percent=50) == ["40.00"]
    await set_price(desk, "85")
    await change(desk, "-3", lotId=lot)
    assert await end_what_is_over(desk) == 1
    assert await prices(desk) == [("0.001", "85.00", None)]
    assert await endings(desk) == ["overtaken", "overtaken"]


async def test_nothing_is_marked_down_to_nothing(desk: Desk) -> None:
    await set_price(desk, "0.40")
    lot = await received(desk, "soon", "3", 5)
    assert await marked(desk, lot, percent=99) == ["0.01"]
    await set_price(desk, "0.01")
    assert refusals(await mark(desk, lot, percent=99)) == [("NOT_ALLOWED", "lots.0")]


async def test_a_reduced_price_is_as_reduced_again_afterwards(desk: Desk) -> None:
    await set_price(desk, "80", compareAt={"amount": "120", "currencyCode": "RUB"})
    lot = await received(desk, "soon", "3", 5)
    await marked(desk, lot, percent=50)
    assert await prices(desk) == [("0.001", "40.00", "80.00")]
    await desk.admin.ask(STOP, lots=[lot])
    assert await prices(desk) == [("0.001", "80.00", "120.00")]


async def test_many_who_mark_down_and_set_prices_at_once_leave_one_truth(desk: Desk) -> None:
    lot = await received(desk, "soon", "3", 5)
    await asyncio.gather(
        *(mark(desk, lot, percent=10 * tens) for tens in (1, 2, 3) * 3),
        *(desk.admin.ask(STOP, lots=[lot]) for _ in range(3)),
    )
    ((_, amount, beside),) = await prices(desk)
    assert (amount, beside) in {
        ("90.01", "100.01"), ("80.01", "100.01"), ("70.01", "100.01"), ("100.01", None),
    }  # fmt: skip
    await desk.admin.ask(STOP, lots=[lot])
    assert await prices(desk) == [("0.001", "100.01", None)]


async def test_each_refusal_says_where_and_changes_nothing(desks: TwoDesks, desk: Desk) -> None:
    lot = await received(desk, "soon", "3", 5)
    unpriced = await received(desk, "unpriced", "3", 5, sku="Z")
    gone = await received(desk, "gone", "3", -1)
    theirs = await received(desks.neighbour, "theirs", "3", 5)
    nowhere = encode_id("lot", new_id())
    their_list = {"id": encode_id("prl", desks.neighbour.shop.price_list)}
    before = await everything(desk.shop)
    for given, refused in (
        ({"lots": [lot]}, [("INVALID", "percent")]),
        ({"lots": [lot], "percent": 0}, [("INVALID", "percent")]),
        ({"lots": [lot], "percent": 100}, [("INVALID", "percent")]),
        ({"lots": [lot], "amount": {"amount": "0", "currencyCode": "RUB"}},
         [("INVALID", "amount.amount")]),
        ({"lots": [lot], "amount": {"amount": "NaN", "currencyCode": "RUB"}},
         [("INVALID", "amount.amount")]),
        ({"lots": [lot], "amount": {"amount": "9", "currencyCode": "EUR"}},
         [("INVALID", "amount.currencyCode")]),
        ({"lots": [lot], "amount": {"amount": "100.01", "currencyCode": "RUB"}},
         [("NOT_ALLOWED", "lots.0")]),
        ({"lots": [], "percent": 5}, [("REQUIRED", "lots")]),
        ({"lots": [lot] * 101, "percent": 5}, [("TOO_MANY", "lots")]),
        ({"lots": [lot, theirs, nowhere], "percent": 5},
         [("NOT_FOUND", "lots.1"), ("NOT_FOUND", "lots.2")]),
        ({"lots": [lot, gone, unpriced], "percent": 5},
         [("NOT_ALLOWED", "lots.1"), ("NOT_ALLOWED", "lots.2")]),
        ({"lots": [lot], "percent": 5, "priceList": their_list}, [("NOT_FOUND", "priceList")]),
    ):  # fmt: skip
        assert refusals((await desk.admin.ask(SET, input=given))["done"]) == refused
    assert refusals((await desk.admin.ask(STOP, lots=[theirs]))["done"]) == [
        ("NOT_FOUND", "lots.0")
    ]
    assert await everything(desk.shop) == before
    clerk = await desk.clerk("products:read", "inventory:read", "inventory:write", "prices:read")
    forbidden = await clerk.refused(SET, input={"lots": [lot], "percent": 5})
    assert forbidden["code"] == "FORBIDDEN"
    rows = (await clerk.ask(ROWS))["expiringLots"]["nodes"]
    assert {tuple(row["allowedActions"]) for row in rows} == {("WRITE_OFF",)}
