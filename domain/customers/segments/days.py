"""Filters by days of the shop's own calendar: since an instant, and until one comes round again."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Date,
    Integer,
    and_,
    case,
    cast,
    extract,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from domain.catalog.filters import Filter, Where
from domain.errors import Invalid
from domain.inputs import located
from domain.merchants.shop_facts import ZONE, day_of

MOST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class DaysSince:
    """Whole days of the shop's calendar since an instant: 0 is today, 1 yesterday."""

    instant: Any

    def of(self, asked: Where) -> ColumnElement[bool]:
        """All operators applied."""
        parts: list[ColumnElement[bool]] = []
        for operator, value in asked.items():
            with located(operator):
                parts.append(self._condition(operator, value))
        return and_(true(), *parts)

    def _condition(self, operator: str, value: Any) -> ColumnElement[bool]:
        match operator:
            case "isNull":
                return Filter(self.instant).condition(operator, value)
            case "gte":
                return self.instant < _day_begins(_days(value) - 1)  # type: ignore[no-any-return]
            case "lte":
                return self.instant >= _day_begins(_days(value))  # type: ignore[no-any-return]
            case "eq":
                return and_(self._condition("gte", value), self._condition("lte", value))
            case _:
                raise Invalid(en="this field has no such operator", ru="у поля нет такого условия")


@dataclass(frozen=True, slots=True)
class DaysUntil:
    """Days until a day of the year comes round again, 0 to 365: 29 February comes by 1 March."""

    day: Any

    def of(self, asked: Where) -> ColumnElement[bool]:
        """All operators applied."""
        given = dict(asked)
        parts = []
        if "isNull" in given:
            parts.append(Filter(self.day).condition("isNull", given.pop("isNull")))
        for operator in given:
            with located(operator):
                if operator not in ("eq", "gte", "lte"):
                    raise Invalid(
                        en="this field has no such operator", ru="у поля нет такого условия"
                    )
                _days(given[operator])
        if given:
            least = max((given[name] for name in ("eq", "gte") if name in given), default=0)
            most = min((given[name] for name in ("eq", "lte") if name in given), default=365)
            parts.append(self._comes(least, most))
        return and_(true(), *parts)

    def _comes(self, least: int, most: int) -> ColumnElement[bool]:
        """Whether it comes within these days of the calendar, which may go over New Year."""
        if least > min(most, 365):
            return false()
        if most - least >= 365:
            return self.day.is_not(None)  # type: ignore[no-any-return]
        # After the day before: so 29 February comes on 1 March in a year that has no such day.
        comes, before, ends = _of_year(self.day), _day_ahead(least - 1), _day_ahead(most)
        return case(
            (before < ends, and_(comes > before, comes <= ends)),
            else_=or_(comes > before, comes <= ends),
        )


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        raise Invalid(en=f"must be from 0 to {MOST_DAYS}", ru=f"должно быть от 0 до {MOST_DAYS}")
    return value


def _day_begins(days_ago: int) -> Any:
    """The instant at which the shop's day so many days ago began; worked out once, not by row."""
    day = day_of(func.now()) - literal(days_ago, Integer)
    begins = func.timezone(ZONE, cast(day, TIMESTAMP()), type_=TIMESTAMP(timezone=True))
    return select(begins).scalar_subquery()


def _of_year(day: Any) -> Any:
    """A number for each day of the year, in their order."""
    month, of_month = extract("month", day), extract("day", day)
    return cast(month * 32 + of_month, Integer)


def _day_ahead(days: int) -> Any:
    """The number of the shop's day in so many days."""
    day = cast(day_of(func.now()) + literal(days, Integer), Date)
    return select(_of_year(day)).scalar_subquery()
