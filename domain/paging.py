"""Keyset pages: stable under inserts, forward and backward, the same cost on page 1 and 1,000.

A statement is ordered by `Sort`s and, to break ties, by the id. A cursor is the last row's values
of those columns; it fits only the order it came from. Rows carry their own cursor as `cursor`.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple, Self, overload
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    column,
    false,
    func,
    or_,
    select,
    true,
)

from domain.errors import Invalid
from tenants.scope import Asking, Row

LONGEST_PAGE: Final = 100
DEFAULT_PAGE: Final = 20

_PARENTS: Final = bindparam("parents", type_=ARRAY(Uuid()))
_PAGE_ROWS: Final = bindparam("page_rows", type_=BigInteger())


@dataclass(frozen=True, slots=True, eq=False)
class Sort:
    """One column of an order. It must be NOT NULL and compare by a leakproof operator.

    Orders that stand at the level of a module have their statements built once.
    """

    name: str
    column: Any
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`first` after a cursor, or `last` before one; 1 to 100 rows."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None:
            raise Invalid("last", en="give first or last, not both", ru="укажите first или last")
        for name, size in (("first", self.first), ("last", self.last)):
            if size is not None and not 1 <= size <= LONGEST_PAGE:
                raise Invalid(
                    name,
                    en=f"must be from 1 to {LONGEST_PAGE}",
                    ru=f"должно быть от 1 до {LONGEST_PAGE}",
                )

    @property
    def size(self) -> int:
        return self.first or self.last or DEFAULT_PAGE

    @property
    def is_backward(self) -> bool:
        return self.last is not None


class Cursors(Sequence[str]):
    """The cursor of each row of a page, spelled when somebody looks at it: few look at all."""

    __slots__ = ("places", "spell")

    def __init__(self, spell: Callable[[Any], str], places: Sequence[Any]) -> None:
        """`spell` makes a cursor of one of the `places`."""
        self.spell = spell
        self.places = places

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> "Cursors": ...

    def __getitem__(self, at: int | slice) -> "str | Cursors":
        if isinstance(at, slice):
            return Cursors(self.spell, self.places[at])
        return self.spell(self.places[at])

    def of(self, numbers: Sequence[int]) -> "Cursors":
        """Those of the rows with these numbers."""
        if len(numbers) == len(self.places):
            return self
        return Cursors(self.spell, [self.places[number] for number in numbers])


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order asked for with their cursors, and whether there are more on each side."""

    rows: list[Row]
    cursors: Cursors
    has_next: bool
    has_previous: bool


async def page_of(
    db: Asking,
    statement: Select[*tuple[Any, ...]],
    order: Sequence[Sort],
    request: PageRequest,
    **values: Any,
) -> Page:
    """One page of `statement`. `order` ends with the id, which makes it total.

    The statement must not be ordered or limited itself. Raises Invalid for a cursor that is broken
    or belongs to another order.
    """
    asked = _paged(statement, tuple(order), _Way.of(request))
    return _page(await db.rows(asked, **values, **_limits(order, request)), order, request)


async def pages_of(
    db: Asking,
    statement: Select[*tuple[Any, ...]],
    parent: Any,
    order: Sequence[Sort],
    request: PageRequest,
    ids: Sequence[UUID],
) -> dict[UUID, Page]:
    """A page below each of many parents, in one statement; `parent` is the column with their ids.

    A parent without rows has a page without rows. Raises Invalid as `page_of` does.
    """
    asked = _paged_below(statement, parent, tuple(order), _Way.of(request))
    found: dict[UUID, list[Row]] = {id: [] for id in ids}
    for row in await db.rows(asked, parents=list(found), **_limits(order, request)):
        found[row["parent_id"]].append(row)
    return {id: _page(rows, order, request) for id, rows in found.items()}


async def count_of(db: Asking, statement: Select[*tuple[Any, ...]], **values: Any) -> int:
    """How many rows the whole statement has."""
    return int(await db.value(_counted(statement), **values))


class _Way(NamedTuple):
    """What of a request a page's statement depends on; the rest are values."""

    is_backward: bool
    has_after: bool
    has_before: bool

    @classmethod
    def of(cls, request: PageRequest) -> Self:
        return cls(request.is_backward, request.after is not None, request.before is not None)


def _limits(order: Sequence[Sort], request: PageRequest) -> dict[str, Any]:
    """The values that a page's statement has places for: its size, and where it begins."""
    limits: dict[str, Any] = {"page_rows": request.size + 1}
    for name, cursor in (("after", request.after), ("before", request.before)):
        if cursor is not None:
            values = enumerate(_values(name, cursor, order))
            limits |= {f"{name}_{number}": value for number, value in values}
    return limits


@lru_cache(maxsize=500)
def _paged(statement: Select[Any], order: tuple[Sort, ...], way: _Way) -> Select[Any]:
    return _asked(statement, order, way).order_by(*_ordered(order, way))


@lru_cache(maxsize=500)
def _paged_below(
    statement: Select[Any], parent: Any, order: tuple[Sort, ...], way: _Way
) -> Select[Any]:
    unnested = func.unnest(_PARENTS).table_valued(column("id", Uuid()), name="parents")
    parents = unnested.render_derived()
    below = _asked(statement.where(parent == parents.c.id), order, way)
    page = below.order_by(*_ordered(order, way)).lateral("page")
    asked = select(parents.c.id.label("parent_id"), page).select_from(parents).join(page, true())
    return asked.order_by(*_ordered(order, way, page))


@lru_cache(maxsize=500)
def _counted(statement: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(statement.order_by(None).subquery())


def _asked(statement: Select[Any], order: Sequence[Sort], way: _Way) -> Select[Any]:
    """The rows of the page and one more, which tells whether there are others behind it."""
    asked = statement.add_columns(
        *(sort.column.label(f"cursor_{number}") for number, sort in enumerate(order))
    )
    if way.has_after:
        asked = asked.where(_beyond(order, "after", forward=True))
    if way.has_before:
        asked = asked.where(_beyond(order, "before", forward=False))
    return asked.limit(_PAGE_ROWS)


def _ordered(order: Sequence[Sort], way: _Way, within: Any = None) -> list[Any]:
    """The order of a page's rows, from its near end; `within` is the sub-select that has them."""
    keys = [
        sort.column if within is None else within.c[f"cursor_{number}"]
        for number, sort in enumerate(order)
    ]
    return [
        key.desc() if sort.descending != way.is_backward else key.asc()
        for sort, key in zip(order, keys, strict=True)
    ]


def _page(rows: list[Row], order: Sequence[Sort], request: PageRequest) -> Page:
    more, rows = len(rows) > request.size, rows[: request.size]
    if request.is_backward:
        rows = rows[::-1]
    before, after = request.after is not None, request.before is not None
    return Page(
        rows,
        Cursors(partial(_cursor, order=order), rows),
        has_next=after if request.is_backward else more,
        has_previous=more if request.is_backward else before,
    )


def _beyond(order: Sequence[Sort], name: str, *, forward: bool) -> ColumnElement[bool]:
    """Rows that come after (or before) the one with the values `name_0`, `name_1`, …

    Spelled out level by level, so that orders may mix directions: a < x, or a = x and b > y, …
    """
    beyond: ColumnElement[bool] = false()
    equal: ColumnElement[bool] = true()
    values = [
        bindparam(f"{name}_{number}", type_=sort.column.type) for number, sort in enumerate(order)
    ]
    for sort, value in zip(order, values, strict=True):
        here = sort.column < value if sort.descending == forward else sort.column > value
        beyond = or_(beyond, and_(equal, here))
        equal = and_(equal, sort.column == value)
    leading, start = order[0], values[0]
    falling = leading.descending == forward
    # Says no more than the rest, but an index can begin there.
    return and_(leading.column <= start if falling else leading.column >= start, beyond)


def _signature(order: Sequence[Sort]) -> str:
    return ",".join(("-" if sort.descending else "") + sort.name for sort in order)


def _cursor(row: Row, order: Sequence[Sort]) -> str:
    values = [row[f"cursor_{number}"] for number in range(len(order))]
    return base64.urlsafe_b64encode(
        orjson.dumps([_signature(order), *values], default=str, option=orjson.OPT_UTC_Z)
    ).decode()


def _values(name: str, cursor: str, order: Sequence[Sort]) -> list[Any]:
    try:
        signature, *values = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
        if signature != _signature(order) or len(values) != len(order):
            raise ValueError(signature)
        return [_as_column(value, sort) for value, sort in zip(values, order, strict=True)]
    except (ValueError, TypeError, binascii.Error, AttributeError):
        raise Invalid(
            name,
            en="is not a cursor of this list and order; take one from pageInfo or edges",
            ru="это не курсор данного списка и порядка; возьмите его из pageInfo или edges",
        ) from None


def _as_column(value: Any, sort: Sort) -> Any:
    kind = sort.column.type.python_type
    if kind is UUID:
        return UUID(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if type(value) is not kind:
        raise TypeError(value)
    return value
