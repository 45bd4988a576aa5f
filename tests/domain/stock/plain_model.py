"""Stock as lists and sums in memory: what the database is held against."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from domain.stock.moves import LotFacts

Shelf = tuple[str, str]
"""A sku at a place."""


@dataclass
class ModelLot:
    """A lot at a place, in the order in which lots are taken: `expires`, then its coming."""

    number: str | None
    expires: date | None
    came: int
    quantity: int
    value: int

    @property
    def turn(self) -> tuple[date, int]:
        return self.expires or date.max, self.came


@dataclass
class ModelHold:
    """Who keeps what where, and until when."""

    id: UUID
    kept: dict[Shelf, int]
    until: datetime | None
    is_held: bool = True
    waits: dict[Shelf, int] = field(default_factory=dict)
    """How much of what it keeps is not there yet."""
    was_cut: bool = False
    """Whether somebody has taken what it kept, its time being over."""
    out: defaultdict[Shelf, list[ModelLot]] = field(default_factory=lambda: defaultdict(list))
    """What it has shipped and did not come back, lot by lot."""


@dataclass
class Model:
    """What there should be. Nothing here knows of SQL."""

    lots: defaultdict[Shelf, list[ModelLot]] = field(default_factory=lambda: defaultdict(list))
    holds: dict[str, ModelHold] = field(default_factory=dict)
    came: int = 0
    known: dict[tuple[str, str], tuple[date | None, int]] = field(default_factory=dict)
    limits: defaultdict[Shelf, int] = field(default_factory=lambda: defaultdict(int))

    def on_hand(self, shelf: Shelf) -> int:
        return sum(lot.quantity for lot in self.lots[shelf])

    def value(self, shelf: Shelf) -> int:
        return sum(lot.value for lot in self.lots[shelf])

    def reserved(self, shelf: Shelf) -> int:
        return sum(
            hold.kept.get(shelf, 0) - hold.waits.get(shelf, 0)
            for hold in self.holds.values()
            if hold.is_held
        )

    def backordered(self, shelf: Shelf) -> int:
        return sum(hold.waits.get(shelf, 0) for hold in self.holds.values() if hold.is_held)

    def cover(self, now: datetime, today: date) -> None:
        """Give what is free to those who wait for it and have time left, the first first."""
        for hold in self.holds.values():
            if hold.is_held and (hold.until is None or hold.until > now):
                for shelf, waits in list(hold.waits.items()):
                    hold.waits[shelf] -= min(waits, self.sellable(shelf, today))

    def free(self, shelf: Shelf) -> int:
        return self.on_hand(shelf) - self.reserved(shelf)

    def sellable(self, shelf: Shelf, today: date) -> int:
        gone = sum(lot.quantity for lot in self.lots[shelf] if is_over(lot, today))
        return max(0, self.free(shelf) - gone)

    def put(self, shelf: Shelf, quantity: int, value: int | None, lot: LotFacts) -> None:
        if value is None:
            whole = self.on_hand(shelf)
            value = half_even(self.value(shelf) * quantity, whole) if whole else 0
        self.came += 1
        key = (shelf[0], lot.number or f"#{self.came}")
        expires, came = self.known.setdefault(key, (lot.expires_on, self.came))
        for one in self.lots[shelf]:
            if one.came == came:
                one.quantity += quantity
                one.value += value
                return
        self.lots[shelf].append(ModelLot(lot.number, expires, came, quantity, value))

    def take(self, shelf: Shelf, quantity: int, *, fresh_on: date | None = None) -> int:
        """Take it out, lot by lot; its cost."""
        lots = [lot for lot in self.lots[shelf] if fresh_on is None or not is_over(lot, fresh_on)]
        return sum(part.value for part in taken_of(lots, quantity))

    def ship(self, hold: ModelHold, shelf: Shelf, quantity: int, today: date) -> int:
        """Let a part of a hold go out; its cost."""
        lots = [lot for lot in self.lots[shelf] if not is_over(lot, today)]
        parts = taken_of(lots, quantity)
        for part in parts:
            self.lay(hold.out[shelf], part)
        hold.kept[shelf] -= quantity
        if not hold.kept[shelf]:
            del hold.kept[shelf]
            hold.waits.pop(shelf, None)
        hold.is_held = bool(hold.kept)
        return sum(part.value for part in parts)

    def lay(self, lots: list[ModelLot], part: ModelLot) -> None:
        """Put a part of a lot where perhaps some of it lies."""
        for one in lots:
            if one.came == part.came:
                one.quantity, one.value = one.quantity + part.quantity, one.value + part.value
                return
        lots.append(replace(part))


def taken_of(lots: list[ModelLot], quantity: int) -> list[ModelLot]:
    """So much of these lots, in their turn; what was taken of each."""
    parts: list[ModelLot] = []
    for lot in sorted(lots, key=lambda lot: lot.turn):
        if taken := min(quantity, lot.quantity):
            value = half_even(lot.value * taken, lot.quantity)
            lot.quantity, lot.value = lot.quantity - taken, lot.value - value
            parts.append(ModelLot(lot.number, lot.expires, lot.came, taken, value))
            quantity -= taken
    assert quantity == 0
    return parts


def is_over(lot: ModelLot, today: date) -> bool:
    return lot.expires is not None and lot.expires < today


def half_even(number: int, by: int) -> int:
    """`number / by` as banks round it, by way of fractions that lose nothing."""
    return round(Fraction(number, by))
