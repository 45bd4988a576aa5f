"""VAT at the admin's door: by the seller's regime, on a day."""

from typing import Any

import pytest

from tests.api.answers import refusals
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

RATES = """query ($on: Date) { vatRates(on: $on) {
  category products changes rate { percent fiscalCode calculatedCode } today { percent } } }"""
PRODUCT = """query ($on: Date) { products(first: 1) { nodes {
  vat { percent } then: vat(on: $on) { percent fiscalCode } } } }"""
SELLER = """mutation ($input: LegalEntityInput!) { legalEntityCreate(input: $input) {
  legalEntity { vatRegime } userErrors { code path } } }"""
TRADER = {"kind": "SOLE_TRADER", "name": "ИП Чайкина А. С.", "inn": "500100732259"}


async def sell_by(desk: Desk, **words: Any) -> Any:
    return await desk.admin.ask(SELLER, input=TRADER | words)


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    await add_products(desks.ours.shop, P("Чай", [V("A", 45_000)]))
    await add_products(desks.neighbour.shop, P("Чужой", [V("B", 1)]), P("Чужой 2", [V("C", 1)]))
    return desks.ours


async def test_a_day_shows_what_it_changes(desk: Desk) -> None:
    await sell_by(desk, taxSystem="OSN")
    (rates,) = (await desk.admin.ask(RATES, on="2025-12-31"))["vatRates"]
    assert rates == {
        "category": None,
        "products": 1,
        "changes": True,
        "rate": {"percent": 20, "fiscalCode": 1, "calculatedCode": 3},
        "today": {"percent": 22},
    }
    (product,) = (await desk.admin.ask(PRODUCT, on="2025-12-31"))["products"]["nodes"]
    assert product == {"vat": {"percent": 22}, "then": {"percent": 20, "fiscalCode": 1}}


async def test_who_pays_none_sells_without(desk: Desk) -> None:
    answer = await sell_by(desk, taxSystem="USN_INCOME")
    assert answer["legalEntityCreate"]["legalEntity"] == {"vatRegime": "NONE"}
    (rates,) = (await desk.admin.ask(RATES))["vatRates"]
    assert rates["rate"] == {"percent": None, "fiscalCode": 6, "calculatedCode": 6}
    assert not rates["changes"]


async def test_a_small_taxpayer_pays_his_rate(desk: Desk) -> None:
    await sell_by(desk, taxSystem="USN_INCOME", vatRegime="SPECIAL_5")
    (rates,) = (await desk.admin.ask(RATES))["vatRates"]
    assert rates["rate"] == {"percent": 5, "fiscalCode": 7, "calculatedCode": 9}


async def test_what_no_law_knows_is_refused(desk: Desk) -> None:
    answer = await sell_by(desk, taxSystem="PATENT", vatRegime="GENERAL")
    assert refusals(answer["legalEntityCreate"]) == [("INVALID", "vatRegime")]
    for query in (RATES, PRODUCT):
        answer = await desk.admin.refused(query, on="2018-12-31")
        assert "2019-01-01" in answer["message"]
        assert answer["code"] == "BAD_USER_INPUT"
