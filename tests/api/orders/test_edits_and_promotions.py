"""Edits that price anew what promotions have made cheaper: nothing is given twice."""

from typing import Any

import pytest

from domain.pricing.promotions.tables import PromotionUse
from tests.api.answers import refusals
from tests.api.orders.test_delivery import made
from tests.api.orders.test_edits import change, edit, lines_of
from tests.api.orders.test_edits_priced_anew import uses
from tests.api.orders.test_whole_life import PICK, UNPICK, amount, part
from tests.api.orders.till import Till, roubles
from tests.api.pricing.test_promotions import make, percent, step

pytestmark = pytest.mark.anyio

REFUSED = [("NOT_ALLOWED", "reprice")]


async def picked(till: Till, order: Any, *skus: str) -> str:
    """One of each of these is picked; the hand-over's id."""
    lines = [part(order, sku, "1") for sku in skus]
    given = await till.do(PICK, input={"order": {"id": order["id"]}, "lines": lines})
    return str(given["handOver"]["id"])


@pytest.mark.parametrize(
    ("rule", "cap"),
    [
        ({"amount": {"amount": roubles("100.00")}}, None),
        (percent("50"), roubles("100.00")),
        ({"buyGet": {"buyUnits": 1, "getUnits": 1, "percent": "20"}}, None),
    ],
    ids=["sum", "cap", "one of two"],
)
async def test_a_sum_for_the_whole_is_given_once(till: Till, rule: Any, cap: Any) -> None:
    whole = {"actions": [rule], "conditions": [], "mostDiscount": cap}
    await make(till.desk, rule=whole)
    order = await till.order(till.line("HONEY", "2"))
    assert lines_of(order) == [("HONEY", "2", "900.00")]
    hand_over = await picked(till, order, "HONEY")
    assert refusals(await edit(till, order, reprice=True)) == REFUSED
    await till.do(UNPICK, id=hand_over)
    done = await edit(till, order, change=[change(order, "HONEY", "3")], reprice=True)
    assert lines_of(done["order"]) == [("HONEY", "3", "1400.00")]
    assert await uses(till) == [100_00]
    await till.check()


async def test_a_gift_that_is_picked_is_not_given_again(till: Till) -> None:
    await make(till.desk, {"gift": {"variantId": till.of("CUP")}})
    order = await till.order(till.line("HONEY", "2"))
    hand_over = await picked(till, order, "HONEY", "CUP")
    assert refusals(await edit(till, order, reprice=True)) == REFUSED
    await till.do(UNPICK, id=hand_over)
    assert (await edit(till, order, reprice=True))["revision"] is None
    await till.check()


async def test_a_use_of_which_goods_are_picked_stays_counted(till: Till) -> None:
    promotion = await make(till.desk, percent("10"), usageLimit=1)
    order = await till.order(till.line("HONEY", "2"))
    await picked(till, order, "HONEY")
    await step(till.desk, "promotionPause", promotion)
    assert refusals(await edit(till, order, reprice=True)) == REFUSED
    (use,) = await till.rows(PromotionUse)
    assert use["given_back_at"] is None


async def test_a_delivery_that_is_chosen_is_free_if_the_promotion_is_counted(till: Till) -> None:
    way, other = await made(till), await made(till, "Почта")
    await make(till.desk, {"freeDelivery": True})
    order = await till.order(till.line("HONEY", "2"), deliveryMethodId=way)
    less = [change(order, "HONEY", "1")]
    anew = await edit(till, order, change=less, deliveryMethodId=other, reprice=True)
    assert (amount(anew["order"]["total"]), await uses(till)) == ("500.00", [0])
    moved = await edit(till, order, deliveryMethodId=way)
    assert amount(moved["order"]["total"]) == "800.00"
