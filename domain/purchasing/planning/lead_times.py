"""Lead times: how long a supplier takes from the order to the shelf, and how far that varies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Whole `days` to reckon with; `spread`, the standard deviation, in thousandths of a day."""

    days: int
    spread: int = 0


def lead_time_of(promised: int, taken: Sequence[int]) -> LeadTime:
    """What the days that past deliveries have `taken` say of the next one.

    The promise counts as one delivery more: it is all there is at first, and a supplier who differs
    from it has a spread from the first delivery on. The mean is rounded up to a whole day.
    """
    days = [promised, *taken]
    spread = stdev(days) if taken else 0.0
    return LeadTime(math.ceil(fmean(days)), math.ceil(spread * 1000))
