"""Everything that moves stock, mixed at random, against a plain model that keeps lists and sums.

After each step the levels, the lots and what they cost, what is held and by whom, are the model's;
the ledger adds up; and each past instant is told as it was recorded then.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Coroutine
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from domain.errors import DomainError
from domain.paging import PageRequest
from domain.stock.balances import list_balances
from domain.stock.holds.backorder_limits import BackorderLimit, set_backorder_limits
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import expire_past_holds, extend_hold, release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.parts import Part
from domain.stock.holds.returns import Back, return_shipped
from domain.stock.holds.rows import lines_of
from domain.stock.holds.shipping import ship_hold
from domain.stock.integrity import find_differences
from domain.stock.ledger import post
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Coming, Document, Going, LotFacts
from domain.stock.stock import StockChange, StockSet, change_stock, set_stock
from domain.stock.tables import LotBalance, StockLevel, StockMovement
from tenants.database import Pool, open_pool
from tenants.principal import SYSTEM
from tenants.roles import RoleUrls
from tenants.scope import UnitOfWork
from tests.domain.stock.conftest import make_room
from tests.domain.stock.plain_model import (
    Model,
    ModelHold,
    Shelf,
    is_over,
    taken_of,
)
from tests.factories import make_tenant

STEPS: Final = 40
SKUS: Final = ("A", "B", "C")
DAY: Final = timedelta(days=1)
quantities = some.integers(1, 5).map(lambda units: units * 1_000)
skus = some.sampled_from(SKUS)
places = some.sampled_from(("main", "second"))


class StockMachine(RuleBasedStateMachine):
    """One shop. Each rule does a thing to the database and to the model, or is refused by both."""

    loop: asyncio.AbstractEventLoop
    pool: Pool
    platform_pool: Pool
    steps = 0

    @initialize(a=some.integers(0, 9), b=some.integers(0, 9), value=some.integers(1, 9_999))
    def open(self, a: int, b: int, value: int) -> None:
        self.model = Model()
        self.clock = timedelta()
        self.owners = 0
        self.seen: list[tuple[datetime, dict[Shelf, tuple[int, int]]]] = []
        tenant = self.run(make_tenant(self.platform_pool))
        self.room = self.run(make_room(self.pool, tenant, A=a * 1_000, B=b * 1_000))
        self.place = {"main": self.room.main, "second": self.room.second}
        for sku, units in (("A", a), ("B", b)):
            if units:
                self.model.put((sku, "main"), units * 1_000, 0, LotFacts())
        for sku in SKUS:  # a shelf on which the order of lots, and what each cost, matters
            self.receive(sku, "main", 4_000, 3 * value, "L2", 2)
            self.receive(sku, "main", 5_000, value, "L1", -1)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def unit(self, work: Any) -> Any:
        """Do `work(uow)` at the machine's own time; a refusal is an answer, too."""
        try:
            async with self.room.scope.writing("test") as uow:
                uow.now += self.clock
                return await work(uow)
        except DomainError as error:
            return error

    def act(self, work: Any, *, allowed: bool) -> Any:
        """Do it; it must be refused just where the model would refuse it."""
        type(self).steps += 1
        found = self.run(self.unit(work))
        assert isinstance(found, DomainError) != allowed, found
        return found

    @property
    def today(self) -> date:
        return (datetime.now(UTC) + self.clock).astimezone(ZoneInfo("Europe/Moscow")).date()

    def spot(self, shelf: Shelf) -> Spot:
        return Spot(self.room.variants[shelf[0]], self.place[shelf[1]])

    @rule(
        sku=skus, place=places, quantity=quantities,
        value=some.one_of(some.none(), some.integers(0, 10_000)),
        number=some.sampled_from((None, None, "L1", "L2")), days=some.integers(-1, 2),
    )  # fmt: skip
    def receive(
        self, sku: str, place: str, quantity: int, value: int | None, number: str | None, days: int
    ) -> None:
        known = self.model.known.get((sku, number)) if number else None
        expires = None if number is None else known[0] if known else self.today + days * DAY
        lot = LotFacts(number, expires_on=expires)
        move = Coming(
            kind="receipt", spot=self.spot((sku, place)), quantity=quantity, value_minor=value,
            lot=lot,
        )  # fmt: skip

        async def work(uow: UnitOfWork) -> None:
            await post(uow, Document("change"), [move], await open_levels(uow, [move.spot]))

        self.act(work, allowed=True)
        self.model.put((sku, place), quantity, value, lot)

    @rule(sku=skus, quantity=quantities)
    def carry(self, sku: str, quantity: int) -> None:
        """From one place to the other, in one document: what goes and what comes are one value."""
        source, target = (sku, "main"), (sku, "second")

        async def work(uow: UnitOfWork) -> None:
            levels = await open_levels(uow, [self.spot(source), self.spot(target)])
            document = Document("change")
            leaves = Going(kind="transfer_out", spot=self.spot(source), quantity=quantity)
            (value,) = await post(uow, document, [leaves], levels)
            levels = await open_levels(uow, [self.spot(target)])
            arrives = Coming(
                kind="transfer_in", spot=self.spot(target), quantity=quantity, value_minor=value
            )
            await post(uow, document, [arrives], levels)

        allowed = self.model.free(source) >= quantity
        self.act(work, allowed=allowed)
        if allowed:
            self.model.put(target, quantity, self.model.take(source, quantity), LotFacts())

    @rule(sku=skus, place=places, difference=quantities, is_less=some.booleans())
    def change(self, sku: str, place: str, difference: int, is_less: bool) -> None:
        by = -difference if is_less else difference
        row = StockChange(self.room.variants[sku], by, reason="так")

        async def work(uow: UnitOfWork) -> None:
            await change_stock(uow, location=self.place[place], changes=[row])

        allowed = self.model.free((sku, place)) + by >= 0
        self.act(work, allowed=allowed)
        if allowed and is_less:
            self.model.take((sku, place), difference)
        elif allowed:
            self.model.put((sku, place), difference, None, LotFacts())

    @rule(sku=skus, place=places, units=some.integers(0, 15), is_wrong=some.booleans())
    def count(self, sku: str, place: str, units: int, is_wrong: bool) -> None:
        shelf, found = (sku, place), units * 1_000
        there = self.model.on_hand(shelf)
        row = StockSet(self.room.variants[sku], found, there + is_wrong)

        async def work(uow: UnitOfWork) -> None:
            await set_stock(uow, location=self.place[place], levels=[row])

        allowed = not is_wrong and found >= self.model.reserved(shelf)
        self.act(work, allowed=allowed)
        if allowed and found < there:
            self.model.take(shelf, there - found)
        elif allowed and found > there:
            self.model.put(shelf, found - there, None, LotFacts())

    @rule(
        lines=some.lists(some.tuples(skus, quantities), min_size=1, max_size=3),
        minutes=some.one_of(some.none(), some.integers(1, 40)),
    )
    def hold(self, lines: list[tuple[str, int]], minutes: int | None) -> None:
        self.owners += 1
        owner = f"cart:{self.owners}"
        now = datetime.now(UTC) + self.clock
        until = None if minutes is None else now + timedelta(minutes=minutes)
        asked = [Line(self.room.variants[sku], quantity) for sku, quantity in lines]
        wanted: defaultdict[str, int] = defaultdict(int)
        for sku, quantity in lines:
            wanted[sku] += quantity
        past = [one for one in self.model.holds.values() if one.until and one.until <= now]
        kept: dict[Shelf, int] = {}
        freed = {id(one): {shelf for shelf in one.kept if shelf[0] in wanted} for one in past}
        before = {id(one): dict(one.kept) for one in past}
        waited = {id(one): dict(one.waits) for one in self.live()}
        was_cut = {id(one): one.was_cut for one in past}
        for one in past:
            for shelf in freed[id(one)]:
                del one.kept[shelf]
                one.waits.pop(shelf, None)
                one.was_cut = True
        self.model.cover(now, self.today)
        later: dict[Shelf, int] = {}
        for sku, left in wanted.items():
            for place in ("main", "second"):
                if taken := min(left, self.model.sellable((sku, place), self.today)):
                    kept[sku, place] = taken
                    left -= taken
            for place in ("main", "second"):
                room = self.model.limits[sku, place] - self.model.backordered((sku, place))
                if taken := min(left, room):
                    later[sku, place] = taken
                    kept[sku, place] = kept.get((sku, place), 0) + taken
                    left -= taken
            if left:
                kept.clear()
                break
        allowed = bool(kept)
        found = self.act(
            lambda uow: hold_stock(uow, owner=owner, lines=asked, until=until), allowed=allowed
        )
        if allowed:
            self.model.holds[owner] = ModelHold(found, kept, until, waits=later)
        else:  # nothing is kept of what a refused unit did
            for one in past:
                one.kept = before[id(one)]
                one.was_cut = was_cut[id(one)]
            for one in self.live():
                one.waits = waited[id(one)]

    @rule(sku=skus, quantity=quantities)
    def hold_for_a_moment(self, sku: str, quantity: int) -> None:
        """A buyer comes, and forgets his cart; the next one wants the same."""
        for minutes in (5, 10):
            self.hold([(sku, quantity), ("C", 1_000)], minutes)
            self.clock += timedelta(minutes=minutes)

    def live(self) -> list[ModelHold]:
        return [hold for hold in self.model.holds.values() if hold.is_held]

    def is_past(self, hold: ModelHold) -> bool:
        return hold.until is not None and hold.until <= datetime.now(UTC) + self.clock

    def may_go(self, hold: ModelHold, going: dict[Shelf, int]) -> bool:
        there = all(
            hold.kept[shelf] - hold.waits.get(shelf, 0) >= quantity
            for shelf, quantity in going.items()
        )
        fresh = all(
            sum(lot.quantity for lot in self.model.lots[shelf] if not is_over(lot, self.today))
            >= quantity
            for shelf, quantity in going.items()
        )
        return there and fresh and not hold.was_cut and not self.is_past(hold)

    def sold(self, hold: ModelHold) -> int:
        """What the ledger has of a hold's cost of goods: all that went, less what came back."""
        moved = select(StockMovement.value_minor).where(
            StockMovement.document_id == hold.id, StockMovement.kind != "write_off"
        )
        rows = self.run(self.room.scope.reading.rows(moved))
        return -sum(int(row["value_minor"]) for row in rows)

    def line_of(self, hold: ModelHold, shelf: Shelf) -> UUID:
        rows = self.run(lines_of(self.room.scope.reading, [hold.id]))
        (found,) = [row["id"] for row in rows if Spot.of(row) == self.spot(shelf)]
        return UUID(str(found))

    @precondition(lambda self: self.live())
    @rule(pick=some.randoms(use_true_random=False))
    def ship(self, pick: Any) -> None:
        hold = pick.choice(self.live())
        allowed = self.may_go(hold, hold.kept)
        before = self.sold(hold)
        self.act(lambda uow: ship_hold(uow, hold.id), allowed=allowed)
        if allowed:
            kept = dict(hold.kept)
            cost = sum(self.model.ship(hold, *one, self.today) for one in kept.items())
            assert self.sold(hold) == before + cost

    @precondition(lambda self: self.live())
    @rule(pick=some.randoms(use_true_random=False), quantity=quantities)
    def ship_a_part(self, pick: Any, quantity: int) -> None:
        hold = pick.choice(self.live())
        if not hold.kept:
            return
        shelf = pick.choice(sorted(hold.kept))
        part = Part(self.line_of(hold, shelf), quantity)
        allowed = quantity <= hold.kept[shelf] and self.may_go(hold, {shelf: quantity})
        before = self.sold(hold)
        self.act(lambda uow: ship_hold(uow, hold.id, [part]), allowed=allowed)
        if allowed:
            cost = self.model.ship(hold, shelf, quantity, self.today)
            assert self.sold(hold) == before + cost

    @precondition(lambda self: any(hold.out for hold in self.model.holds.values()))
    @rule(
        pick=some.randoms(use_true_random=False), quantity=quantities,
        is_damaged=some.booleans(), place=some.one_of(some.none(), places),
    )  # fmt: skip
    def come_back(self, pick: Any, quantity: int, is_damaged: bool, place: str | None) -> None:
        hold = pick.choice([hold for hold in self.model.holds.values() if hold.out])
        shelf = pick.choice(sorted(hold.out))
        there = sum(part.quantity for part in hold.out[shelf])
        given = Back(self.line_of(hold, shelf), quantity, is_damaged=is_damaged)
        location = None if place is None else self.place[place]

        async def work(uow: UnitOfWork) -> None:
            await return_shipped(uow, hold.id, [given], location=location)

        before = self.sold(hold)
        self.act(work, allowed=quantity <= there)
        if quantity <= there:
            target = (shelf[0], place or shelf[1])
            parts = taken_of(hold.out[shelf], quantity)
            for part in parts:
                if not is_damaged:  # what is, goes at what it came at, and moves nothing else
                    self.model.lay(self.model.lots[target], part)
            assert self.sold(hold) == before - sum(part.value for part in parts)

    @precondition(lambda self: self.live())
    @rule(pick=some.randoms(use_true_random=False))
    def release(self, pick: Any) -> None:
        hold = pick.choice(self.live())
        self.act(lambda uow: release_hold(uow, hold.id), allowed=True)
        hold.is_held = False

    @precondition(lambda self: self.live())
    @rule(pick=some.randoms(use_true_random=False), minutes=some.integers(1, 90))
    def extend(self, pick: Any, minutes: int) -> None:
        hold = pick.choice(self.live())
        until = datetime.now(UTC) + self.clock + timedelta(minutes=minutes)
        allowed = not self.is_past(hold)
        self.act(lambda uow: extend_hold(uow, hold.id, until), allowed=allowed)
        if allowed:
            hold.until = until

    @rule()
    def expire(self) -> None:
        past = [hold for hold in self.live() if self.is_past(hold)]
        assert self.act(expire_past_holds, allowed=True) == {"expired": len(past)}
        for hold in past:
            hold.is_held = False

    @rule(sku=skus, place=places, units=some.integers(0, 6))
    def limit(self, sku: str, place: str, units: int) -> None:
        row = BackorderLimit(self.room.variants[sku], units * 1_000)

        async def work(uow: UnitOfWork) -> None:
            await set_backorder_limits(uow, location=self.place[place], limits=[row])

        allowed = row.limit >= self.model.backordered((sku, place))
        self.act(work, allowed=allowed)
        if allowed:
            self.model.limits[sku, place] = row.limit

    @rule(time=some.sampled_from((timedelta(minutes=45), timedelta(hours=1), DAY)))
    def wait(self, time: timedelta) -> None:
        self.clock += time

    @invariant()
    def all_is_as_the_model_has_it(self) -> None:
        if not hasattr(self, "room"):
            return
        self.model.cover(datetime.now(UTC) + self.clock, self.today)
        self.run(self.compare())

    async def compare(self) -> None:
        reading = self.room.scope.reading
        names = {place: name for name, place in self.place.items()}
        sku_of = {variant: sku for sku, variant in self.room.variants.items()}

        def shelf_of(row: Any) -> Shelf:
            return sku_of[row["variant_id"]], names[row["location_id"]]

        shelves = {(sku, place) for sku in SKUS for place in names.values()}
        levels = dict.fromkeys(shelves, (0, 0, 0))
        for row in await reading.rows(select(StockLevel)):
            if shelf_of(row)[0] in SKUS:
                levels[shelf_of(row)] = (row["on_hand"], row["reserved"], row["backordered"])
        model = self.model
        assert levels == {
            shelf: (model.on_hand(shelf), model.reserved(shelf), model.backordered(shelf))
            for shelf in shelves
        }
        lots: defaultdict[Shelf, list[tuple[int, int]]] = defaultdict(list)
        for row in await reading.rows(select(LotBalance).where(LotBalance.quantity > 0)):
            lots[shelf_of(row)].append((row["quantity"], row["value_minor"]))
        for shelf in shelves:
            assert sorted(lots[shelf]) == sorted(
                (lot.quantity, lot.value) for lot in model.lots[shelf] if lot.quantity
            )
        assert await find_differences(reading) == []
        now = {shelf: (model.on_hand(shelf), model.value(shelf)) for shelf in shelves}
        newest = await reading.value(select(StockMovement.at).order_by(StockMovement.at.desc()))
        if newest is not None:
            self.seen = [one for one in self.seen if one[0] != newest] + [(newest, now)]
        for instant, was in self.seen[-1:] + self.seen[: len(self.seen) // 2 : 5]:
            page = await list_balances(reading, SYSTEM, PageRequest(first=100), instant=instant)
            told = dict.fromkeys(shelves, (0, 0))
            for row in page.rows:
                if shelf_of(row)[0] in SKUS:
                    told[shelf_of(row)] = (row["on_hand"], row["value_minor"])
            assert told == was


def run_machine(
    database: RoleUrls, examples: int, machine: type[StockMachine] = StockMachine
) -> int:
    """Run a machine on connections of its own; how many steps were compared."""
    loop = asyncio.new_event_loop()
    pools = (open_pool(database.app), open_pool(database.platform))
    app, platform = (loop.run_until_complete(pool.__aenter__()) for pool in pools)
    running = type(
        "Machine",
        (machine,),
        {"loop": loop, "pool": app, "platform_pool": platform, "steps": 0},
    )
    chosen = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize="HYPOTHESIS_RANDOM" not in os.environ,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    try:
        run_state_machine_as_test(running, settings=chosen)
    finally:
        for pool in pools:
            loop.run_until_complete(pool.__aexit__(None, None, None))
        loop.close()
    return int(running.steps)  # type: ignore[attr-defined]


def test_the_database_and_a_plain_model_never_part(database: RoleUrls) -> None:
    assert run_machine(database, examples=12) > 300


@pytest.mark.long
def test_two_thousand_steps_beside_the_model(database: RoleUrls) -> None:
    steps = run_machine(database, examples=80)
    print(f"{steps} steps")
    assert steps >= 2_000
