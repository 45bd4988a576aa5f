"""Edits that price an order anew, send it elsewhere, or come with promotions, cards and points."""

from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.orders.orders.tables import Order
from domain.pricing.promotions.tables import PromotionUse
from domain.pricing.tables import Price
from tests.api.answers import refusals
from tests.api.orders.test_delivery import made
from tests.api.orders.test_edits import change, edit, lines_of
from tests.api.orders.test_whole_life import AT_COUNTER, PICK, amount, part
from tests.api.orders.till import Till, roubles
from tests.api.pricing.test_promotions import make, percent

pytestmark = pytest.mark.anyio

PLACE: Final = "query { locations(first: 9) { nodes { id code } } }"


async def uses(till: Till) -> list[int]:
    """What promotions that are counted took off, kopecks."""
    rows = await till.rows(PromotionUse)
    return [row["discount_minor"] for row in rows if row["given_back_at"] is None]


async def set_price(till: Till, sku: str, minor: int) -> None:
    variant = till.desk.shop.variants[sku]
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(
            update(Price).where(Price.variant_id == variant).values(amount_minor=minor)
        )


async def test_what_was_sold_keeps_its_price_and_its_discount(till: Till) -> None:
    await make(till.desk, percent("10"), codes=["ДЕСЯТЬ"], usageLimit=1)
    order = await till.order(till.line("TEA", "3"), till.line("HONEY"), codes=["десять"])
    assert lines_of(order) == [("TEA", "3", "899.99"), ("HONEY", "1", "450.00")]
    await set_price(till, "TEA", 400_00)
    less = await edit(till, order, change=[change(order, "TEA", "2")])
    assert lines_of(less["order"]) == [("TEA", "2", "599.99"), ("HONEY", "1", "450.00")]
    more = await edit(till, order, change=[change(order, "TEA", "3")])
    assert lines_of(more["order"]) == [
        ("TEA", "2", "599.99"),
        ("TEA", "1", "400.00"),
        ("HONEY", "1", "450.00"),
    ]
    assert await uses(till) == [150_00]
    await till.check()


async def test_all_that_is_not_picked_is_priced_anew_as_one_cart(till: Till) -> None:
    await make(till.desk, percent("10"), codes=["ДЕСЯТЬ"], usageLimit=1)
    await make(till.desk, {"gift": {"variantId": till.of("CUP")}})
    order = await till.order(till.line("TEA", "3"), till.line("HONEY"), codes=["десять"])
    await till.do(PICK, input={"order": {"id": order["id"]}, "lines": [part(order, "TEA", "1")]})
    await set_price(till, "TEA", 400_00)
    add = [{"variant": {"id": till.of("NUTS")}, "quantity": "2"}]
    done = await edit(till, order, add=add, reprice=True)
    assert done["userErrors"] == []
    assert lines_of(done["order"]) == [
        ("TEA", "1", "299.99"),
        ("TEA", "2", "720.00"),
        ("HONEY", "1", "450.00"),
        ("CUP", "1", "0.00"),
        ("NUTS", "2", "81.00"),
    ]
    assert sorted(await uses(till)) == [0, 139_00]
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"], levels["NUTS"]) == (
        (10_000, 3_000),
        (10_000, 1_000),
        (10_000, 2_000),
    )
    again = await edit(till, order, reprice=True)
    assert (again["revision"], again["order"]["revision"]) == (None, 2)
    await till.do(AT_COUNTER, id=order["id"])
    await till.check()


async def test_a_price_that_is_named_stands_though_the_rest_is_priced_anew(till: Till) -> None:
    order = await till.order(till.line("TEA", "2"), till.line("HONEY"))
    await set_price(till, "HONEY", 450_00)
    changes = [change(order, "TEA", price="100.00")]
    done = await edit(till, order, change=changes, reprice=True)
    assert lines_of(done["order"]) == [("TEA", "2", "200.00"), ("HONEY", "1", "450.00")]
    later = await edit(till, order, reprice=True)
    assert lines_of(later["order"]) == [("TEA", "2", "666.66"), ("HONEY", "1", "450.00")]
    await till.check()


async def test_a_promotion_that_does_not_apply_any_more_is_gone(till: Till) -> None:
    when = [{"cart": {"sum": roubles("900.00")}}]
    await make(till.desk, percent("10"), when=when)
    order = await till.order(till.line("TEA", "3"))
    assert await uses(till) == [100_00]
    done = await edit(till, order, change=[change(order, "TEA", "2")], reprice=True)
    assert (lines_of(done["order"]), await uses(till)) == ([("TEA", "2", "666.66")], [])
    await till.check()


async def test_it_goes_to_another_address_at_what_that_costs(till: Till) -> None:
    way = await made(till)
    order = await till.order(till.line("HONEY"), deliveryMethodId=way)
    assert amount(order["total"]) == "800.00"
    away = {"country": "RU", "city": "Омск", "postalCode": "644000"}
    moved = await edit(till, order, address=away)
    assert (moved["order"]["revision"], amount(moved["revision"]["amount"])) == (2, "0.00")
    assert moved["revision"]["changed"] == ["ADDRESS", "DELIVERY_WINDOW", "PROMISED_ON"]
    cheaper = await edit(till, order, deliveryPrice=roubles("100.00"))
    assert amount(cheaper["order"]["total"]) == "600.00"
    other = await made(till, "Почта")
    dearer = await edit(till, order, deliveryMethodId=other)
    assert amount(dearer["order"]["total"]) == "800.00"
    same = await edit(till, order, deliveryMethodId=other)
    assert (same["revision"], same["userErrors"]) == (None, [])
    named = await edit(till, order, deliveryMethodId=way, deliveryPrice=roubles("1.00"))
    assert [one["total"] for one in named["order"]["lines"]][1:] == [{"amount": "1.00"}]
    anew = await edit(till, order, deliveryMethodId=way)
    assert amount(anew["order"]["total"]) == "800.00"
    nowhere = await edit(till, order, address=None)
    assert refusals(nowhere) == [("REQUIRED", "address")]
    abroad = await edit(till, order, address={"country": "DE"}, deliveryMethodId=way)
    assert refusals(abroad) == [("NOT_ALLOWED", "deliveryMethodId")]
    fetched = await edit(till, order, placeId=await shop(till))
    assert amount(fetched["order"]["total"]) == "500.00"
    (row,) = await till.rows(Order)
    assert (row["address"], row["delivery_method_id"]) == (None, None)
    nothing = await edit(till, order, deliveryPrice=roubles("1.00"))
    assert refusals(nothing) == [("NOT_ALLOWED", "deliveryPrice")]
    await till.check()


async def test_a_delivery_that_is_on_its_way_changes_no_more(till: Till) -> None:
    way = await made(till)
    order = await till.order(till.line("HONEY"), deliveryMethodId=way)
    await till.do(PICK, input={"order": {"id": order["id"]}})
    refused = await edit(till, order, deliveryPrice=roubles("1.00"))
    assert refusals(refused) == [("NOT_ALLOWED", "deliveryMethodId")]
    missing: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"placeId": "loc_01j00000000000000000000000"}, ("NOT_FOUND", "placeId")),
        ({"deliveryMethodId": "dlv_01j00000000000000000000000"}, ("NOT_FOUND", "deliveryMethodId")),
        ({"address": {"country": "Россия"}}, ("INVALID", "address.country")),
    ]
    for given, refusal in missing:
        assert refusals(await edit(till, order, **given)) == [refusal]


async def shop(till: Till) -> str:
    """The place where goods are fetched."""
    found = (await till.desk.admin.ask(PLACE))["locations"]["nodes"]
    return str(next(one["id"] for one in found if one["code"] == "shop"))
