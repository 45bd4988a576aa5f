"""Stocktakes: what people find on the shelves, and what the books are to say then."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.domain.stock.model.lots import PIECE, Lot, Shelf, Thing, lying, need
from tests.domain.stock.model.papers import Papers
from tests.domain.stock.model.shelves import CODED


@dataclass(eq=False)
class Taking(Thing):
    """A stocktake of a place, or of some skus there.

    `counts` is what was found of each sku, of which lots; `books` what the books had of its lots
    when it was counted last; `came` what has come of it since the start; `lines` what was written
    down when the counting ended.
    """

    place: str
    skus: tuple[str, ...] | None
    state: str = "counting"
    counts: dict[str, list[tuple[Lot | None, int]]] = field(default_factory=dict)
    books: dict[str, Counter[int]] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)
    lines: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Model(Papers):
    """The whole shop, in lists and sums. Nothing here knows of SQL."""

    takings: list[Taking] = field(default_factory=list)

    def note(self, kind: str, shelf: Shelf, lot: Lot, quantity: int) -> None:
        for taking in self.takings:
            if taking.place == shelf[1] and kind != "stocktake" and quantity > 0:
                taking.came[shelf[0]] += quantity
            elif taking.place == shelf[1] and kind == "stocktake" and shelf[0] in taking.books:
                taking.books[shelf[0]][lot.came] += quantity  # so it lay there all the time

    def set_to(self, shelf: Shelf, quantity: int, believed: int) -> None:
        """Let the books say just this much, if they said what was believed."""
        there = self.on_hand(shelf)
        need(there == believed, "something else was there")
        need(quantity >= self.reserved(shelf), "less than is promised")
        if quantity > there:
            self.put("stocktake", shelf, quantity - there, None, self.lot(shelf[0]))
        elif quantity < there:
            self.take("stocktake", shelf, there - quantity)

    def count(self, taking: Taking, sku: str, quantity: int, lot: Lot | None) -> None:
        """Somebody finds so much."""
        need(taking.state == "counting", f"it is {taking.state}")
        need(taking.skus is None or sku in taking.skus, "it is not about this")
        need(sku != CODED or quantity % PIECE == 0, "half a piece")
        taking.counts.setdefault(sku, []).append((lot, quantity))
        heaps = self.heaps[sku, taking.place]
        taking.books[sku] = Counter({heap.lot.came: heap.quantity for heap in heaps})

    def recount(self, taking: Taking, sku: str) -> None:
        need(taking.state in ("counting", "review"), f"it is {taking.state}")
        taking.counts.pop(sku, None)
        taking.books.pop(sku, None)
        taking.lines.clear()
        taking.state = "counting"

    def finish(self, taking: Taking) -> None:
        need(taking.state == "counting", f"it is {taking.state}")
        here = {sku for (sku, place), heaps in self.heaps.items() if place == taking.place}
        about = here if taking.skus is None else here & {*taking.skus}
        missing = {sku for sku in about - taking.counts.keys() if self._old(taking, sku) > 0}
        taking.lines = {*taking.counts} | missing
        taking.state = "review"

    def approve(self, taking: Taking, *, zero_uncounted: bool, below_reserved: bool) -> None:
        """Bring what was found into the books, of which no more is taken than is nobody's."""
        need(taking.state == "review", f"it is {taking.state}")
        taking.state = "approved"
        for sku in sorted(taking.lines):
            if sku in taking.counts:
                differences = self._differences(taking, sku)
            elif zero_uncounted:
                differences = [(None, -max(0, self._old(taking, sku)))]
            else:
                continue
            short = self._correct((sku, taking.place), differences)
            need(not short or below_reserved, "less is left than is promised")

    def _old(self, taking: Taking, sku: str) -> int:
        """What was there at the start and has not gone since."""
        return self.on_hand((sku, taking.place)) - taking.came[sku]

    def _differences(self, taking: Taking, sku: str) -> list[tuple[Lot | None, int]]:
        counts, books = taking.counts[sku], taking.books[sku]
        if any(lot is None for lot, _ in counts):
            return [(None, sum(quantity for _, quantity in counts) - books.total())]
        found = Counter[int]()
        for lot, quantity in counts:
            assert lot is not None
            found[lot.came] += quantity
        lots = sorted(found.keys() | {came for came, quantity in books.items() if quantity})
        return [(self.lots[came], found[came] - books[came]) for came in lots]

    def _correct(self, shelf: Shelf, differences: list[tuple[Lot | None, int]]) -> int:
        """Add and take what differs, as far as it may go; how much may not."""
        known = self.known(shelf)
        may_go = self.on_hand(shelf) - max(self.reserved(shelf), known.total())
        there = {heap.lot: heap.quantity for heap in self.heaps[shelf]}
        good = lying(self.good(shelf)) - self.reserved(shelf)
        for lot, more in differences:
            if more > 0:
                new = lot or self.lot(shelf[0])
                self.put("stocktake", shelf, more, None, new)
                may_go += more
                good += more if there.get(new) and new.is_good(self.today) else 0
        short, rest = 0, list[int]()
        for lot, more in differences:
            if more < 0:
                own = min(-more, there.get(lot, 0)) if lot else 0
                limits = [own, may_go]
                if own and lot:
                    limits.append(there[lot] - known[lot.came])
                    limits += [max(0, good)] if lot.is_good(self.today) else []
                of_lot, others = min(limits), -more - own
                if of_lot and lot:
                    good -= of_lot if lot.is_good(self.today) else 0
                    self.take("stocktake", shelf, of_lot, lot=lot)
                rest.append(min(others, may_go - of_lot))
                may_go -= of_lot + rest[-1]
                short += -more - of_lot - rest[-1]
        for quantity in filter(None, rest):
            self.take("stocktake", shelf, quantity)
        return short

    def stated(self) -> dict[object, str]:
        """The state of all that has one."""
        things: list[Any] = [
            *self.holds,
            *self.orders,
            *self.transfers,
            *self.returns,
            *self.takings,
        ]
        return {thing.id: thing.state for thing in things}
