"""Whose an order is: a guest's by guess, a customer's own, a merged one's, nobody's any more."""

import asyncio
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.customers.accounts.sessions import open_session
from domain.customers.accounts.tables import CustomerAccount
from domain.customers.tables import Customer, CustomerContact
from domain.merchants.tables import Shop
from domain.orders.carts.tables import Cart
from domain.orders.orders.of_customers import order_stats
from domain.orders.orders.tables import Order
from domain.pricing.promotions.tables import PromotionUse
from tenants.identify import Seen
from tenants.ids import decode_id, encode_id, new_id
from tenants.principal import Actor, Principal
from tests.api.customers.desk import ask, card
from tests.api.customers.test_merging import UNMERGE, merge
from tests.api.customers.test_persons import ERASE, EXPORT
from tests.api.orders.test_whole_life import CANCEL
from tests.api.orders.till import LOOK, ORDER_BY_TOKEN, UPDATE, Till, TwoTills, problems
from tests.api.pricing.test_price_choice import group
from tests.api.pricing.test_promotions import make, percent

pytestmark = pytest.mark.anyio

WHOSE: Final = "query ($id: ID!) { order(id: $id) { byAccount customer { id name } } }"
STATS: Final = """query ($id: ID!) { customer(id: $id) { orderStats {
  count sum { amount } average { amount } firstAt lastAt } } }"""
OF: Final = """query ($id: ID!) { orders(where: {customerId: {eq: $id}}) {
  totalCount nodes { number } } }"""
MINE: Final = "{ me { id orders { number total { amount } lines { title } } } }"
ANNA: Final[dict[str, Any]] = {
    "firstName": "Анна",
    "contacts": [
        {"kind": "PHONE", "value": "+79161234567"},
        {"kind": "EMAIL", "value": "anna@example.com"},
    ],
}


async def whose(till: Till, order: Any) -> tuple[str | None, bool]:
    """The id of the card that an order is of, and whether its customer was signed in."""
    seen = (await till.desk.admin.ask(WHOSE, id=order["id"]))["order"]
    return seen["customer"] and seen["customer"]["id"], seen["byAccount"]


async def of(till: Till, customer: str) -> list[str]:
    """The numbers of a customer's orders."""
    found = (await till.desk.admin.ask(OF, id=customer))["orders"]
    assert found["totalCount"] == len(found["nodes"])
    return [one["number"] for one in found["nodes"]]


async def stats(till: Till, customer: str) -> Any:
    found: Any = (await till.desk.admin.ask(STATS, id=customer))["customer"]["orderStats"]
    return found


async def signed_in(till: Till, customer: str) -> Till:
    """The same shop, its buyer signed in."""
    customer_id, key = decode_id(customer, "cus"), f"{new_id()}@example.com"
    async with till.desk.shop.scope.writing("test") as uow:
        account = {"customer_id": customer_id, "kind": "email", "value": key, "key": key}
        account_id = await uow.add(CustomerAccount, created_at=uow.now, **account)
        row: Any = {"id": account_id, "customer_id": customer_id}
        entered = await open_session(uow, row, seen=Seen(None, None), user_agent=None)
    headers = {"X-Customer-Token": entered.token}
    return replace(till, buyer=replace(till.buyer, headers=headers))


async def mine(till: Till) -> list[str]:
    """The numbers of the orders that the buyer sees as his own."""
    return [one["number"] for one in (await till.buyer.ask(MINE))["me"]["orders"]]


async def test_a_guests_contacts_make_a_card_and_lead_to_it(till: Till) -> None:
    first = await till.order(till.line("TEA"), name="А" * 150)
    again = await till.order(till.line("HONEY"), phone="+7 916 123-45-67", name="Другое имя")
    other = await till.order(till.line("TEA"), phone=None, email="eve@example.com")
    anna, by_account = await whose(till, first)
    assert anna is not None
    assert not by_account
    assert await whose(till, again) == (anna, False)
    assert (await whose(till, other))[0] != anna
    assert await of(till, anna) == ["2", "1"]
    (one,) = await stats(till, anna)
    assert (one["count"], one["sum"], one["average"]) == (
        2,
        {"amount": "833.33"},
        {"amount": "416.67"},
    )
    assert one["firstAt"] < one["lastAt"]
    assert {row["customer_id"] for row in await till.rows(Cart)} == {
        row["customer_id"] for row in await till.rows(Order)
    }


async def test_what_is_refused_makes_no_card_and_one_at_once_makes_one(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"), address=None)
    assert (await till.complete(token, "333.33"))["order"] is None
    assert await till.rows(Customer) == []
    await asyncio.gather(*(till.order(till.line("TEA")) for _ in range(5)))
    assert len(await till.rows(Customer)) == 1
    assert len({row["customer_id"] for row in await till.rows(Order)}) == 1


async def test_who_is_signed_in_orders_for_himself_whatever_he_types(till: Till) -> None:
    anna = (await card(till.desk, ANNA))["id"]
    boris = (await card(till.desk, {"firstName": "Борис"}))["id"]
    his = await signed_in(till, boris)
    order = await his.order(till.line("TEA"))  # with Anna's phone
    assert await whose(till, order) == (boris, True)
    guests = await till.order(till.line("HONEY"))
    assert await whose(till, guests) == (anna, False)
    assert await mine(his) == ["1"]
    hers = await signed_in(till, anna)
    assert await mine(hers) == [], "what her phone only led to may be another's"
    assert (await till.buyer.ask(MINE))["me"] is None
    await till.do(CANCEL, id=order["id"], reason="передумал")
    assert await mine(his) == ["1"]
    assert await stats(till, boris) == []


async def test_an_account_is_asked_for_only_of_who_has_none(till: Till) -> None:
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Shop).values(guest_checkout=False))
    token, cart = await till.fill(till.line("TEA"))
    assert [code for code, _ in problems(cart)] == ["ACCOUNT_NEEDED"]
    his = await signed_in(till, (await card(till.desk, ANNA))["id"])
    assert (await his.look(token))["problems"] == []
    assert (await his.complete(token, "333.33"))["userErrors"] == []


async def test_prices_of_a_group_are_for_who_has_shown_who_he_is(till: Till) -> None:
    club = await group(till.desk, "club")
    when = [{"customers": {"customerGroupIds": [club]}}]
    await make(till.desk, percent("10"), when=when)
    await make(till.desk, percent("10"), when=[{"firstOrder": True}], priority=-1)
    anna = (await card(till.desk, {**ANNA, "groups": [{"id": club}]}))["id"]
    token, cart = await till.fill(till.line("HONEY"), email="anna@example.com")
    assert cart["total"]["amount"] == "500.00"
    hers = await signed_in(till, anna)
    assert (await hers.look(token))["total"]["amount"] == "405.00"
    (refused,) = (await till.complete(token, "405.00"))["userErrors"]
    assert refused["problem"] == "TOTAL_CHANGED"
    order = (await hers.complete(token, "405.00"))["order"]
    assert order["total"]["amount"] == "405.00"
    token, cart = await hers.fill(till.line("HONEY"))
    assert cart["total"]["amount"] == "450.00"
    await till.do(CANCEL, id=order["id"], reason="передумал")
    assert (await hers.look(token))["total"]["amount"] == "405.00"


async def test_a_first_order_is_one_though_two_are_sent_at_once(till: Till) -> None:
    await make(till.desk, percent("10"), when=[{"firstOrder": True}])
    hers = await signed_in(till, (await card(till.desk, ANNA))["id"])
    tokens = [(await hers.fill(till.line("HONEY")))[0] for _ in range(4)]
    answers = await asyncio.gather(*(hers.complete(token, "450.00") for token in tokens))
    assert sorted(one["order"] is None for one in answers) == [False, True, True, True]
    assert {error["problem"] for one in answers for error in one["userErrors"]} == {"TOTAL_CHANGED"}


async def test_limits_of_a_customer_hold_for_a_guest_too(till: Till) -> None:
    await make(till.desk, percent("10"), codes=["РАЗ"], customerLimit=1)
    token, cart = await till.fill(till.line("HONEY"), codes=["РАЗ"], phone=None)
    assert problems(cart)[0] == ("CODE_DOES_NOT_APPLY", "codes.0")
    cart = (await till.ask(UPDATE, token=token, phone="+79161234567"))["cart"]
    assert (cart["total"]["amount"], cart["problems"]) == ("450.00", [])
    tokens = [token, (await till.fill(till.line("HONEY"), codes=["РАЗ"]))[0]]
    answers = await asyncio.gather(*(till.complete(one, "450.00") for one in tokens))
    assert sorted(one["order"] is None for one in answers) == [False, True]
    (use,), (person,) = await till.rows(PromotionUse), await till.rows(Customer)
    assert use["customer_id"] == person["id"]
    _, cart = await till.fill(till.line("HONEY"), codes=["РАЗ"])
    assert cart["total"]["amount"] == "500.00"


async def test_orders_move_with_their_card_and_back(till: Till) -> None:
    kept = (await card(till.desk, {"firstName": "Анна"}))["id"]
    merged = (await card(till.desk, ANNA))["id"]
    hers = await signed_in(till, merged)
    await hers.order(till.line("TEA"))
    await till.order(till.line("HONEY"))
    assert (await merge(till.desk, kept, merged))["userErrors"] == []
    assert (await of(till, kept), await of(till, merged)) == (["2", "1"], [])
    assert await mine(hers) == ["1"]
    assert (await hers.buyer.ask(MINE))["me"]["id"] == kept
    await hers.order(till.line("TEA"))
    assert await of(till, kept) == ["3", "2", "1"]
    assert (await ask(till.desk, UNMERGE, id=merged))["userErrors"] == []
    assert (await of(till, kept), await of(till, merged)) == (["3"], ["2", "1"])


async def test_uses_of_promotions_are_counted_where_their_card_has_gone(till: Till) -> None:
    await make(till.desk, percent("10"), codes=["ДВА"], customerLimit=2)
    kept = (await card(till.desk, {"firstName": "Анна"}))["id"]
    merged = (await card(till.desk, ANNA))["id"]
    both = [await signed_in(till, one) for one in (kept, merged)]

    async def costs(buyer: Till) -> str:
        _, cart = await buyer.fill(buyer.line("HONEY"), codes=["ДВА"])
        amount: str = cart["total"]["amount"]
        return amount

    for buyer in both:
        await buyer.order(buyer.line("HONEY"), codes=["ДВА"])
    assert [await costs(buyer) for buyer in both] == ["450.00", "450.00"]
    await merge(till.desk, kept, merged)
    assert [await costs(buyer) for buyer in both] == ["500.00", "500.00"]
    await ask(till.desk, UNMERGE, id=merged)
    assert [await costs(buyer) for buyer in both] == ["450.00", "450.00"]
    order = await both[1].order(till.line("HONEY"), codes=["ДВА"])
    assert await costs(both[1]) == "500.00"
    await till.do(CANCEL, id=order["id"], reason="передумал")
    assert await costs(both[1]) == "450.00"


async def test_the_erased_leave_numbers_and_sums_alone(till: Till) -> None:
    told = {"name": "КенарИмя", "email": "canary@example.com", "note": "Кенар"}
    order = await till.order(till.line("TEA", "2"), **told)
    other = await till.order(till.line("HONEY"), phone="+79120000000", name="Другой")
    his, _ = await whose(till, order)
    exported = (await ask(till.desk, EXPORT, id=his))["data"]
    assert [one["name"] for one in exported["sales_order"]] == ["КенарИмя"]
    assert "Советская" in str(exported["sales_order"])
    assert "token_hash" not in str(exported)
    assert (await ask(till.desk, ERASE, id=his))["userErrors"] == []
    left = str([await till.rows(table) for table in (Order, Cart, Customer, CustomerContact)])
    for known in ("Кенар", "canary@example.com", "9161234567"):
        assert known not in left
    assert "Другой" in left
    seen = (await till.buyer.ask(ORDER_BY_TOKEN, token=order["token"]))["order"]
    assert (seen["name"], seen["phone"], seen["number"]) == (None, None, "1")
    assert (seen["total"], seen["lines"]) == (order["total"], order["lines"])
    assert (await till.buyer.ask(LOOK, token=order["token"]))["cart"] is None
    assert (await stats(till, str(his)))[0]["sum"] == {"amount": "666.66"}
    again = await till.order(till.line("TEA"), **told)
    assert (await whose(till, again))[0] not in (his, (await whose(till, other))[0])
    await till.check()


async def test_a_neighbours_customers_are_nobody(tills: TwoTills) -> None:
    ours, theirs = tills.ours, tills.neighbour
    order = await ours.order(ours.line("TEA"))
    foreign = await theirs.order(theirs.line("TEA"))
    anna, hers = (await whose(ours, order))[0], (await whose(theirs, foreign))[0]
    assert anna != hers
    assert (await of(ours, str(hers)), await of(theirs, str(anna))) == ([], [])
    assert (await theirs.desk.admin.ask(STATS, id=anna))["customer"] is None
    stranger = await signed_in(ours, str(anna))
    outside = replace(theirs.buyer, headers=stranger.buyer.headers)
    assert (await outside.refused(MINE))["code"] == "UNAUTHENTICATED"


async def test_staff_of_other_points_see_no_sums(till: Till) -> None:
    his, _ = await whose(till, await till.order(till.line("TEA")))
    ids: list[UUID] = [decode_id(str(his), "cus")]
    db = till.desk.shop.scope.reading
    elsewhere = Principal(Actor.STAFF, new_id(), points=(new_id(),))
    assert await order_stats(db, elsewhere, ids) == []
    assert [row["count"] for row in await order_stats(db, Principal(Actor.STAFF), ids)] == [1]


async def test_a_card_with_orders_is_not_deleted(till: Till) -> None:
    his, _ = await whose(till, await till.order(till.line("TEA")))
    text = """mutation ($id: ID!) { customerDelete(id: $id) { userErrors { code } } }"""
    assert [one["code"] for one in (await ask(till.desk, text, id=his))["userErrors"]] == ["IN_USE"]
    rows = await till.desk.shop.scope.reading.rows(select(Customer.id))
    assert [encode_id("cus", row["id"]) for row in rows] == [his]


async def test_a_token_is_for_no_address_whoever_sends_it(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    anna = await signed_in(till, (await card(till.desk, ANNA))["id"])
    for buyer in (till.buyer, anna.buyer):
        for document in (LOOK, ORDER_BY_TOKEN):
            answer = await buyer.get_persisted(document, {"token": token}, with_text=True)
            assert "by POST" in answer.json()["errors"][0]["message"]
