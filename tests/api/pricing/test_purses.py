"""Gift cards, points and levels at the admin's door."""

from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.conftest import TwoDesks
from tests.domain.pricing.test_uses import customer
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

ISSUE = """mutation ($input: GiftCardIssueInput!) { giftCardIssue(input: $input) {
  cardCode giftCard { id codeEnd balance { amount } held { amount }
    entries { kind amount { amount } } } userErrors { code path } } }"""
BLOCK = """mutation ($id: ID!) { giftCardBlock(id: $id) {
  giftCard { blockedAt } userErrors { code path } } }"""
LEVEL = """mutation ($input: LoyaltyLevelCreateInput!) { loyaltyLevelCreate(input: $input) {
  loyaltyLevel { id fromAmount { amount } earnPercent mostPercent validDays }
  userErrors { code path } } }"""
ADJUST = """mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) {
  points userErrors { code path } } }"""
ACCOUNT = """query ($id: ID!) { pointAccount(customerId: $id) {
  balance { amount } entries { kind amount { amount } } } }"""
QUOTE = """query ($input: PriceQuoteInput!) { priceQuote(input: $input) {
  points total { amount } lines { priceTrace { step } } } }"""


def roubles(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "RUB"}


async def test_a_cards_code_is_shown_once(desks: TwoDesks) -> None:
    desk = desks.ours
    once = desk.keyed("card-1")
    made = (await once.ask(ISSUE, input={"amount": roubles("500")}))["giftCardIssue"]
    card = made["giftCard"]
    assert card["balance"] == {"amount": "500.00"}
    assert card["entries"] == [{"kind": "ISSUE", "amount": {"amount": "500.00"}}]
    assert made["cardCode"].endswith(card["codeEnd"])
    again = (await once.ask(ISSUE, input={"amount": roubles("500")}))["giftCardIssue"]
    assert (again["cardCode"], again["giftCard"]["id"]) == (None, card["id"])
    assert (await desk.admin.ask(BLOCK, id=card["id"]))["giftCardBlock"]["giftCard"]["blockedAt"]
    twice = (await desk.admin.ask(BLOCK, id=card["id"]))["giftCardBlock"]
    assert twice["userErrors"] == [{"code": "NOT_ALLOWED", "path": ["id"]}]
    theirs = (await desks.neighbour.admin.ask(BLOCK, id=card["id"]))["giftCardBlock"]
    assert theirs["userErrors"] == [{"code": "NOT_FOUND", "path": ["id"]}]
    listed = "{ giftCards(where: {blockedAt: {isNull: false}}) { nodes { id } totalCount } }"
    assert (await desk.admin.ask(listed))["giftCards"]["totalCount"] == 1
    for amount in ("0", "-1", "NaN", "1.005"):
        given = {"amount": roubles(amount)}
        said = (await desk.keyed(amount).ask(ISSUE, input=given))["giftCardIssue"]
        assert [one["code"] for one in said["userErrors"]] == ["INVALID"]


async def test_points_pay_for_as_much_as_the_level_says(desks: TwoDesks) -> None:
    desk = desks.ours
    await add_products(desk.shop, P("Чай", [V("A", 100_00)]))
    level: dict[str, Any] = {
        "title": "Гость",
        "fromAmount": roubles("0"),
        "earnPercent": "5",
        "mostPercent": "30.5",
        "validDays": 90,
    }
    made = (await desk.admin.ask(LEVEL, input=level))["loyaltyLevelCreate"]["loyaltyLevel"]
    assert made["fromAmount"] == {"amount": "0.00"}
    assert (made["earnPercent"], made["mostPercent"], made["validDays"]) == ("5", "30.5", 90)
    for change, path in (
        ({"earnPercent": "100.01"}, "earnPercent"),
        ({"mostPercent": "-1"}, "mostPercent"),
        ({"fromAmount": {"amount": "1", "currencyCode": "USD"}}, "fromAmount"),
        ({"validDays": 0}, "validDays"),
    ):
        said = (await desk.admin.ask(LEVEL, input=level | change))["loyaltyLevelCreate"]
        assert [one["path"][0] for one in said["userErrors"]] == [path]
    anna = encode_id("cus", await customer(desk.shop, "Анна"))
    assert (await desk.admin.ask(ACCOUNT, id=anna))["pointAccount"] is None
    given = {"customer": {"id": anna}, "points": 80_00, "note": "Подарок"}
    said = (await desk.keyed("points-1").ask(ADJUST, input=given))["pointsAdjust"]
    assert said == {"points": 80_00, "userErrors": []}
    account = (await desk.admin.ask(ACCOUNT, id=anna))["pointAccount"]
    assert account["balance"] == {"amount": "80.00"}
    assert account["entries"] == [{"kind": "ADJUST", "amount": {"amount": "80.00"}}]
    line = {"variant": {"id": encode_id("var", desk.shop.variants["A"])}, "quantity": "1"}
    asked = {"lines": [line], "buyer": {"customer": {"id": anna}}, "points": 100_00}
    quote = (await desk.admin.ask(QUOTE, input=asked))["priceQuote"]
    assert (quote["points"], quote["total"]) == (30_50, {"amount": "69.50"})
    assert [one["step"] for one in quote["lines"][0]["priceTrace"]] == ["PRICE", "POINTS"]


async def test_points_of_nobody_of_ours_are_not_changed(desks: TwoDesks) -> None:
    theirs = await customer(desks.neighbour.shop, "Борис")
    for at, who in enumerate((theirs, new_id())):
        given = {"customer": {"id": encode_id("cus", who)}, "points": 1, "note": "x"}
        said = (await desks.ours.keyed(f"p-{at}").ask(ADJUST, input=given))["pointsAdjust"]
        assert [(one["code"], one["path"]) for one in said["userErrors"]] == [
            ("NOT_FOUND", ["customer"])
        ]
