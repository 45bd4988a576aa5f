"""Documents: what is ordered and has not come, what is under way, and what goes back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.domain.stock.model.holds import Holds
from tests.domain.stock.model.lots import (
    PIECE,
    Heap,
    Lot,
    Shelf,
    Thing,
    half_up,
    lying,
    need,
    parts_of,
    spread,
    worth,
)
from tests.domain.stock.model.shelves import CODED

WEIGHTS: dict[str, int] = {"A": 300, "B": 45, "D": 1_250}
"""Grams of a piece; what is kept by weight has none."""
STATES: dict[str, tuple[str, ...]] = {
    "approve": ("draft",),
    "send": ("approved",),
    "close": ("partly_received", "received"),
    "cancel": ("draft", "approved", "sent"),
}
BECOMES = {"approve": "approved", "send": "sent", "close": "closed", "cancel": "cancelled"}


@dataclass(eq=False)
class Going:
    """A line by which goods go: so much of a sku, of a lot or of what comes first."""

    sku: str
    quantity: int
    lot: Lot | None = None
    codes: Sequence[bytes] = ()


@dataclass(eq=False)
class Come:
    """A line of a receipt: so much of a sku at a price for one, of which lot."""

    sku: str
    quantity: int
    price: int
    number: str | None = None
    expires: date | None = None
    codes: Sequence[bytes] = ()

    @property
    def value(self) -> int:
        return half_up(self.price * self.quantity, PIECE)


@dataclass(eq=False)
class OrderLine:
    quantity: int
    price: int
    received: int = 0

    @property
    def left(self) -> int:
        return max(0, self.quantity - self.received)


@dataclass(eq=False)
class Order(Thing):
    place: str
    lines: dict[str, OrderLine]
    state: str = "draft"


@dataclass(eq=False)
class Transfer(Thing):
    """`lines`: the sku of each, what of it is under way, and its pieces."""

    source: str
    target: str
    lines: list[tuple[str, list[Heap], list[bytes]]]
    state: str = "sent"


@dataclass(eq=False)
class Return(Thing):
    place: str
    lines: list[Going]
    state: str = "draft"


@dataclass(eq=False)
class Papers(Holds):
    orders: list[Order] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)

    def expected(self, shelf: Shelf) -> int:
        """How much orders still let expect."""
        return sum(
            order.lines[shelf[0]].left
            for order in self.orders
            if order.place == shelf[1]
            and shelf[0] in order.lines
            and order.state in ("approved", "sent", "partly_received")
        )

    def under_way(self, shelf: Shelf) -> list[Heap]:
        """What transfers are bringing."""
        return [
            heap
            for transfer in self.transfers
            if transfer.target == shelf[1]
            for sku, heaps, _ in transfer.lines
            if sku == shelf[0]
            for heap in heaps
        ]

    def turn(self, paper: Order | Return, action: str) -> None:
        """Let a document be in its next state. Raises Refused where it is in the wrong one."""
        states = STATES[action]
        if isinstance(paper, Return):
            states = tuple({*states} & {"draft", "approved"})
        need(paper.state in states, f"it is {paper.state}")
        paper.state = BECOMES[action]

    def receive(
        self, place: str, came: Sequence[tuple[Come, Lot]], extra: tuple[int, str] | None
    ) -> None:
        """Put what came on the shelves, at its price and its part of an extra cost."""
        extras = [0] * len(came)
        if extra:
            amount, by = extra
            unknown = any(one.sku not in WEIGHTS for one, _ in came)
            need(by == "value" or not unknown, "a line has no weight")
            by_weight = [WEIGHTS.get(one.sku, 0) * one.quantity for one, _ in came]
            extras = spread(amount, by_weight if by == "weight" else [c.value for c, _ in came])
        for (one, lot), more in zip(came, extras, strict=True):
            shelf = one.sku, place
            self.put("receipt", shelf, one.quantity, one.value + more, lot, one.codes)

    def receive_order(
        self, order: Order, came: Sequence[tuple[Come, Lot]], *, allow_over: bool
    ) -> None:
        """The same, by an order, of which so much is expected no more."""
        need(order.state in ("sent", "partly_received"), f"it is {order.state}")
        need(came, "nothing came")
        for one, _ in came:
            line = order.lines.get(one.sku)
            need(line, "it was not ordered")
            assert line is not None
            need(allow_over or one.quantity <= line.left, "more than was ordered")
            line.received += one.quantity
        self.receive(order.place, came, None)
        is_whole = not any(line.left for line in order.lines.values())
        order.state = "received" if is_whole else "partly_received"

    def go(
        self, kind: str, place: str, lines: Sequence[Going], *, must_be_good: bool, even_named: bool
    ) -> list[list[Heap]]:
        """Let lines go, those that name a lot first; of each what it took. What no lot is named for
        has to be good where it must, and what a lot is named for where `even_named`.
        """
        taken: dict[int, list[Heap]] = {}
        for at in sorted(range(len(lines)), key=lambda at: lines[at].lot is None):
            line = lines[at]
            need(len(line.codes) * PIECE <= line.quantity, "more codes than pieces")
            taken[at] = self.take(
                kind,
                (line.sku, place),
                line.quantity,
                lot=line.lot,
                codes=line.codes,
                is_good=must_be_good and (even_named or line.lot is None),
            )
        return [taken[at] for at in range(len(lines))]

    def convert(
        self,
        place: str,
        source: Going,
        results: Sequence[tuple[str, int]],
        shares: Sequence[int] | None,
        codes: Sequence[Sequence[bytes]],
    ) -> None:
        """Let one thing become others: they cost what it did, and last no longer; of each of them
        the pieces that are named."""
        need(source.sku not in [sku for sku, _ in results], "made of itself")
        (parts,) = self.go("conversion", place, [source], must_be_good=True, even_named=True)
        soonest = min((part.lot.expires for part in parts if part.lot.expires), default=None)
        weights = list(shares or [quantity for _, quantity in results])
        values = spread(worth(parts), weights)
        for (sku, quantity), value, named in zip(results, values, codes, strict=True):
            lot = self.lot(sku, None, soonest)
            self.put("conversion", (sku, place), quantity, value, lot, named)

    def arrive(
        self, transfer: Transfer, quantities: dict[int, int], codes: Sequence[bytes] = ()
    ) -> None:
        """Let so much of each line come; of a part of one, the pieces that are named."""
        need(transfer.state in ("sent", "partly_received"), f"it is {transfer.state}")
        need(quantities, "nothing came")
        coming = {code for at in quantities for code in transfer.lines[at][2]}
        need(set(codes) <= coming, "a piece that is not on its way")
        for at, quantity in quantities.items():
            sku, heaps, pieces = transfer.lines[at]
            need(quantity <= lying(heaps), "more than is under way")
            need(sku != CODED or quantity % PIECE == 0, "half a piece")
            is_whole = quantity == lying(heaps)
            mine = list(pieces) if is_whole else [code for code in pieces if code in codes]
            named = self._of_lots(mine)
            heaps.sort(key=lambda heap: heap.lot.turn)
            for part in parts_of(heaps, quantity, named, self._of_lots(pieces)):
                own = [code for code in mine if self.pieces[code].lot is part.lot]
                shelf = sku, transfer.target
                self.put("transfer_in", shelf, part.quantity, part.value, part.lot, own)
            pieces[:] = [code for code in pieces if code not in mine]
        left = any(lying(heaps) for _, heaps, _ in transfer.lines)
        transfer.state = "partly_received" if left else "received"

    def close(self, transfer: Transfer) -> list[int]:
        """What has not come never will; what that was worth, line by line."""
        need(transfer.state in ("sent", "partly_received"), f"it is {transfer.state}")
        short = [worth(heaps) for _, heaps, _ in transfer.lines]
        for sku, heaps, pieces in transfer.lines:
            for heap in filter(lambda heap: heap.quantity, heaps):
                self.lose("transfer_in", (sku, transfer.target), heap)
            for code in pieces:
                self.pieces[code].state = "written_off"
                self.pieces[code].place = transfer.target
            heaps.clear()
            pieces.clear()
        transfer.state = "received"
        return short

    def call_back(self, transfer: Transfer) -> None:
        """Let what was sent lie again where it came from."""
        need(transfer.state == "sent", f"it is {transfer.state}")
        transfer.target = transfer.source
        whole = {at: lying(heaps) for at, (_, heaps, _) in enumerate(transfer.lines)}
        self.arrive(transfer, whole)
        transfer.state = "cancelled"

    def _of_lots(self, codes: Sequence[bytes]) -> Counter[int]:
        """How much of each lot these pieces are."""
        found = Counter[int]()
        for code in codes:
            found[self.pieces[code].lot.came] += PIECE
        return found
