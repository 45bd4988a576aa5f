"""A quote as it comes out: lines, what each step made of them, positions, VAT, what was wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.bulk import refuse
from domain.errors import DomainError
from domain.pricing.positions import Position
from domain.pricing.promotions.facts import Reason
from domain.pricing.reckoning import Step
from domain.pricing.vat import VatRate, vat_in

PRICES: Final = ("price", "quantity_price", "gift", "edit")
"""The steps of a trace that say what a line costs before anything is taken off."""


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line with what it costs, minor units; `at` is its place among those asked for.

    A gift has neither a place nor a price list; its price is 0.
    """

    at: int | None
    variant_id: UUID
    quantity: int
    price_list_id: UUID | None
    price_minor: int
    compare_at_minor: int | None
    positions: tuple[Position, ...]
    rate: VatRate
    trace: tuple[Step, ...]

    @property
    def total_minor(self) -> int:
        """What is paid for it: the sum of its positions."""
        return sum(one.sum_minor for one in self.positions)

    @property
    def discount_minor(self) -> int:
        """What is taken off what it costs by its price."""
        by_price = [step.sum_minor for step in self.trace if step.kind in PRICES]
        return by_price[-1] - self.total_minor

    @property
    def vat_minor(self) -> int:
        """The VAT in it, as a register works it out: position by position."""
        return sum(vat_in(one.sum_minor, self.rate) for one in self.positions)


@dataclass(frozen=True, slots=True)
class QuotedPromotion:
    """A promotion that took part: off how much, minor units, or with gifts, or free delivery."""

    promotion_id: UUID
    code_id: UUID | None
    code: str | None
    discount_minor: int
    free_delivery: bool


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What came of a code, as it was given: no `reason`: it applies.

    `excluded_by`: the promotion that does not go with its own.
    """

    code: str
    promotion_id: UUID | None
    reason: Reason | None
    excluded_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines in the order in which they were asked for, and gifts behind them.

    A line that cannot be sold is left out, and `problems` says why, by its path in the request.
    `points` are those that are spent.
    """

    currency: str
    lines: tuple[QuotedLine, ...]
    problems: Sequence[DomainError]
    promotions: tuple[QuotedPromotion, ...] = ()
    codes: tuple[CodeAnswer, ...] = ()
    points: int = 0

    @property
    def free_delivery(self) -> bool:
        return any(one.free_delivery for one in self.promotions)

    @property
    def discount_minor(self) -> int:
        return sum(line.discount_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def vat(self) -> dict[VatRate, int]:
        """The VAT by rate, the highest first."""
        sums: Counter[VatRate] = Counter()
        for line in self.lines:
            sums[line.rate] += line.vat_minor
        return dict(sorted(sums.items(), key=lambda one: -(one[0].percent or 0)))

    def refuse(self) -> None:
        """Raise what is wrong with any of the lines; nothing is."""
        refuse(self.problems)
