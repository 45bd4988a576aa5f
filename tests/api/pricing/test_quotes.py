"""What goods cost, at the admin's door: price by quantity, discount, positions, VAT."""

from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

QUOTE = """query ($input: PriceQuoteInput!, $on: Date) { priceQuote(input: $input, on: $on) {
  total { amount } discount { amount }
  vat { rate { percent } amount { amount } }
  lines {
    variant { sku } quantity price { amount } total { amount } discount { amount }
    vat { rate { percent } amount { amount } }
    positions { quantity price { amount } sum { amount } isLot }
    priceTrace { step sum { amount } } } } }"""
SET = "mutation ($input: PricesSetInput!) { pricesSet(input: $input) { userErrors { code path } } }"
SELLER = """mutation { legalEntityCreate(input: {kind: SOLE_TRADER, name: "ИП Чайкина А. С.",
  inn: "500100732259", taxSystem: OSN}) { userErrors { code } } }"""


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    ours = desks.ours
    await add_products(
        ours.shop,
        P("Чайник", [V("A", 333_00)]),
        P("Сервиз", [V("B", 499_00)]),
        P("Чашка", [V("C", 100_50)]),
        P("Даром", [V("D", None)]),
    )
    await add_products(desks.neighbour.shop, P("Чужой", [V("X", 1)]))
    await ours.admin.ask(SELLER)
    return ours


def lines(desk: Desk, **quantities: str) -> list[dict[str, Any]]:
    ids = desk.shop.variants
    return [
        {"variant": {"id": encode_id("var", ids[sku])}, "quantity": quantity}
        for sku, quantity in quantities.items()
    ]


def roubles(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "RUB"}


async def refused_at(desk: Desk, **input: Any) -> str:
    """The argument that is refused."""
    body = (await desk.admin.send(QUOTE, input=input)).json()
    (error,) = body["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    return str(error["extensions"]["argument"])


async def test_a_receipt_with_a_discount(desk: Desk) -> None:
    given = {"lines": lines(desk, A="3", B="1", C="2"), "discount": roubles("100.00")}
    quote = (await desk.admin.ask(QUOTE, input=given))["priceQuote"]
    assert quote["total"]["amount"] == "1599.00"
    assert quote["discount"]["amount"] == "100.00"
    assert [line["discount"]["amount"] for line in quote["lines"]] == ["58.80", "29.37", "11.83"]
    assert [
        (one["quantity"], one["price"]["amount"])
        for line in quote["lines"]
        for one in line["positions"]
    ] == [("3", "313.40"), ("1", "469.63"), ("1", "94.58"), ("1", "94.59")]
    assert quote["lines"][0]["priceTrace"] == [
        {"step": "PRICE", "sum": {"amount": "999.00"}},
        {"step": "DISCOUNT", "sum": {"amount": "940.20"}},
    ]
    assert [line["vat"]["amount"]["amount"] for line in quote["lines"]] == [
        "169.54",
        "84.69",
        "34.12",
    ]
    assert quote["vat"] == [{"rate": {"percent": 22}, "amount": {"amount": "288.35"}}]


async def test_so_many_of_a_variant_cost_less_together(desk: Desk) -> None:
    a = {"id": encode_id("var", desk.shop.variants["A"])}
    tier = {"variant": a, "amount": roubles("300.00"), "minQuantity": "5"}
    price_list = {"id": encode_id("prl", desk.shop.price_list)}
    await desk.admin.ask(SET, input={"priceList": price_list, "prices": [tier]})
    few = {"lines": lines(desk, A="4")}
    assert (await desk.admin.ask(QUOTE, input=few))["priceQuote"]["total"]["amount"] == "1332.00"
    many = {"lines": [*lines(desk, A="4"), *lines(desk, A="1")]}
    quote = (await desk.admin.ask(QUOTE, input=many))["priceQuote"]
    assert quote["total"]["amount"] == "1500.00"
    assert quote["lines"][0]["priceTrace"] == [
        {"step": "PRICE", "sum": {"amount": "1332.00"}},
        {"step": "QUANTITY_PRICE", "sum": {"amount": "1200.00"}},
    ]


async def test_another_day_has_another_rate(desk: Desk) -> None:
    asked = {"lines": lines(desk, C="2")}
    then = (await desk.admin.ask(QUOTE, input=asked, on="2025-12-31"))["priceQuote"]
    now = (await desk.admin.ask(QUOTE, input=asked))["priceQuote"]
    assert then["vat"] == [{"rate": {"percent": 20}, "amount": {"amount": "33.50"}}]
    assert now["vat"] == [{"rate": {"percent": 22}, "amount": {"amount": "36.25"}}]
    assert then["total"] == now["total"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lines": []}, "lines"),
        ({"discount": roubles("10000")}, "discount"),
        ({"discount": {"amount": "1", "currencyCode": "USD"}}, "discount.currencyCode"),
        ({"discount": roubles("-1")}, "discount.amount"),
    ],
)
async def test_what_cannot_be_is_refused(desk: Desk, change: dict[str, Any], path: str) -> None:
    assert await refused_at(desk, **{"lines": lines(desk, A="1")} | change) == path


@pytest.mark.parametrize("quantity", ["0", "-1", "0.5", "1000000000.001"])
async def test_quantities_are_whole_steps(desk: Desk, quantity: str) -> None:
    assert await refused_at(desk, lines=lines(desk, A=quantity)) == "lines.0.quantity"


async def test_without_a_price_nothing_is_quoted(desk: Desk, desks: TwoDesks) -> None:
    assert await refused_at(desk, lines=lines(desk, A="1", D="1")) == "lines.1.variantId"
    for unknown in (desks.neighbour.shop.variants["X"], new_id()):
        line = {"variant": {"id": encode_id("var", unknown)}, "quantity": "1"}
        assert await refused_at(desk, lines=[line]) == "lines.0.variantId"
