"""Extra costs of a receipt (carriage, customs, loading), spread over its lines to the last unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.amounts import amount_in
from domain.bulk import TooMany, refuse
from domain.errors import DomainError, Invalid
from domain.inputs import clean, text, word
from domain.purchasing.tables import SPREADS
from tenants.values.money import allocate

MOST_COSTS: Final = 20


@dataclass(frozen=True, slots=True)
class ExtraCost:
    """So much more, in the shop's minor units, spread by a word of SPREADS."""

    title: str
    amount_minor: int
    spread_by: str


def read_costs(given: Sequence[Mapping[str, Any]], currency: str) -> list[ExtraCost]:
    """Extra costs `{"title", "amount", "spread_by"}` in this currency. Raises Invalid, TooMany."""
    if len(given) > MOST_COSTS:
        raise TooMany("extraCosts", most=MOST_COSTS)
    cleaners = {
        "title": text(200),
        "amount": amount_in(currency, least=1),
        "spread_by": word(*SPREADS),
    }
    costs: list[ExtraCost] = []
    wrong: list[DomainError] = []
    for at, one in enumerate(given):
        values, refused = clean(cleaners, one)
        wrong += [error.at("extraCosts", at) for error in refused]
        if not refused:
            costs.append(ExtraCost(values["title"], values["amount"], values["spread_by"]))
    refuse(wrong)
    return costs


def spread(
    costs: Sequence[ExtraCost], values: Sequence[int], weights: Sequence[int | None]
) -> list[int]:
    """What each line bears of the costs; they add up to all of them.

    `values` are of the lines in minor units, `weights` in any unit, None where nobody knows. Raises
    Invalid where there is nothing to spread a cost by.
    """
    borne = [0] * len(values)
    for at, cost in enumerate(costs):
        shares = values if cost.spread_by == "value" else [weight or 0 for weight in weights]
        is_unknown = cost.spread_by == "weight" and None in weights
        if is_unknown or not any(shares):
            raise Invalid(
                "extraCosts",
                at,
                "spreadBy",
                en=f"a line has no {cost.spread_by}" if is_unknown else "nothing to spread it by",
                ru="не у всех строк известен вес" if is_unknown else "не по чему распределить",
            )
        parts = allocate(cost.amount_minor, shares)
        borne = [so_far + part for so_far, part in zip(borne, parts, strict=True)]
    return borne
