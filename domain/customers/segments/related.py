"""Filters of cards by what belongs to them: orders, events, consents, one by one or together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, func, literal, not_, select, true

from domain.catalog.filters import Filter, Narrowing, Where
from domain.customers.tables import Customer
from domain.errors import Invalid
from domain.inputs import Required, located
from tenants.values.currencies import parse_currency
from tenants.values.money import parse_minor


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money, in the currency that it is compared in; in another there is none."""

    in_currency: Callable[[str], Any]

    def of(self, asked: Where) -> ColumnElement[bool]:
        """All operators applied."""
        parts: list[ColumnElement[bool]] = []
        for operator, value in asked.items():
            with located(operator):
                currency, minor = _money(value)
                parts.append(Filter(self.in_currency(currency)).condition(operator, minor))
        return and_(true(), *parts)


@dataclass(frozen=True, slots=True)
class Total:
    """What rows come to together, and what it is where there are none: null is no number."""

    asked: Narrowing
    of_none: int | None = None

    def holds_of_none(self, asked: Where) -> bool:
        """Whether a card without such rows is what is asked for. `of` has looked at it before."""
        return all(self._holds(operator, value) for operator, value in asked.items())

    def _holds(self, operator: str, value: Any) -> bool:
        if operator == "isNull":
            return bool(value) == (self.of_none is None)
        if self.of_none is None:
            return False
        if operator == "in":
            return self.of_none in value
        wanted: int = _money(value)[1] if isinstance(value, Mapping) else value
        tests = {
            "eq": wanted == self.of_none,
            "gte": self.of_none >= wanted,
            "lte": self.of_none <= wanted,
        }
        return bool(tests[operator])


@dataclass(frozen=True, slots=True)
class Related:
    """Rows whose column `owner` names a card; a card is wanted for such rows as are asked for.

    `rows` say which of them are meant, `totals` what those must come to; where none is asked
    for, one row is enough. `usual` is what holds of them unless a filter named in it was given.
    `only` are the cards that are looked at, where it is not all of them.
    """

    owner: Any
    rows: Mapping[str, Narrowing]
    totals: Mapping[str, Total]
    usual: Mapping[str, ColumnElement[bool]] = field(default_factory=dict)
    only: Sequence[UUID] | None = None

    def of(self, asked: Where) -> ColumnElement[bool]:
        """All that is asked of the rows, as one condition on the card."""
        meant = [one for name, one in self.usual.items() if name not in asked]
        together: list[ColumnElement[bool]] = []
        fits_none = True
        for name, wanted in asked.items():
            if wanted is None:
                continue
            with located(name):
                if name in self.rows:
                    meant.append(self.rows[name].of(wanted))
                elif name in self.totals:
                    total = self.totals[name]
                    together.append(total.asked.of(wanted))
                    fits_none = fits_none and total.holds_of_none(wanted)
                else:
                    raise Invalid(en="there is no such filter", ru="такого фильтра нет")
        if not together:
            return select(self.owner).where(self.owner == Customer.id, *meant).exists()
        if not fits_none:
            return Customer.id.in_(self._owners(meant, and_(*together)))
        # Who has no such rows is wanted too; who has those that come to something else is not.
        unfit = not_(func.coalesce(and_(*together), False))
        return Customer.id.not_in(self._owners(meant, unfit))

    def _owners(self, meant: Sequence[ColumnElement[bool]], holds: ColumnElement[bool]) -> Any:
        """The cards whose rows come to that, in one pass over the rows."""
        found = select(self.owner).where(self.owner.is_not(None), *meant)
        if self.only is not None:
            found = found.where(self.owner == any_(literal(list(self.only), ARRAY(Uuid()))))
        return found.group_by(self.owner).having(holds)


def _money(value: Any) -> tuple[str, int]:
    """A currency and minor units of it. Raises Required, Invalid."""
    if value is None:
        raise Required()
    with located("currencyCode"):
        currency = parse_currency(value["currencyCode"])
    with located("amount"):
        return currency, parse_minor(value["amount"], currency)
