"""Sums of carts and orders: the steps that led to them, and the VAT in them."""

from collections.abc import Iterable, Mapping
from typing import Any

import strawberry

from api.engine.fields import column
from api.pricing.quote_types import PriceStep
from api.scalars import Money, money
from domain.pricing.vat import VatRate


@strawberry.type
class LinePriceStep:
    """What a line costs after a step."""

    step: PriceStep = column("kind")
    sum: Money = money("sum_minor")


def steps(trace: Iterable[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """A line's trace as rows of its type."""
    return [{**step, "currency": currency} for step in trace]


def vat_sum(rate: VatRate, minor: int, currency: str) -> dict[str, Any]:
    """So much VAT at a rate, as the row of its type."""
    return {"rate": rate, "vat_minor": minor, "currency": currency}
