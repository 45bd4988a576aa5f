"""Ways of delivery: kept by the merchant, chosen by the buyer, sold with the goods."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from domain.catalog.tables import Variant
from domain.orders.orders.tables import OrderLine
from domain.stock.stock import StockChange, change_stock
from domain.stock.tables import Location, StockHoldLine
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.orders.test_whole_life import AT_COUNTER, TAKE_BACK, amount, part
from tests.api.orders.till import ADDRESS, UPDATE, Till, TwoTills, problems, roubles

pytestmark = pytest.mark.anyio

METHOD: Final = """deliveryMethod { id title isActive
  zones { title areas { country region postalFrom postalTo } excluded { country }
    freeFrom { amount } daysTo
    steps { weightFrom weightTo sumFrom { amount } sumTo { amount } price { amount } } }
  windows { weekday begins ends leadMinutes } }
  userErrors { code path }"""
CREATE: Final = f"""mutation ($input: DeliveryMethodCreateInput!) {{
  deliveryMethodCreate(input: $input) {{ {METHOD} }} }}"""
CHANGE: Final = f"""mutation ($id: ID!, $input: DeliveryMethodUpdateInput!) {{
  deliveryMethodUpdate(id: $id, input: $input) {{ {METHOD} }} }}"""
DELETE: Final = """mutation ($id: ID!) {
  deliveryMethodDelete(id: $id) { deliveryMethodId userErrors { code path } } }"""
RUSSIA: Final = {
    "areas": [{"country": "RU"}],
    "steps": [
        {"price": roubles("300.00"), "weightTo": 1_000},
        {"price": roubles("500.00"), "weightFrom": 1_000},
    ],
    "freeFrom": roubles("3000.00"),
    "daysFrom": 2,
    "daysTo": 4,
}
PROMISES: Final = """query ($token: String!) { cart(token: $token) {
  deliveryOptions { id promisedOn windows { on begins ends } }
  deliveryUnavailable { id reason } deliveryWindow { on begins ends }
  pickUpOptions { readyOn place { title } } } }"""
PROMISED: Final = """query ($token: String!) { order(token: $token) {
  promisedOn deliveryWindow { on begins ends } } }"""
EVERY_DAY: Final = [1, 2, 3, 4, 5, 6, 7]


async def made(till: Till, title: str = "Курьер", **more: Any) -> str:
    given = {"title": title, "kind": "COURIER", "zones": [RUSSIA], **more}
    answer = await till.do(CREATE, input=given)
    assert answer["userErrors"] == []
    return str(answer["deliveryMethod"]["id"])


async def test_a_way_is_chosen_and_sold_with_the_goods(till: Till) -> None:
    way = await made(till)
    tea = till.desk.shop.variants["TEA"]
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Variant).where(Variant.id == tea).values(weight_grams=400))
    token, cart = await till.fill(till.line("TEA", "2"))
    assert problems(cart) == [("DELIVERY_MISSING", "deliveryMethod")]
    assert cart["deliveryOptions"] == [
        {"id": way, "title": "Курьер", "price": {"amount": "300.00"}, "daysFrom": 2, "daysTo": 4}
    ]
    refused = await till.complete(token, cart["total"]["amount"])
    assert [one["problem"] for one in refused["userErrors"]] == ["DELIVERY_MISSING"]
    chosen = (await till.ask(UPDATE, token=token, deliveryMethodId=way))["cart"]
    assert (problems(chosen), chosen["total"]["amount"]) == ([], "966.66")
    order = (await till.complete(token, "966.66"))["order"]
    assert [(one["title"], amount(one["total"])) for one in order["lines"]] == [
        ("Чай", "666.66"),
        ("Курьер", "300.00"),
    ]
    first = await till.do(AT_COUNTER, id=order["id"], lines=[part(order, "TEA", "1")])
    assert amount(first["handOver"]["total"]) == "333.33"
    last = await till.do(AT_COUNTER, id=order["id"], lines=[part(order, "TEA", "1")])
    assert (amount(last["handOver"]["total"]), last["order"]["state"]) == ("633.33", "HANDED_OVER")
    back = {"order": {"id": order["id"]}, "reason": "не подошёл"}
    returned = (await till.do(TAKE_BACK, input=back))["orderReturn"]
    assert [one["quantity"] for one in returned["lines"]] == ["2"]  # who drove has driven
    await till.check()


async def test_what_it_costs_follows_the_cart_and_the_order_keeps_what_it_cost(till: Till) -> None:
    way = await made(till)
    token, cart = await till.fill(till.line("HONEY", "6"), deliveryMethodId=way)
    assert cart["total"]["amount"] == "3000.00"
    order = (await till.complete(token, "3000.00"))["order"]
    await till.do(CHANGE, id=way, input={"zones": [everywhere("900.00")]})
    (line,) = [row for row in await till.rows(OrderLine) if row["kind"] == "delivery"]
    assert (line["total_minor"], order["total"]["amount"]) == (0, "3000.00")
    token, cart = await till.fill(till.line("HONEY", "1"), deliveryMethodId=way)
    assert cart["total"]["amount"] == "1400.00"
    await till.do(CHANGE, id=way, input={"isActive": False})
    later = await till.look(token)
    assert (later["total"]["amount"], later["delivery"], problems(later)) == ("500.00", None, [])
    await till.do(CHANGE, id=way, input={"isActive": True, "zones": []})
    assert problems(await till.look(token)) == [("NO_DELIVERY", "address")]
    gone = await till.do(DELETE, id=way)
    assert gone["deliveryMethodId"] == way
    assert problems(await till.look(token)) == []


def everywhere(price: str) -> dict[str, Any]:
    return {"steps": [{"price": roubles(price)}]}


def days_ahead(days: int) -> str:
    """A day by the shops' clock."""
    return (datetime.now(ZoneInfo("Europe/Moscow")).date() + timedelta(days=days)).isoformat()


STEP: Final = {"price": roubles("1")}


@pytest.mark.parametrize(
    ("zone", "code", "path"),
    [
        ({"steps": []}, "REQUIRED", "steps"),
        ({"steps": [STEP | {"price": roubles("-1")}]}, "INVALID", "steps.0.price.amount"),
        ({"steps": [STEP | {"price": roubles("1.001")}]}, "INVALID", "steps.0.price.amount"),
        (
            {"steps": [STEP | {"price": roubles("1", "USD")}]},
            "INVALID",
            "steps.0.price.currencyCode",
        ),
        ({"steps": [STEP | {"weightTo": 0}]}, "INVALID", "steps.0.weightTo"),
        ({"steps": [STEP | {"weightFrom": 5, "weightTo": 5}]}, "INVALID", "steps.0.weightTo"),
        ({"steps": [STEP | {"weightFrom": 5}]}, "INVALID", "steps"),
        ({"steps": [STEP | {"weightTo": 5}, STEP | {"weightFrom": 6}]}, "INVALID", "steps"),
        ({"steps": [STEP | {"weightTo": 5}, STEP | {"weightFrom": 4}]}, "INVALID", "steps.1"),
        ({"steps": [STEP | {"sumTo": roubles("5")}]}, "INVALID", "steps"),
        ({"steps": [STEP, STEP]}, "INVALID", "steps.1"),
        ({"steps": [STEP], "daysTo": -1}, "INVALID", "daysTo"),
        ({"steps": [STEP], "daysFrom": 3, "daysTo": 2}, "INVALID", "daysTo"),
        ({"steps": [STEP], "areas": [{"country": "Russia"}]}, "INVALID", "areas.0.country"),
        (
            {"steps": [STEP], "excluded": [{"country": "RU", "postalFrom": "%"}]},
            "INVALID",
            "excluded.0.postalFrom",
        ),
        (
            {"steps": [STEP], "areas": [{"country": "RU", "postalTo": "17"}]},
            "REQUIRED",
            "areas.0.postalFrom",
        ),
        (
            {"steps": [STEP], "areas": [{"country": "RU", "postalFrom": "18", "postalTo": "17"}]},
            "INVALID",
            "areas.0.postalTo",
        ),
    ],
)
async def test_zones_that_cannot_be(till: Till, zone: dict[str, Any], code: str, path: str) -> None:
    given = {"title": "Почта", "kind": "POST", "zones": [zone]}
    assert refusals(await till.do(CREATE, input=given)) == [(code, f"zones.0.{path}")]


async def test_a_zone_that_is_never_come_to(till: Till) -> None:
    given = {"title": "Почта", "kind": "POST", "zones": [everywhere("1"), RUSSIA]}
    assert refusals(await till.do(CREATE, input=given)) == [("INVALID", "zones.1.areas")]


@pytest.mark.parametrize(
    ("window", "path"),
    [
        ({"weekdays": [], "begins": "10:00", "ends": "12:00"}, "weekdays"),
        ({"weekdays": [8], "begins": "10:00", "ends": "12:00"}, "weekdays"),
        ({"weekdays": [1], "begins": "25:00", "ends": "12:00"}, "begins"),
        ({"weekdays": [1], "begins": "12:00", "ends": "12:00"}, "ends"),
        ({"weekdays": [1], "begins": "10:00", "ends": "12:00", "leadMinutes": -1}, "leadMinutes"),
        ({"weekdays": [7], "begins": "11:00", "ends": "13:00"}, "begins"),
    ],
)
async def test_windows_that_cannot_be(till: Till, window: dict[str, Any], path: str) -> None:
    sunday = {"weekdays": [7], "begins": "10:00", "ends": "12:00"}
    given = {"title": "Курьер", "kind": "COURIER", "windows": [sunday, window]}
    ((_, at),) = refusals(await till.do(CREATE, input=given))
    assert at == f"windows.1.{path}"


async def test_each_way_says_its_day_or_why_it_leads_nowhere(till: Till) -> None:
    near = await made(till)
    far = await made(till, zones=[{**everywhere("1"), "areas": [{"country": "BY"}]}])
    light = await made(till, zones=[{"steps": [STEP | {"weightTo": 100}]}])
    none = await made(
        till,
        zones=[{**everywhere("1"), "excluded": [{"country": "RU", "postalFrom": "170"}]}],
    )
    tea = till.desk.shop.variants["TEA"]
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Variant).where(Variant.id == tea).values(weight_grams=400))
    token, _ = await till.fill(till.line("TEA"))
    cart = (await till.buyer.ask(PROMISES, token=token))["cart"]
    assert cart["deliveryOptions"] == [{"id": near, "promisedOn": days_ahead(4), "windows": []}]
    assert cart["deliveryUnavailable"] == [
        {"id": far, "reason": "NOT_SERVED"},
        {"id": light, "reason": "TOO_HEAVY"},
        {"id": none, "reason": "EXCLUDED"},
    ]
    await till.ask(UPDATE, token=token, address={**ADDRESS, "postalCode": None})
    cart = (await till.buyer.ask(PROMISES, token=token))["cart"]
    assert [one["reason"] for one in cart["deliveryUnavailable"]] == [
        "NOT_SERVED",
        "TOO_HEAVY",
        "POSTAL_CODE_NEEDED",
    ]


async def test_the_order_keeps_the_day_that_was_promised(till: Till) -> None:
    way = await made(till)
    order = await till.order(till.line("TEA"), deliveryMethodId=way)
    told = (await till.buyer.ask(PROMISED, token=order["token"]))["order"]
    assert told == {"promisedOn": days_ahead(4), "deliveryWindow": None}
    assert (await till.do(DELETE, id=way))["userErrors"] == []


async def test_the_courier_comes_in_a_window(till: Till) -> None:
    windows = [{"weekdays": EVERY_DAY, "begins": "10:00", "ends": "14:00", "leadMinutes": 1_440}]
    way = await made(till, zones=[everywhere("250.00")], windows=windows)
    token, cart = await till.fill(till.line("TEA"), deliveryMethodId=way)
    assert problems(cart) == [("WINDOW_MISSING", "deliveryWindow")]
    (option,) = (await till.buyer.ask(PROMISES, token=token))["cart"]["deliveryOptions"]
    assert option["windows"][-1] == {"on": days_ahead(13), "begins": "10:00", "ends": "14:00"}
    assert days_ahead(0) not in [one["on"] for one in option["windows"]]
    wrong = {"on": days_ahead(2), "begins": "11:00"}
    cart = (await till.ask(UPDATE, token=token, deliveryWindow=wrong))["cart"]
    assert problems(cart) == [("WINDOW_MISSING", "deliveryWindow")]
    right = {"on": days_ahead(2), "begins": "10:00"}
    cart = (await till.ask(UPDATE, token=token, deliveryWindow=right))["cart"]
    assert problems(cart) == []
    assert (await till.complete(token, "583.33"))["userErrors"] == []
    told = (await till.buyer.ask(PROMISED, token=token))["order"]
    window = {**right, "ends": "14:00"}
    assert told == {"promisedOn": days_ahead(2), "deliveryWindow": window}


async def test_who_fetches_it_has_the_goods_of_the_place_first(till: Till) -> None:
    shop = till.desk.shop
    [place] = await shop.scope.reading.rows(select(Location.id).where(Location.code == "shop"))
    async with shop.scope.writing("test") as uow:
        changes = [StockChange(shop.variants["TEA"], 2_000)]
        await change_stock(uow, location=place["id"], changes=changes)
    token, _ = await till.fill(
        till.line("TEA", "3"), address=None, placeId=encode_id("loc", place["id"])
    )
    cart = (await till.buyer.ask(PROMISES, token=token))["cart"]
    assert cart["pickUpOptions"] == [{"readyOn": None, "place": {"title": "Лавка"}}]
    async with shop.scope.writing("test") as uow:
        await uow.execute(update(Location).where(Location.code == "shop").values(supply_days=3))
    cart = (await till.buyer.ask(PROMISES, token=token))["cart"]
    assert cart["pickUpOptions"] == [{"readyOn": days_ahead(3), "place": {"title": "Лавка"}}]
    assert (await till.complete(token, "999.99"))["userErrors"] == []
    held = {row["location_id"]: row["quantity"] for row in await till.rows(StockHoldLine)}
    assert held == {place["id"]: 2_000, shop.location: 1_000}
    assert (await till.buyer.ask(PROMISED, token=token))["order"]["promisedOn"] == days_ahead(3)


async def test_ways_of_others_and_of_nobody(tills: TwoTills) -> None:
    theirs = await made(tills.neighbour)
    token, cart = await tills.ours.fill(tills.ours.line("TEA"))
    assert cart["deliveryOptions"] == []
    for way in (theirs, encode_id("dlv", new_id())):
        refused = await tills.ours.ask(UPDATE, token=token, deliveryMethodId=way)
        assert refusals(refused) == [("NOT_FOUND", "deliveryMethodId")]
        assert refusals(await tills.ours.do(DELETE, id=way)) == [("NOT_FOUND", "id")]
