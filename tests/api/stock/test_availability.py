"""Availability at the window: the earliest day that can be promised, at each place, and why."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from domain.purchasing.tables import Supplier, SupplierOffer
from domain.stock.arrivals import Arrival, expect
from domain.stock.holds.backorder_limits import BackorderLimit, set_backorder_limits
from domain.stock.levels import Spot
from domain.stock.moves import Document
from domain.stock.tables import Location, StockLevel
from tenants.ids import encode_id, new_id
from tests.api.catalog.conftest import TwoStalls
from tests.api.catalog.conftest import counted as counted
from tests.api.catalog.conftest import stalls as stalls
from tests.api.catalog.counting import Counted
from tests.days import today
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

ASK = """
query ($variant: ID!, $quantity: Quantity!, $place: ID) {
  availability(variantId: $variant, quantity: $quantity, place: $place) {
    quantity available availableQuantity promisedOn reason
    places { place { title kind } available availableQuantity promisedOn reason } } }
"""


async def shelve(stalls: TwoStalls) -> dict[str, UUID]:
    """Six of A in the warehouse and two in a shop, spread by hand; the places."""
    shop = stalls.shop
    places = {"main": shop.location}
    await add_products(shop, P("Чай", [V("A", stock=6_000), V("U", stock=None)]))
    async with shop.scope.writing("test") as uow:
        for code, kind in (("shop", "store"), ("point", "pickup_point")):
            places[code] = await uow.add(
                Location, title=code, code=code, kind=kind, priority=5 if code == "shop" else 1
            )
        shut = await uow.add(Location, title="shut", code="shut", kind="store", is_active=False)
        level = {"variant_id": shop.variants["A"], "created_at": uow.now, "updated_at": uow.now}
        for place in (places["shop"], shut):
            await uow.add(StockLevel, location_id=place, on_hand=3_000, spoilt=1_000, **level)
    await add_products(shop, P("Набор", [V("B", parts={"A": 2_000})], kind="bundle"))
    return places


async def ask(stalls: TwoStalls, sku: str, quantity: str, place: UUID | None = None) -> Any:
    data = await stalls.buyer.ask(
        ASK,
        variant=encode_id("var", stalls.shop.variants[sku]),
        quantity=quantity,
        place=place and encode_id("loc", place),
    )
    return data["availability"]


def told(answer: Any) -> tuple[Any, ...]:
    return answer["availableQuantity"], answer["reason"], answer["promisedOn"]


def this_day() -> str:
    return today().isoformat()


async def test_each_place_is_told_of_what_is_there(stalls: TwoStalls) -> None:
    places = await shelve(stalls)
    whole = await ask(stalls, "A", "8")
    assert (whole["quantity"], whole["available"], told(whole)) == (
        "8", True, ("8", "IN_STOCK", this_day()),
    )  # fmt: skip
    assert [(one["place"]["title"], told(one)) for one in whole["places"]] == [
        ("shop", ("2", "ELSEWHERE", None)),
        ("point", ("0", "ELSEWHERE", None)),
    ]
    assert told(await ask(stalls, "A", "2", places["shop"])) == ("2", "IN_STOCK", this_day())
    more = await ask(stalls, "A", "8.001")
    assert (more["available"], told(more)) == (False, ("8", "NOT_AVAILABLE", None))
    assert told(await ask(stalls, "U", "1000", places["point"])) == (None, "IN_STOCK", this_day())
    bundle = await ask(stalls, "B", "1", places["shop"])
    assert told(bundle) == ("1", "IN_STOCK", this_day())
    assert told(await ask(stalls, "B", "2", places["shop"])) == ("1", "ELSEWHERE", None)


async def test_what_comes_is_promised_for_its_day_where_it_comes(stalls: TwoStalls) -> None:
    places, shop = await shelve(stalls), stalls.shop
    tea = shop.variants["A"]
    due = today() + timedelta(days=4)
    async with shop.scope.writing("test") as uow:
        coming = Arrival(new_id(), Spot(tea, places["shop"]), 10_000, due)
        await expect(uow, Document("purchase_order"), [coming])
    assert told(await ask(stalls, "A", "12", places["shop"])) == ("2", "PURCHASE", f"{due}")
    assert told(await ask(stalls, "A", "12", places["point"])) == ("0", "NOT_AVAILABLE", None)
    assert told(await ask(stalls, "A", "18")) == ("8", "PURCHASE", f"{due}")
    async with shop.scope.writing("test") as uow:
        supplier = await uow.add(Supplier, title="Опт", currency="RUB", lead_days=2)
        of = {"supplier_id": supplier, "variant_id": tea, "price_minor": 1}
        offer = await uow.add(SupplierOffer, stock=50_000, **of)
    supplied = await ask(stalls, "A", "12", places["point"])
    assert (supplied["reason"], supplied["promisedOn"] > this_day()) == ("SUPPLIER", True)
    async with shop.scope.writing("test") as uow:
        await uow.execute(update(Supplier).values(patience_days=1))
        past = uow.now - timedelta(days=2)
        of_it = update(SupplierOffer).where(SupplierOffer.id == offer)
        await uow.execute(of_it.values(updated_at=past))
    assert told(await ask(stalls, "A", "12", places["point"]))[1] == "NOT_AVAILABLE"


async def test_what_is_not_in_the_window_has_no_availability(stalls: TwoStalls) -> None:
    places = await shelve(stalls)
    await add_products(stalls.shop, P("Черновик", [V("X")], status="draft"))
    await add_products(stalls.neighbour.shop, P("Их чай", [V("THEIRS")]))
    assert await ask(stalls, "X", "1") is None
    stalls.shop.variants["THEIRS"] = stalls.neighbour.shop.variants["THEIRS"]
    stalls.shop.variants["NONE"] = new_id()
    assert await ask(stalls, "THEIRS", "1") is None
    assert await ask(stalls, "NONE", "1") is None
    assert await ask(stalls, "A", "1", stalls.neighbour.shop.location) is None
    assert await ask(stalls, "A", "1", places["shop"]) is not None
    for wrong in ("0", "-1", "1.2345", "NaN", "999999999999"):
        variables = {"variant": encode_id("var", stalls.shop.variants["A"]), "quantity": wrong}
        assert (await stalls.buyer.refused(ASK, **variables))["code"] == "BAD_USER_INPUT"
    answer = await stalls.buyer.send(ASK, **variables)
    assert answer.json()["errors"][0]["message"] == "is more than can be counted"


async def test_it_takes_six_statements_however_many_places_there_are(
    stalls: TwoStalls, counted: Counted
) -> None:
    await shelve(stalls)
    asked = {"variant": encode_id("var", stalls.shop.variants["A"]), "quantity": "1"}
    assert await counted.statements(ASK, **asked) == 6
    async with stalls.shop.scope.writing("test") as uow:
        for number in range(20):
            await uow.add(Location, title="x", code=f"x{number}", kind="store")
    assert await counted.statements(ASK, **asked) == 6


async def test_what_is_sold_before_it_comes_has_no_day(stalls: TwoStalls) -> None:
    places, shop = await shelve(stalls), stalls.shop
    async with shop.scope.writing("test") as uow:
        limits = [BackorderLimit(shop.variants["A"], 5_000)]
        await set_backorder_limits(uow, location=places["shop"], limits=limits)
    assert told(await ask(stalls, "A", "8"))[:2] == ("8", "IN_STOCK")
    assert told(await ask(stalls, "A", "13")) == ("8", "BACKORDER", None)
    assert told(await ask(stalls, "A", "14")) == ("8", "NOT_AVAILABLE", None)
    assert told(await ask(stalls, "A", "13", places["shop"])) == ("2", "BACKORDER", None)
    assert told(await ask(stalls, "A", "9", places["point"])) == ("0", "NOT_AVAILABLE", None)
