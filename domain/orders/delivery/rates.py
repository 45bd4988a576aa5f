"""Rates of delivery: where they hold, up to which weight, from which sum on, and what it costs.

A rate without a country holds everywhere, one without the beginning of a postal code in its whole
country. Of several that hold, the narrowest counts: the longest beginning, then the highest sum,
then the smallest weight that is enough.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from domain.amounts import amount_in
from domain.bulk import TooMany, refuse
from domain.errors import DomainError, Invalid
from domain.inputs import Cleaner, clean, country, whole

MOST_RATES: Final = 250
HEAVIEST: Final = 10**9
"""Grams."""
_BEGINNING: Final = re.compile(r"[0-9A-Z](?:[0-9A-Z -]{0,9})")


class Rate(NamedTuple):
    """What delivery costs in minor units where it holds, and in how many days goods are there."""

    country: str | None
    postal_code: str | None
    weight_to: int | None
    sum_from: int
    price_minor: int
    days_from: int | None
    days_to: int | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)

    def holds(self, address: Mapping[str, Any], grams: int, sum_minor: int) -> bool:
        """Whether goods of such a weight and sum go to such an address by it."""
        return (
            self.country in (None, address["country"])
            and (address["postal_code"] or "").startswith(self.postal_code or "")
            and (self.weight_to is None or grams <= self.weight_to)
            and sum_minor >= self.sum_from
        )

    @property
    def width(self) -> tuple[int, bool, int, int]:
        """The narrower, the less."""
        heaviest = HEAVIEST + 1 if self.weight_to is None else self.weight_to
        return -len(self.postal_code or ""), self.country is None, -self.sum_from, heaviest


def rate_for(
    rates: Sequence[Rate], address: Mapping[str, Any], grams: int, sum_minor: int
) -> Rate | None:
    """The narrowest rate that holds, if any does."""
    holding = [one for one in rates if one.holds(address, grams, sum_minor)]
    return min(holding, key=lambda one: one.width) if holding else None


def read_rates(given: Sequence[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """Rates to be stored: `country`, `postal_code`, `weight_to`, `sum_from`, `price`, `days_from`,
    `days_to`. Raises TooMany, and of rates Invalid, Required.
    """
    if len(given) > MOST_RATES:
        raise TooMany("rates", most=MOST_RATES)
    cleaners: Mapping[str, Cleaner] = {
        "country": country,
        "postal_code": _beginning,
        "weight_to": whole(1, HEAVIEST, required=False),
        "sum_from": amount_in(currency, required=False),
        "price": amount_in(currency),
        "days_from": whole(0, 365, required=False),
        "days_to": whole(0, 365, required=False),
    }
    rates: list[dict[str, Any]] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        values, refused = clean(cleaners, {name: one.get(name) for name in cleaners})
        wrong += [error.at("rates", at) for error in refused]
        if refused:
            continue
        if values["postal_code"] and not values["country"]:
            wrong.append(Invalid("rates", at, "country", en="must be given", ru="нужна страна"))
        price = values.pop("price")
        rates.append({**values, "sum_from": values["sum_from"] or 0, "price_minor": price})
    refuse(wrong)
    return rates


def _beginning(value: Any) -> str | None:
    """The beginning of a postal code."""
    if value is None:
        return None
    begins = " ".join(str(value).upper().split())
    if not _BEGINNING.fullmatch(begins):
        raise Invalid(
            en="must be the beginning of a postal code", ru="нужно начало почтового индекса"
        )
    return begins
