"""Orders by one click: kept apart until staff have called, and not to be flooded with."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.customers.consents.tables import Consent
from domain.customers.tables import Customer
from domain.merchants.attempts import HOUR
from domain.merchants.tables import Shop
from domain.orders.carts.forgetting import forget_old_carts
from domain.orders.drafts import one_click
from domain.orders.drafts.tables import OrderDraft
from domain.orders.orders.tables import Order
from domain.stock.tables import StockHold
from tenants.ids import decode_id, encode_id
from tests.api.answers import refusals
from tests.api.customers.desk import card
from tests.api.customers.test_persons import published
from tests.api.orders.test_customers import ANNA, signed_in
from tests.api.orders.test_drafts import CHANGE, GIVE_UP, PLACE
from tests.api.orders.test_whole_life import amount
from tests.api.orders.till import ADDRESS, Till, TwoTills
from tests.api.pricing.test_price_choice import group
from tests.api.pricing.test_promotions import make, percent

pytestmark = pytest.mark.anyio

CLICK: Final = """mutation ($input: OneClickOrderCreateInput!) {
  oneClickOrderCreate(input: $input) {
    number
    userErrors { code path message } } }"""
PHONE: Final = "8 916 123-45-67"


async def agreed(till: Till) -> str:
    """The text that its buyers agree to."""
    return await published(till.desk, purpose="PERSONAL_DATA", text="Обрабатывайте мои данные.")


async def click(till: Till, text: str, sku: str = "TEA", **more: Any) -> Any:
    given = {"phone": PHONE, "variantId": till.of(sku), "consentTextId": text, **more}
    return await till.ask(CLICK, **given)


async def test_a_click_waits_for_staff_who_make_an_order_of_it(till: Till) -> None:
    text = await agreed(till)
    asked = await click(till, text, name="Анна", quantity="2")
    assert asked["userErrors"] == []
    assert asked["number"] == "1"
    assert (await till.levels())["TEA"] == (10_000, 2_000)
    (hold,) = await till.rows(StockHold)
    (draft,) = await till.rows(OrderDraft)
    assert hold["expires_at"] < draft["valid_until"]
    assert (draft["state"], draft["total_minor"]) == ("requested", 666_66)
    assert (draft["phone"], draft["source"], draft["token_hash"]) == ("+79161234567", "form", None)
    (consent,) = await till.rows(Consent)
    assert (consent["purpose"], consent["channel"]) == ("personal_data", "none")
    draft_id = encode_id("drf", draft["id"])
    said = {"address": ADDRESS, "paymentMethod": "ON_HAND_OVER"}
    assert (await till.do(CHANGE, id=draft_id, input=said))["userErrors"] == []
    placed = await till.do(PLACE, id=draft_id)
    assert (placed["order"]["source"], amount(placed["order"]["total"])) == ("FORM", "666.66")
    (order,) = await till.rows(Order)
    (anna,) = await till.rows(Customer)
    assert (order["customer_id"], consent["customer_id"]) == (anna["id"], anna["id"])
    assert (await till.levels())["TEA"] == (10_000, 2_000)
    await till.check()


async def test_the_same_asked_again_is_the_same(till: Till) -> None:
    text = await agreed(till)
    answers = await asyncio.gather(*(click(till, text) for _ in range(3)))
    assert {one["number"] for one in answers} == {"1"}
    assert (await till.levels())["TEA"] == (10_000, 1_000)


async def test_it_is_limited_per_phone_per_network_and_per_shop(
    tills: TwoTills, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = tills.ours
    text = await agreed(till)
    for _ in range(3):
        assert (await click(till, text))["userErrors"] == []
    assert refusals(await click(till, text, "HONEY")) == [("TOO_MANY", "")]
    assert (await click(till, text, "HONEY", phone="+79120000001"))["userErrors"] == []
    theirs = await agreed(tills.neighbour)
    assert (await click(tills.neighbour, theirs))["userErrors"] == []
    hour = HOUR
    for limit in ("PER_NETWORK", "PER_SHOP"):
        with monkeypatch.context() as patch:
            patch.setattr(one_click, limit, ((hour, 1),))
            refused = await click(till, text, "HONEY", phone="+79120000002")
            assert refusals(refused) == [("TOO_MANY", "")], limit
    assert len(await till.rows(OrderDraft)) == 2


async def test_what_cannot_be_asked_for(tills: TwoTills) -> None:
    till, theirs = tills.ours, await agreed(tills.neighbour)
    text = await agreed(till)
    letters = await published(till.desk)
    for number, (given, where) in enumerate(
        (
            ({"phone": "12"}, ("INVALID", "phone")),
            ({"quantity": "0"}, ("INVALID", "quantity")),
            ({"quantity": "0.5"}, ("INVALID", "quantity")),
            ({"quantity": "11"}, ("INSUFFICIENT_STOCK", "quantity")),
            ({"consentTextId": letters}, ("NOT_FOUND", "consentTextId")),
            ({"consentTextId": theirs}, ("NOT_FOUND", "consentTextId")),
            ({"variantId": tills.neighbour.of("TEA")}, ("NOT_FOUND", "variantId")),
            ({"name": "x" * 201}, ("INVALID", "name")),
        )
    ):
        phone = {"phone": f"+7912000000{number}"}
        assert refusals(await click(till, text, **{**phone, **given})) == [where], given
    assert await till.rows(OrderDraft) == []
    assert await till.rows(Consent) == []
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Shop).values(guest_checkout=False))
    assert refusals(await click(till, text)) == [("NOT_ALLOWED", "")]


async def test_who_types_anothers_phone_learns_nothing_of_his_prices(till: Till) -> None:
    text, club = await agreed(till), await group(till.desk, "club")
    await make(till.desk, percent("10"), when=[{"customers": {"customerGroupIds": [club]}}])
    anna = (await card(till.desk, {**ANNA, "groups": [{"id": club}]}))["id"]
    assert (await click(till, text, "HONEY"))["number"] == "1"
    hers = await signed_in(till, anna)
    assert (await click(hers, text, "HONEY", quantity="2"))["number"] == "2"
    drafts = {row["number"]: row for row in await till.rows(OrderDraft)}
    assert [drafts[one]["total_minor"] for one in (1, 2)] == [500_00, 900_00]
    whose = {row["number"]: row["customer_id"] for row in await till.rows(OrderDraft)}
    assert whose == {1: None, 2: decode_id(anna, "cus")}


async def test_what_came_to_nothing_is_forgotten_with_the_carts(till: Till) -> None:
    text = await agreed(till)
    for sku in ("TEA", "HONEY"):
        assert (await click(till, text, sku))["userErrors"] == []
    for row in await till.rows(OrderDraft):
        if row["number"] == 1:
            gone = encode_id("drf", row["id"])
            assert (await till.do(GIVE_UP, id=gone, reason="ошибка"))["userErrors"] == []
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(OrderDraft).values(updated_at=uow.now - timedelta(days=31)))
    async with till.desk.shop.scope.writing("test") as uow:
        await forget_old_carts(uow)
    assert [row["number"] for row in await till.rows(OrderDraft)] == [2]
