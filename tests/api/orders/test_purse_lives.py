"""Orders paid with cards, points and money by chance, edited and exchanged: after every step each
purse and each order say the same of it, and nothing is made or lost."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from domain.orders.orders.tables import Order
from domain.pricing.purse_tables import GiftCardEntry, PointEntry
from tests.api.orders.test_edits import EDIT
from tests.api.orders.test_purses import (
    ADD_CARD,
    HAND_OVER,
    SET_POINTS,
    issue,
    on_cards,
    on_points,
    with_points,
)
from tests.api.orders.test_whole_life import (
    AT_COUNTER,
    BY_CASH,
    CANCEL,
    PAY,
    RECEIVE,
    REFUND,
    TAKE_BACK,
)
from tests.api.orders.till import Till

pytestmark = pytest.mark.anyio

ISSUED: Final = (300_00, 50_00, 1_000_00)
GIVEN: Final = 500_00
STEPS: Final = 40


@dataclass
class World:
    """A customer with cards and points, and what she ordered; her part of each order by SKU."""

    till: Till
    chance: random.Random
    codes: list[str]
    orders: list[str] = field(default_factory=list)

    async def order(self) -> None:
        chance, till = self.chance, self.till
        method = chance.choice(["ONLINE", "ON_HAND_OVER"])
        skus = chance.sample(["TEA", "CUP", "JAM"], chance.randint(1, 3))
        lines = [till.line(sku, str(chance.randint(1, 3))) for sku in skus]
        token, cart = await till.fill(*lines, paymentMethod=method)
        if any(one["isBlocking"] for one in cart["problems"]):
            return  # too little is there
        for code in chance.sample(self.codes, chance.randint(0, 3)):
            await till.ask(ADD_CARD, token=token, code=code)
        await till.ask(SET_POINTS, token=token, points=chance.choice([0, 0, 33_33, None]))
        cart = await till.look(token)
        done = await till.complete(token, cart["total"]["amount"], cart["toPay"]["amount"])
        assert done["userErrors"] == []
        assert done["order"]["toPay"] == cart["toPay"]
        self.orders.append(done["order"]["id"])

    async def step(self) -> None:
        if not self.orders or self.chance.random() < 0.25:
            await self.order()
            return
        order_id = self.chance.choice(self.orders)
        match self.chance.randint(0, 7):
            case 0 | 1:
                await self.till.do(PAY, id=order_id, input=BY_CASH)
            case 2:
                await self.till.do(HAND_OVER, id=order_id)
            case 3:
                await self.till.do(CANCEL, id=order_id, reason="передумал")
            case 4:
                await self.take_back(order_id)
            case 5:
                await self.edit(order_id)
            case 6:
                await self.hand_over_one(order_id)
            case _:
                await self.till.do(REFUND, id=order_id, input=BY_CASH)

    async def edit(self, order_id: str) -> None:
        """Less or more of a line, something added, or all priced anew: where that may be."""
        seen, chance = await self.till.seen(order_id), self.chance
        goods = [one for one in seen["lines"] if one["sku"]]
        wish: dict[str, Any] = {"reason": "звонок", "reprice": chance.random() < 0.3}
        if goods and chance.random() < 0.7:
            line = {"lineId": chance.choice(goods)["id"], "quantity": str(chance.randint(0, 3))}
            wish["change"] = [line]
        if chance.random() < 0.5:
            wish["add"] = [self.something()]
        answer = await self.till.do(EDIT, id=order_id, input=wish)
        for one in answer["userErrors"]:
            assert one["code"] in ("NOT_ALLOWED", "INSUFFICIENT_STOCK"), answer

    def something(self) -> dict[str, Any]:
        return {"variant": {"id": self.till.of(self.chance.choice(["NUTS", "HONEY"]))}}

    async def hand_over_one(self, order_id: str) -> None:
        """One unit of a line goes, if any is left of it."""
        goods = [one for one in (await self.till.seen(order_id))["lines"] if one["sku"]]
        if goods:
            line = {"lineId": self.chance.choice(goods)["id"], "quantity": "1"}
            await self.till.do(AT_COUNTER, id=order_id, lines=[line])

    async def take_back(self, order_id: str) -> None:
        seen = await self.till.seen(order_id)
        had = [(one["id"], int(one["handedOver"]) - int(one["returned"])) for one in seen["lines"]]
        parts = [(line_id, self.chance.randint(1, left)) for line_id, left in had if left]
        chosen = self.chance.sample(parts, self.chance.randint(0, len(parts)))
        lines = [{"lineId": line_id, "quantity": str(part)} for line_id, part in chosen]
        given = {"order": {"id": order_id}, "lines": lines, "reason": "не подошло"}
        if self.chance.random() < 0.3:
            given["add"] = [self.something()]
        answer = await self.till.do(TAKE_BACK, input=given)
        asked = answer["orderReturn"]
        codes = {one["code"] for one in answer["userErrors"]}
        assert bool(asked) == bool(lines) or codes == {"INSUFFICIENT_STOCK"}
        if asked:
            done = await self.till.do(RECEIVE, id=asked["id"], input={})
            assert done["userErrors"] == []

    async def check(self) -> None:
        await self.till.check()
        cards, (points, held, _) = await on_cards(self.till), await on_points(self.till)
        orders = await self.till.rows(Order)
        by_cards = await self.parts(GiftCardEntry)
        by_points = await self.parts(PointEntry)
        for order in orders:
            waits = order["state"] == "awaiting_payment"
            for kept, parts in (("cards_minor", by_cards), ("points_minor", by_points)):
                in_hold, spent = parts[order["id"]]
                assert (in_hold, spent) == ((order[kept], 0) if waits else (0, order[kept]))
            owed = order["paid_minor"] - order["refunded_minor"] - order["due_minor"]
            assert owed <= 0 or order["cards_minor"] == 0  # cards have theirs first
        spent = sum(by_cards[order["id"]][1] for order in orders)
        assert sum(balance for balance, _ in cards) + spent == sum(ISSUED)
        earned = sum(order["earned_points"] or 0 for order in orders)
        spent = sum(by_points[order["id"]][1] for order in orders)
        assert points + spent == GIVEN + earned  # points that are owed stand below nothing
        assert held == sum(by_points[order["id"]][0] for order in orders)

    async def parts(self, entries: Any) -> dict[Any, tuple[int, int]]:
        """What orders hold of purses, and what they have spent of them, by their entries."""
        found: defaultdict[Any, list[int]] = defaultdict(lambda: [0, 0])
        for row in await self.till.rows(entries):
            found[row["order_id"]][0] += row["minor"] * (row["kind"] in _HELD)
            found[row["order_id"]][1] -= row["minor"] * (row["kind"] in _SPENT)
        return defaultdict(lambda: (0, 0), {one: (a, b) for one, (a, b) in found.items()})


_HELD: Final = ("hold", "release", "spend")
_SPENT: Final = ("spend", "refund")


@pytest.mark.parametrize("seed", range(4))
async def test_purses_and_orders_agree_whatever_is_done(till: Till, seed: int) -> None:
    print(f"seed {seed}")
    anna = await with_points(till, GIVEN)
    codes = [await issue(till, f"{minor / 100:.2f}") for minor in ISSUED]
    world = World(anna, random.Random(seed), codes)
    for _ in range(STEPS):
        await world.step()
        await world.check()
    assert len(world.orders) > 2
