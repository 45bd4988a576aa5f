"""Which rate of a delivery counts: the narrowest of those that hold."""

from typing import Any

import pytest

from domain.orders.delivery.rates import Rate, rate_for


def rate(price: int, **more: Any) -> Rate:
    whole: dict[str, Any] = dict.fromkeys(Rate._fields) | {"sum_from": 0, "price_minor": price}
    return Rate.of(whole | more)


RATES = [
    rate(900),
    rate(500, country="RU"),
    rate(450, country="RU", weight_to=5_000),
    rate(400, country="RU", weight_to=1_000),
    rate(0, country="RU", sum_from=300_000),
    rate(250, country="RU", postal_code="17"),
    rate(200, country="RU", postal_code="1701"),
]


@pytest.mark.parametrize(
    ("country", "postal_code", "grams", "sum_minor", "price"),
    [
        ("BY", "220000", 100, 1, 900),
        ("RU", "630000", 9_000, 1, 500),
        ("RU", "630000", 5_000, 1, 450),
        ("RU", "630000", 1_000, 1, 400),
        ("RU", "630000", 9_000, 300_000, 0),
        ("RU", "170200", 100, 1, 250),
        ("RU", "170100", 100, 1, 200),
        ("RU", None, 100, 1, 400),
    ],
)
def test_the_narrowest_counts(
    country: str, postal_code: str | None, grams: int, sum_minor: int, price: int
) -> None:
    address = {"country": country, "postal_code": postal_code}
    found = rate_for(RATES, address, grams, sum_minor)
    assert found is not None
    assert found.price_minor == price
    assert rate_for(RATES[::-1], address, grams, sum_minor) == found


def test_where_none_holds_there_is_none() -> None:
    address = {"country": "RU", "postal_code": "630000"}
    assert rate_for([rate(1, country="BY"), rate(1, weight_to=10)], address, 11, 1) is None
