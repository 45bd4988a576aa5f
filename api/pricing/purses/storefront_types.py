"""A customer's bonus points as he sees them himself."""

from typing import Any

import strawberry

from api.engine.fields import column, computed
from api.scalars import Decimal
from domain.pricing.percents import show_percent
from domain.pricing.purses import free_of


def _percent(name: str, text: str) -> Any:
    def shown(row: Any) -> str | None:
        return None if row[name] is None else show_percent(row[name])

    return computed(shown, reads=[name], description=text)


@strawberry.type
class CustomerPoints:
    """Bonus points, each worth a minor unit, and the level that he has reached; null below all."""

    available: int = computed(free_of, description="Those that no order holds.")
    level: str | None = column("level_title")
    earn_percent: Decimal | None = _percent(
        "level_earn_hundredths", "How much of what he pays for goods comes back as points."
    )
    most_percent: Decimal | None = _percent(
        "level_most_hundredths", "How much of an order points may take off."
    )
