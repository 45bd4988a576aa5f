"""A quote as it comes out: lines, what each step made of them, positions, VAT, what was wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from domain.bulk import refuse
from domain.errors import DomainError
from domain.pricing.positions import Position
from domain.pricing.vat import VatRate, vat_in


class Step(NamedTuple):
    """What a line costs after a step, minor units.

    `price` and `quantity_price` are a price list's, `discount` is said by hand.
    """

    kind: str
    sum_minor: int
    price_list_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line with what it costs, minor units; `at` is its place among those asked for."""

    at: int
    variant_id: UUID
    quantity: int
    price_list_id: UUID
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
        before = [one.sum_minor for one in self.trace if one.price_list_id]
        return before[-1] - self.total_minor

    @property
    def vat_minor(self) -> int:
        """The VAT in it, as a register works it out: position by position."""
        return sum(vat_in(one.sum_minor, self.rate) for one in self.positions)


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines in the order in which they were asked for.

    A line that cannot be sold is left out, and `problems` says why, by its path in the request.
    """

    currency: str
    lines: tuple[QuotedLine, ...]
    problems: Sequence[DomainError]

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
