"""Ways of delivery: kept by the merchant, chosen by the buyer, sold with the goods."""

from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.catalog.tables import Variant
from domain.orders.orders.tables import OrderLine
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.orders.test_whole_life import AT_COUNTER, TAKE_BACK, amount, part
from tests.api.orders.till import UPDATE, Till, TwoTills, problems, roubles

pytestmark = pytest.mark.anyio

METHOD: Final = """deliveryMethod { id title isActive
  rates { country postalCode weightTo sumFrom { amount } price { amount } daysTo } }
  userErrors { code path }"""
CREATE: Final = f"""mutation ($input: DeliveryMethodCreateInput!) {{
  deliveryMethodCreate(input: $input) {{ {METHOD} }} }}"""
CHANGE: Final = f"""mutation ($id: ID!, $input: DeliveryMethodUpdateInput!) {{
  deliveryMethodUpdate(id: $id, input: $input) {{ {METHOD} }} }}"""
DELETE: Final = """mutation ($id: ID!) {
  deliveryMethodDelete(id: $id) { deliveryMethodId userErrors { code path } } }"""
RATES: Final = [
    {"price": roubles("300.00"), "country": "RU", "weightTo": 1_000, "daysFrom": 2, "daysTo": 4},
    {"price": roubles("500.00"), "country": "RU"},
    {"price": roubles("0"), "country": "RU", "sumFrom": roubles("3000.00")},
]


async def made(till: Till, title: str = "Курьер", **more: Any) -> str:
    given = {"title": title, "kind": "COURIER", "rates": RATES, **more}
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
    await till.do(CHANGE, id=way, input={"rates": [{"price": roubles("900.00")}]})
    (line,) = [row for row in await till.rows(OrderLine) if row["kind"] == "delivery"]
    assert (line["total_minor"], order["total"]["amount"]) == (0, "3000.00")
    token, cart = await till.fill(till.line("HONEY", "1"), deliveryMethodId=way)
    assert cart["total"]["amount"] == "1400.00"
    await till.do(CHANGE, id=way, input={"isActive": False})
    later = await till.look(token)
    assert (later["total"]["amount"], later["delivery"], problems(later)) == ("500.00", None, [])
    await till.do(CHANGE, id=way, input={"isActive": True, "rates": []})
    assert problems(await till.look(token)) == [("NO_DELIVERY", "address")]
    gone = await till.do(DELETE, id=way)
    assert gone["deliveryMethodId"] == way
    assert problems(await till.look(token)) == []


@pytest.mark.parametrize(
    ("rate", "path"),
    [
        ({"price": roubles("-1")}, "rates.0.price.amount"),
        ({"price": roubles("1.001")}, "rates.0.price.amount"),
        ({"price": roubles("1", "USD")}, "rates.0.price.currencyCode"),
        ({"price": roubles("1"), "country": "Russia"}, "rates.0.country"),
        ({"price": roubles("1"), "postalCode": "17"}, "rates.0.country"),
        ({"price": roubles("1"), "country": "RU", "postalCode": "%"}, "rates.0.postalCode"),
        ({"price": roubles("1"), "weightTo": 0}, "rates.0.weightTo"),
        ({"price": roubles("1"), "daysTo": -1}, "rates.0.daysTo"),
    ],
)
async def test_rates_that_cannot_be(till: Till, rate: dict[str, Any], path: str) -> None:
    given = {"title": "Почта", "kind": "POST", "rates": [rate]}
    assert refusals(await till.do(CREATE, input=given)) == [("INVALID", path)]


async def test_ways_of_others_and_of_nobody(tills: TwoTills) -> None:
    theirs = await made(tills.neighbour)
    token, cart = await tills.ours.fill(tills.ours.line("TEA"))
    assert cart["deliveryOptions"] == []
    for way in (theirs, encode_id("dlv", new_id())):
        refused = await tills.ours.ask(UPDATE, token=token, deliveryMethodId=way)
        assert refusals(refused) == [("NOT_FOUND", "deliveryMethodId")]
        assert refusals(await tills.ours.do(DELETE, id=way)) == [("NOT_FOUND", "id")]
