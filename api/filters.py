"""`where` and `orderBy` of the admin's lists, read for the domain.

A list's filters are one input class, whose fields are the operators of this file; `filtered`
marks those of ids with the kind that they take:

    @strawberry.input
    class BrandWhere:
        id: IdFilter | None = filtered(kinds.BRAND)
        title: TextFilter | None = UNSET
        and_: "list[BrandWhere] | None" = combined("and")
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry
from strawberry import UNSET

from api.inputs import kind_of, reference
from api.scalars import BadInput, Date, DateTime, MoneyInput, wanted_id
from domain.catalog.filters import Where
from domain.catalog.queries import OrderBy
from domain.inputs import camel
from tenants.ids import WrongId, prefix_of

ANY: Final = "*"
"""For `filtered`: ids of every kind."""


@strawberry.enum
class OrderDirection(Enum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


@strawberry.input
class IdFilter:
    """Ids; an empty `in` matches nothing."""

    eq: strawberry.ID | None = UNSET
    in_: list[strawberry.ID] | None = strawberry.field(name="in", default=UNSET)
    is_null: bool | None = UNSET


@strawberry.input
class TextFilter:
    """Texts, whole; an empty `in` matches nothing."""

    eq: str | None = UNSET
    in_: list[str] | None = strawberry.field(name="in", default=UNSET)
    starts_with: str | None = strawberry.field(
        default=UNSET,
        description="It begins so. `productSearch` finds words anywhere in what a product says.",
    )
    is_null: bool | None = UNSET


@strawberry.input
class IntFilter:
    """Whole numbers; an empty `in` matches nothing."""

    eq: int | None = UNSET
    in_: list[int] | None = strawberry.field(name="in", default=UNSET)
    gte: int | None = UNSET
    lte: int | None = UNSET
    is_null: bool | None = UNSET


@strawberry.input
class BooleanFilter:
    """Yes or no."""

    eq: bool | None = UNSET


@strawberry.input
class DateTimeFilter:
    """Instants, both ends included."""

    gte: DateTime | None = UNSET
    lte: DateTime | None = UNSET
    is_null: bool | None = UNSET


@strawberry.input
class DateFilter:
    """Days, both ends included."""

    eq: Date | None = UNSET
    gte: Date | None = UNSET
    lte: Date | None = UNSET
    is_null: bool | None = UNSET


@strawberry.input
class DaysFilter:
    """Whole days of the shop's own calendar, both ends included: 0 is today, 1 yesterday."""

    eq: int | None = UNSET
    gte: int | None = UNSET
    lte: int | None = UNSET
    is_null: bool | None = UNSET


@strawberry.input
class MoneyFilter:
    """Sums of money, both ends included, in the currency that is given; of no other."""

    eq: MoneyInput | None = UNSET
    gte: MoneyInput | None = UNSET
    lte: MoneyInput | None = UNSET


def filtered(kind: str) -> Any:
    """A filter by ids of one kind, or of ANY."""
    return reference(kind)


def combined(name: str) -> Any:
    """`and`, `or` and `not` of a where; `name` is the word."""
    texts = {"and": "All of these.", "or": "One of these at least.", "not": "This is not so."}
    return strawberry.field(name=name, default=UNSET, description=texts[name])


def read_where(given: Any) -> Where | None:
    """A where input as the domain takes it. Raises BadInput for ids of the wrong kind."""
    if given is None or given is UNSET:
        return None
    where: dict[str, Any] = {}
    for one in fields(given):
        asked = getattr(given, one.name)
        if asked is UNSET or asked is None:
            continue
        name = getattr(one, "graphql_name", None) or camel(one.name)
        match name:
            case "and" | "or":
                where[name] = [read_where(part) or {} for part in asked]
            case "not":
                where[name] = read_where(asked) or {}
            case _:
                where[name] = _operand(asked, kind_of(one))
    return where


def read_order(given: Sequence[Any] | None) -> OrderBy:
    """Orders as the domain takes them: names, and whether they descend."""
    return [(one.field.value, one.direction is OrderDirection.DESC) for one in given or ()]


def _operators(asked: Any, kind: str | None) -> dict[str, Any]:
    return {
        getattr(one, "graphql_name", None) or camel(one.name): _operand(value, kind_of(one) or kind)
        for one in fields(asked)
        if (value := getattr(asked, one.name)) is not UNSET
    }


def _operand(value: Any, kind: str | None) -> Any:
    if isinstance(value, list):
        return [_operand(one, kind) for one in value]
    if is_dataclass(value):
        return _operators(value, kind)
    if isinstance(value, Enum):
        return value.value
    return _id(value, kind) if kind is not None and isinstance(value, str) else value


def _id(text: str, kind: str) -> UUID:
    try:
        return wanted_id(text, prefix_of(text) if kind == ANY else kind)
    except WrongId as error:
        raise BadInput(str(error)) from None
