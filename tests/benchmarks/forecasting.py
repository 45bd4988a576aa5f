"""How many series a second are forecast and back-tested, on one core.

    python -m tests.benchmarks.forecasting

No server is needed. 10,000 series of half a year, a third of each demand set of the tests; CPU
time, the median of some rounds. "By itself" is one series a call, to see what working on many
together saves. It ends with 1 where 10,000 forecasts and back-tests take more than a minute.
"""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from itertools import chain, cycle, islice
from statistics import median
from typing import Any, Final

from domain.purchasing.planning.back_tests import back_test
from domain.purchasing.planning.demand import DailySales
from domain.purchasing.planning.forecasting import forecast
from tests.domain.purchasing.demand_sets import SETS

SERIES: Final = 10_000
MADE: Final = 400
"""Of each set; they are taken again until there are enough, since drawing them takes longer."""
DAYS: Final = 28
ROUNDS: Final = 3
ALONE: Final = 50
MOST_SECONDS: Final = 60.0


def made_series() -> list[DailySales]:
    """The series of all three sets, in turn."""
    sets = [made(1, MADE) for made in SETS.values()]
    return list(islice(cycle(chain.from_iterable(zip(*sets, strict=True))), SERIES))


def seconds(work: Callable[[Sequence[DailySales]], Any], series: Sequence[DailySales]) -> float:
    """CPU time of one round, the median of some."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work(series)
        taken.append(time.process_time() - began)
    return median(taken)


def ahead(series: Sequence[DailySales]) -> Any:
    """A forecast of four weeks."""
    return forecast(series, days=DAYS)


def main() -> int:
    """Print the table; 0 when the bar is met."""
    series = made_series()
    print(f"{'':<12} {'seconds':>8} {'series/s':>9} {'by itself':>10}")
    total = 0.0
    for title, work in (("forecast", ahead), ("back-test", back_test)):
        together = seconds(work, series)
        alone = sum(seconds(work, [one]) for one in series[:ALONE])
        print(f"{title:<12} {together:>8.2f} {SERIES / together:>9.0f} {ALONE / alone:>10.0f}")
        total += together
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"peak of the process, series included: {peak:.0f} MB")
    return int(total > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
