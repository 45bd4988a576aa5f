"""Money: integer minor units and a currency, one rounding, and a split that loses nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from tenants.values.currencies import exponent_of
from tenants.values.decimals import format_scaled, parse_scaled
from tenants.values.invalid import InvalidValue, Reason
from tenants.values.quantity import Quantity

_BIGINT_MAX: Final = 2**63 - 1


def round_half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest integer, a half going away from zero. `denominator` > 0.

    The one rounding of all sums. Halves go away from zero on both sides, as on a till: a refund
    then gives back exactly what the sale took.
    """
    if denominator <= 0:
        raise ValueError("The denominator must be positive.")
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def allocate(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to `weights` (each >= 0, not all 0), to the last unit.

    By largest remainder: no part is a whole unit off its exact share, and the parts add up to the
    amount. Among equal remainders the earlier part gets the unit. ValueError on other weights.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("Weights are not negative, and at least one is positive.")
    size = abs(amount_minor)
    parts = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: -(size * weights[at] % total))
    for at in by_remainder[: size - sum(parts)]:
        parts[at] += 1
    return parts if amount_minor >= 0 else [-part for part in parts]


def parse_minor(text: str, currency: str) -> int:
    """Read a decimal string as minor units: ("1234.5", "RUB") is 123450. Raises InvalidValue."""
    return parse_scaled(
        text,
        exponent_of(currency),
        malformed=Reason.AMOUNT_NOT_A_NUMBER,
        too_precise=Reason.AMOUNT_TOO_PRECISE,
        too_large=Reason.AMOUNT_TOO_LARGE,
    )


@lru_cache(maxsize=10_000)  # a shop shows the same prices again and again
def format_minor(amount_minor: int, currency: str) -> str:
    """Write minor units as a decimal string: (123450, "RUB") is "1234.50". Raises InvalidValue."""
    return format_scaled(amount_minor, exponent_of(currency))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor units of one currency; it may be negative and fits a bigint.

    Making one raises InvalidValue for an unknown currency or a sum past the bigint.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent_of(self.currency)
        if abs(self.amount_minor) > _BIGINT_MAX:
            raise InvalidValue(Reason.AMOUNT_TOO_LARGE, str(self.amount_minor))

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read a decimal string exactly. Raises InvalidValue."""
        return cls(parse_minor(text, currency), currency)

    @property
    def amount(self) -> str:
        """The decimal string, with all places of the currency: "1234.50"."""
        return format_minor(self.amount_minor, self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._minor_of(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount_minor <= self._minor_of(other)

    def times(self, quantity: Quantity) -> "Money":
        """The price of `quantity` at this price for one, rounded half up once."""
        product = self.amount_minor * quantity.thousandths
        return Money(round_half_up(product, 1000), self.currency)

    def share(self, numerator: int, denominator: int) -> "Money":
        """This times numerator/denominator, rounded half up: `share(20, 120)` is 20% in gross."""
        return Money(round_half_up(self.amount_minor * numerator, denominator), self.currency)

    def allocate(self, weights: Sequence[int]) -> "list[Money]":
        """Split by `allocate`; the parts add up to this."""
        return [Money(part, self.currency) for part in allocate(self.amount_minor, weights)]

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise InvalidValue(Reason.CURRENCIES_DIFFER, other.currency)
        return other.amount_minor
