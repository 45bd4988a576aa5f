"""Carts joined at log-in, and orders put into a cart once more."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import delete, select, update

from domain.catalog.listing_tables import Listing
from domain.catalog.tables import Product
from domain.customers.tables import Customer
from domain.orders.carts.forgetting import forget_old_carts
from domain.orders.carts.tables import Cart, CartLine
from domain.orders.orders.tables import Order
from tenants.ids import encode_id
from tests.api.customers.desk import card
from tests.api.customers.test_persons import ERASE
from tests.api.orders.test_customers import ANNA, signed_in
from tests.api.orders.test_purses import ADD_CARD, HAND_OVER, SET_POINTS, issue
from tests.api.orders.test_whole_life import ASK_BACK
from tests.api.orders.till import ADD, CART, ERRORS, ORDER_BY_TOKEN, Till, TwoTills

pytestmark = pytest.mark.anyio

JOIN: Final = f"mutation ($token: String) {{ cartJoin(token: $token) {{ token {CART} {ERRORS} }} }}"
REPEAT: Final = f"""mutation ($input: OrderRepeatInput!) {{
  orderRepeat(input: $input) {{ token {CART} {ERRORS} }} }}"""


async def join(till: Till, token: str | None = None) -> Any:
    return (await till.buyer.ask(JOIN, token=token))["cartJoin"]


async def anna_of(till: Till) -> Till:
    return await signed_in(till, (await card(till.desk, ANNA))["id"])


def goods(cart: Any) -> dict[str, str]:
    return {one["variant"]["sku"]: one["quantity"] for one in cart["lines"]}


async def test_a_guests_cart_becomes_the_customers_and_nothing_is_lost(till: Till) -> None:
    anna, code = await anna_of(till), await issue(till, "10")
    first, _ = await till.fill(till.line("TEA"), till.line("CUP"), codes=["SPRING"], note="тихо")
    joined = await join(anna, first)
    assert (joined["token"], goods(joined["cart"])) == (None, {"TEA": "1", "CUP": "1"})
    assert (await join(anna, first)) == joined  # twice is once
    second, _ = await till.fill(
        till.line("TEA", "2"), till.line("NUTS"), codes=["spring", "SUMMER"], phone="+79161112233"
    )
    await till.ask(ADD_CARD, token=second, code=code)
    await till.ask(SET_POINTS, token=second, points=5)
    both = await join(anna, second)
    cart = both["cart"]
    assert goods(cart) == {"TEA": "3", "CUP": "1", "NUTS": "1"}
    assert cart["codes"] == ["spring", "SUMMER"]
    assert (cart["note"], cart["phone"]) == ("тихо", "+79161112233")
    assert [one["codeEnd"] for one in cart["giftCards"]] == [code[-4:]]
    assert (await join(anna, second)) == both
    assert await anna.look(first) == await anna.look(second) == cart
    more = await anna.ask(ADD, token=first, lines=[anna.line("JAM")])
    assert (await anna.look(second))["lines"] == more["cart"]["lines"]
    fresh = await join(anna)
    assert fresh["cart"]["lines"] == more["cart"]["lines"]
    assert await anna.look(fresh["token"]) == fresh["cart"]


async def test_a_customers_own_cart_opens_for_nobody_else(tills: TwoTills) -> None:
    till = tills.ours
    anna = await anna_of(till)
    boris = await signed_in(till, (await card(till.desk, {"firstName": "Борис"}))["id"])
    token, _ = await till.fill(till.line("TEA"))
    await join(anna, token)
    for other in (till, boris):
        assert await other.look(token) is None
        said = await other.ask(ADD, token=token, lines=[other.line("CUP")])
        assert [(one["code"], one["path"]) for one in said["userErrors"]] == [
            ("NOT_FOUND", ["token"])
        ]
        assert (await other.complete(token, "333.33"))["order"] is None
    assert [one["path"] for one in (await join(boris, token))["userErrors"]] == [["token"]]
    theirs, _ = await tills.neighbour.fill(tills.neighbour.line("TEA"))
    for wrong in (theirs, "ct_wrong"):
        assert [one["code"] for one in (await join(anna, wrong))["userErrors"]] == ["NOT_FOUND"]
    assert (await till.buyer.refused(JOIN, token=token))["code"] == "FORBIDDEN"


async def test_whichever_token_orders_it_is_one_order(till: Till) -> None:
    anna = await anna_of(till)
    tokens = [(await anna.fill(anna.line("TEA")))[0] for _ in range(3)]
    await asyncio.gather(*(join(anna, token) for token in tokens))
    own = [row for row in await till.rows(Cart) if row["joined_into_id"] is None]
    assert len(own) == 1
    total = (await anna.look(tokens[0]))["total"]["amount"]
    assert total == "999.99"
    done = await asyncio.gather(*(anna.complete(token, total) for token in tokens))
    ids = {one["order"]["id"] for one in done}
    assert len(ids) == 1
    opened = [
        (await anna.buyer.ask(ORDER_BY_TOKEN, token=token))["order"] is not None for token in tokens
    ]
    assert sum(opened) == 1  # by the one that ordered
    late, _ = await anna.fill(anna.line("CUP"))
    assert goods((await join(anna, late))["cart"]) == {"CUP": "1"}
    assert [one["code"] for one in (await join(anna, tokens[0]))["userErrors"]] == ["NOT_ALLOWED"]


async def test_the_order_of_a_customers_own_cart_opens_for_nobody_else(till: Till) -> None:
    anna = await anna_of(till)
    boris = await signed_in(till, (await card(till.desk, {"firstName": "Борис"}))["id"])
    token, _ = await till.fill(till.line("TEA"))  # whoever knows it gave it to her browser
    await join(anna, token)
    order = (await anna.complete(token, "333.33"))["order"]
    await till.do(HAND_OVER, id=order["id"])
    line = {"lineId": order["lines"][0]["id"], "quantity": "1"}
    for other in (till, boris):
        assert (await other.buyer.ask(ORDER_BY_TOKEN, token=token))["order"] is None
        again = await other.ask(REPEAT, orderToken=token)
        assert [one["path"] for one in again["userErrors"]] == [["orderToken"]]
        back = await other.ask_keyed(ASK_BACK, token=token, lines=[line], reason="не подошло")
        assert [one["path"] for one in back["userErrors"]] == [["token"]]
    assert (await anna.buyer.ask(ORDER_BY_TOKEN, token=token))["order"]["id"] == order["id"]
    assert goods((await anna.ask(REPEAT, orderToken=token))["cart"]) == {"TEA": "1"}
    back = await anna.ask_keyed(ASK_BACK, token=token, lines=[line], reason="не подошло")
    assert back["orderReturn"]["state"] == "REQUESTED"
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(delete(Cart))  # as time does
    assert (await till.buyer.ask(ORDER_BY_TOKEN, token=token))["order"] is None


async def test_what_is_joined_while_the_cart_is_ordered_is_in_one_of_both(till: Till) -> None:
    anna = await anna_of(till)
    ordered = 0
    for _ in range(5):
        first, _ = await till.fill(till.line("NUTS"))
        await join(anna, first)
        total = (await anna.look(first))["total"]["amount"]
        second, _ = await till.fill(till.line("JAM"))
        done, joined = await asyncio.gather(anna.complete(first, total), join(anna, second))
        assert joined["userErrors"] == []
        if done["order"]:
            ordered += 1
            assert goods(joined["cart"]).keys() == {"JAM"}
        else:
            assert {one["problem"] for one in done["userErrors"]} == {"TOTAL_CHANGED"}
            assert goods(await anna.look(first)).keys() == {"NUTS", "JAM"}
        total = (await anna.look(second))["total"]["amount"]
        assert (await anna.complete(second, total))["order"]
        ordered += 1
    assert len(await till.rows(Order)) == ordered


async def test_what_does_not_fit_into_one_cart_is_not_joined(till: Till) -> None:
    anna = await anna_of(till)
    token, _ = await till.fill(till.line("TEA"), codes=[f"CODE {at}" for at in range(6)])
    await join(anna, token)
    other, _ = await till.fill(till.line("TEA"), codes=[f"OTHER {at}" for at in range(5)])
    said = await join(anna, other)
    assert [(one["code"], one["path"]) for one in said["userErrors"]] == [("TOO_MANY", ["codes"])]
    assert goods(await till.look(other)) == {"TEA": "1"}


async def test_a_token_lives_as_long_as_the_cart_that_it_opens(till: Till) -> None:
    anna = await anna_of(till)
    first, second = [(await anna.fill(anna.line("TEA")))[0] for _ in range(2)]
    await join(anna, first)
    await join(anna, second)
    old = timedelta(days=10_000)
    async with till.desk.shop.scope.writing("test") as uow:
        joined = Cart.joined_into_id.is_not(None)
        await uow.execute(update(Cart).where(joined).values(updated_at=uow.now - old))
        assert await forget_old_carts(uow) == 0
    assert goods(await anna.look(second)) == {"TEA": "2"}
    customer = (await till.rows(Customer))[0]["id"]
    await till.desk.admin.ask(ERASE, id=encode_id("cus", customer))
    assert await till.rows(Cart) == await till.rows(CartLine) == []


async def test_an_order_is_put_into_a_cart_once_more(till: Till) -> None:
    anna = await anna_of(till)
    engraved = [{"name": "Гравировка", "value": "Маме"}]
    order = await anna.order(
        anna.line("TEA", "2"), anna.line("CUP", attributes=engraved), anna.line("NUTS")
    )
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Product).where(Product.title == "Орехи").values(status="archived"))
        nuts = select(Product.id).where(Product.title == "Орехи")
        await uow.execute(delete(Listing).where(Listing.product_id.in_(nuts)))
    for buyer, which in ((till, {"orderToken": order["token"]}), (anna, {"orderId": order["id"]})):
        said = await buyer.ask(REPEAT, **which)
        assert goods(said["cart"]) == {"TEA": "2", "CUP": "1"}
        assert [line["attributes"] for line in said["cart"]["lines"]] == [[], engraved]
        (told,) = said["userErrors"]
        assert (told["problem"], told["path"]) == ("NOT_SOLD", ["lines", "2"])
        assert "Орехи" in told["message"]
        more = await buyer.ask(REPEAT, **which, cartToken=said["token"])
        assert (more["token"], goods(more["cart"])) == (None, {"TEA": "4", "CUP": "2"})


async def test_nobody_repeats_anothers_order(tills: TwoTills) -> None:
    till, theirs = tills.ours, tills.neighbour
    anna = await anna_of(till)
    boris = await signed_in(till, (await card(till.desk, {"firstName": "Борис"}))["id"])
    order = await anna.order(anna.line("TEA"))
    foreign = await theirs.order(theirs.line("TEA"))
    for buyer, which, path in (
        (till, {"orderId": order["id"]}, "orderId"),
        (boris, {"orderId": order["id"]}, "orderId"),
        (anna, {"orderId": foreign["id"]}, "orderId"),
        (anna, {"orderToken": foreign["token"]}, "orderToken"),
        (anna, {"orderToken": "x"}, "orderToken"),
    ):
        said = await buyer.ask(REPEAT, **which)
        assert [(one["code"], one["path"]) for one in said["userErrors"]] == [("NOT_FOUND", [path])]
    said = await anna.ask(REPEAT)
    assert [(one["code"], one["path"]) for one in said["userErrors"]] == [("REQUIRED", ["orderId"])]
