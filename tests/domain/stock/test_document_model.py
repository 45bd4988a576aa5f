"""The model once more, with documents: write-offs, surpluses, conversions, and transfers under way.

Beside what the plain machine holds against its model: what is in transit, where to and at which
cost, now and at each past instant.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule
from sqlalchemy import func, select

from domain.paging import PageRequest
from domain.stock.adjustments.adjustments import create_adjustment, post_adjustment
from domain.stock.arrivals import in_transit_to
from domain.stock.balances import list_balances
from domain.stock.moves import LotFacts
from domain.stock.tables import Lot, StockMovement
from domain.stock.transfers.lines import TO_AND_FRO, lines_of
from domain.stock.transfers.states import (
    cancel_transfer,
    close_transfer,
    receive_transfer,
    send_transfer,
)
from domain.stock.transfers.transfers import create_transfer
from tenants.principal import SYSTEM
from tenants.roles import RoleUrls
from tenants.scope import UnitOfWork
from tests.domain.stock.plain_model import ModelLot, Shelf, half_even, is_over, taken_of
from tests.domain.stock.test_model import (
    DAY,
    SKUS,
    StockMachine,
    places,
    quantities,
    run_machine,
    skus,
)

OTHER: Final = {"main": "second", "second": "main"}
numbers = some.sampled_from((None, None, "L1", "L2"))
halves = some.integers(1, 4).map(lambda number: number * 500)
lines_to_go = some.lists(some.tuples(skus, halves, numbers), min_size=1, max_size=3)
Line = tuple[str, int, str | None]
"""A sku, so many thousandths of it, and the lot that is named."""


@dataclass
class ModelTransfer:
    """What is on its way, line by line and lot by lot."""

    id: UUID
    target: str
    lines: list[tuple[UUID, str, list[ModelLot]]]
    has_come: bool = False

    def left(self, at: int) -> int:
        return sum(part.quantity for part in self.lines[at][2])


@dataclass
class UnderWay:
    """All transfers of which something is on its way."""

    transfers: list[ModelTransfer] = field(default_factory=list)

    def to(self, shelf: Shelf) -> int:
        return sum(
            part.quantity
            for transfer in self.transfers
            for _, sku, parts in transfer.lines
            for part in parts
            if (sku, transfer.target) == shelf
        )

    def value(self) -> int:
        return sum(
            part.value
            for transfer in self.transfers
            for _, _, parts in transfer.lines
            for part in parts
        )


def spread(value: int, weights: list[int]) -> list[int]:
    """A value by weights: whole parts, what is left over to the largest fractions."""
    exact = [Fraction(value * weight, sum(weights)) for weight in weights]
    parts = [int(one) for one in exact]
    fractions = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in fractions[: value - sum(parts)]:
        parts[at] += 1
    return parts


class DocumentMachine(StockMachine):
    """The machine of the ledger and of holds, and documents beside them."""

    @property
    def way(self) -> UnderWay:
        """What is on its way in this example's shop."""
        if getattr(self, "_way_of", None) is not self.model:
            self._way_of, self._way = self.model, UnderWay()
            self.seen_under_way: list[tuple[datetime, dict[Shelf, int]]] = []
        return self._way

    def known(self, lines: list[Line]) -> list[Line]:
        """These lines, without names of lots that there never were."""
        return [
            (sku, quantity, number if (sku, number) in self.model.known else None)
            for sku, quantity, number in lines
        ]

    def rows(self, lines: list[Line]) -> list[dict[str, Any]]:
        return [
            {
                "variant": self.room.variants[sku],
                "quantity": quantity,
                "lot_id": self.lot(sku, number),
            }
            for sku, quantity, number in lines
        ]

    def lot(self, sku: str, number: str | None) -> UUID | None:
        found = select(Lot.id).where(
            Lot.variant_id == self.room.variants[sku], Lot.number == number
        )
        lot_id: UUID | None = self.run(self.room.scope.reading.value(found)) if number else None
        return lot_id

    def going(
        self, place: str, lines: list[Line], *, spoilt: bool, spoilt_if_named: bool
    ) -> list[list[ModelLot]] | None:
        """What lines take off the shelves of a place, those that name a lot first; None, and
        nothing is taken, where one of them finds too little that nobody was promised.
        """
        model = self.model
        shelves = {(sku, place) for sku, _, _ in lines}
        before = {shelf: [replace(lot) for lot in model.lots[shelf]] for shelf in shelves}
        taken: dict[int, list[ModelLot]] = {}
        for at in sorted(range(len(lines)), key=lambda at: lines[at][2] is None):
            sku, quantity, number = lines[at]
            shelf = sku, place
            fresh = [lot for lot in model.lots[shelf] if not is_over(lot, self.today)]
            unpromised = sum(lot.quantity for lot in fresh) - model.reserved(shelf)
            named = [lot for lot in model.lots[shelf] if number in (None, lot.number)]
            good = [lot for lot in named if not is_over(lot, self.today)]
            takes_spoilt = spoilt_if_named if number else spoilt
            gone = [lot for lot in named if is_over(lot, self.today)] if takes_spoilt else []
            available = sum(lot.quantity for lot in gone)
            available += min(sum(lot.quantity for lot in good), max(0, unpromised))
            if min(available, model.free(shelf)) < quantity:
                model.lots.update(before)
                return None
            taken[at] = taken_of([*gone, *good], quantity)
        return [taken[at] for at in range(len(lines))]

    @rule(place=places, lines=lines_to_go)
    def write_off(self, place: str, lines: list[Line]) -> None:
        lines = self.known(lines)
        given = {"location": self.place[place], "reason": "lost", "lines": self.rows(lines)}

        async def work(uow: UnitOfWork) -> None:
            made = await create_adjustment(uow, "write_off", given)
            await post_adjustment(uow, "write_off", made)

        taken = self.going(place, lines, spoilt=True, spoilt_if_named=True)
        self.act(work, allowed=taken is not None)

    @rule(
        sku=skus, place=places, quantity=quantities, number=numbers, days=some.integers(-1, 2),
        cost=some.one_of(some.none(), some.integers(0, 9_999)),
    )  # fmt: skip
    def find(
        self, sku: str, place: str, quantity: int, number: str | None, days: int, cost: int | None
    ) -> None:
        known = self.model.known.get((sku, number)) if number else None
        expires = None if number is None else known[0] if known else self.today + days * DAY
        amount = None
        if cost is not None:
            amount = {"amount": f"{cost // 100}.{cost % 100:02}", "currency_code": "RUB"}
        line = {
            "variant": self.room.variants[sku], "quantity": quantity, "unit_cost": amount,
            "lot": {"number": number, "expires_on": expires},
        }  # fmt: skip

        async def work(uow: UnitOfWork) -> None:
            given = {"location": self.place[place], "lines": [line]}
            made = await create_adjustment(uow, "surplus", given)
            await post_adjustment(uow, "surplus", made)

        self.act(work, allowed=True)
        value = None if cost is None else half_even(cost * quantity, 1_000)
        self.model.put((sku, place), quantity, value, LotFacts(number, expires_on=expires))

    @rule(
        place=places, source=some.tuples(skus, halves, numbers),
        results=some.lists(some.tuples(skus, quantities), min_size=1, max_size=3),
        shares=some.one_of(some.none(), some.lists(some.integers(1, 9), min_size=3, max_size=3)),
    )  # fmt: skip
    def convert(
        self, place: str, source: Line, results: list[tuple[str, int]], shares: list[int] | None
    ) -> None:
        sources = self.known([source])
        others = [one for one in results if one[0] != source[0]]
        results = others or results
        made_of_itself = not others
        given = {
            "location": self.place[place],
            "sources": self.rows(sources),
            "results": [
                {
                    "variant": self.room.variants[sku],
                    "quantity": quantity,
                    "cost_share": shares[at] if shares else None,
                }
                for at, (sku, quantity) in enumerate(results)
            ],
        }

        async def work(uow: UnitOfWork) -> None:
            made = await create_adjustment(uow, "conversion", given)
            await post_adjustment(uow, "conversion", made)

        taken = None
        if not made_of_itself:
            taken = self.going(place, sources, spoilt=False, spoilt_if_named=False)
        self.act(work, allowed=taken is not None)
        if taken is not None:
            cost = sum(part.value for part in taken[0])
            soonest = min((part.expires for part in taken[0] if part.expires), default=None)
            weights = [shares[at] if shares else results[at][1] for at in range(len(results))]
            for (sku, quantity), value in zip(results, spread(cost, weights), strict=True):
                self.model.put((sku, place), quantity, value, LotFacts(expires_on=soonest))

    @rule(place=places, lines=lines_to_go)
    def send(self, place: str, lines: list[Line]) -> None:
        lines, target = self.known(lines), OTHER[place]
        given = {
            "from_location": self.place[place],
            "to_location": self.place[target],
            "lines": self.rows(lines),
        }

        async def work(uow: UnitOfWork) -> UUID:
            return await send_transfer(uow, await create_transfer(uow, given))

        way = self.way
        taken = self.going(place, lines, spoilt=False, spoilt_if_named=True)
        sent = self.act(work, allowed=taken is not None)
        if taken is not None:
            rows = self.run(lines_of(self.room.scope.reading, [sent]))
            on_it = [
                (row["id"], line[0], parts)
                for row, line, parts in zip(rows, lines, taken, strict=True)
            ]
            way.transfers.append(ModelTransfer(sent, target, on_it))

    def is_under_way(self) -> bool:
        return hasattr(self, "model") and bool(self.way.transfers)

    def arrived(self, transfer: ModelTransfer, place: str, at: int, quantity: int) -> None:
        """So much of a line lies at a place now."""
        _, sku, parts = transfer.lines[at]
        for part in taken_of(parts, quantity):
            self.model.lay(self.model.lots[sku, place], part)
        if not any(transfer.left(one) for one in range(len(transfer.lines))):
            self.way.transfers.remove(transfer)

    @precondition(is_under_way)
    @rule(pick=some.randoms(use_true_random=False))
    def arrive(self, pick: Any) -> None:
        transfer = pick.choice(self.way.transfers)
        self.act(lambda uow: receive_transfer(uow, transfer.id), allowed=True)
        for at in range(len(transfer.lines)):
            if left := transfer.left(at):
                self.arrived(transfer, transfer.target, at, left)

    @precondition(is_under_way)
    @rule(pick=some.randoms(use_true_random=False), quantity=some.integers(1, 1_500))
    def arrive_in_part(self, pick: Any, quantity: int) -> None:
        transfer = pick.choice(self.way.transfers)
        at = pick.randrange(len(transfer.lines))
        lines = [{"line_id": transfer.lines[at][0], "quantity": quantity}]
        allowed = quantity <= transfer.left(at)
        self.act(lambda uow: receive_transfer(uow, transfer.id, lines=lines), allowed=allowed)
        if allowed:
            transfer.has_come = True
            self.arrived(transfer, transfer.target, at, quantity)

    @precondition(is_under_way)
    @rule(pick=some.randoms(use_true_random=False))
    def lose(self, pick: Any) -> None:
        transfer = pick.choice(self.way.transfers)
        short = {line_id: sum(one.value for one in parts) for line_id, _, parts in transfer.lines}
        self.act(lambda uow: close_transfer(uow, transfer.id), allowed=True)
        self.way.transfers.remove(transfer)
        rows = self.run(lines_of(self.room.scope.reading, [transfer.id]))
        assert {row["id"]: row["short_minor"] for row in rows} == short

    @precondition(is_under_way)
    @rule(pick=some.randoms(use_true_random=False))
    def call_back(self, pick: Any) -> None:
        transfer = pick.choice(self.way.transfers)
        allowed = not transfer.has_come
        self.act(lambda uow: cancel_transfer(uow, transfer.id), allowed=allowed)
        if allowed:
            for at in range(len(transfer.lines)):
                self.arrived(transfer, OTHER[transfer.target], at, transfer.left(at))

    @rule(
        place=places, sku=skus, quantity=halves, pick=some.randoms(use_true_random=False),
        endings=some.lists(some.sampled_from(("arrive", "lose", "call_back")), max_size=2),
    )  # fmt: skip
    def carry_through(
        self, place: str, sku: str, quantity: int, pick: Any, endings: list[str]
    ) -> None:
        """What is sent meets its end before much else happens."""
        self.send(place, [(sku, quantity, None)])
        for ending in endings:
            if self.way.transfers:
                self.all_is_as_the_model_has_it()
                getattr(self, ending)(pick)

    async def compare(self) -> None:
        await super().compare()
        way, reading = self.way, self.room.scope.reading
        shelves = {(sku, place): self.spot((sku, place)) for sku in SKUS for place in OTHER}
        now = {shelf: way.to(shelf) for shelf in shelves}
        under_way = await in_transit_to(reading, shelves.values())
        assert {shelf: under_way.get(spot, 0) for shelf, spot in shelves.items()} == now
        cost = select(func.coalesce(-func.sum(StockMovement.value_minor), 0)).where(TO_AND_FRO)
        assert await reading.value(cost) == way.value()
        newest = self.seen[-1][0] if self.seen else None
        if newest is not None:
            past = [one for one in self.seen_under_way if one[0] != newest]
            self.seen_under_way = [*past, (newest, now)]
        for instant, was in self.seen_under_way[-1:] + self.seen_under_way[::9]:
            page = await list_balances(reading, SYSTEM, PageRequest(first=100), instant=instant)
            told: defaultdict[Any, int] = defaultdict(int)
            for row in page.rows:
                told[row["variant_id"], row["location_id"]] = row["in_transit"]
            assert {shelf: told[spot] for shelf, spot in shelves.items()} == was


def test_documents_and_a_plain_model_never_part(database: RoleUrls) -> None:
    assert run_machine(database, examples=12, machine=DocumentMachine) > 300


@pytest.mark.long
def test_two_thousand_steps_of_everything_beside_the_model(database: RoleUrls) -> None:
    steps = run_machine(database, examples=80, machine=DocumentMachine)
    print(f"{steps} steps")
    assert steps >= 2_000
