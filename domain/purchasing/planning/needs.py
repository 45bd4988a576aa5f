"""Needs: how much of a variant to order for a place, with each number that led there.

An order placed today has to last until the one after it has come: the lead time and the review
period together, the days covered. What buyers will want in them, and a safety stock, less what is
there and on its way, is lacking:

    lacking = demand + kept + promised - (on_shelf - wasted) - expected

Kept is the safety stock or, where a person has said that there should be more, the minimum level.
If anything is lacking it is ordered, at least the minimum, in whole packs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.merchants.service_levels import LEAST, MOST
from domain.purchasing.planning.expiry import Lot, LotOutlook, wasted_lots
from domain.purchasing.planning.forecasts import Forecast, Pattern
from domain.purchasing.planning.lead_times import LeadTime
from domain.purchasing.planning.safety import Safety, safety_of


@dataclass(frozen=True, slots=True)
class Terms:
    """How a variant is bought. `service_share` is the share of orders that are to last until the
    next has come, ten-thousandths; `minimum` and `pack` are thousandths of the unit."""

    lead_time: LeadTime
    review_days: int
    service_share: int
    minimum: int = 0
    pack: int = 1000

    def __post_init__(self) -> None:
        if not LEAST <= self.service_share <= MOST:
            raise ValueError(f"a service level of {self.service_share} ten-thousandths")
        if self.pack < 1 or self.minimum < 0 or self.review_days < 1:
            raise ValueError(f"nothing can be bought by {self}")

    @property
    def cover_days(self) -> int:
        """The days that an order placed today has to last: what a forecast has to reach."""
        return self.lead_time.days + self.review_days


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is expected of an order placed before: thousandths, and the day."""

    quantity: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is: sellable lots, what is reserved of them or owed beyond, what will come; and
    how much there should be at least."""

    lots: Sequence[Lot] = ()
    promised: int = 0
    arrivals: Sequence[Arrival] = ()
    minimum_level: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What to order (`quantity`), and the sum that led to it; all but the days are thousandths.

    The forecast was made from `known_days`, with `left_out_days` out of stock. `cover_until` is the
    last day covered; what comes after it is `late`, and not counted.
    """

    pattern: Pattern
    known_days: int
    left_out_days: int
    cover_days: int
    cover_until: date
    demand: int
    safety: Safety
    minimum_level: int
    kept: int
    promised: int
    on_shelf: int
    wasted_lots: tuple[LotOutlook, ...]
    wasted: int
    expected: int
    late: int
    lacking: int
    minimum: int
    pack: int
    quantity: int


def need_of(forecast: Forecast, stock: Stock, terms: Terms, *, today: date) -> Need:
    """What to order today. ValueError when the forecast ends before the days covered do."""
    days = terms.cover_days
    if len(forecast.daily) < days:
        raise ValueError(f"a forecast of {len(forecast.daily)} days, {days} are to be covered")
    daily, until = forecast.daily[:days], today + timedelta(days=days - 1)
    safety = safety_of(
        forecast,
        days=days,
        lead_spread=terms.lead_time.spread,
        service_share=terms.service_share,
    )
    outlook = wasted_lots(stock.lots, promised=stock.promised, daily=daily, first_on=today)
    on_shelf, wasted = sum(lot.quantity for lot in stock.lots), sum(lot.wasted for lot in outlook)
    expected = sum(one.quantity for one in stock.arrivals if one.due_on <= until)
    demand = sum(daily)
    kept = max(safety.quantity, stock.minimum_level)
    lacking = demand + kept + stock.promised - (on_shelf - wasted) - expected
    return Need(
        pattern=forecast.pattern,
        known_days=forecast.known_days,
        left_out_days=forecast.left_out_days,
        cover_days=days,
        cover_until=until,
        demand=demand,
        safety=safety,
        minimum_level=stock.minimum_level,
        kept=kept,
        promised=stock.promised,
        on_shelf=on_shelf,
        wasted_lots=tuple(outlook),
        wasted=wasted,
        expected=expected,
        late=sum(one.quantity for one in stock.arrivals) - expected,
        lacking=lacking,
        minimum=terms.minimum,
        pack=terms.pack,
        quantity=to_order(lacking, terms.minimum, terms.pack),
    )


def to_order(lacking: int, minimum: int, pack: int) -> int:
    """The least number of whole packs that is enough and no less than the minimum; 0 for none."""
    if lacking <= 0:
        return 0
    return -(-max(lacking, minimum) // pack) * pack
