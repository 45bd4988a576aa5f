"""Gift cards and points from a cart to what comes back of its order."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from domain.orders.orders.tables import Order
from domain.orders.orders.unpaid import watch_unpaid
from domain.pricing.purse_tables import GiftCard, GiftCardEntry, PointAccount, PointEntry
from tenants.ids import decode_id
from tenants.ledger import AuditEntry, EventRow
from tests.api.customers.desk import card as customer_card
from tests.api.orders.test_customers import ANNA, signed_in
from tests.api.orders.test_whole_life import BY_CASH, CANCEL, GIVE, PAY, RECEIVE, REFUND, TAKE_BACK
from tests.api.orders.till import CART, ERRORS, Till, TwoTills, problems, roubles
from tests.api.pricing.test_purses import ADJUST, BLOCK, ISSUE, LEVEL

pytestmark = pytest.mark.anyio

ADD_CARD: Final = f"""mutation ($input: CartGiftCardAddInput!) {{
  cartGiftCardAdd(input: $input) {{ {CART} {ERRORS} }} }}"""
REMOVE_CARD: Final = f"""mutation ($input: CartGiftCardRemoveInput!) {{
  cartGiftCardRemove(input: $input) {{ {CART} {ERRORS} }} }}"""
SET_POINTS: Final = f"""mutation ($input: CartPointsSetInput!) {{
  cartPointsSet(input: $input) {{ {CART} {ERRORS} }} }}"""
HAND_OVER: Final = """mutation ($id: ID!) { orderHandOver(id: $id) {
  order { state } userErrors { code } } }"""
ENTRIES: Final = """query ($id: ID!) { order(id: $id) {
  entries { kind by amount { amount } giftCard { codeEnd } } } }"""


async def issue(till: Till, amount: str, **facts: Any) -> str:
    """The code of a new card."""
    made = await till.do(ISSUE, input={"amount": roubles(amount), **facts})
    assert made["userErrors"] == []
    code: str = made["cardCode"]
    return code


async def on_cards(till: Till) -> list[tuple[int, int]]:
    """Balance and held of all cards, the oldest first; their entries say the same."""
    entries = await till.rows(GiftCardEntry)
    found = []
    for card in sorted(await till.rows(GiftCard), key=lambda row: row["id"]):
        own = [one for one in entries if one["purse_id"] == card["id"]]
        moved = {"issue", "spend", "refund"}
        assert sum(one["minor"] for one in own if one["kind"] in moved) == card["balance_minor"]
        kept = {"hold", "release", "spend"}
        assert sum(one["minor"] for one in own if one["kind"] in kept) == card["held_minor"]
        found.append((card["balance_minor"], card["held_minor"]))
    return found


async def on_points(till: Till) -> tuple[int, int, int]:
    """Balance, held and turnover of the only account."""
    (account,) = await till.rows(PointAccount)
    moved = {"earn", "spend", "refund", "expire", "adjust"}
    entries = [one for one in await till.rows(PointEntry) if one["kind"] in moved]
    assert sum(one["minor"] for one in entries) == account["balance_minor"]
    return account["balance_minor"], account["held_minor"], account["turnover_minor"]


async def pay_by(till: Till, token: str, *codes: str) -> Any:
    """The cart, when cards of these codes are to pay for it."""
    said: Any = None
    for code in codes:
        said = await till.ask(ADD_CARD, token=token, code=code)
        assert said["userErrors"] == []
    return said["cart"]


async def with_points(till: Till, points: int, *, earn: str = "5", most: str = "50") -> Till:
    """Anna, signed in, with so many points; what she buys earns more."""
    level = {"title": "Гость", "fromAmount": roubles("0"), "earnPercent": earn}
    await till.desk.admin.ask(LEVEL, input={**level, "mostPercent": most})
    anna = (await customer_card(till.desk, ANNA))["id"]
    given = {"customer": {"id": anna}, "points": points, "note": "Подарок"}
    assert (await till.do(ADJUST, input=given))["userErrors"] == []
    return await signed_in(till, anna)


async def test_cards_pay_in_their_order_and_the_rest_is_left_to_pay(till: Till) -> None:
    first, second = await issue(till, "300"), await issue(till, "1000")
    token, _ = await till.fill(till.line("TEA", "3"), paymentMethod="ONLINE")
    await pay_by(till, token, first.lower().replace("-", " "))
    again = await pay_by(till, token, first)
    assert again["giftCards"] == [{"codeEnd": first[-4:], "pays": {"amount": "300.00"}}]
    assert (again["total"]["amount"], again["toPay"]["amount"]) == ("999.99", "699.99")
    both = await pay_by(till, token, second)
    assert [one["pays"]["amount"] for one in both["giftCards"]] == ["300.00", "699.99"]
    assert both["toPay"]["amount"] == "0.00"
    assert problems(both) == []
    less = await till.ask(REMOVE_CARD, token=token, codeEnd=second[-4:])
    assert less["cart"]["giftCards"] == again["giftCards"]
    none = await till.ask(REMOVE_CARD, token=token, codeEnd="XXXX")
    assert [(one["code"], one["path"]) for one in none["userErrors"]] == [
        ("NOT_FOUND", ["codeEnd"])
    ]
    missing = await till.complete(token, "999.99")
    assert [(one["code"], one["path"]) for one in missing["userErrors"]] == [
        ("REQUIRED", ["toPay"])
    ]
    changed = await till.complete(token, "999.99", "0")
    assert [one["problem"] for one in changed["userErrors"]] == ["TOTAL_CHANGED"]
    order = (await till.complete(token, "999.99", "699.99"))["order"]
    assert order["state"] == "AWAITING_PAYMENT"
    assert (order["toPay"]["amount"], order["byGiftCards"]["amount"]) == ("699.99", "300.00")
    assert await on_cards(till) == [(300_00, 300_00), (1_000_00, 0)]
    paid = await till.do(PAY, id=order["id"], input=BY_CASH)
    assert paid["order"]["state"] == "CONFIRMED"
    assert await on_cards(till) == [(0, 0), (1_000_00, 0)]
    entries = (await till.desk.admin.ask(ENTRIES, id=order["id"]))["order"]["entries"]
    assert [(one["kind"], one["by"], one["amount"]["amount"]) for one in entries] == [
        ("DUE", None, "999.99"),
        ("PAID", "GIFT_CARD", "300.00"),
        ("PAID", "CASH", "699.99"),
    ]
    assert [one["giftCard"] for one in entries] == [None, {"codeEnd": first[-4:]}, None]
    await till.check()


async def test_what_a_card_pays_in_full_is_confirmed_at_once(till: Till) -> None:
    code = await issue(till, "1000")
    token, _ = await till.fill(till.line("TEA"), paymentMethod="ONLINE")
    await pay_by(till, token, code)
    order = (await till.complete(token, "333.33", "0"))["order"]
    assert (order["state"], order["toPay"]["amount"]) == ("CONFIRMED", "0.00")
    assert (await till.complete(token, "333.33", "0"))["order"] == order
    assert await on_cards(till) == [(666_67, 0)]
    seen = await till.seen(order["id"])
    assert "MARK_PAID" not in seen["allowedActions"]
    assert [one["type"] for one in seen["history"]][:2] == ["order.paid", "order.placed"]
    by_hand = await till.do(PAY, id=order["id"], input={**BY_CASH, "by": "GIFT_CARD"})
    assert by_hand["order"] is None
    gone = await till.do(CANCEL, id=order["id"], reason="передумал")
    assert gone["order"]["state"] == "CANCELLED"
    seen = await till.seen(order["id"])
    assert (seen["toRefund"]["amount"], seen["refunded"]["amount"]) == ("0.00", "333.33")
    assert await on_cards(till) == [(1_000_00, 0)]
    await till.check()


async def test_cards_that_cannot_pay_are_problems_that_hinder_nobody(tills: TwoTills) -> None:
    till = tills.ours
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    over, blocked, empty = (
        await issue(till, "10", expiresAt=soon),
        await issue(till, "10"),
        await issue(till, "333.33"),
    )
    dollars = await till.do(ISSUE, input={"amount": roubles("10", "USD")})
    theirs = await issue(tills.neighbour, "10")
    token, _ = await till.fill(till.line("TEA"))
    await pay_by(till, token, empty)
    assert (await till.complete(token, "333.33", "0"))["userErrors"] == []
    token, _ = await till.fill(till.line("TEA"))
    cart = await pay_by(till, token, over, blocked, empty, dollars["cardCode"], theirs)
    assert theirs not in str(cart)
    assert over not in str(cart)
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(
            update(GiftCard)
            .where(GiftCard.expires_at.is_not(None))
            .values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    listed = "{ giftCards(first: 10) { nodes { id codeEnd } } }"
    nodes = (await till.desk.admin.ask(listed))["giftCards"]["nodes"]
    blocked_id = next(one["id"] for one in nodes if one["codeEnd"] == blocked[-4:])
    await till.desk.admin.ask(BLOCK, id=blocked_id)
    cart = await till.look(token)
    assert problems(cart) == [("GIFT_CARD_DOES_NOT_APPLY", f"giftCards.{at}") for at in range(5)]
    assert [one["isBlocking"] for one in cart["problems"]] == [False] * 5
    assert [one["message"] for one in cart["problems"]] == [
        "the card is valid no more",
        "the card is valid no more",
        "the card is empty",
        "the card is in another currency",
        "there is no such card",
    ]
    more = await till.ask(ADD_CARD, token=token, code=await issue(till, "1"))
    assert [(one["code"], one["path"]) for one in more["userErrors"]] == [("TOO_MANY", ["code"])]
    assert (await till.complete(token, "333.33"))["userErrors"] == []


async def test_codes_are_not_found_by_trying(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    good = await issue(till, "10")
    for at in range(10):
        said = await till.ask(ADD_CARD, token=token, code=f"wrong {at % 2}")
        assert said["userErrors"] == [], at
        await till.ask(REMOVE_CARD, token=token, codeEnd=f"NG{at % 2}")
    said = await till.ask(ADD_CARD, token=token, code=good)
    assert [(one["code"], one["path"]) for one in said["userErrors"]] == [("TOO_MANY", [])]


async def test_what_is_typed_for_a_card_is_bounded(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    for code, told in (("", "REQUIRED"), (" ", "REQUIRED"), ("x" * 101, "INVALID")):
        said = await till.ask(ADD_CARD, token=token, code=code)
        assert [(one["code"], one["path"]) for one in said["userErrors"]] == [(told, ["code"])]
    for wrong in (-1, 2**31 - 1):
        said = await till.ask(SET_POINTS, token=token, points=wrong)
        assert bool(said["userErrors"]) == (wrong < 0)
    said = await till.ask(ADD_CARD, token="ct_wrong", code="ABCD")
    assert [(one["code"], one["path"]) for one in said["userErrors"]] == [("NOT_FOUND", ["token"])]


async def test_one_card_in_many_carts_pays_exactly_what_it_has(till: Till) -> None:
    code = await issue(till, "1000")
    carts = []
    for _ in range(5):
        token, _ = await till.fill(till.line("TEA"), paymentMethod="ONLINE")
        await pay_by(till, token, code)
        carts.append(token)

    async def order(token: str) -> Any:
        while True:
            cart = await till.look(token)
            done = await till.complete(token, "333.33", cart["toPay"]["amount"])
            if done["order"]:
                return done["order"]
            assert {one["problem"] for one in done["userErrors"]} == {"TOTAL_CHANGED"}

    orders = await asyncio.gather(*(order(token) for token in carts))
    paid = sorted(one["byGiftCards"]["amount"] for one in orders)
    assert paid == ["0.00", "0.01", "333.33", "333.33", "333.33"]
    ((balance, held),) = await on_cards(till)
    assert (balance, held) == (1, 1)  # of the one that waits for its rest
    await till.check()


async def test_points_lower_prices_and_come_back_with_the_goods(till: Till) -> None:
    anna = await with_points(till, 400_00)
    token, _ = await anna.fill(anna.line("TEA", "3"), anna.line("CUP", "1"), paymentMethod="ONLINE")
    asked = (await anna.ask(SET_POINTS, token=token, points=100_00))["cart"]
    assert (asked["points"], asked["total"]["amount"]) == (100_00, "1000.49")
    assert asked["lines"][0]["priceTrace"][-1] == {"step": "POINTS", "sum": {"amount": "909.12"}}
    too_many = (await anna.ask(SET_POINTS, token=token, points=999_00))["cart"]
    assert problems(too_many) == [("NOT_ENOUGH_POINTS", "points")]
    assert too_many["points"] == 400_00
    most = (await anna.ask(SET_POINTS, token=token, points=None))["cart"]
    assert (most["points"], problems(most)) == (400_00, [])
    guest = replace(anna, buyer=till.buyer)
    unknown = await guest.look(token)
    assert problems(unknown) == [("POINTS_NEED_ACCOUNT", "points")]
    assert (unknown["points"], unknown["total"]["amount"]) == (0, "1100.49")
    order = (await anna.complete(token, "700.49"))["order"]
    assert (order["points"], order["earnedPoints"]) == (400_00, None)
    assert await on_points(till) == (400_00, 400_00, 0)
    await till.do(PAY, id=order["id"], input=BY_CASH)
    assert await on_points(till) == (0, 0, 0)
    await till.do(HAND_OVER, id=order["id"])
    assert (await till.seen(order["id"]))["earnedPoints"] == 35_02
    assert await on_points(till) == (35_02, 0, 700_49)
    tea = next(one for one in order["lines"] if one["sku"] == "TEA")
    cup = next(one for one in order["lines"] if one["sku"] == "CUP")
    back = 0
    for line, quantity in ((tea, "1"), (cup, "1"), (tea, "2")):
        lines = [{"lineId": line["id"], "quantity": quantity}]
        given = {"order": {"id": order["id"]}, "lines": lines, "reason": "не подошло"}
        asked = (await till.do(TAKE_BACK, input=given))["orderReturn"]
        done = await till.do(RECEIVE, id=asked["id"], input={})
        back += int(done["orderReturn"]["refund"]["amount"].replace(".", ""))
        await till.check()
    assert back == 700_49
    seen = await till.seen(order["id"])
    assert (seen["points"], seen["earnedPoints"]) == (0, 0)
    assert seen["toRefund"]["amount"] == "700.49"
    assert await on_points(till) == (400_00, 0, 0)


async def test_what_is_owed_for_goods_that_come_back_goes_to_the_card_first(till: Till) -> None:
    code = await issue(till, "500")
    token, _ = await till.fill(till.line("TEA", "3"))
    await pay_by(till, token, code)
    order = (await till.complete(token, "999.99", "499.99"))["order"]
    assert await on_cards(till) == [(0, 0)]
    await till.do(HAND_OVER, id=order["id"])
    await till.do(PAY, id=order["id"], input=BY_CASH)
    (line,) = order["lines"]

    async def give_back() -> Any:
        lines = [{"lineId": line["id"], "quantity": "1"}]
        given = {"order": {"id": order["id"]}, "lines": lines, "reason": "не подошло"}
        asked = (await till.do(TAKE_BACK, input=given))["orderReturn"]
        await till.do(RECEIVE, id=asked["id"], input={})
        await till.check()
        seen = await till.seen(order["id"])
        return seen["byGiftCards"]["amount"], seen["toRefund"]["amount"], await on_cards(till)

    assert await give_back() == ("166.67", "0.00", [(333_33, 0)])
    assert await give_back() == ("0.00", "166.66", [(500_00, 0)])
    assert await give_back() == ("0.00", "499.99", [(500_00, 0)])
    done = await till.do(REFUND, id=order["id"], input=BY_CASH)
    assert done["userErrors"] == []


async def test_what_a_card_cannot_take_any_more_is_owed_as_money(till: Till) -> None:
    code = await issue(till, "1000")
    token, _ = await till.fill(till.line("TEA"))
    await pay_by(till, token, code)
    order = (await till.complete(token, "333.33", "0"))["order"]
    nodes = (await till.desk.admin.ask("{ giftCards { nodes { id } } }"))["giftCards"]["nodes"]
    await till.desk.admin.ask(BLOCK, id=nodes[0]["id"])
    await till.do(CANCEL, id=order["id"], reason="передумал")
    seen = await till.seen(order["id"])
    assert (seen["toRefund"]["amount"], seen["byGiftCards"]["amount"]) == ("333.33", "333.33")
    assert await on_cards(till) == [(666_67, 0)]
    await till.do(REFUND, id=order["id"], input=BY_CASH)
    seen = await till.seen(order["id"])
    assert (seen["toRefund"]["amount"], seen["byGiftCards"]["amount"]) == ("0.00", "0.00")
    await till.check()


async def test_who_does_not_pay_the_rest_in_time_has_all_back(till: Till) -> None:
    anna = await with_points(till, 50_00)
    code = await issue(till, "100")
    token, _ = await anna.fill(anna.line("TEA"), paymentMethod="ONLINE")
    await anna.ask(SET_POINTS, token=token, points=None)
    await pay_by(anna, token, code)
    order = (await anna.complete(token, "283.33", "183.33"))["order"]
    assert (await on_cards(till), await on_points(till)) == ([(100_00, 100_00)], (50_00, 50_00, 0))
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Order).values(pay_until=uow.now))
    async with till.desk.shop.scope.writing("test") as uow:
        done = await watch_unpaid(uow, order_id=str(decode_id(order["id"], "ord")))
    assert done == {"reminded": 0, "expired": 1}
    assert (await on_cards(till), await on_points(till)) == ([(100_00, 0)], (50_00, 0, 0))
    seen = await till.seen(order["id"])
    assert (seen["toRefund"]["amount"], seen["points"]) == ("0.00", 0)
    await till.check()


async def test_points_are_earned_once_all_is_there_and_paid(till: Till) -> None:
    anna = await with_points(till, 1, earn="10")
    order = await anna.order(anna.line("TEA"), anna.line("CUP"))
    part = [{"lineId": order["lines"][0]["id"], "quantity": "1"}]
    given = {"order": {"id": order["id"]}, "lines": part}
    pick = """mutation ($input: HandOverCreateInput!) {
      handOverCreate(input: $input) { handOver { id } } }"""
    picked = (await till.do(pick, input=given))["handOver"]
    await till.do(GIVE, id=picked["id"])
    await till.do(HAND_OVER, id=order["id"])
    assert (await till.seen(order["id"]))["earnedPoints"] is None  # nothing was paid yet
    half = {**BY_CASH, "amount": roubles("100")}
    await till.do(PAY, id=order["id"], input=half)
    assert (await till.seen(order["id"]))["earnedPoints"] is None
    await till.do(PAY, id=order["id"], input=BY_CASH)
    assert (await till.seen(order["id"]))["earnedPoints"] == 43_38
    assert await on_points(till) == (43_39, 0, 433_83)


async def test_points_of_what_comes_back_are_not_kept_by_holding_them(till: Till) -> None:
    anna = await with_points(till, 1, earn="10")
    bought = await anna.order(anna.line("TEA", "3"))
    await till.do(PAY, id=bought["id"], input=BY_CASH)
    await till.do(HAND_OVER, id=bought["id"])
    assert await on_points(till) == (100_01, 0, 999_99)
    token, _ = await anna.fill(anna.line("TEA"), paymentMethod="ONLINE")
    await anna.ask(SET_POINTS, token=token, points=None)
    other = (await anna.complete(token, "233.32"))["order"]
    given = {"order": {"id": bought["id"]}, "reason": "не подошло"}
    asked = (await till.do(TAKE_BACK, input=given))["orderReturn"]
    assert (await till.do(RECEIVE, id=asked["id"], input={}))["userErrors"] == []
    assert await on_points(till) == (1, 100_01, 0)
    token, _ = await anna.fill(anna.line("TEA"))
    cart = (await anna.ask(SET_POINTS, token=token, points=None))["cart"]
    assert (cart["points"], problems(cart)) == (0, [])
    await till.do(CANCEL, id=other["id"], reason="передумал")
    assert await on_points(till) == (1, 0, 0)


async def test_a_guests_cart_spends_nobodys_points(till: Till) -> None:
    await with_points(till, 100_00)
    token, _ = await till.fill(till.line("TEA"), phone="+79161234567")
    cart = (await till.ask(SET_POINTS, token=token, points=None))["cart"]
    assert (cart["points"], cart["total"]["amount"]) == (0, "333.33")
    order = (await till.complete(token, "333.33"))["order"]
    assert order["points"] == 0
    assert await on_points(till) == (100_00, 0, 0)


async def test_points_spent_in_two_carts_at_once_are_spent_once(till: Till) -> None:
    anna = await with_points(till, 100_00)
    carts = []
    for _ in range(2):
        token, _ = await anna.fill(anna.line("TEA"), paymentMethod="ONLINE")
        cart = (await anna.ask(SET_POINTS, token=token, points=None))["cart"]
        assert cart["total"]["amount"] == "233.33"
        carts.append(token)
    done = await asyncio.gather(*(anna.complete(token, "233.33") for token in carts))
    assert sorted(bool(one["order"]) for one in done) == [False, True]
    assert await on_points(till) == (100_00, 100_00, 0)


async def test_no_code_is_in_the_history(till: Till) -> None:
    code = await issue(till, "10")
    token, _ = await till.fill(till.line("TEA"))
    await pay_by(till, token, code)
    await till.complete(token, "333.33", "323.33")
    db = till.desk.shop.scope.reading
    for table in (EventRow, AuditEntry):
        rows = await db.rows(select(table))
        assert rows
        assert code not in str(rows)
        assert code.replace("-", "") not in str(rows)
