"""Shelves: what lies where, of which lots, and which of it is known piece by piece."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tests.domain.stock.model.lots import (
    PIECE,
    Heap,
    Lot,
    Shelf,
    half_even,
    lay,
    lying,
    need,
    parts_of,
    worth,
)

CODED: Final = "D"
"""The sku whose pieces have codes."""
GONE: Final = {
    "sale": "sold",
    "transfer_out": "in_transit",
    "write_off": "written_off",
    "stocktake": "written_off",
    "conversion": "converted",
    "supplier_return": "sent_back",
}
"""What becomes of a piece that goes, by why it goes."""
FOUND: Final = ("written_off", "converted")
BACK: Final = {
    "return": ("sold",),
    "transfer_in": ("in_transit",),
    "receipt": ("sent_back",),
    "conversion": ("converted",),
    "surplus": FOUND,
    "stocktake": FOUND,
    "scan": FOUND,
}
"""What a piece that is known may have been to come again, by why it comes."""
HERE: Final = ("in_stock", "returned")


@dataclass(eq=False)
class Piece:
    """One that is known by its code: of which lot, where it is or was last, and how it is."""

    lot: Lot
    place: str
    state: str
    sold_by: tuple[int, Shelf] | None = None
    """By which hold, and which line of it, it was sold last."""


@dataclass(eq=False)
class Shelves:
    """All that lies somewhere, at `now`."""

    now: datetime
    heaps: defaultdict[Shelf, list[Heap]] = field(default_factory=lambda: defaultdict(list))
    lots: list[Lot] = field(default_factory=list)
    pieces: dict[bytes, Piece] = field(default_factory=dict)
    moved: Counter[tuple[str, Shelf]] = field(default_factory=Counter)
    """How much came at a shelf, less what went, by why."""
    cost: Counter[tuple[str, Shelf]] = field(default_factory=Counter)
    """What that had cost."""

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo("Europe/Moscow")).date()

    def reserved(self, shelf: Shelf) -> int:
        """How much of what lies there is promised: those who hold it know."""
        raise NotImplementedError

    def note(self, kind: str, shelf: Shelf, lot: Lot, quantity: int) -> None:
        """So much came (or, less than 0, went): for those who count meanwhile."""

    def on_hand(self, shelf: Shelf) -> int:
        return lying(self.heaps[shelf])

    def good(self, shelf: Shelf) -> list[Heap]:
        """What may be sold."""
        return [heap for heap in self.heaps[shelf] if heap.lot.is_good(self.today)]

    def free(self, shelf: Shelf) -> int:
        """What may be sold, and is promised to nobody."""
        return max(0, lying(self.good(shelf)) - self.reserved(shelf))

    def known(self, shelf: Shelf) -> Counter[int]:
        """How much of each lot there is known piece by piece."""
        return Counter(
            {
                came: pieces * PIECE
                for came, pieces in Counter(
                    piece.lot.came
                    for piece in self.pieces.values()
                    if piece.state in HERE and (piece.lot.sku, piece.place) == shelf
                ).items()
            }
        )

    def numbered(self, sku: str, number: str | None) -> Lot | None:
        """The lot that is known by this number."""
        if number is None:
            return None
        return next((one for one in self.lots if (one.sku, one.number) == (sku, number)), None)

    def lot(self, sku: str, number: str | None = None, expires: date | None = None) -> Lot:
        """The lot by this number, or a new one. Raises Refused where it has another last day."""
        lot = self.numbered(sku, number)
        if lot is None:
            lot = Lot(sku, number, expires, len(self.lots))
            self.lots.append(lot)
        need(lot.expires == expires, "the lot is known with another last day")
        return lot

    def put(
        self,
        kind: str,
        shelf: Shelf,
        quantity: int,
        value: int | None,
        lot: Lot,
        codes: Sequence[bytes] = (),
    ) -> None:
        """Let so much come; without a value at the average of what lies there."""
        need(shelf[0] != CODED or quantity % PIECE == 0, "half a piece")
        need(len(codes) * PIECE <= quantity, "more codes than pieces")
        there = self.heaps[shelf]
        if value is None:
            value = half_even(worth(there) * quantity, lying(there)) if lying(there) else 0
        for code in codes:
            self.know(code, kind, lot, shelf[1])
        lay(there, Heap(lot, quantity, value))
        self.write(kind, shelf, quantity, value)
        self.note(kind, shelf, lot, quantity)

    def know(self, code: bytes, kind: str, lot: Lot, place: str) -> None:
        """Let a piece lie somewhere, that is new or has been away."""
        piece = self.pieces.get(code)
        need(piece or kind not in ("return", "transfer_in"), "nobody knows the code")
        need(piece is None or piece.state in BACK.get(kind, ()), "the piece is somewhere else")
        self.pieces[code] = Piece(lot, place, "returned" if kind == "return" else "in_stock")

    def take(
        self,
        kind: str,
        shelf: Shelf,
        quantity: int,
        *,
        lot: Lot | None = None,
        codes: Sequence[bytes] = (),
        is_good: bool = False,
        was_held: bool = False,
    ) -> list[Heap]:
        """Let so much go, those pieces among it: what may not be sold first (unless it must be
        good), then first expired, first out; what is promised to others stays. Raises Refused.
        """
        need(shelf[0] != CODED or quantity % PIECE == 0, "half a piece")
        there = sorted(self.heaps[shelf], key=lambda heap: heap.lot.turn)
        open_to = [heap for heap in there if heap.quantity and lot in (None, heap.lot)]
        good = [heap for heap in open_to if heap.lot.is_good(self.today)]
        spoilt = [] if is_good else [heap for heap in open_to if heap not in good]
        promised = 0 if was_held else self.reserved(shelf)
        unpromised = max(0, lying(self.good(shelf)) - promised)
        available = lying(spoilt) + min(lying(good), unpromised)
        need(quantity <= min(available, self.on_hand(shelf) - promised), "too little is free")
        known, named = self.known(shelf), Counter[int]()
        for code in codes:
            piece = self.pieces.get(code)
            need(piece, "nobody knows the code")
            assert piece is not None
            need((piece.lot.sku, piece.place) == shelf, "the piece is somewhere else")
            states = ("in_stock",) if kind == "sale" else HERE
            need(piece.state in states, "the piece is not there to be taken")
            named[piece.lot.came] += PIECE
        parts = parts_of([*spoilt, *good], quantity, named, known)
        from_good = sum(one.quantity for one in parts if one.lot.is_good(self.today))
        need(from_good <= unpromised, "too little is free beside the pieces that are named")
        for code in codes:
            self.pieces[code].state = GONE[kind]
        for part in parts:
            self.write(kind, shelf, -part.quantity, -part.value)
            self.note(kind, shelf, part.lot, -part.quantity)
        return parts

    def write(self, kind: str, shelf: Shelf, quantity: int, value: int) -> None:
        """Put a movement in the books."""
        self.moved[kind, shelf] += quantity
        self.cost[kind, shelf] += value

    def lose(self, came: str, shelf: Shelf, part: Heap) -> None:
        """What comes is lost at once: it is in the books alone."""
        self.write(came, shelf, part.quantity, part.value)
        self.write("write_off", shelf, -part.quantity, -part.value)

    def scan(self, place: str, codes: Sequence[bytes]) -> None:
        """Let pieces that lie there be known, of the one lot there that has some without a code."""
        shelf = CODED, place
        known = self.known(shelf)
        bare = {
            heap.lot: (heap.quantity - known[heap.lot.came]) // PIECE for heap in self.heaps[shelf]
        }
        lots = [lot for lot, pieces in bare.items() if pieces > 0]
        need(len(lots) == 1 and bare[lots[0]] >= len(codes), "which lot they are of")
        for code in codes:
            self.know(code, "scan", lots[0], place)

    def accept(self, code: bytes) -> None:
        """Let a piece that came back be sold again."""
        need(code in self.pieces and self.pieces[code].state == "returned", "it is not returned")
        self.pieces[code].state = "in_stock"
