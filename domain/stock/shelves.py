"""Lots on a shelf: which of them goods are taken from, and what those cost. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True)
class Heap:
    """What lies of one lot at one place: thousandths, and their cost in minor units."""

    lot_id: UUID
    quantity: int
    value_minor: int
    is_sellable: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a lot, and its cost."""

    lot_id: UUID
    quantity: int
    value_minor: int


def share(value: int, part: int, whole: int) -> int:
    """`value * part / whole`, rounded half to even; none is negative, and whole is not 0."""
    quotient, rest = divmod(value * part, whole)
    is_above = 2 * rest > whole or (2 * rest == whole and quotient % 2 == 1)
    return quotient + is_above


def take(heaps: Sequence[Heap], quantity: int) -> list[Part]:
    """Take so much off the heaps, in their order; less comes back where less is there.

    The last of a heap takes with it all the value that is left, so none is ever lost.
    """
    parts: list[Part] = []
    for heap in heaps:
        taken = min(quantity, heap.quantity)
        if not taken:
            continue
        value = share(heap.value_minor, taken, heap.quantity)
        heap.quantity -= taken
        heap.value_minor -= value
        quantity -= taken
        parts.append(Part(heap.lot_id, taken, value))
    return parts


def at_average(heaps: Sequence[Heap], quantity: int) -> int:
    """What so much would cost at the average of the heaps; 0 where nothing lies there."""
    whole = sum(heap.quantity for heap in heaps)
    return share(sum(heap.value_minor for heap in heaps), quantity, whole) if whole else 0
