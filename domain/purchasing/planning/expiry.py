"""Expiry: how much of what is on the shelf will not be sold in its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of a lot, in thousandths; `expires_on` is the last day that it may be sold."""

    quantity: int
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class LotOutlook:
    """A lot that expires too soon: of its `quantity`, `wasted` is still there after that day."""

    expires_on: date
    quantity: int
    wasted: int


def wasted_lots(
    lots: Sequence[Lot], *, promised: int, daily: Sequence[int], first_on: date
) -> list[LotOutlook]:
    """The lots that expire within the days of `daily`, before they would be sold.

    `daily` is the demand of each day in thousandths, from `first_on`; what is `promised` to buyers
    already leaves the shelf first. Always the lot that expires first is sold first.
    """
    outlook: list[LotOutlook] = []
    gone = 0
    dated = [(lot.expires_on, lot.quantity) for lot in lots if lot.expires_on is not None]
    for expires_on, quantity in sorted(dated):
        days = (expires_on - first_on).days + 1
        if days >= len(daily):
            break
        wanted = promised + sum(daily[: max(days, 0)])
        sold = min(quantity, max(wanted - gone, 0))
        gone += sold
        if sold < quantity:
            outlook.append(LotOutlook(expires_on, quantity, quantity - sold))
    return outlook
