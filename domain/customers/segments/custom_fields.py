"""Filters of cards by the merchant's own fields, each by its kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Numeric, Text, and_, case, cast, collate, true

from domain.catalog.fields import field_value
from domain.catalog.filters import MOST_CONDITIONS, Filter, Where
from domain.customers.tables import Customer
from domain.errors import Invalid
from domain.inputs import located
from tenants.scope import Row
from tenants.values.quantity import parse_thousandths

_NUMBER: Final = r"^-?[0-9]{1,15}(\.[0-9]{1,3})?$"
_COMPARED: Final = ("number", "date")


@dataclass(frozen=True, slots=True)
class CustomFields:
    """`[{"code": "size", "eq": "XL"}, …]`: all must hold. `definitions` are by code."""

    definitions: Mapping[str, Row]

    def of(self, asked: Sequence[Where]) -> ColumnElement[bool]:
        """All of them as one condition. Raises Invalid, for a field that is gone, too."""
        if len(asked) > MOST_CONDITIONS:
            raise Invalid(
                en=f"at most {MOST_CONDITIONS}", ru=f"не больше {MOST_CONDITIONS} условий"
            )
        parts: list[ColumnElement[bool]] = []
        for at, one in enumerate(asked):
            with located(at):
                parts += self._conditions(one)
        return and_(true(), *parts)

    def _conditions(self, asked: Where) -> list[ColumnElement[bool]]:
        definition = self.definitions.get(asked["code"])
        if definition is None:
            raise Invalid(
                "code",
                en=f"there is no field «{asked['code']}»",
                ru=f"поля «{asked['code']}» нет",
            )
        found: list[ColumnElement[bool]] = []
        for operator, value in asked.items():
            if operator != "code" and value is not None:
                with located(operator):
                    found.append(_condition(definition, operator, value))
        return found


def _condition(definition: Row, operator: str, value: Any) -> ColumnElement[bool]:
    """One operator on the value that a card keeps of a field."""
    kept = Filter(_kept(definition))
    if operator == "isNull":
        return kept.condition(operator, value)
    if definition["kind"] == "boolean" and operator != "eq":
        raise Invalid(en="this field has no such operator", ru="у поля нет такого условия")
    if operator in ("gte", "lte"):
        if definition["kind"] not in _COMPARED:
            raise Invalid(en="this field has no such operator", ru="у поля нет такого условия")
        compared, wanted = kept.column, _comparable(definition, value)
        return compared >= wanted if operator == "gte" else compared <= wanted  # type: ignore[no-any-return]
    if operator == "in":
        return kept.condition(operator, [_comparable(definition, one) for one in value])
    if operator == "startsWith" and definition["kind"] != "text":
        raise Invalid(en="this field has no such operator", ru="у поля нет такого условия")
    return kept.condition(operator, _comparable(definition, value))


def _kept(definition: Row) -> ColumnElement[Any]:
    """What a card keeps, so that it compares. A value from before the field was of its kind is
    none, as it were."""
    text = Customer.fields[definition["code"]].astext
    match definition["kind"]:
        case "number":
            # In thousandths; the CASE keeps the cast from what is no number.
            number = cast(cast(text, Numeric) * 1_000, BigInteger)
            return case((text.regexp_match(_NUMBER), number))
        case "date":
            return collate(cast(text, Text), "C")  # 2026-01-31: as it is spelled, so it compares
        case _:
            return text  # type: ignore[no-any-return]


def _comparable(definition: Row, value: Any) -> Any:
    """The value as `_kept` has it. Raises Invalid for one that the field cannot have."""
    cleaned = field_value(definition, value)
    match definition["kind"]:
        case "number":
            return parse_thousandths(cleaned)
        case "boolean":
            return "true" if cleaned else "false"
        case _:
            return cleaned
