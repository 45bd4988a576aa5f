"""Rare demand: how likely a day sells at all, times how much it sells when it does.

Teunter, Syntetos, Babai, "Intermittent demand: linking forecasting to inventory obsolescence",
European Journal of Operational Research 214 (2011) 606-615 (TSB). Croston's method, which it
descends from, learns on selling days alone and is biased upwards; this one learns each day, so what
is no longer asked for fades instead of being bought for ever.
"""

from itertools import product
from typing import Final

import numpy as np

from domain.purchasing.planning.demand import Floats, mean_of_known
from domain.purchasing.planning.steady import Smoothed, least_wrong

SETTINGS: Final = np.array(list(product((0.005, 0.01, 0.02, 0.05), (0.02, 0.1))))
"""How much of an error goes into the chance, and into the amount."""


def smooth_rare(demand: Floats, days: int) -> Smoothed:
    """Forecast each of the next `days`, one like the other; unknown throughout is nothing."""
    sells = np.where(np.isnan(demand), np.nan, demand > 0)
    chance = np.tile(mean_of_known(sells), (len(SETTINGS), 1))
    amount = np.tile(mean_of_known(np.where(demand > 0, demand, np.nan)), (len(SETTINGS), 1))
    squared = np.zeros_like(chance)
    to_chance, to_amount = SETTINGS.T[:, :, None]
    known = ~np.isnan(demand)
    for seen, is_known in zip(np.nan_to_num(demand).T, known.T, strict=True):
        error = (seen - chance * amount) * is_known
        squared += error * error
        chance += to_chance * ((seen > 0) - chance) * is_known
        amount += to_amount * (seen - amount) * (seen > 0)
    best, rows = least_wrong(squared), np.arange(len(demand))
    daily = (chance * amount)[best, rows]
    return Smoothed(np.tile(daily[:, None], (1, days)), squared[best, rows], SETTINGS[best, 0])
