"""Steps: what delivery costs by weight and sum, as a table that says one price for each pair."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, Self

from domain.amounts import amount_in
from domain.bulk import TooMany
from domain.errors import DomainError, Invalid
from domain.inputs import Cleaner, Required, clean, whole
from tenants.values.money import format_minor

MOST_STEPS: Final = 50
HEAVIEST: Final = 10**9
"""Grams."""
_ENDLESS: Final = 10**18


class Step(NamedTuple):
    """Beyond `weight_from` grams (from nothing on, where that is 0) up to `weight_to`, for goods of
    `sum_from` or more, but less than `sum_to`; None is without end."""

    weight_from: int
    weight_to: int | None
    sum_from: int
    sum_to: int | None
    price_minor: int

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)

    def holds(self, grams: int, sum_minor: int) -> bool:
        """Whether goods of such a weight and sum go by it."""
        return (
            (self.weight_from < grams or self.weight_from == 0)
            and grams <= _end(self.weight_to)
            and self.sum_from <= sum_minor < _end(self.sum_to)
        )

    def covers(self, weight: tuple[int, int], sums: tuple[int, int]) -> bool:
        """Whether it says the price of this cell of the table."""
        return (
            self.weight_from <= weight[0]
            and weight[1] <= _end(self.weight_to)
            and self.sum_from <= sums[0]
            and sums[1] <= _end(self.sum_to)
        )


def read_steps(
    given: Sequence[Mapping[str, Any]], currency: str
) -> tuple[list[dict[str, Any]], list[DomainError]]:
    """Steps `{"weight_from", "weight_to", "sum_from", "sum_to", "price"}` to be stored, and what is
    wrong with them, at "steps": a table begins at nothing and has neither gaps nor overlaps. Beyond
    its last weight nothing is taken; its sums have no end."""
    if not given:
        return [], [Required("steps")]
    if len(given) > MOST_STEPS:
        return [], [TooMany("steps", most=MOST_STEPS)]
    cleaners: Mapping[str, Cleaner] = {
        "weight_from": whole(0, HEAVIEST, required=False),
        "weight_to": whole(1, HEAVIEST, required=False),
        "sum_from": amount_in(currency, required=False),
        "sum_to": amount_in(currency, least=1, required=False),
        "price": amount_in(currency),
    }
    steps: list[Step] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        values, refused = clean(cleaners, {name: one.get(name) for name in cleaners})
        if not refused:
            step = Step(
                values["weight_from"] or 0,
                values["weight_to"],
                values["sum_from"] or 0,
                values["sum_to"],
                values["price"],
            )
            steps.append(step)
            refused = list(_backwards(step))
        wrong += [error.at("steps", at) for error in refused]
    if not wrong:
        wrong = list(_untiled(steps, currency))
    return [step._asdict() for step in steps], wrong


def _backwards(step: Step) -> Iterator[DomainError]:
    for name, begins, ends in (
        ("weightTo", step.weight_from, step.weight_to),
        ("sumTo", step.sum_from, step.sum_to),
    ):
        if begins >= _end(ends):
            yield Invalid(name, en="must be beyond where it begins", ru="должно быть больше начала")


def _untiled(steps: Sequence[Step], currency: str) -> Iterator[DomainError]:
    """The first gap of the table, and each step that says what one before it says."""
    weights = _cuts([one.weight_from for one in steps], [_end(one.weight_to) for one in steps])
    sums = _cuts([one.sum_from for one in steps], [_end(one.sum_to) for one in steps], [_ENDLESS])
    told: set[int] = set()
    has_gap = False
    for weight in pairwise(weights):
        for span in pairwise(sums):
            found = [at for at, step in enumerate(steps) if step.covers(weight, span)]
            if not found and not has_gap:
                has_gap = True
                yield _gap(weight, span, currency)
            for at in found[1:]:
                if at not in told:
                    told.add(at)
                    yield Invalid(
                        "steps",
                        at,
                        en=f"says what step {found[0]} says already",
                        ru=f"пересекается со ступенью {found[0]}",
                    )


def _gap(weight: tuple[int, int], sums: tuple[int, int], currency: str) -> Invalid:
    begins, least = weight[0], format_minor(sums[0], currency)
    beyond = "" if weight[1] == _ENDLESS else f"{weight[1]}"
    return Invalid(
        "steps",
        en=f"have a gap: weights from {begins} g{beyond and f' to {beyond} g'}, sums from {least}",
        ru=f"есть пропуск: вес от {begins} г{beyond and f' до {beyond} г'}, сумма от {least}",
    )


def _cuts(*ends: Sequence[int]) -> list[int]:
    return sorted({0, *(end for some in ends for end in some)})


def _end(value: int | None) -> int:
    return _ENDLESS if value is None else value
