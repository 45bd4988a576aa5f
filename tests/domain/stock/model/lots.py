"""Lots, and heaps of them: in which order goods are taken, and what they cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

Shelf = tuple[str, str]
"""A sku at a place."""
PIECE: Final = 1_000


class Refused(Exception):
    """The shop has to refuse it, too; then nothing changes."""


def need(is_so: object, why: str) -> None:
    """Raise Refused where it is not."""
    if not is_so:
        raise Refused(why)


@dataclass(eq=False)
class Thing:
    """A document or a hold; `id` is what the shop calls it."""

    id: UUID


@dataclass(eq=False)
class Lot:
    """Goods that came together; `came` counts the lots as they come."""

    sku: str
    number: str | None
    expires: date | None
    came: int
    is_recalled: bool = False

    @property
    def turn(self) -> tuple[date, int]:
        """Which of two lots is taken first."""
        return self.expires or date.max, self.came

    def is_good(self, today: date) -> bool:
        """Whether it may be sold."""
        return not self.is_recalled and (self.expires is None or self.expires >= today)


@dataclass(eq=False)
class Heap:
    """So much of a lot, and what that cost."""

    lot: Lot
    quantity: int
    value: int


def lay(heaps: list[Heap], part: Heap) -> None:
    """Put a part of a lot where perhaps some of it lies."""
    for heap in heaps:
        if heap.lot is part.lot:
            heap.quantity, heap.value = heap.quantity + part.quantity, heap.value + part.value
            return
    heaps.append(Heap(part.lot, part.quantity, part.value))


def parts_of(
    heaps: Sequence[Heap], quantity: int, named: Counter[int], known: Counter[int]
) -> list[Heap]:
    """So much off these heaps: of each lot what is `named` of it, then, in their order, whatever is
    not `known` piece by piece. Raises Refused where that is too little.
    """
    need(named.keys() <= {heap.lot.came for heap in heaps}, "a piece of another lot")
    wanted = Counter(named)
    left = quantity - wanted.total()
    need(left >= 0, "more pieces than goods")
    for heap in heaps:
        bare = max(0, min(left, heap.quantity - known[heap.lot.came]))
        wanted[heap.lot.came] += bare
        left -= bare
    need(left == 0, "too little that has no code")
    parts: list[Heap] = []
    for heap in heaps:
        if taken := wanted[heap.lot.came]:
            value = half_even(heap.value * taken, heap.quantity)
            heap.quantity, heap.value = heap.quantity - taken, heap.value - value
            parts.append(Heap(heap.lot, taken, value))
    return parts


def lying(heaps: Sequence[Heap]) -> int:
    """How much all of them are."""
    return sum(heap.quantity for heap in heaps)


def worth(heaps: Sequence[Heap]) -> int:
    """What all of them cost."""
    return sum(heap.value for heap in heaps)


def half_even(number: int, by: int) -> int:
    """`number / by` as banks round it, by way of fractions that lose nothing."""
    return round(Fraction(number, by))


def half_up(number: int, by: int) -> int:
    """`number / by` as tills round it."""
    return int(Fraction(number, by) + Fraction(1, 2))


def spread(value: int, weights: Sequence[int]) -> list[int]:
    """A value by weights: whole parts, what is left over to the largest fractions."""
    need(sum(weights) > 0, "nothing to spread it by")
    exact = [Fraction(value * weight, sum(weights)) for weight in weights]
    parts = [int(one) for one in exact]
    fractions = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in fractions[: value - sum(parts)]:
        parts[at] += 1
    return parts
