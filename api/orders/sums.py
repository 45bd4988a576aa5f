"""Sums of carts and orders: the steps that led to them, their positions, the VAT in them."""

from collections.abc import Iterable, Mapping
from typing import Any

import strawberry

from api.engine.fields import column
from api.pricing.quote_types import PriceStep
from api.scalars import Money, money
from domain.orders.orders.lines import positions_of_line
from domain.pricing.vat import VatRate


@strawberry.type
class LinePriceStep:
    """What a line costs after a step."""

    step: PriceStep = column("kind")
    sum: Money = money("sum_minor")


def steps(trace: Iterable[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """A line's trace as rows of its type."""
    return [{**step, "currency": currency} for step in trace]


def positions(row: Any) -> list[dict[str, Any]]:
    """The positions of an order's line, or of a part of it, as rows of their type."""
    return [
        {**one._asdict(), "sum_minor": one.sum_minor, "currency": row["currency"]}
        for one in positions_of_line(row)
    ]


def vat_of_line(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The VAT in what it was sold for; null while that is not settled."""
    if row["vat_minor"] is None:
        return None
    rate = VatRate(row["vat_percent"], row["vat_code"], row["vat_prepaid_code"])
    return vat_sum(rate, row["vat_minor"], row["currency"])


def vat_sum(rate: VatRate, minor: int, currency: str) -> dict[str, Any]:
    """So much VAT at a rate, as the row of its type."""
    return {"rate": rate, "vat_minor": minor, "currency": currency}
