"""Which of several price lists a buyer's prices come from, at the admin's door."""

from typing import Any

import pytest

from tenants.ids import encode_id
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

QUOTE = """query ($input: PriceQuoteInput!, $on: Date, $at: DateTime) {
  priceQuote(input: $input, on: $on, at: $at) { total { amount currencyCode } lines {
    price { amount } compareAt { amount } priceList { code }
    priceTrace { step sum { amount } priceList { code } } } } }"""
LIST = """mutation ($input: PriceListCreateInput!) { priceListCreate(input: $input) {
  priceList { id code rank channel { code } customerGroup { code } }
  userErrors { code path } } }"""
GROUP = """mutation ($input: CustomerGroupCreateInput!) { customerGroupCreate(input: $input) {
  customerGroup { id code title } userErrors { code path } } }"""
SET = "mutation ($input: PricesSetInput!) { pricesSet(input: $input) { userErrors { code path } } }"


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    await add_products(desks.ours.shop, P("Чайник", [V("A", 500_00, compare_at=600_00)]))
    return desks.ours


def price(amount: str, **more: Any) -> dict[str, Any]:
    currency = more.pop("currency", "RUB")
    return {"amount": {"amount": amount, "currencyCode": currency}, **more}


async def group(desk: Desk, code: str) -> str:
    data = await desk.admin.ask(GROUP, input={"code": code, "title": code})
    return str(data["customerGroupCreate"]["customerGroup"]["id"])


async def price_list(desk: Desk, code: str, *prices: dict[str, Any], **facts: Any) -> str:
    """Make a list with prices of A."""
    given = {"code": code, "title": code, "currencyCode": "RUB", **facts}
    made = (await desk.admin.ask(LIST, input=given))["priceListCreate"]
    assert made["userErrors"] == []
    variant = {"id": encode_id("var", desk.shop.variants["A"])}
    rows = [{"variant": variant, **one} for one in prices]
    list_id = made["priceList"]["id"]
    said = await desk.admin.ask(SET, input={"priceList": {"id": list_id}, "prices": rows})
    assert said["pricesSet"]["userErrors"] == []
    return str(list_id)


async def quoted(desk: Desk, quantity: str = "1", **asked: Any) -> dict[str, Any]:
    """The one line of a quote of A; `asked` are the buyer's facts, `on` and `at`."""
    times = {name: asked.pop(name) for name in ("on", "at") if name in asked}
    variant = {"id": encode_id("var", desk.shop.variants["A"])}
    given = {"lines": [{"variant": variant, "quantity": quantity}], "buyer": asked}
    quote = (await desk.admin.ask(QUOTE, input=given, **times))["priceQuote"]
    (line,) = quote["lines"]
    return {**line, "total": quote["total"]}


async def test_a_groups_list_is_for_the_group(desk: Desk) -> None:
    wholesale = await group(desk, "wholesale")
    facts = {"rank": 10, "customerGroup": {"id": wholesale}}
    await price_list(desk, "trade", price("400"), price("350", minQuantity="10"), **facts)
    stranger = await quoted(desk)
    assert stranger["priceList"] == {"code": "retail"}
    assert stranger["compareAt"] == {"amount": "600.00"}
    trader = await quoted(desk, "10", customerGroups=[{"id": wholesale}])
    assert trader["price"] == {"amount": "350.00"}
    assert trader["compareAt"] is None
    trade = {"code": "trade"}
    assert trader["priceTrace"] == [
        {"step": "PRICE", "sum": {"amount": "4000.00"}, "priceList": trade},
        {"step": "QUANTITY_PRICE", "sum": {"amount": "3500.00"}, "priceList": trade},
    ]


async def test_the_highest_rank_that_has_a_price_for_so_much_wins(desk: Desk) -> None:
    await price_list(desk, "summer", price("450"), rank=5)
    await price_list(desk, "crates", price("300", minQuantity="6"), rank=7)
    await price_list(desk, "unranked", price("1"))
    assert (await quoted(desk, "5"))["priceList"] == {"code": "summer"}
    assert (await quoted(desk, "6"))["priceList"] == {"code": "crates"}


async def test_of_equal_ranks_the_older_list_goes_first(desk: Desk) -> None:
    await price_list(desk, "older", price("450"), rank=5)
    await price_list(desk, "newer", price("1"), rank=5)
    assert (await quoted(desk))["priceList"] == {"code": "older"}


async def test_a_channels_list_is_for_the_channel(desk: Desk) -> None:
    make = """mutation { channelCreate(input: {title: "Рынок", code: "market"}) {
      channel { id } userErrors { code } } }"""
    market = {"id": (await desk.admin.ask(make))["channelCreate"]["channel"]["id"]}
    await price_list(desk, "market", price("700"), rank=1, channel=market)
    await price_list(
        desk, "site", price("480"), rank=2, channel={"id": encode_id("chn", desk.shop.channel)}
    )
    assert (await quoted(desk))["priceList"] == {"code": "site"}  # the default channel
    assert (await quoted(desk, channel=market))["priceList"] == {"code": "market"}


async def test_another_currency_has_its_own_lists(desk: Desk) -> None:
    await price_list(desk, "export", price("5.50", currency="USD"), rank=1, currencyCode="USD")
    line = await quoted(desk, currencyCode="USD")
    assert line["total"] == {"amount": "5.50", "currencyCode": "USD"}
    assert (await quoted(desk))["total"] == {"amount": "500.00", "currencyCode": "RUB"}


async def test_another_day_has_another_list(desk: Desk) -> None:
    dates = {"validFrom": "2031-03-01T21:00:00Z", "validUntil": "2031-03-08T21:00:00Z"}
    await price_list(desk, "spring", price("300"), rank=9, **dates)
    assert (await quoted(desk))["price"] == {"amount": "500.00"}
    assert (await quoted(desk, on="2031-03-05"))["price"] == {"amount": "300.00"}
    for at, amount in (
        ("2031-03-01T20:59:59Z", "500.00"),
        ("2031-03-01T21:00:00Z", "300.00"),
        ("2031-03-08T21:00:00Z", "500.00"),
    ):
        assert (await quoted(desk, at=at))["price"] == {"amount": amount}


async def test_the_default_list_is_for_everybody(desk: Desk) -> None:
    given = {"code": "x", "title": "x", "currencyCode": "RUB", "isDefault": True, "rank": 3}
    said = (await desk.admin.ask(LIST, input=given))["priceListCreate"]
    assert said["userErrors"] == [{"code": "INVALID", "path": ["isDefault"]}]
    ranked = await price_list(desk, "ranked", rank=3)
    make_default = """mutation ($id: ID!) { priceListUpdate(id: $id, input: {isDefault: true}) {
      userErrors { code path } } }"""
    said = (await desk.admin.ask(make_default, id=ranked))["priceListUpdate"]
    assert said["userErrors"] == [{"code": "INVALID", "path": ["isDefault"]}]
    assert (await quoted(desk))["priceList"] == {"code": "retail"}


async def test_what_a_list_is_for_must_be_ours(desk: Desk, desks: TwoDesks) -> None:
    theirs = await group(desks.neighbour, "vip")
    for facts, path in (
        ({"customerGroup": {"id": theirs}}, ["customerGroup"]),
        ({"channel": {"id": encode_id("chn", desks.neighbour.shop.channel)}}, ["channel"]),
        ({"rank": 0}, ["rank"]),
    ):
        given = {"code": "x", "title": "x", "currencyCode": "RUB", **facts}
        (error,) = (await desk.admin.ask(LIST, input=given))["priceListCreate"]["userErrors"]
        assert error["path"] == path
    variant = {"id": encode_id("var", desk.shop.variants["A"])}
    for buyer, argument in (
        ({"customerGroups": [{"id": theirs}]}, "buyer.customerGroups.0"),
        ({"currencyCode": "XXQ"}, "buyer.currencyCode"),
    ):
        given = {"lines": [{"variant": variant, "quantity": "1"}], "buyer": buyer}
        (refused,) = (await desk.admin.send(QUOTE, input=given)).json()["errors"]
        assert refused["extensions"]["argument"] == argument


async def test_a_group_that_has_prices_stays(desk: Desk) -> None:
    used, free = await group(desk, "used"), await group(desk, "free")
    await price_list(desk, "x", price("1"), rank=1, customerGroup={"id": used})
    gone = """mutation ($id: ID!) { customerGroupDelete(id: $id) {
      customerGroupId userErrors { code } } }"""
    said = (await desk.admin.ask(gone, id=used))["customerGroupDelete"]
    assert said["userErrors"] == [{"code": "IN_USE"}]
    assert (await desk.admin.ask(gone, id=free))["customerGroupDelete"]["customerGroupId"] == free
    renamed = """mutation ($id: ID!) { customerGroupUpdate(id: $id, input: {title: "Опт"}) {
      customerGroup { title version } userErrors { code } } }"""
    changed = (await desk.admin.ask(renamed, id=used))["customerGroupUpdate"]["customerGroup"]
    assert changed == {"title": "Опт", "version": 2}
    listed = await desk.admin.ask("{ customerGroups { nodes { code } totalCount } }")
    assert listed["customerGroups"] == {"nodes": [{"code": "used"}], "totalCount": 1}
