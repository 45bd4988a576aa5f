"""After each step: all that the database says of stock is what the model says, now and in the past.

What was on hand, what it had cost and what was under way at the instant of each step is remembered,
and asked for again later: at that instant, just before the next thing happened, and long after.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis.stateful import invariant
from sqlalchemy import and_, bindparam, func, or_, select, union_all

from domain.paging import PageRequest
from domain.purchasing.tables import PurchaseOrder, SupplierReturn
from domain.stock.arrivals import expected_at, in_transit_to
from domain.stock.balances import list_balances
from domain.stock.integrity import find_differences
from domain.stock.tables import (
    Lot,
    LotBalance,
    StockHold,
    StockHoldLine,
    StockLevel,
    StockMovement,
    Stocktake,
    StockUnit,
    Transfer,
)
from domain.stock.transfers.lines import TO_AND_FRO
from tenants.principal import SYSTEM
from tests.domain.stock.machine.base import SKUS, Base
from tests.domain.stock.model.lots import Lot as ModelLot
from tests.domain.stock.model.lots import Shelf, lying, worth

Balances = dict[Shelf, tuple[int, int, int]]
"""By shelf: on hand, what that cost, and under way to it; those of nothing are left out."""
A_MOMENT: Final = timedelta(microseconds=1)

_LEVELS: Final = select(StockLevel)
_LOTS: Final = (
    select(LotBalance, Lot.number, Lot.expires_on, Lot.state)
    .join(Lot, Lot.id == LotBalance.lot_id)
    .where(LotBalance.quantity > 0)
)
_UNITS: Final = select(StockUnit, Lot.number, Lot.expires_on, Lot.state.label("lot_state")).join(
    Lot, Lot.id == StockUnit.lot_id
)
_HELD: Final = (
    select(
        StockHoldLine,
        StockHold.id.label("hold_id"),
        func.coalesce(-func.sum(StockMovement.value_minor), 0).label("cost"),
    )
    .join(StockHold, StockHold.id == StockHoldLine.hold_id)
    .outerjoin(
        StockMovement,
        and_(
            StockMovement.document_id == StockHoldLine.hold_id,
            StockMovement.line_id == StockHoldLine.id,
            or_(StockMovement.kind == "sale", StockMovement.kind == "return"),
        ),
    )
    .group_by(StockHoldLine.tenant_id, StockHoldLine.id, StockHold.tenant_id, StockHold.id)
)
_STATES: Final = union_all(
    *(
        select(table.id, table.state)
        for table in (StockHold, PurchaseOrder, Transfer, SupplierReturn, Stocktake)
    )
)
_VALUE_UNDER_WAY: Final = select(func.coalesce(-func.sum(StockMovement.value_minor), 0)).where(
    TO_AND_FRO
)
_MOVED: Final = select(
    StockMovement.kind,
    StockMovement.variant_id,
    StockMovement.location_id,
    func.sum(StockMovement.quantity).label("quantity"),
    func.sum(StockMovement.value_minor).label("value"),
).group_by(StockMovement.kind, StockMovement.variant_id, StockMovement.location_id)
_SINCE: Final = select(
    func.min(StockMovement.at).label("first"), func.max(StockMovement.at).label("last")
).where(StockMovement.at > bindparam("since", type_=StockMovement.at.type))


class Comparing(Base):
    """What is looked at after each step."""

    def open_eyes(self) -> None:
        self.past: list[tuple[datetime, Balances]] = [(self.now - timedelta(days=1), {})]
        self.steps = 0
        known = {**self.room.variants, **self.place}
        self.names = {id: name for name, id in known.items()}

    @invariant()
    def all_is_as_the_model_has_it(self) -> None:
        self.steps += 1
        self.run(self.compare())

    async def compare(self) -> None:
        looks: list[Awaitable[None]] = [
            self.levels_agree(), self.lots_agree(), self.units_agree(), self.holds_agree(),
            self.states_agree(), self.arrivals_agree(), self.sums_agree(), self.movements_agree(),
            self.past_agrees(),
        ]  # fmt: skip
        await asyncio.gather(*looks)

    def shelf_of(self, row: Any) -> Shelf:
        return self.names[row["variant_id"]], self.names[row["location_id"]]

    async def levels_agree(self) -> None:
        model = self.model
        found = {
            self.shelf_of(row): (
                row["on_hand"], row["reserved"], row["backordered"], row["backorder_limit"]
            )
            for row in await self.room.scope.reading.rows(_LEVELS)
        }  # fmt: skip
        nothing = (0, 0, 0, 0)
        assert {one: found.get(one, nothing) for one in self.shelves()} == {
            one: (model.on_hand(one), model.reserved(one), model.waited(one), model.limits[one])
            for one in self.shelves()
        }

    def shelves(self) -> list[Shelf]:
        return [(sku, place) for sku in SKUS for place in self.place]

    async def lots_agree(self) -> None:
        found: defaultdict[Shelf, list[Any]] = defaultdict(list)
        for row in await self.room.scope.reading.rows(_LOTS):
            lot = row["number"], row["expires_on"], row["state"]
            found[self.shelf_of(row)].append((*map(str, lot), row["quantity"], row["value_minor"]))
        for shelf in self.shelves():
            assert sorted(found[shelf]) == sorted(
                (*named(heap.lot), heap.quantity, heap.value)
                for heap in self.model.heaps[shelf]
                if heap.quantity
            )

    async def units_agree(self) -> None:
        found = {
            row["code"]: (
                *self.shelf_of(row), row["state"],
                *map(str, (row["number"], row["expires_on"], row["lot_state"])),
            )
            for row in await self.room.scope.reading.rows(_UNITS)
        }  # fmt: skip
        assert found == {
            code: (one.lot.sku, one.place, one.state, *named(one.lot))
            for code, one in self.model.pieces.items()
        }

    async def holds_agree(self) -> None:
        """What each line keeps, waits for and has out, and what that cost."""
        found = {}
        for row in await self.room.scope.reading.rows(_HELD):
            kept = row["quantity"] - row["shipped"] if row["is_open"] else 0
            found[row["hold_id"], self.shelf_of(row)] = (
                kept,
                row["backordered"] if row["is_open"] else 0,
                row["shipped"] - row["returned"],
                row["cost"] + (row["cost_minor"] or 0),
            )
        assert found == {
            (hold.id, shelf): (
                line.kept,
                line.waits,
                lying(line.out) + line.sent,
                worth(line.out) + line.cost,
            )
            for hold in self.model.holds
            for shelf, line in hold.lines.items()
        }

    async def states_agree(self) -> None:
        rows = await self.room.scope.reading.rows(_STATES)
        assert {row["id"]: row["state"] for row in rows} == self.model.stated()

    async def arrivals_agree(self) -> None:
        """What is expected of suppliers, and what is under way, and its cost."""
        reading, model = self.room.scope.reading, self.model
        spots = {shelf: self.spot(shelf) for shelf in self.shelves()}
        expected = await expected_at(reading, spots.values())
        under_way = await in_transit_to(reading, spots.values())
        for shelf, spot in spots.items():
            assert expected.get(spot, 0) == model.expected(shelf), shelf
            assert under_way.get(spot, 0) == lying(model.under_way(shelf)), shelf
        value = sum(worth(model.under_way(shelf)) for shelf in spots)
        assert await reading.value(_VALUE_UNDER_WAY) == value

    async def movements_agree(self) -> None:
        """Why what came and went, and what it had cost."""
        found = {
            (row["kind"], self.shelf_of(row)): (row["quantity"], row["value"])
            for row in await self.room.scope.reading.rows(_MOVED)
        }
        model = self.model
        assert found == {of: (moved, model.cost[of]) for of, moved in model.moved.items()}

    async def sums_agree(self) -> None:
        assert await find_differences(self.room.scope.reading) == []

    async def past_agrees(self) -> None:
        model = self.model
        now: Balances = {
            one: (model.on_hand(one), worth(model.heaps[one]), lying(model.under_way(one)))
            for one in self.shelves()
        }
        last, before = self.past[-1]
        moved = await self.room.scope.reading.row(_SINCE, since=last)
        if moved is not None and moved["last"] is not None:
            assert await self.balances_at(moved["first"] - A_MOMENT) == some_of(before)
            self.past.append((moved["last"], now))
        for ago in (1, 1 + self.steps % len(self.past)):
            instant, was = self.past[-ago]
            assert await self.balances_at(instant) == some_of(was)

    async def balances_at(self, instant: datetime) -> Balances:
        page = await list_balances(
            self.room.scope.reading, SYSTEM, PageRequest(first=100), instant=instant
        )
        return some_of(
            {
                self.shelf_of(row): (row["on_hand"], row["value_minor"], row["in_transit"])
                for row in page.rows
            }
        )


def some_of(balances: Balances) -> Balances:
    """Those of anything."""
    return {shelf: numbers for shelf, numbers in balances.items() if any(numbers)}


def named(lot: ModelLot) -> tuple[str, str, str]:
    """A lot as the database shows it."""
    return str(lot.number), str(lot.expires), "recalled" if lot.is_recalled else "open"
