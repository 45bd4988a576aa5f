"""What a cart may choose of: the ways that lead to its address, with their prices, and why others
do not."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from domain.orders.delivery.windows import Coming, Window, coming
from domain.orders.delivery.zones import Missing, Zone, zone_for
from tenants.scope import Row


class Option(NamedTuple):
    """A way to the buyer, what it costs in minor units, how many days it takes, and the windows in
    which its courier comes, by the day from which on goods can go."""

    id: UUID
    title: str
    kind: str
    price_minor: int
    days_from: int | None
    days_to: int | None
    windows: tuple[Window, ...] = ()

    def promised_on(self, ready_on: date | None) -> date | None:
        """The day by which goods are there that may go on a day."""
        if ready_on is None or self.days_to is None:
            return None
        return ready_on + timedelta(days=self.days_to)

    def coming(self, now: datetime, ready_on: date | None = None) -> list[Coming]:
        """The windows that may be chosen, by the shop's clock."""
        first = (ready_on or now.date()) + timedelta(days=self.days_from or 0)
        return coming(self.windows, now, first)


class Unserved(NamedTuple):
    """A way that does not lead there, and why."""

    id: UUID
    title: str
    kind: str
    reason: Missing


class Options(NamedTuple):
    """All ways of the shop, with regard to an address, a weight and a sum."""

    served: list[Option]
    unserved: list[Unserved]


def options_to(
    methods: Sequence[Row],
    address: Mapping[str, Any],
    *,
    grams: int,
    sum_minor: int,
    now: datetime,
    is_free: bool = False,
) -> Options:
    """The ways to an address for goods of a weight and sum. `now` is by the shop's clock;
    `is_free`: a promotion bears the price.
    """
    options = Options([], [])
    for one in methods:
        said = one["id"], one["title"], one["kind"]
        zone = zone_for([Zone.of(stored) for stored in one["zones"]], address)
        if isinstance(zone, Missing):
            options.unserved.append(Unserved(*said, zone))
            continue
        price = zone.price_of(grams, sum_minor)
        if price is None:
            options.unserved.append(Unserved(*said, Missing.TOO_HEAVY))
            continue
        windows = tuple(map(Window.of, one["windows"]))
        option = Option(*said, 0 if is_free else price, zone.days_from, zone.days_to, windows)
        if windows and not option.coming(now):
            options.unserved.append(Unserved(*said, Missing.NO_WINDOW))
        else:
            options.served.append(option)
    return options
