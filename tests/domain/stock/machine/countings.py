"""Stocktakes: people count while goods come and go, and what they find is brought in the books."""

from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from domain.stock.moves import LotFacts
from domain.stock.stocktakes.counts import Counted, add_counts
from domain.stock.stocktakes.posting import approve_stocktake
from domain.stock.stocktakes.stocktakes import (
    cancel_stocktake,
    create_stocktake,
    finish_counting,
    recount,
    start_stocktake,
)
from domain.stock.units.scanned import Name
from tenants.scope import UnitOfWork
from tests.domain.stock.machine.base import NEWEST, SKUS, numbers, picks, places, quantities, skus
from tests.domain.stock.machine.buyers import Buyers
from tests.domain.stock.model.lots import PIECE, need
from tests.domain.stock.model.shelves import CODED
from tests.domain.stock.model.takings import Model, Taking

drifts = some.sampled_from((0, 0, -2_000, -1_000, 1_000, 500))
"""How much more is on a shelf than the books say."""


class Countings(Buyers):
    """Rules of stocktakes; several may be under way."""

    def is_counted(self) -> bool:
        return any(one.state in ("counting", "review") for one in self.model.takings)

    def taking_at(self, pick: int, *states: str) -> tuple[int, Taking]:
        at = self.one_of(self.model.takings, pick, *(states or ("counting",)))
        return at, self.model.takings[at]

    @rule(place=places, about=some.sets(skus))
    def begin(self, place: str, about: set[str]) -> None:
        named = tuple(sorted(about)) or None
        given: dict[str, object] = {"location": self.place[place]}
        if named:
            given["variants"] = [self.room.variants[sku] for sku in named]

        async def work(uow: UnitOfWork) -> UUID:
            return await start_stocktake(uow, await create_stocktake(uow, given))

        def change(model: Model) -> Taking:
            model.takings.append(Taking(UUID(int=0), place, named))
            return model.takings[-1]

        self.step(work, change)

    @precondition(is_counted)
    @rule(pick=picks, sku=skus, drift=drifts, parts=some.integers(1, 2))
    def count(self, pick: int, sku: str, drift: int, parts: int) -> None:
        """Somebody finds what lies there, whatever the books say; perhaps in two parts."""
        _, taking = self.taking_at(pick)
        there = max(0, self.model.on_hand((sku, taking.place)) + drift)
        there -= there % PIECE if sku == CODED and pick % 7 else 0
        first = there // (2 * PIECE) * PIECE if parts == 2 else 0
        for quantity in (first, there - first)[2 - parts :]:
            self.find_there(pick, sku, quantity, None)

    @precondition(is_counted)
    @rule(pick=picks, sku=skus, drift=drifts)
    def count_lots(self, pick: int, sku: str, drift: int) -> None:
        """Somebody finds what lies there, lot by lot; of one of them another quantity."""
        _, taking = self.taking_at(pick)
        heaps = [heap for heap in self.model.heaps[sku, taking.place] if heap.quantity]
        for at, heap in enumerate(heaps):
            much = max(0, heap.quantity + (drift if at == pick % len(heaps) else 0))
            much -= much % PIECE if sku == CODED else 0
            self.find_there(pick, sku, much, heap.lot.number)

    @precondition(is_counted)
    @rule(pick=picks, sku=skus, number=numbers)
    def count_a_lot(self, pick: int, sku: str, number: str | None) -> None:
        """A lot turns up that perhaps nobody knew."""
        self.find_there(pick, sku, PIECE, number or "L3")

    def find_there(self, pick: int, sku: str, quantity: int, number: str | None) -> None:
        at, taking = self.taking_at(pick)
        self.made += 1
        one = Counted(
            key=f"k{self.made}", name=Name(variant=self.room.variants[sku]), quantity=quantity,
            lot=LotFacts(number) if number else None,
        )  # fmt: skip

        async def work(uow: UnitOfWork) -> None:
            await add_counts(uow, taking.id, [one])

        def change(model: Model) -> None:
            lot = model.numbered(sku, number) or (model.lot(sku, number) if number else None)
            model.count(model.takings[at], sku, quantity, lot)

        self.step(work, change)

    @precondition(is_counted)
    @rule(pick=picks, sku=skus)
    def count_again(self, pick: int, sku: str) -> None:
        at, taking = self.taking_at(pick, "counting", "review")
        variants = [self.room.variants[sku]]
        self.step(
            lambda uow: recount(uow, taking.id, variants),
            lambda model: model.recount(model.takings[at], sku),
        )

    @precondition(is_counted)
    @rule(pick=picks)
    def finish(self, pick: int) -> None:
        at, taking = self.taking_at(pick)
        self.step(
            lambda uow: finish_counting(uow, taking.id),
            lambda model: model.finish(model.takings[at]),
        )

    @precondition(is_counted)
    @rule(pick=picks, zero_uncounted=some.booleans(), below_reserved=some.booleans())
    def approve(self, pick: int, zero_uncounted: bool, below_reserved: bool) -> None:
        at, taking = self.taking_at(pick, "review")
        how = {"zero_uncounted": zero_uncounted, "below_reserved": below_reserved}
        self.step(
            lambda uow: approve_stocktake(uow, taking.id, **how),
            lambda model: model.approve(model.takings[at], **how),
        )

    @precondition(is_counted)
    @rule(pick=picks)
    def give_up(self, pick: int) -> None:
        at, taking = self.taking_at(pick)

        def change(model: Model) -> None:
            own = model.takings[at]
            need(own.state in ("counting", "review"), f"it is {own.state}")
            own.state = "cancelled"

        self.step(lambda uow: cancel_stocktake(uow, taking.id), change)

    @rule(
        meanwhile=some.lists(
            some.tuples(skus, quantities, some.sampled_from((None, False, True, True))),
            min_size=1, max_size=3,
        ),
        place=places, drift=some.fixed_dictionaries(dict.fromkeys(SKUS, drifts)),
        zero_uncounted=some.sampled_from((True, True, False)),
        below_reserved=some.sampled_from((True, True, False)),
    )  # fmt: skip
    def take_stock(
        self,
        place: str,
        drift: dict[str, int],
        meanwhile: list[tuple[str, int, bool | None]],
        zero_uncounted: bool,
        below_reserved: bool,
    ) -> None:
        """A whole stocktake, at which what differs is counted, and what does not is not; buyers
        come, and perhaps bring back one of what they took, after each part of it."""
        self.begin(place, set())
        buyers = iter([*meanwhile, None, None, None])
        self.serve(next(buyers))
        for sku, by in drift.items():
            if by:
                self.count(NEWEST, sku, by, 1)
        self.serve(next(buyers))
        self.finish(NEWEST)
        self.serve(next(buyers))
        self.approve(NEWEST, zero_uncounted, below_reserved)

    def serve(self, buyer: tuple[str, int, bool | None] | None) -> None:
        """Sell to him; None comes back of it, or one, damaged or not."""
        if buyer:
            sku, quantity, is_damaged = buyer
            back = None if is_damaged is None else (PIECE, is_damaged)
            self.sell(sku, quantity, 2, back)
