"""Drafts: priced by staff on the phone, offered by a link, ordered at the prices of that day."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.errors import NotFound
from domain.orders.carts.lines import NewLine
from domain.orders.drafts.drafts import create_draft, update_draft
from domain.orders.drafts.expiring import EXPIRE, expire_draft
from domain.orders.drafts.lists import drafts_seen
from domain.orders.drafts.placing import place_draft
from domain.orders.drafts.tables import OrderDraft, OrderDraftLine
from domain.orders.orders.tables import Order, OrderEntry
from domain.pricing.promotions.tables import PromotionUse
from domain.pricing.tables import Price
from domain.stock.tables import Location, StockHold
from tenants.ids import decode_id, encode_id, new_id
from tenants.principal import Actor, Principal
from tests.api.answers import refusals
from tests.api.customers.desk import card
from tests.api.orders.test_customers import ANNA, signed_in
from tests.api.orders.test_delivery import DELETE, made
from tests.api.orders.test_whole_life import BY_CASH, CANCEL, PAY, amount
from tests.api.orders.till import (
    ADDRESS,
    BOUGHT,
    MONEY,
    ORDER,
    ORDER_BY_TOKEN,
    Till,
    TwoTills,
    roubles,
)
from tests.api.pricing.test_promotions import make, percent

pytestmark = pytest.mark.anyio

DRAFT: Final = f"""orderDraft {{ id number state source callId version allowedActions name phone
  paymentMethod note codes discount {MONEY} discountReason total {MONEY} validUntil
  hold {{ state }} orderId endReason customer {{ id }}
  lines {{ kind title sku quantity note price {MONEY} discount {MONEY} total {MONEY}
    positions {{ quantity price {MONEY} sum {MONEY} }} priceTrace {{ step sum {MONEY} }} }} }}"""
ERRORS: Final = "userErrors { code path message }"
CREATE: Final = f"""mutation ($input: OrderDraftCreateInput!) {{
  orderDraftCreate(input: $input) {{ {DRAFT} {ERRORS} }} }}"""
CHANGE: Final = f"""mutation ($id: ID!, $input: OrderDraftUpdateInput!) {{
  orderDraftUpdate(id: $id, input: $input) {{ {DRAFT} {ERRORS} }} }}"""
HOLD: Final = f"mutation ($id: ID!) {{ orderDraftHold(id: $id) {{ {DRAFT} {ERRORS} }} }}"
RELEASE: Final = f"mutation ($id: ID!) {{ orderDraftRelease(id: $id) {{ {DRAFT} {ERRORS} }} }}"
OFFER: Final = f"mutation ($id: ID!) {{ orderDraftOffer(id: $id) {{ token {DRAFT} {ERRORS} }} }}"
PLACE: Final = f"""mutation ($id: ID!) {{
  orderDraftPlace(id: $id) {{ token order {{ {ORDER} draft {{ id callId }} }} {ERRORS} }} }}"""
GIVE_UP: Final = f"""mutation ($id: ID!, $reason: String!) {{
  orderDraftCancel(id: $id, reason: $reason) {{ {DRAFT} {ERRORS} }} }}"""
SHOWN: Final = f"""query ($token: String!) {{ orderDraft(token: $token) {{
  number state name total {MONEY} paymentMethod lines {{ title total {MONEY} }} validUntil }} }}"""
ACCEPT: Final = f"""mutation ($input: OrderDraftAcceptInput!) {{
  orderDraftAccept(input: $input) {{ order {{ {BOUGHT} }} {ERRORS} }} }}"""
HISTORY: Final = "query ($id: ID!) { order(id: $id) { history { entityId } } }"
LIST: Final = """query ($where: OrderDraftWhere) { orderDrafts(where: $where) {
  totalCount nodes { number } } }"""
CALL: Final = {"phone": "8 916 123-45-67", "name": "Анна", "callId": "call-17", "address": ADDRESS}


async def drafted(till: Till, *lines: dict[str, Any], **more: Any) -> Any:
    """A draft that lacks nothing, unless `more` says otherwise."""
    given = {**CALL, "paymentMethod": "ON_HAND_OVER", **more}
    made = await till.do(CREATE, input={**given, "lines": list(lines)})
    assert made["userErrors"] == [], made["userErrors"]
    return made["orderDraft"]


async def raise_prices(till: Till) -> None:
    """All prices are ten roubles higher from now on."""
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Price).values(amount_minor=Price.amount_minor + 10_00))


async def offered(till: Till, draft: Any) -> str:
    answer = await till.do(OFFER, id=draft["id"])
    assert answer["userErrors"] == []
    assert answer["orderDraft"]["state"] == "OFFERED"
    token: str = answer["token"]
    return token


async def shown(till: Till, token: str) -> Any:
    return (await till.buyer.ask(SHOWN, token=token))["orderDraft"]


async def accept(till: Till, token: str, total: str, **more: Any) -> Any:
    return await till.ask(ACCEPT, token=token, total=roubles(total), **more)


async def put_off(till: Till, hours: int) -> None:
    """Let all drafts have been made so many hours earlier."""
    async with till.desk.shop.scope.writing("test") as uow:
        earlier = OrderDraft.valid_until - timedelta(hours=hours)
        await uow.execute(update(OrderDraft).values(valid_until=earlier))


async def test_a_draft_becomes_an_order_at_the_prices_of_its_day(till: Till) -> None:
    draft = await drafted(
        till,
        till.line("TEA", "3", note="без коробки"),
        till.line("HONEY"),
        discount=roubles("100.00"),
        discountReason="постоянный покупатель",
    )
    assert (draft["number"], draft["state"], draft["source"]) == ("1", "OPEN", "PHONE")
    assert (amount(draft["total"]), amount(draft["discount"])) == ("1399.99", "100.00")
    assert draft["allowedActions"] == ["CHANGE", "HOLD", "OFFER", "PLACE", "CANCEL"]
    await raise_prices(till)
    token = await offered(till, draft)
    seen = await shown(till, token)
    assert (seen["state"], amount(seen["total"]), seen["name"]) == ("OFFERED", "1399.99", "Анна")
    accepted = await accept(till, token, "1399.99")
    assert accepted["userErrors"] == []
    order = accepted["order"]
    assert (order["number"], order["state"], amount(order["total"])) == (
        "1",
        "CONFIRMED",
        "1399.99",
    )
    assert [amount(one["total"]) for one in order["lines"]] == [
        amount(one["total"]) for one in draft["lines"]
    ]
    assert (await till.buyer.ask(ORDER_BY_TOKEN, token=token))["order"] == order
    assert (await accept(till, token, "0.00"))["order"] == order  # sent again: the same
    assert (await shown(till, token))["state"] == "ORDERED"
    levels = await till.levels()
    assert (levels["TEA"], levels["HONEY"]) == ((10_000, 3_000), (10_000, 1_000))
    staff = await till.seen(order["id"])
    assert staff["source"] == "PHONE"
    assert [one["type"] for one in staff["history"]] == [
        "order_draft.ordered",
        "order.placed",
        "order_draft.offered",
        "order_draft.created",
    ]
    told = (await till.desk.admin.ask(HISTORY, id=order["id"]))["order"]["history"]
    assert [one["entityId"] for one in told] == [draft["id"], order["id"], draft["id"], draft["id"]]
    await till.check()


async def test_staff_place_it_and_the_call_is_known(till: Till) -> None:
    draft = await drafted(till, till.line("TEA"), paymentMethod="INVOICE")
    placed = await till.do(PLACE, id=draft["id"])
    order = placed["order"]
    assert (order["state"], order["draft"]) == (
        "AWAITING_PAYMENT",
        {"id": draft["id"], "callId": "call-17"},
    )
    assert (await till.buyer.ask(ORDER_BY_TOKEN, token=placed["token"]))["order"]["number"] == "1"
    paid = (await till.do(PAY, id=order["id"], input=BY_CASH))["order"]
    assert paid["state"] == "CONFIRMED"
    assert refusals(await till.do(PLACE, id=draft["id"])) == [("NOT_ALLOWED", "id")]
    cancelled = (await till.do(CANCEL, id=order["id"], reason="передумал"))["order"]
    assert cancelled["hold"]["state"] == "RELEASED"
    assert (await till.levels())["TEA"] == (10_000, 0)
    await till.check()


async def test_what_is_wished_for_is_held_and_goes_into_the_order(till: Till) -> None:
    draft = await drafted(till, till.line("SET", "2"))
    held = (await till.do(HOLD, id=draft["id"]))["orderDraft"]
    assert (held["hold"]["state"], "RELEASE" in held["allowedActions"]) == ("HELD", True)
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"]) == ((10_000, 4_000), (10_000, 2_000))
    changed = await till.do(CHANGE, id=draft["id"], input={"lines": [till.line("SET")]})
    assert changed["userErrors"] == []
    assert (await till.levels())["TEA"] == (10_000, 2_000)
    again = await till.do(HOLD, id=draft["id"])  # as long as it is valid
    assert again["userErrors"] == []
    assert (await till.levels())["TEA"] == (10_000, 2_000)
    released = (await till.do(RELEASE, id=draft["id"]))["orderDraft"]
    assert (released["hold"], (await till.levels())["TEA"]) == (None, (10_000, 0))
    assert refusals(await till.do(RELEASE, id=draft["id"])) == [("NOT_ALLOWED", "id")]
    await till.do(HOLD, id=draft["id"])
    order = (await till.do(PLACE, id=draft["id"]))["order"]
    assert (order["hold"]["state"], (await till.levels())["TEA"]) == ("HELD", (10_000, 2_000))
    live = [row for row in await till.rows(StockHold) if row["state"] == "held"]
    assert [row["expires_at"] for row in live] == [None]
    await till.check()


async def test_more_than_there_is_is_neither_held_nor_ordered(till: Till) -> None:
    draft = await drafted(till, till.line("TEA", "11"))
    assert refusals(await till.do(HOLD, id=draft["id"])) == [("INSUFFICIENT_STOCK", "lines")]
    assert refusals(await till.do(PLACE, id=draft["id"])) == [("INSUFFICIENT_STOCK", "lines")]
    token = await offered(till, draft)
    refused = await accept(till, token, amount(draft["total"]) or "")
    assert refusals(refused) == [("INSUFFICIENT_STOCK", "lines")]
    assert (await till.rows(Order), await till.rows(OrderEntry)) == ([], [])
    assert (await shown(till, token))["state"] == "OFFERED"


async def test_what_stands_behind_a_link_never_changes(till: Till) -> None:
    draft = await drafted(till, till.line("TEA"))
    token = await offered(till, draft)
    nothing = await till.do(CHANGE, id=draft["id"], input={})
    assert (nothing["orderDraft"]["state"], (await shown(till, token))["state"]) == (
        "OFFERED",
        "OFFERED",
    )
    changed = await till.do(CHANGE, id=draft["id"], input={"note": "к подъезду 2"})
    assert (changed["orderDraft"]["state"], await shown(till, token)) == ("OPEN", None)
    assert refusals(await accept(till, token, "333.33")) == [("NOT_FOUND", "token")]
    second = await offered(till, draft)
    third = await offered(till, draft)
    assert (await shown(till, second), (await shown(till, third))["state"]) == (None, "OFFERED")
    assert refusals(await accept(till, third, "333.32")) == [("INVALID", "total.amount")]
    wrong = await till.ask(ACCEPT, token=third, total=roubles("333.33", "USD"))
    assert refusals(wrong) == [("INVALID", "total.currencyCode")]
    await till.do(GIVE_UP, id=draft["id"], reason="передумал")
    assert refusals(await accept(till, third, "333.33")) == [("NOT_ALLOWED", "token")]


async def test_all_is_priced_anew_where_prices_depend_on_what_changed(till: Till) -> None:
    draft = await drafted(
        till, till.line("TEA"), discount=roubles("33.33"), discountReason="извинение"
    )
    await raise_prices(till)
    kept = await till.do(
        CHANGE, id=draft["id"], input={"note": "позвонить", "phone": "+79120000001"}
    )
    assert amount(kept["orderDraft"]["total"]) == "300.00"
    anew = await till.do(CHANGE, id=draft["id"], input={"codes": []})
    assert amount(anew["orderDraft"]["total"]) == "310.00"  # the discount stays
    more = {"lines": [till.line("TEA", "2"), till.line("CUP")], "discount": None}
    anew = await till.do(CHANGE, id=draft["id"], input=more)
    assert amount(anew["orderDraft"]["total"]) == "797.16"
    assert [one["sku"] for one in anew["orderDraft"]["lines"]] == ["TEA", "CUP"]
    assert len(await till.rows(OrderDraftLine)) == 2


async def test_promotions_are_counted_when_it_is_ordered(till: Till) -> None:
    await make(till.desk, percent("10"), codes=["ЧАЙ-10"], usageLimit=1)
    drafts = [await drafted(till, till.line("HONEY"), codes=["чай-10"]) for _ in range(2)]
    assert [amount(one["total"]) for one in drafts] == ["450.00", "450.00"]
    assert await till.rows(PromotionUse) == []
    first = await till.do(PLACE, id=drafts[0]["id"])
    assert amount(first["order"]["total"]) == "450.00"
    (use,) = await till.rows(PromotionUse)
    assert use["discount_minor"] == 50_00
    assert refusals(await till.do(PLACE, id=drafts[1]["id"])) == [("USED_UP", "codes")]
    refused = await till.do(CHANGE, id=drafts[1]["id"], input={"codes": ["чай-10"]})
    assert refusals(refused) == [("CART_PROBLEM", "codes.0")]
    again = await till.do(CHANGE, id=drafts[1]["id"], input={"codes": None})
    assert amount(again["orderDraft"]["total"]) == "500.00"
    await till.check()


async def test_gifts_come_with_it_and_are_no_goods_that_were_asked_for(till: Till) -> None:
    await make(till.desk, {"gift": {"variantId": till.of("CUP")}})
    draft = await drafted(till, till.line("HONEY"))
    assert [one["sku"] for one in draft["lines"]] == ["HONEY", "CUP"]
    again = await till.do(CHANGE, id=draft["id"], input={"codes": []})
    assert [one["sku"] for one in again["orderDraft"]["lines"]] == ["HONEY", "CUP"]
    placed = await till.do(PLACE, id=draft["id"])
    assert placed["userErrors"] == []
    assert (await till.levels())["CUP"] == (10_000, 1_000)


async def test_delivery_is_frozen_with_the_goods(till: Till) -> None:
    way = await made(till)
    lacking = await drafted(till, till.line("TEA"))
    assert refusals(await till.do(OFFER, id=lacking["id"])) == [("REQUIRED", "deliveryMethodId")]
    draft = await drafted(till, till.line("TEA"), deliveryMethodId=way)
    assert [(one["kind"], amount(one["total"])) for one in draft["lines"]] == [
        ("GOODS", "333.33"),
        ("DELIVERY", "300.00"),
    ]
    abroad = {"address": {**ADDRESS, "country": "KZ", "postalCode": None}}
    refused = await till.do(CHANGE, id=draft["id"], input=abroad)
    assert refusals(refused) == [("NOT_ALLOWED", "deliveryMethodId")]
    assert (await till.do(DELETE, id=way))["userErrors"] == []
    order = (await till.do(PLACE, id=draft["id"]))["order"]
    assert amount(order["total"]) == "633.33"


async def test_what_an_order_must_have_is_asked_for_by_name(till: Till) -> None:
    nobody = {"phone": None, "address": None, "paymentMethod": None}
    draft = await drafted(till, till.line("TEA"), **nobody)
    assert refusals(await till.do(PLACE, id=draft["id"])) == [
        ("REQUIRED", "phone"),
        ("REQUIRED", "address"),
        ("REQUIRED", "paymentMethod"),
    ]
    said = {"email": "anna@example.com", "address": ADDRESS}
    assert (await till.do(CHANGE, id=draft["id"], input=said))["userErrors"] == []
    token = await offered(till, draft)  # how it is paid is for the buyer to say
    assert refusals(await accept(till, token, "333.33")) == [("REQUIRED", "paymentMethod")]
    accepted = await accept(till, token, "333.33", paymentMethod="ONLINE")
    assert (accepted["order"]["state"], accepted["order"]["paymentMethod"]) == (
        "AWAITING_PAYMENT",
        "ONLINE",
    )


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"lines": []}, [("REQUIRED", "lines")]),
        ({"discount": roubles("10.00")}, [("REQUIRED", "discountReason")]),
        ({"discount": roubles("NaN")}, [("INVALID", "discount.amount")]),
        ({"discount": roubles("0.001")}, [("INVALID", "discount.amount")]),
        ({"discount": roubles("-1")}, [("INVALID", "discount.amount")]),
        ({"discount": roubles("999.00")}, [("INVALID", "discount")]),
        ({"discount": roubles("1.00", "USD")}, [("INVALID", "discount.currencyCode")]),
        ({"phone": "12"}, [("INVALID", "phone")]),
        ({"email": "no"}, [("INVALID", "email")]),
        ({"codes": ["нет"]}, [("CART_PROBLEM", "codes.0")]),
        ({"placeId": encode_id("loc", decode_id("loc_" + "0" * 26, "loc"))}, None),
        ({"callId": "x" * 201}, [("INVALID", "callId")]),
    ],
)
async def test_what_cannot_be_is_refused_where_it_stands(
    till: Till, given: dict[str, Any], where: list[tuple[str, str]] | None
) -> None:
    said = {"lines": [till.line("TEA")], **given}
    refused = await till.do(CREATE, input=said)
    assert refusals(refused) == (where or [("NOT_FOUND", "placeId")])
    assert await till.rows(OrderDraft) == []


async def test_lines_that_cannot_be_are_refused_all_at_once(tills: TwoTills) -> None:
    till = tills.ours
    lines = [
        till.line("TEA", "0.5"),
        {"variantId": tills.neighbour.of("TEA")},
        till.line("HONEY", attributes=[{"name": "x" * 51, "value": "1"}]),
    ]
    refused = await till.do(CREATE, input={"lines": lines})
    assert refusals(refused) == [
        ("NOT_FOUND", "lines.1.variantId"),
        ("INVALID", "lines.2.attributes"),
    ]
    refused = await till.do(CREATE, input={"lines": lines[:1]})
    assert refusals(refused) == [("INVALID", "lines.0.quantity")]


async def test_a_draft_ends_with_its_time(till: Till) -> None:
    draft = await drafted(till, till.line("TEA"))
    await till.do(HOLD, id=draft["id"])
    token = await offered(till, draft)

    async def job() -> dict[str, int]:
        async with till.desk.shop.scope.writing(EXPIRE) as uow:
            return await expire_draft(uow, draft_id=str(decode_id(draft["id"], "drf")))

    assert await job() == {"expired": 0}
    await put_off(till, 23)
    assert await job() == {"expired": 0}
    await put_off(till, 1)
    assert refusals(await accept(till, token, "333.33")) == [("EXPIRED", "token")]
    for doing in (PLACE, OFFER, HOLD):  # though the job has not come yet
        assert refusals(await till.do(doing, id=draft["id"])) == [("EXPIRED", "id")]
    assert await job() == {"expired": 1}
    assert await job() == {"expired": 0}
    assert refusals(await accept(till, token, "333.33")) == [("EXPIRED", "token")]
    assert (await shown(till, token))["state"] == "EXPIRED"
    assert (await till.levels())["TEA"] == (10_000, 0)


async def test_prices_are_those_of_whom_staff_know_it_to_be(till: Till) -> None:
    anna = (await card(till.desk, ANNA))["id"]
    draft = await drafted(till, till.line("TEA"), customer={"id": anna}, phone=None)
    assert draft["customer"] == {"id": anna}
    token = await offered(till, draft)
    himself = await signed_in(till, anna)
    assert (await accept(himself, token, "333.33"))["userErrors"] == []
    (order,) = await till.rows(Order)
    assert (encode_id("cus", order["customer_id"]), order["by_account"]) == (anna, True)
    second = await drafted(till, till.line("TEA"), customer={"id": anna}, phone=None)
    assert (await till.do(PLACE, id=second["id"]))["userErrors"] == []
    mine = {row["by_account"] for row in await till.rows(Order)}
    assert mine == {True, False}


async def test_of_two_at_once_one_order_comes(till: Till) -> None:
    draft = await drafted(till, till.line("TEA"))
    token = await offered(till, draft)
    answers = await asyncio.gather(
        *(accept(till, token, "333.33") for _ in range(3)), till.do(PLACE, id=draft["id"])
    )
    assert len(await till.rows(Order)) == 1
    assert {one["order"]["number"] for one in answers if one["order"]} == {"1"}
    await till.check()


async def test_who_may_do_and_see_what(tills: TwoTills) -> None:
    till, theirs = tills.ours, tills.neighbour
    draft = await drafted(till, till.line("TEA"))
    reader = await till.desk.clerk("orders:read")
    assert (await reader.refused(OFFER, id=draft["id"]))["code"] == "FORBIDDEN"
    found = (await reader.ask(LIST, where={"callId": {"eq": "call-17"}}))["orderDrafts"]
    assert (found["totalCount"], found["nodes"]) == (1, [{"number": "1"}])
    none = (await reader.ask(LIST, where={"state": {"eq": "REQUESTED"}}))["orderDrafts"]
    assert none["totalCount"] == 0
    assert refusals(await theirs.do(OFFER, id=draft["id"])) == [("NOT_FOUND", "id")]
    assert refusals(await theirs.do(PLACE, id=draft["id"])) == [("NOT_FOUND", "id")]
    token = await offered(till, draft)
    assert await shown(theirs, token) is None
    assert refusals(await accept(theirs, token, "333.33")) == [("NOT_FOUND", "token")]
    assert await shown(till, "ct_nonsense") is None
    keyless = await till.desk.admin.refused(PLACE, id=draft["id"])
    assert keyless["code"] == "BAD_USER_INPUT"


async def test_staff_of_some_points_make_and_see_drafts_of_those_alone(till: Till) -> None:
    (shop,) = [row["id"] for row in await till.rows(Location) if row["code"] == "shop"]
    base, away = till.desk.shop.scope, await drafted(till, till.line("TEA"))
    clerk = replace(base, principal=Principal(Actor.STAFF, new_id(), points=(shop,)))
    lines = [NewLine(till.desk.shop.variants["TEA"], 1_000)]

    async def refused(work: Any) -> tuple[str, ...]:
        try:
            async with clerk.writing("test") as uow:
                await work(uow)
        except NotFound as error:
            return error.path
        raise AssertionError("it was done")

    assert await refused(lambda uow: create_draft(uow, {"lines": lines})) == ("placeId",)
    away_id = decode_id(away["id"], "drf")
    assert await refused(lambda uow: update_draft(uow, away_id, {"note": "!"})) == ("id",)
    assert await refused(lambda uow: place_draft(uow, away_id)) == ("id",)
    async with clerk.writing("test") as uow:
        made = await create_draft(uow, {"lines": lines, "place_id": shop})
    elsewhere = {"place_id": None}
    assert await refused(lambda uow: update_draft(uow, made, elsewhere)) == ("placeId",)
    assert set(await drafts_seen(base.reading, clerk.principal, [made, away_id])) == {made}
