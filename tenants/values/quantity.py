"""Quantity: pieces, kilograms or metres with at most three places, kept as integer thousandths."""

from dataclasses import dataclass
from typing import Final, Self

from tenants.values.decimals import format_scaled, parse_scaled
from tenants.values.invalid import InvalidValue, Reason

WHOLE: Final = 1_000
"""Thousandths of one whole piece, kilogram or metre."""

_PLACES: Final = 3


def parse_thousandths(text: str) -> int:
    """Read a decimal string as thousandths: "0.25" is 250; "-1" is well. Raises InvalidValue."""
    return parse_scaled(
        text,
        _PLACES,
        malformed=Reason.QUANTITY_NOT_A_NUMBER,
        too_precise=Reason.QUANTITY_TOO_PRECISE,
        too_large=Reason.QUANTITY_TOO_LARGE,
    )


def format_thousandths(thousandths: int) -> str:
    """Write thousandths without idle zeros: 250 is "0.25", 2000 is "2"."""
    return format_scaled(thousandths, _PLACES).rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """How much of something; a difference of two may be negative."""

    thousandths: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a decimal string exactly. Raises InvalidValue."""
        return cls(parse_thousandths(text))

    @classmethod
    def parse_positive(cls, text: str) -> Self:
        """Read a quantity that is more than nothing. Raises InvalidValue."""
        quantity = cls.parse(text)
        if quantity.thousandths <= 0:
            raise InvalidValue(Reason.QUANTITY_NOT_POSITIVE, text)
        return quantity

    @classmethod
    def of_units(cls, units: int) -> Self:
        """So many whole pieces."""
        return cls(units * WHOLE)

    @property
    def is_whole(self) -> bool:
        """True for whole pieces, the only way that most goods are sold."""
        return self.thousandths % WHOLE == 0

    def __str__(self) -> str:
        return format_thousandths(self.thousandths)

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.thousandths + other.thousandths)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.thousandths - other.thousandths)

    def __neg__(self) -> "Quantity":
        return Quantity(-self.thousandths)
