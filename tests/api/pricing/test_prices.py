"""Prices at the admin's door: set and taken away by the list, in its own currency."""

import asyncio
from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

SET = """
mutation ($input: PricesSetInput!) { pricesSet(input: $input) {
  variants { sku prices {
    amount { amount currencyCode } compareAt { amount } minQuantity priceList { code } } }
  userErrors { code path } } }
"""


@pytest.fixture
async def shops(desks: TwoDesks) -> TwoDesks:
    for desk in (desks.ours, desks.neighbour):
        await add_products(desk.shop, P("Чай", [V("A", 45_000), V("B", None)]))
    return desks


def variant(desk: Desk, sku: str) -> dict[str, str]:
    return {"id": encode_id("var", desk.shop.variants[sku])}


def listed(desk: Desk, *prices: Any, **more: Any) -> dict[str, Any]:
    price_list = {"id": encode_id("prl", desk.shop.price_list)}
    return {"priceList": price_list, "prices": list(prices), **more}


def roubles(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "RUB"}


async def test_prices_are_set_and_taken_away(shops: TwoDesks) -> None:
    data = await shops.ours.admin.ask(
        SET,
        input=listed(
            shops.ours,
            {"variant": variant(shops.ours, "A"), "amount": None},
            {
                "variant": variant(shops.ours, "B"),
                "amount": roubles("99.90"),
                "compareAt": roubles("120"),
            },
        ),
    )
    assert data["pricesSet"]["userErrors"] == []
    assert data["pricesSet"]["variants"] == [
        {"sku": "A", "prices": []},
        {
            "sku": "B",
            "prices": [
                {
                    "amount": {"amount": "99.90", "currencyCode": "RUB"},
                    "compareAt": {"amount": "120.00"},
                    "minQuantity": "0.001",
                    "priceList": {"code": "retail"},
                }
            ],
        },
    ]


async def test_a_price_begins_at_a_quantity(shops: TwoDesks) -> None:
    row = {
        "variant": variant(shops.ours, "A"),
        "amount": roubles("400"),
        "minQuantity": "10",
    }
    data = await shops.ours.admin.ask(SET, input=listed(shops.ours, row))
    (shown,) = data["pricesSet"]["variants"]
    assert [(one["minQuantity"], one["amount"]["amount"]) for one in shown["prices"]] == [
        ("0.001", "450.00"),
        ("10", "400.00"),
    ]


async def test_each_refusal_says_where_and_changes_nothing(shops: TwoDesks) -> None:
    before = await everything(shops.ours.shop)
    good = {"variant": variant(shops.ours, "A"), "amount": roubles("1")}
    ask = shops.ours.admin.ask
    dollars = {"amount": "1", "currencyCode": "USD"}
    for wrong, refused in (
        ({"amount": roubles("-1")}, ("INVALID", "prices.1.amount")),
        ({"amount": roubles("1.005")}, ("INVALID", "prices.1.amount")),
        ({"amount": roubles("сто")}, ("INVALID", "prices.1.amount")),
        ({"amount": dollars}, ("INVALID", "prices.1.amount")),
        ({"compareAt": dollars}, ("INVALID", "prices.1.amount")),
        ({"minQuantity": "0"}, ("INVALID", "prices.1.minQuantity")),
        ({"variant": variant(shops.ours, "A")}, ("INVALID", "prices.1.variant")),
        ({"variant": variant(shops.neighbour, "B")}, ("NOT_FOUND", "prices.1.variant")),
        ({"variant": {"id": encode_id("var", new_id())}}, ("NOT_FOUND", "prices.1.variant")),
        (
            {"variant": {"externalId": {"source": "erp", "id": "нет"}}},
            ("NOT_FOUND", "prices.1.variant"),
        ),
    ):
        row = {"variant": variant(shops.ours, "B"), "amount": roubles("2"), **wrong}
        data = await ask(SET, input=listed(shops.ours, good, row))
        assert data["pricesSet"]["variants"] is None
        assert refusals(data["pricesSet"]) == [refused], wrong
    theirs = {"id": encode_id("prl", shops.neighbour.shop.price_list)}
    for price_list in (theirs, {"id": encode_id("prl", new_id())}):
        data = await ask(SET, input=listed(shops.ours, good, priceList=price_list))
        assert refusals(data["pricesSet"]) == [("NOT_FOUND", "priceList")]
    assert await everything(shops.ours.shop) == before


async def test_wrong_rows_are_skipped_when_asked(shops: TwoDesks) -> None:
    data = await shops.ours.admin.ask(
        SET,
        input=listed(
            shops.ours,
            {"variant": variant(shops.ours, "A"), "amount": roubles("7")},
            {"variant": variant(shops.neighbour, "A"), "amount": roubles("7")},
            errorPolicy="SKIP_FAILED",
        ),
    )
    assert [one and one["sku"] for one in data["pricesSet"]["variants"]] == ["A", None]
    assert refusals(data["pricesSet"]) == [("NOT_FOUND", "prices.1.variant")]


async def test_two_who_price_the_same_goods_in_other_orders_do_not_wait_for_each_other(
    shops: TwoDesks,
) -> None:
    rows = [
        {"variant": variant(shops.ours, "A"), "amount": roubles("1")},
        {"variant": variant(shops.ours, "B"), "amount": roubles("2")},
    ]
    answers = await asyncio.gather(
        *(
            shops.ours.admin.ask(SET, input=listed(shops.ours, *order))
            for order in (rows, rows[::-1]) * 4
        )
    )
    assert all(answer["pricesSet"]["userErrors"] == [] for answer in answers)


async def test_prices_need_their_own_permission(shops: TwoDesks) -> None:
    clerk = await shops.ours.clerk("products:read", "products:write", "prices:read")
    row = {"variant": variant(shops.ours, "A"), "amount": roubles("1")}
    assert (await clerk.refused(SET, input=listed(shops.ours, row)))["code"] == "FORBIDDEN"


async def test_the_default_list_stays_until_another_takes_its_place(shops: TwoDesks) -> None:
    ask, default = shops.ours.admin.ask, encode_id("prl", shops.ours.shop.price_list)
    make = """
    mutation ($input: PriceListCreateInput!) { priceListCreate(input: $input) {
      priceList { id isDefault currencyCode } userErrors { code path } } }
    """
    delete = (
        "mutation ($id: ID!) { priceListDelete(id: $id) { priceListId userErrors { code path } } }"
    )
    data = await ask(delete, id=default)
    assert refusals(data["priceListDelete"]) == [("NOT_ALLOWED", "id")]
    given = {"code": "usd", "title": "Доллары", "currencyCode": "USD", "isDefault": True}
    data = await ask(make, input=given)
    assert data["priceListCreate"]["priceList"]["isDefault"]
    data = await ask(delete, id=default)
    assert data["priceListDelete"] == {"priceListId": default, "userErrors": []}
