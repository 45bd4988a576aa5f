"""Amounts that must be in one currency, as callers say them."""

from typing import Any, Final

from domain.errors import Invalid
from domain.inputs import Cleaner, Required, located, whole
from tenants.values.money import parse_minor

HIGHEST_MINOR: Final = 10**15


def amount_in(currency: str, *, least: int = 0, required: bool = True) -> Cleaner:
    """An amount `{"amount": "12.50", "currency_code": "RUB"}` as minor units of this currency."""

    def cleaned(value: Any) -> int | None:
        if value is None:
            if required:
                raise Required()
            return None
        if value["currency_code"] != currency:
            raise Invalid("currencyCode", en=f"must be {currency}", ru=f"должна быть {currency}")
        with located("amount"):
            minor: int = whole(least, HIGHEST_MINOR)(parse_minor(value["amount"], currency))
        return minor

    return cleaned
