"""At the storefront: carts are filled, changed, shown with their problems, and never fail."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.catalog.tables import Product, Variant
from domain.merchants.tables import Shop
from domain.orders.carts.forgetting import forget_old_carts
from domain.orders.carts.tables import Cart
from domain.pricing.tables import Price
from domain.stock.tables import Location
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.orders.till import (
    ADD,
    ADDRESS,
    BUYER,
    CREATE,
    LOOK,
    SET,
    UPDATE,
    Till,
    TwoTills,
    problems,
)

pytestmark = pytest.mark.anyio


async def test_a_cart_is_filled_changed_and_priced(till: Till) -> None:
    made = await till.ask(CREATE, lines=[till.line("TEA", "3")], note="  позвоните  ")
    token, cart = made["token"], made["cart"]
    assert (cart["total"]["amount"], cart["note"]) == ("999.99", "позвоните")
    assert cart["lines"][0]["priceTrace"] == [{"step": "PRICE", "sum": {"amount": "999.99"}}]
    more = await till.ask(
        ADD,
        token=token,
        lines=[
            till.line("TEA"),
            till.line("CUP", "2", attributes=[{"name": "Гравировка", "value": "Маме"}]),
            till.line("CUP", "1"),
        ],
    )
    lines = more["cart"]["lines"]
    assert [(one["variant"]["sku"], one["quantity"]) for one in lines] == [
        ("TEA", "4"),
        ("CUP", "2"),
        ("CUP", "1"),
    ]
    assert lines[1]["attributes"] == [{"name": "Гравировка", "value": "Маме"}]
    changed = await till.ask(
        SET,
        token=token,
        lines=[
            {"id": lines[0]["id"], "quantity": "2", "note": "в подарок"},
            {"id": lines[2]["id"], "quantity": "0"},
        ],
    )
    lines = changed["cart"]["lines"]
    assert [(one["quantity"], one["note"]) for one in lines] == [("2", "в подарок"), ("2", None)]
    assert changed["cart"]["total"]["amount"] == "867.66"
    assert await till.look(token) == changed["cart"]


async def test_what_stands_in_the_way_is_told_and_then_mended(till: Till) -> None:
    made = await till.ask(CREATE)
    token = made["token"]
    missing = [
        ("CONTACT_MISSING", "phone"),
        ("ADDRESS_MISSING", "address"),
        ("PAYMENT_MISSING", "paymentMethod"),
    ]
    assert problems(made["cart"]) == [("EMPTY", "lines"), *missing]
    await till.ask(ADD, token=token, lines=[till.line("TEA", "11"), till.line("HONEY")])
    cart = await till.look(token)
    assert problems(cart) == [("OUT_OF_STOCK", "lines.0.quantity"), *missing]
    assert (cart["problems"][0]["fix"], cart["problems"][0]["available"]) == (
        "CHANGE_QUANTITY",
        "10",
    )
    told = await till.ask(
        UPDATE, token=token, **BUYER, address=ADDRESS, paymentMethod="ON_HAND_OVER"
    )
    assert told["cart"]["phone"] == "+79161234567"
    line = {"id": cart["lines"][0]["id"], "quantity": "10"}
    mended = await till.ask(SET, token=token, lines=[line])
    assert problems(mended["cart"]) == []


async def test_a_cart_is_shown_whatever_became_of_its_goods(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"), till.line("HONEY"), till.line("CUP", "2"))
    shop = till.desk.shop
    async with shop.scope.writing("test") as uow:
        tea, honey, cup = (shop.variants[sku] for sku in ("TEA", "HONEY", "CUP"))
        await uow.execute(update(Price).where(Price.variant_id == tea).values(amount_minor=400_00))
        await uow.execute(update(Variant).where(Variant.id == honey).values(is_active=False))
        await uow.execute(update(Variant).where(Variant.id == cup).values(min_quantity=3_000))
    cart = await till.look(token)
    assert problems(cart) == [
        ("NOT_SOLD", "lines.1"),
        ("BELOW_MINIMUM", "lines.2.quantity"),
        ("PRICE_CHANGED", "lines.0.price"),
    ]
    assert [one["isBlocking"] for one in cart["problems"]] == [True, True, False]
    assert cart["lines"][1]["variant"] is None
    assert cart["lines"][1]["total"] is None
    assert cart["total"]["amount"] == "601.00"
    assert "333.33" in cart["problems"][2]["message"]
    async with shop.scope.writing("test") as uow:
        await uow.execute(update(Price).values(amount_minor=0).where(Price.variant_id == honey))
        await uow.execute(update(Product).values(status="archived"))
    assert (await till.look(token))["id"] == cart["id"]


async def test_without_any_price_a_cart_is_still_shown(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Price).values(min_quantity=5_000))
    cart = await till.look(token)
    assert ("NO_PRICE", "lines.0") in problems(cart)
    assert (cart["total"]["amount"], cart["lines"][0]["price"]) == ("0.00", None)


async def test_the_shops_own_demands(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(
            update(Shop).values(
                minimum_order_minor=500_00, required_contact="both", guest_checkout=False
            )
        )
    assert problems(await till.look(token)) == [
        ("ORDER_TOO_SMALL", "total"),
        ("CONTACT_MISSING", "email"),
        ("ACCOUNT_NEEDED", ""),
    ]


async def test_a_place_to_pick_up_at_or_an_address(till: Till) -> None:
    token, cart = await till.fill(till.line("TEA"))
    assert cart["address"] == {"city": "Тверь"}
    (store,) = [one for one in await till.rows(Location) if one["kind"] == "store"]
    place = encode_id("loc", store["id"])
    fetched = (await till.ask(UPDATE, token=token, placeId=place))["cart"]
    assert (fetched["address"], fetched["place"]) == (None, {"title": "Лавка"})
    both = await till.ask(UPDATE, token=token, placeId=place, address=ADDRESS)
    assert refusals(both) == [("INVALID", "placeId")]
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(
            update(Location).where(Location.id == store["id"]).values(is_active=False)
        )
    assert problems(await till.look(token)) == [("PLACE_CLOSED", "place")]
    sent = (await till.ask(UPDATE, token=token, address=ADDRESS))["cart"]
    assert (sent["place"], problems(sent)) == (None, [])


@pytest.mark.parametrize(
    ("details", "refused"),
    [
        ({"phone": "123"}, ("INVALID", "phone")),
        ({"email": "кто-то"}, ("INVALID", "email")),
        ({"name": "x" * 201}, ("INVALID", "name")),
        ({"address": {"country": "Russia"}}, ("INVALID", "address.country")),
        ({"placeId": encode_id("loc", new_id())}, ("NOT_FOUND", "placeId")),
        ({"note": "\u0007"}, ("INVALID", "note")),
    ],
)
async def test_details_that_cannot_be(
    till: Till, details: dict[str, Any], refused: tuple[str, str]
) -> None:
    token, cart = await till.fill(till.line("TEA"))
    assert refusals(await till.ask(UPDATE, token=token, **details)) == [refused]
    assert await till.look(token) == cart


async def test_lines_that_cannot_be(tills: TwoTills) -> None:
    till = tills.ours
    token, cart = await till.fill(till.line("TEA"))
    theirs, others = await tills.neighbour.fill(tills.neighbour.line("TEA"))
    for lines, refused in (
        ([], ("REQUIRED", "lines")),
        ([till.line("TEA", "0.5")], ("INVALID", "lines.0.quantity")),
        ([till.line("TEA", "-1")], ("INVALID", "lines.0.quantity")),
        ([till.line("TEA", "0")], ("INVALID", "lines.0.quantity")),
        ([{"variantId": tills.neighbour.of("TEA")}], ("NOT_FOUND", "lines.0.variantId")),
        ([till.line("TEA", note="x" * 501)], ("INVALID", "lines.0.note")),
        ([till.line("TEA")] * 101, ("TOO_MANY", "lines")),
        (
            [till.line("TEA", attributes=[{"name": str(n), "value": "x"} for n in range(11)])],
            ("TOO_MANY", "lines.0.attributes"),
        ),
    ):
        assert refusals(await till.ask(ADD, token=token, lines=lines)) == [refused]
    for change, refused in (
        ({"id": others["lines"][0]["id"], "quantity": "2"}, ("NOT_FOUND", "lines.0.id")),
        ({"id": cart["lines"][0]["id"], "quantity": "0.001"}, ("INVALID", "lines.0.quantity")),
        ({"id": cart["lines"][0]["id"], "quantity": None}, ("REQUIRED", "lines.0.quantity")),
    ):
        assert refusals(await till.ask(SET, token=token, lines=[change])) == [refused]
    assert await till.look(token) == cart
    assert await till.look(theirs) is None
    assert refusals(await till.ask(ADD, token=theirs, lines=[till.line("TEA")])) == [
        ("NOT_FOUND", "token")
    ]


async def test_carts_that_nobody_touched_are_forgotten_and_orders_stay(till: Till) -> None:
    order = await till.order(till.line("TEA"))
    for _ in range(2):
        await till.fill(till.line("TEA"))
    old, fresh = [row for row in await till.rows(Cart) if row["order_id"] is None]
    ids = [row["id"] for row in await till.rows(Cart) if row["id"] != fresh["id"]]
    async with till.desk.shop.scope.writing("test") as uow:
        long_ago = uow.now - timedelta(days=31)
        for one in ids:
            await uow.execute(update(Cart).where(Cart.id == one).values(updated_at=long_ago))
        assert await forget_old_carts(uow) == 2
    assert [row["id"] for row in await till.rows(Cart)] == [fresh["id"]]
    assert old["id"] in ids
    assert (await till.seen(order["id"]))["number"] == "1"


async def test_only_the_token_opens_a_cart_and_its_text_is_nowhere(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    assert token.startswith("ct_")
    (row,) = await till.rows(Cart)
    assert token.encode() not in bytes(row["token_hash"])
    for other in ("", "x", token[:-1], "st" + token[2:], token.lower()):
        assert await till.look(other) is None
    answer = await till.buyer.get_persisted(LOOK, {"token": token}, with_text=True)
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
