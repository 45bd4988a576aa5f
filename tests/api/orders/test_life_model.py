"""Orders' lives by chance, at both doors, held against a plain model after every step.

The model knows of an order its lines, what of each is picked, shipped, handed over and returned,
its money and its edits; and of the shelf how much is there and how much is kept. Whatever order
things are done in, also what may not be, model and shop say the same.
"""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from domain.orders.hand_overs.tables import HandOverLine
from domain.orders.orders.tables import Order, OrderLine
from domain.orders.returns.tables import OrderReturnLine
from tests.api.orders.lives import GOODS, Life, Line
from tests.api.orders.test_edits import EDIT
from tests.api.orders.test_whole_life import (
    APPROVE,
    BY_CASH,
    CANCEL,
    GIVE,
    PAY,
    PICK,
    RECEIVE,
    REFUND,
    SHIP,
    TAKE_BACK,
    UNPICK,
)
from tests.api.orders.till import Till, roubles

pytestmark = pytest.mark.anyio

THERE: Final = 10
STEPS: Final = 40
SEEDS: Final = (0, 1, 2, 103, 119)


@dataclass
class World:
    """A shop, what its shelf should hold, and its orders."""

    till: Till
    chance: random.Random
    gone: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Pieces that have left the shelf, by SKU."""
    lives: list[Life] = field(default_factory=list)

    def kept(self, sku: str) -> int:
        return sum(
            line.quantity - line.shipped
            for life in self.lives
            for line in life.lines.values()
            if line.sku == sku and not life.ended
        )

    def fits(self, wanted: Mapping[str, int]) -> bool:
        """Whether so much more can be kept."""
        return all(more <= THERE - self.gone[sku] - self.kept(sku) for sku, more in wanted.items())

    async def order(self) -> None:
        chosen = self.chance.sample(list(GOODS), self.chance.randint(1, 3))
        wanted = {sku: self.chance.randint(1, 4) for sku in chosen}
        prepaid = self.chance.random() < 0.5
        token, cart = await self.till.fill(
            *(self.till.line(sku, str(much)) for sku, much in wanted.items()),
            paymentMethod="ONLINE" if prepaid else "ON_HAND_OVER",
        )
        due = sum(GOODS[sku] * much for sku, much in wanted.items())
        assert cart["total"]["amount"] == f"{due / 100:.2f}"
        payload = await self.till.complete(token, cart["total"]["amount"])
        assert bool(payload["order"]) == self.fits(wanted), payload
        if payload["order"]:
            lines = {
                one["id"]: Line(one["sku"], wanted[one["sku"]], GOODS[one["sku"]])
                for one in payload["order"]["lines"]
            }
            self.lives.append(Life(payload["order"]["id"], lines, not prepaid, due))

    async def pay(self, life: Life) -> None:
        owed = life.due - life.paid + life.refunded
        amount = self.chance.choice([owed, max(owed // 2, 1), owed + 1])
        given = {**BY_CASH, "amount": roubles(f"{amount / 100:.2f}")}
        done = await self.till.do(PAY, id=life.id, input=given)
        assert bool(done["order"]) == (0 < amount <= owed and not life.ended)
        if done["order"]:
            life.paid += amount
            life.owe(0)

    async def refund(self, life: Life) -> None:
        owing = life.paid - life.refunded - life.due
        done = await self.till.do(REFUND, id=life.id, input=BY_CASH)
        assert bool(done["order"]) == (owing > 0)
        if owing > 0:
            life.refunded += owing

    async def pick(self, life: Life) -> None:
        parts = {
            line_id: self.chance.randint(1, one.quantity - one.picked)
            for line_id, one in life.lines.items()
            if one.quantity > one.picked and self.chance.random() < 0.7
        }
        lines = [{"lineId": one, "quantity": str(much)} for one, much in parts.items()]
        may = bool(parts) and life.state in ("CONFIRMED", "IN_DELIVERY")
        done = await self.till.do(PICK, input={"order": {"id": life.id}, "lines": lines})
        assert bool(done["handOver"]) == may, done
        if may:
            life.parcels[done["handOver"]["id"]] = ("picked", parts)
            for line_id, much in parts.items():
                life.lines[line_id].picked += much

    async def move(self, life: Life, text: str) -> None:
        if not life.parcels:
            return
        parcel = self.chance.choice(list(life.parcels))
        state, parts = life.parcels[parcel]
        begins = {SHIP: ("picked",), UNPICK: ("picked",), GIVE: ("picked", "shipped")}[text]
        done = await self.till.do(text, id=parcel)
        assert bool(done["handOver"]) == (state in begins), done
        if state not in begins:
            return
        for line_id, much in parts.items():
            line = life.lines[line_id]
            if text is UNPICK:
                line.picked -= much
                continue
            if state == "picked":
                line.shipped += much
                self.gone[line.sku] += much
            if text is GIVE:
                line.handed_over += much
        ends = {SHIP: "shipped", UNPICK: "cancelled", GIVE: "handed_over"}[text]
        life.parcels[parcel] = (ends, parts)

    async def take_back(self, life: Life) -> None:
        parts = {
            line_id: self.chance.randint(1, one.handed_over - one.returned)
            for line_id, one in life.lines.items()
            if one.handed_over > one.returned and self.chance.random() < 0.7
        }
        lines = [{"lineId": one, "quantity": str(much)} for one, much in parts.items()]
        given = {"order": {"id": life.id}, "lines": lines, "reason": "не подошло"}
        asked = (await self.till.do(TAKE_BACK, input=given))["orderReturn"]
        assert bool(asked) == bool(parts)
        if not parts:
            return
        refused = await self.till.do(APPROVE, id=asked["id"])
        assert refused["orderReturn"] is None  # whoever noted it had approved it
        damaged = self.chance.random() < 0.3
        came = [{"lineId": one["lineId"], "condition": "DAMAGED"} for one in lines if damaged]
        done = await self.till.do(RECEIVE, id=asked["id"], input={"lines": came})
        worth = sum(life.lines[one].price * much for one, much in parts.items())
        assert done["orderReturn"]["refund"]["amount"] == f"{worth / 100:.2f}"
        life.owe(-worth)
        for line_id, much in parts.items():
            line = life.lines[line_id]
            line.returned += much
            self.gone[line.sku] -= 0 if damaged else much

    async def edit(self, life: Life) -> None:
        """Change some lines, and add one, perhaps at prices that somebody names."""
        changes = [
            {"lineId": line_id, "quantity": self.chance.randint(0, line.quantity + 2)}
            | self._price()
            for line_id, line in life.lines.items()
            if self.chance.random() < 0.5
        ]
        adds: list[dict[str, Any]] = [
            {"sku": self.chance.choice(list(GOODS)), "quantity": self.chance.randint(1, 3)}
            | self._price()
            for _ in range(self.chance.choice([0, 0, 1]))
        ]
        done = await self.till.do(
            EDIT,
            id=life.id,
            input={
                "reason": "звонок",
                "change": [_spoken(one) for one in changes],
                "add": [
                    _spoken({name: value for name, value in one.items() if name != "sku"})
                    | {"variant": {"id": self.till.of(one["sku"])}}
                    for one in adds
                ],
            },
        )
        after = life.edited(changes, adds)
        may = after is not None and self.fits(life.more(after))
        assert bool(done["order"]) == may, (done, changes, adds)
        if after is None or not may:
            return
        kept, new = after
        before, is_changed = life.total, bool(new) or kept != life.lines
        assert bool(done["revision"]) == is_changed
        life.lines = {line_id: one for line_id, one in kept.items() if one.quantity}
        for answered in done["order"]["lines"]:
            if answered["id"] not in life.lines:
                said = (answered["sku"], answered["quantity"], answered["total"]["amount"])
                own = next(one for one in new if _told(one) == said)
                new.remove(own)
                life.lines[answered["id"]] = own
        assert not new
        if is_changed:
            more = life.total - before
            assert done["revision"]["amount"]["amount"] == f"{more / 100:.2f}"
            life.edits.append(more)
            life.owe(more)

    def _price(self) -> dict[str, int]:
        return {"price": self.chance.randint(1, 400_00)} if self.chance.random() < 0.3 else {}

    async def cancel(self, life: Life) -> None:
        may = life.state in ("AWAITING_PAYMENT", "CONFIRMED")
        done = await self.till.do(CANCEL, id=life.id, reason="передумал")
        assert bool(done["order"]) == may
        if may:
            life.ended, life.due = True, 0
            for parcel, (_, parts) in life.parcels.items():
                life.parcels[parcel] = ("cancelled", parts)

    async def check(self) -> None:
        """Shop and model say the same, and all sums are those of their parts."""
        levels = await self.till.levels()
        for sku in GOODS:
            there = (THERE - self.gone[sku]) * 1_000, self.kept(sku) * 1_000
            assert levels[sku] == there, sku
        for life in self.lives:
            seen = await self.till.seen(life.id)
            assert seen["state"] == life.state
            for name in ("due", "paid", "refunded"):
                assert seen[name]["amount"] == f"{getattr(life, name) / 100:.2f}", name
            for line in seen["lines"]:
                own = life.lines[line["id"]]
                assert (line["sku"], line["quantity"], line["total"]["amount"]) == _told(own)
                assert line["handedOver"] == str(own.handed_over)
                assert line["returned"] == str(own.returned)
            assert len(seen["lines"]) == len(life.lines)
            edits = [one["amount"]["amount"] for one in seen["revisions"]]
            assert edits == [f"{one / 100:.2f}" for one in life.edits]
            types = [one["type"] for one in seen["history"]]
            assert types.count("order.edited") == len(edits) == seen["revision"] - 1
        await self.till.check()
        await self.check_papers()

    async def check_papers(self) -> None:
        """What was handed over, and what came back, is to the kopeck what it was sold for."""
        sold = {row["id"]: row for row in await self.till.rows(OrderLine)}
        for lines, counted in ((HandOverLine, "handed_over"), (OrderReturnLine, "returned")):
            sums: defaultdict[Any, int] = defaultdict(int)
            for row in await self.till.rows(lines):
                sums[row["order_line_id"]] += row["total_minor"] or 0
            for line_id, row in sold.items():
                if not row["quantity"]:
                    assert sums[line_id] == row["total_minor"] == 0
                    continue
                part = row["total_minor"] * row[counted] // row["quantity"]
                assert sums[line_id] == part, counted
        for order in await self.till.rows(Order):
            own = [row for row in sold.values() if row["order_id"] == order["id"]]
            assert order["total_minor"] == sum(row["total_minor"] for row in own)


def _spoken(given: dict[str, Any]) -> dict[str, Any]:
    """Numbers as the door takes them."""
    said = {**given, "quantity": str(given["quantity"])}
    return said | ({"price": roubles(f"{given['price'] / 100:.2f}")} if "price" in given else {})


def _told(line: Line) -> tuple[str, str, str]:
    """A line as the door tells it: SKU, quantity, total."""
    return line.sku, str(line.quantity), f"{line.price * line.quantity / 100:.2f}"


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_is_done_money_stock_and_papers_agree(till: Till, seed: int) -> None:
    print(f"seed {seed}")
    world = World(till, random.Random(seed))
    for _ in range(STEPS):
        if len(world.lives) < 2 or world.chance.random() < 0.1:
            await world.order()
        elif world.lives:
            life = world.chance.choice(world.lives)
            match world.chance.randint(0, 12):
                case 0 | 1:
                    await world.pay(life)
                case 2:
                    await world.refund(life)
                case 3 | 4:
                    await world.pick(life)
                case 5:
                    await world.move(life, SHIP)
                case 6 | 7:
                    await world.move(life, GIVE)
                case 8:
                    await world.take_back(life)
                case 10 | 11 | 12:
                    await world.edit(life)
                case 9 if world.chance.random() < 0.3:
                    await world.cancel(life)
                case _:
                    await world.move(life, UNPICK)
        await world.check()
