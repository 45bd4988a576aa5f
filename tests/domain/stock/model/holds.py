"""Holds: who keeps what where and until when, what is waited for, and what a supplier sends."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from tests.domain.stock.model.lots import (
    PIECE,
    Heap,
    Lot,
    Shelf,
    Thing,
    half_even,
    lay,
    lying,
    need,
    parts_of,
)
from tests.domain.stock.model.shelves import CODED, Shelves

PLACES: Final = ("main", "second")
"""Ours, that of higher priority first."""
DEPOT: Final = "depot"
"""The supplier's, who sends what he has there straight to buyers."""
BY_WEIGHT: Final = "C"
UNDER_WAY: Final = ("held", "partly_shipped")
PATIENCE: Final = timedelta(days=2)


@dataclass(eq=False)
class HoldLine:
    """What a hold keeps at a shelf, and how much of it is not there yet; what is out, lot by lot;
    of what a supplier sent, how much and at which cost."""

    kept: int
    waits: int
    out: list[Heap] = field(default_factory=list)
    sent: int = 0
    cost: int = 0


@dataclass(eq=False)
class Hold(Thing):
    owner: str
    asked: dict[str, int]
    until: datetime | None
    lines: dict[Shelf, HoldLine]
    state: str = "held"

    def let_go(self) -> None:
        for line in self.lines.values():
            line.kept = line.waits = 0


@dataclass(eq=False)
class Offer:
    """What a supplier told that he has of a sku, how much of it went since, and until when he is
    believed; whether he offers it still."""

    quantity: int
    price: int
    told_at: datetime
    stale_at: datetime
    sent: int = 0
    is_told: bool = True


@dataclass(eq=False)
class Holds(Shelves):
    holds: list[Hold] = field(default_factory=list)
    limits: Counter[Shelf] = field(default_factory=Counter)
    """How much may be waited for; at the depot, what can be had or is reserved there."""
    offers: dict[str, Offer] = field(default_factory=dict)
    is_supplied: bool = True

    def reserved(self, shelf: Shelf) -> int:
        found = (hold.lines.get(shelf) for hold in self.holds)
        return sum(line.kept - line.waits for line in found if line)

    def waited(self, shelf: Shelf) -> int:
        found = (hold.lines.get(shelf) for hold in self.holds)
        return sum(line.waits for line in found if line)

    def is_past(self, hold: Hold) -> bool:
        return hold.state in UNDER_WAY and hold.until is not None and hold.until <= self.now

    def cover(self) -> None:
        """Give what is free to those who wait for it and have time left, the first first."""
        for hold in self.holds:
            if hold.state in UNDER_WAY and not self.is_past(hold):
                for shelf, line in hold.lines.items():
                    if line.waits and shelf[1] != DEPOT:
                        line.waits -= min(line.waits, self.free(shelf))

    def hold(
        self,
        owner: str,
        lines: Sequence[tuple[str, int]],
        until: datetime | None,
        *,
        strategy: str = "priority",
    ) -> Hold:
        """Keep what is asked for: of what is there, else of what the supplier has, else of what may
        be waited for. Who asks again has what he has. Raises Refused.
        """
        need(until is None or until > self.now, "it is past already")
        asked: defaultdict[str, int] = defaultdict(int)
        for sku, quantity in lines:
            need(sku == BY_WEIGHT or quantity % PIECE == 0, "half a piece")
            asked[sku] += quantity
        earlier = next((one for one in self.holds if one.owner == owner and _is_live(one)), None)
        if earlier and not self.is_past(earlier):
            need(earlier.asked == asked, "holds other goods")
            return earlier
        skus = set(asked) | {sku for sku, _ in (earlier.lines if earlier else ())}
        for hold in self.holds:
            for shelf, line in hold.lines.items():
                if self.is_past(hold) and shelf[0] in skus:
                    line.kept = line.waits = 0
        if earlier:
            earlier.state = "expired"
        self.cover()
        hold = Hold(UUID(int=0), owner, dict(asked), until, {})
        for sku, quantity in asked.items():
            self._allot(hold, sku, quantity, self._places(sku, asked, strategy))
        self.holds.append(hold)
        return hold

    def _places(self, sku: str, asked: Mapping[str, int], strategy: str) -> list[str]:
        """Ours, as they are asked: that of higher priority first, or that of what expires first,
        or one that has all of what is asked for."""
        places = list(PLACES)
        if strategy == "expiry_first":
            places.sort(key=lambda place: self._soonest((sku, place)))
        elif strategy == "fewest_parcels":
            places.sort(
                key=lambda place: any(self.free((one, place)) < asked[one] for one in asked)
            )
        return places

    def _allot(self, hold: Hold, sku: str, quantity: int, places: Sequence[str]) -> None:
        there = [(place, self.free((sku, place)), False) for place in places]
        offer = self.offers.get(sku)
        depots = [DEPOT] if offer and offer.stale_at > self.now else []
        later = [(place, self._room((sku, place)), True) for place in (*depots, *PLACES)]
        for place, available, waits in there + later:
            if taken := min(quantity, available):
                line = hold.lines.setdefault((sku, place), HoldLine(0, 0))
                line.kept += taken
                line.waits += taken if waits else 0
                quantity -= taken
        need(quantity == 0, "too little can be had")

    def _room(self, shelf: Shelf) -> int:
        return self.limits[shelf] - self.waited(shelf)

    def _soonest(self, shelf: Shelf) -> date:
        days = [heap.lot.expires for heap in self.good(shelf) if heap.quantity]
        return min((day for day in days if day), default=date.max)

    def ship(
        self, hold: Hold, parts: Mapping[Shelf, int] | None, codes: Mapping[str, Sequence[bytes]]
    ) -> None:
        """Let all that is kept, or parts of it, go to the buyer, with the pieces named by place."""
        if hold.state == "shipped" and parts is None:
            return
        need(hold.state in UNDER_WAY and not self.is_past(hold), "it has ended")
        going = parts or {shelf: line.kept for shelf, line in hold.lines.items() if line.kept}
        pieces = {
            place: quantity // PIECE
            for (sku, place), quantity in going.items()
            if sku == CODED and place != DEPOT
        }
        named = {place: len(some) for place, some in codes.items() if some}
        need(named == {place: some for place, some in pieces.items() if some}, "which pieces")
        for shelf, quantity in going.items():
            line = hold.lines[shelf]
            need(0 < quantity <= line.kept, "more than it keeps")
            is_whole = shelf[0] == BY_WEIGHT or quantity % PIECE == 0
            need(is_whole or quantity == line.kept, "half a piece")
            if shelf[1] == DEPOT:
                self._send(line, shelf, quantity)
            else:
                need(quantity <= line.kept - line.waits, "it has not come yet")
                line.kept -= quantity
                self._sell(hold, shelf, quantity, codes.get(shelf[1], ()))
        left = any(line.kept for line in hold.lines.values())
        hold.state = "partly_shipped" if left else "shipped"

    def _send(self, line: HoldLine, shelf: Shelf, quantity: int) -> None:
        offer = self.offers[shelf[0]]
        before = half_even(offer.price * line.sent, PIECE)
        line.kept, line.waits = line.kept - quantity, line.waits - quantity
        line.sent += quantity
        line.cost += half_even(offer.price * line.sent, PIECE) - before
        offer.sent += quantity
        self.limits[shelf] -= quantity

    def _sell(self, hold: Hold, shelf: Shelf, quantity: int, codes: Sequence[bytes]) -> None:
        named = codes if shelf[0] == CODED else ()
        parts = self.take("sale", shelf, quantity, codes=named, is_good=True, was_held=True)
        for part in parts:
            lay(hold.lines[shelf].out, part)
        for code in named:
            self.pieces[code].sold_by = self.holds.index(hold), shelf

    def bring_back(
        self,
        hold: Hold,
        shelf: Shelf,
        quantity: int,
        place: str | None,
        *,
        lot: Lot | None = None,
        codes: Sequence[bytes] = (),
        is_damaged: bool = False,
    ) -> None:
        """What was sold lies there again, in its lot, at its cost; damaged, it is lost at once."""
        need(shelf[1] != DEPOT, "the supplier sent it")
        out = sorted(hold.lines[shelf].out, key=lambda heap: heap.lot.turn)
        of = [heap for heap in out if lot in (None, heap.lot)]
        need(quantity <= lying(of), "less is out")
        is_whole = shelf[0] == BY_WEIGHT or quantity % PIECE == 0
        need(is_whole or quantity == lying(out), "half a piece")
        need(shelf[0] != CODED or quantity == len(codes) * PIECE, "which pieces")
        by = self.holds.index(hold), shelf
        for code in codes:
            piece = self.pieces.get(code)
            need(piece and piece.state == "sold" and piece.sold_by == by, "not sold by this")
        named = Counter[int]()
        for code in codes:
            named[self.pieces[code].lot.came] += PIECE
        target = shelf[0], place or shelf[1]
        for part in parts_of(of, quantity, named, named):
            mine = [code for code in codes if self.pieces[code].lot is part.lot]
            if is_damaged:
                self.lose("return", target, part)
            else:
                self.put("return", target, part.quantity, part.value, part.lot, mine)
            for code in mine:
                self.pieces[code].place = target[1]
                if is_damaged:
                    self.pieces[code].state = "written_off"

    def extend(self, hold: Hold, until: datetime | None) -> None:
        need(hold.state in UNDER_WAY and not self.is_past(hold), "it has ended")
        need(until is None or until > self.now, "it is past already")
        hold.until = until

    def release(self, hold: Hold) -> None:
        need(hold.state != "shipped", "it is shipped")
        if hold.state in UNDER_WAY:
            hold.state = "released"
            hold.let_go()

    def expire(self) -> int:
        """Free what is past its time; how many holds that were."""
        past = [hold for hold in self.holds if self.is_past(hold)]
        for hold in past:
            hold.state = "expired"
            hold.let_go()
        return len(past)

    def limit(self, shelf: Shelf, most: int) -> None:
        """Let so much be waited for."""
        need(shelf[1] != DEPOT, "the supplier says what he has")
        need(most >= self.waited(shelf), "more is waited for already")
        self.limits[shelf] = most

    def tell(self, sku: str, quantity: int, price: int) -> None:
        """The supplier says how much he has to send; 0: no more of it."""
        if quantity:
            self.offers[sku] = Offer(quantity, price, self.now, self.now + PATIENCE)
        elif sku in self.offers:
            self.offers[sku].is_told = False
        self._believe(sku)

    def supply(self, is_supplied: bool) -> None:
        """We buy of him, or no more: then nothing of what he told can be had."""
        self.is_supplied = is_supplied
        for sku in self.offers:
            self._believe(sku)

    def _believe(self, sku: str) -> None:
        shelf = sku, DEPOT
        offer = self.offers.get(sku)
        has = offer.quantity - offer.sent if offer and offer.is_told and self.is_supplied else 0
        waited = self.waited(shelf)
        self.limits[shelf] = max(has, waited)
        if offer:
            is_gone = has < waited or not (offer.is_told and self.is_supplied)
            offer.stale_at = self.now if is_gone else offer.told_at + PATIENCE

    def forget_stale(self) -> None:
        """What he told too long ago can be had no more."""
        for sku, offer in self.offers.items():
            if offer.stale_at <= self.now:
                self.limits[sku, DEPOT] = self.waited((sku, DEPOT))


def _is_live(hold: Hold) -> bool:
    return hold.state in (*UNDER_WAY, "shipped")
