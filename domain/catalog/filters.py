"""The `where` of lists: typed operators on named fields, with and, or and not around them.

`{"status": {"eq": "active"}, "or": [{"brandId": {"in": [...]}}, {"not": {...}}]}`. Fields side by
side must all hold. Only operators that an index can serve under row level security are here: of a
text, how it begins; finding words inside it is search's work.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, and_, any_, literal, not_, or_, true

from domain.errors import Invalid
from domain.inputs import located

MOST_VALUES: Final = 250
MOST_CONDITIONS: Final = 50
DEEPEST: Final = 5
AFTER_ALL_LETTERS: Final = "\U0010ffff"

Where: TypeAlias = Mapping[str, Any]
_ORDERED: Final = (int, date, datetime)
_KEPT_AS_TEXT: Final[Mapping[type, Callable[[str], Any]]] = {
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}
"""What a filter that was kept as JSON has as text."""


class Narrowing(Protocol):
    """Whatever a list is filtered by under one name."""

    def of(self, asked: Any) -> ColumnElement[bool]:
        """All that is asked under the name as one condition. Raises Invalid."""
        ...


@dataclass(frozen=True, slots=True)
class Filter:
    """A field that lists are filtered by. `within` puts the condition into a sub-select.

    `folded`: the column holds small letters without ё (`title_sort`), and so must the value.
    """

    column: Any
    within: Callable[[ColumnElement[bool]], ColumnElement[bool]] | None = None
    folded: bool = False

    def of(self, asked: Where) -> ColumnElement[bool]:
        """All operators applied."""
        parts: list[ColumnElement[bool]] = []
        for operator, value in asked.items():
            with located(operator):
                parts.append(self.condition(operator, value))
        return and_(true(), *parts)

    def condition(self, operator: str, value: Any) -> ColumnElement[bool]:
        """One operator applied. Raises Invalid for one that the field does not have."""
        if operator == "isNull":
            found = self.column.is_(None)
            if self.within is not None:
                return _negated(self.within(true()), positive=bool(value))
            return _negated(found, positive=not value)
        condition = self._compared(operator, value)
        return self.within(condition) if self.within is not None else condition

    def _compared(self, operator: str, value: Any) -> ColumnElement[bool]:
        kind = self.column.type.python_type
        match operator:
            case "eq":
                return self.column == self._value(value, kind)  # type: ignore[no-any-return]
            case "in":
                if not isinstance(value, Sequence) or len(value) > MOST_VALUES:
                    raise Invalid(
                        en=f"at most {MOST_VALUES} values", ru=f"до {MOST_VALUES} значений"
                    )
                values = [self._value(one, kind) for one in value]
                return self.column == any_(literal(values, ARRAY(self.column.type)))  # type: ignore[no-any-return]
            case "gte" if kind in _ORDERED:
                return self.column >= self._value(value, kind)  # type: ignore[no-any-return]
            case "lte" if kind in _ORDERED:
                return self.column <= self._value(value, kind)  # type: ignore[no-any-return]
            case "startsWith" if kind is str:
                start = self._value(value, kind)
                return and_(self.column >= start, self.column < start + AFTER_ALL_LETTERS)
            case _:
                raise Invalid(en="this field has no such operator", ru="у поля нет такого условия")

    def _value(self, value: Any, kind: type) -> Any:
        if kind in _KEPT_AS_TEXT and isinstance(value, str):
            with suppress(ValueError):  # and it is refused as a text
                value = _KEPT_AS_TEXT[kind](value)
        if isinstance(value, bool) != (kind is bool) or not isinstance(value, kind):
            raise Invalid(
                en=f"must be of type {kind.__name__}", ru=f"тип должен быть {kind.__name__}"
            )
        return str(value).lower().replace("ё", "е") if self.folded else value


def conditions(
    filters: Mapping[str, Narrowing], where: Where | None, *path: str | int
) -> ColumnElement[bool]:
    """The whole of `where` as one condition. Raises Invalid with the path of what is wrong."""
    counted = [0]
    with located(*(path or ("where",))):
        return _all_of(filters, where or {}, counted, 0)


def _all_of(
    filters: Mapping[str, Narrowing], where: Where, counted: list[int], depth: int
) -> ColumnElement[bool]:
    if depth > DEEPEST:
        raise Invalid(en="is nested too deep", ru="слишком глубокая вложенность")
    parts: list[ColumnElement[bool]] = []
    for name, asked in where.items():
        counted[0] += 1
        if counted[0] > MOST_CONDITIONS:
            raise Invalid(
                en=f"at most {MOST_CONDITIONS}", ru=f"не больше {MOST_CONDITIONS} условий"
            )
        if asked is None:
            continue
        with located(name):
            parts.append(_part(filters, name, asked, counted, depth))
    return and_(true(), *parts)


def _part(
    filters: Mapping[str, Narrowing], name: str, asked: Any, counted: list[int], depth: int
) -> ColumnElement[bool]:
    if name == "not":
        return not_(_all_of(filters, asked, counted, depth + 1))
    if name in ("and", "or"):
        inner: list[ColumnElement[bool]] = []
        for at, one in enumerate(asked):
            with located(at):
                inner.append(_all_of(filters, one, counted, depth + 1))
        return and_(true(), *inner) if name == "and" else or_(not_(true()), *inner)
    if name not in filters:
        raise Invalid(en="there is no such filter", ru="такого фильтра нет")
    return filters[name].of(asked)


def _negated(found: ColumnElement[bool], *, positive: bool) -> ColumnElement[bool]:
    """Is there none (`isNull: true`), or is there one."""
    return not_(found) if positive else found
