"""How much of a variant may be asked for at once."""

from typing import Final

from domain.errors import Invalid
from domain.inputs import located, whole
from tenants.values.quantity import format_thousandths

MOST: Final = 10**12
"""Thousandths at one place, or in one line."""


def check_quantity(quantity: int, step: int) -> None:
    """A variant is sold by its step, both in thousandths. Raises Invalid at `quantity`."""
    with located("quantity"):
        whole(1, MOST)(quantity)
        if quantity % step:
            by = format_thousandths(step)
            raise Invalid(en=f"is sold by {by}", ru=f"продаётся по {by}")
