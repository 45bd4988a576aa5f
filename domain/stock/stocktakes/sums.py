"""What a stocktake says of the books, while goods come and go.

Whoever counts a variant finds what lies there at that instant, so it is held against the books of
that instant, and the difference is added to the books of today: after the approval there is what
was counted, and what has come and gone since. In full:

    expected   = on hand now - what has come and gone since the variant was counted last
    difference = counted - expected

- Movements before the last count are in what was counted, those after it are not. Whoever counts a
  variant in several parts (two shelves, two people) has their sum held against the books of the
  last of them. What came or went between the first part and the last may be in the sum or not:
  nobody but the shelf knows. Such a line `is_unsure`, and should be counted anew.
- Corrections by stocktakes are no goods that came or went, but better knowledge of what lay there
  all the time, so they are never among the movements `since`. Hence two stocktakes of one variant
  correct it once, and posting twice is posting once.
- What was counted and taken back wholly (a wrong scan of one, and one less) was not looked at.
  Whoever looked and found none says so: he counts nothing.
- A variant of which each count names a lot is compared lot by lot, and all its other lots there
  were counted as nothing. If one count names none, it is compared as a whole.
- What nobody counted is expected as far as it was there at the start and has not gone since; what
  came later is left alone. The books are corrected by it only if the approver says so.
- A recount takes away all counts up to its instant, whoever sends them later.

Goods picked for an order are on the books until they are shipped: count them where they wait.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from domain.stock.shelves import share


class Count(NamedTuple):
    """So many thousandths that somebody found, of a lot or of whatever lots, and when."""

    lot_id: UUID | None
    quantity: int
    at: datetime


class There(NamedTuple):
    """What lies there of a lot now, and what it cost."""

    lot_id: UUID
    quantity: int
    value_minor: int
    is_sellable: bool


class Moved(NamedTuple):
    """What came (more than 0) or went of a lot, since the stocktake began, but by no stocktake."""

    lot_id: UUID
    quantity: int
    at: datetime


@dataclass(slots=True)
class Found:
    """What a stocktake found of a variant, or of its lot `lot_id`; `counted` None: nobody looked.

    `there` is what the books have of it now, `worth` what that cost; `is_sellable`: of what lies
    there of a lot.
    """

    lot_id: UUID | None
    counted: int | None
    expected: int = 0
    there: int = 0
    worth: int = 0
    is_sellable: bool = False
    is_unsure: bool = False

    @property
    def difference(self) -> int:
        return (self.counted or 0) - self.expected

    @property
    def value_minor(self) -> int:
        """What the difference costs at the average of what is there; 0 where nothing is."""
        value = share(self.worth, abs(self.difference), self.there) if self.there > 0 else 0
        return value if self.difference > 0 else -value


@dataclass(slots=True)
class Seen:
    """All that is known of one variant at a stocktake."""

    counts: list[Count] = field(default_factory=list)
    there: list[There] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)

    def found(self) -> list[Found]:
        """The lines of this variant: one, or one for each of its lots."""
        counts = _standing(self.counts)
        return self._compared(counts) if counts else self._missing()

    def _missing(self) -> list[Found]:
        """What was there at the start and has not gone since; nothing, where there is none."""
        one = Found(None, None)
        for heap in self.there:
            one.there += heap.quantity
            one.worth += heap.value_minor
        one.expected = one.there - sum(move.quantity for move in self.moved if move.quantity > 0)
        return [one] if one.expected > 0 else []

    def _compared(self, counts: Sequence[Count]) -> list[Found]:
        first = min(count.at for count in counts)
        last = max(count.at for count in counts)
        by_lots = all(count.lot_id is not None for count in counts)
        lines: dict[UUID | None, Found] = {}

        def line(lot_id: UUID | None) -> Found:
            own = lot_id if by_lots else None
            return lines.setdefault(own, Found(own, 0))

        for count in counts:
            one = line(count.lot_id)
            one.counted = (one.counted or 0) + count.quantity
        for heap in self.there:
            one = line(heap.lot_id)
            one.expected += heap.quantity
            one.there += heap.quantity
            one.worth += heap.value_minor
            one.is_sellable = heap.is_sellable
        for move in self.moved:
            if move.at > last:
                line(move.lot_id).expected -= move.quantity
            elif move.at > first:
                line(move.lot_id).is_unsure = True
        looked_at = {count.lot_id for count in counts}
        return [
            one
            # By lot, so that who is short of what does not hang on the order of the counts.
            for one in sorted(lines.values(), key=attrgetter("lot_id"))
            # A lot that nobody named and that is empty is no line.
            if not by_lots or one.lot_id in looked_at or one.expected
        ]


def _standing(counts: Sequence[Count]) -> list[Count]:
    """The counts of a variant without those that were taken back."""
    of_lots: defaultdict[UUID | None, list[Count]] = defaultdict(list)
    for count in counts:
        of_lots[count.lot_id].append(count)
    left = [count for some in of_lots.values() if not _is_taken_back(some) for count in some]
    # What names no lot may take back what had named one.
    is_whole = any(count.lot_id is None for count in left)
    return [] if is_whole and _is_taken_back(left) else left


def _is_taken_back(counts: Sequence[Count]) -> bool:
    return all(count.quantity for count in counts) and not sum(count.quantity for count in counts)
