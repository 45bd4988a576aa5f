"""Three demand sets, made here: what goods like these could have sold in half a year.

Each is drawn from a seed by the standard library's own generator, so it is the same everywhere, and
a test can ask for others of its kind.
"""

import math
from random import Random
from typing import Final

from domain.purchasing.planning.demand import DailySales

DAYS: Final = 182
SERIES: Final = 60
_TIMES_A_WEEKDAY: Final = {
    "shop": (0.7, 0.7, 0.8, 0.9, 1.3, 1.6, 1.0),
    "office": (1.4, 1.3, 1.2, 1.2, 1.1, 0.4, 0.4),
    "closed on Sundays": (1.0, 0.9, 0.9, 1.0, 1.4, 1.8, 0.0),
}


def steady_set(seed: int = 1, series: int = SERIES) -> list[DailySales]:
    """Three to thirty a day; some grow, some fade, some have one wholesale order."""
    random = Random(f"steady {seed}")
    made = []
    for _ in range(series):
        level, change = random.uniform(3, 30), random.uniform(-0.4, 0.6)
        days = [_uneven(random, level * (1 + change * day / DAYS)) for day in range(DAYS)]
        if random.random() < 0.2:
            days[random.randrange(DAYS)] *= 15
        made.append(_with_gaps(random, days))
    return made


def weekly_set(seed: int = 1, series: int = SERIES) -> list[DailySales]:
    """The same amounts, on some weekdays far more than on others; the level drifts."""
    random = Random(f"weekly {seed}")
    made = []
    for number in range(series):
        week = list(_TIMES_A_WEEKDAY.values())[number % len(_TIMES_A_WEEKDAY)]
        level, days = random.uniform(3, 30), []
        for day in range(DAYS):
            level *= math.exp(random.gauss(0, 0.01))
            days.append(_uneven(random, level * week[day % 7]))
        made.append(_with_gaps(random, days))
    return made


def rare_set(seed: int = 1, series: int = SERIES) -> list[DailySales]:
    """One day of three up to one of fifty sells, mostly one, at times a few; some die out."""
    random = Random(f"rare {seed}")
    made = []
    for _ in range(series):
        chance, more = 1 / random.uniform(3, 50), random.uniform(0, 0.6)
        ends = random.randrange(60, 120) if random.random() < 0.15 else DAYS
        days = [
            _few(random, more) if day < ends and random.random() < chance else 0
            for day in range(DAYS)
        ]
        made.append(_with_gaps(random, days))
    return made


SETS: Final = {"steady": steady_set, "weekly season": weekly_set, "rare": rare_set}


def _with_gaps(random: Random, days: list[int]) -> DailySales:
    """Thousandths, with up to three times of three to nine days without goods."""
    is_out = [False] * len(days)
    for _ in range(random.randrange(4)):
        begins = random.randrange(len(days) - 9)
        for day in range(begins, begins + random.randrange(3, 10)):
            is_out[day], days[day] = True, 0
    return DailySales([1000 * day for day in days], is_out)


def _uneven(random: Random, mean: float) -> int:
    """More uneven than chance alone: the mean itself is a third more or less each day."""
    return _poisson(random, random.gammavariate(9, mean / 9)) if mean > 0 else 0


def _poisson(random: Random, mean: float) -> int:
    """Knuth's way: how many draws until their product is below e to the minus mean."""
    bound, product, count = math.exp(-mean), random.random(), 0
    while product > bound:
        product *= random.random()
        count += 1
    return count


def _few(random: Random, more: float) -> int:
    count = 1
    while random.random() < more:
        count += 1
    return count
