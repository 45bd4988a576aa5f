"""Rules of segments as conditions: all that they name must be there.

A rule that says "not in this group" would tell everybody once the group is gone. So what is gone
is refused, with its place in the rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal, select, union_all

from domain.catalog.filters import Where
from domain.catalog.tables import Brand, Category, Collection, Product, Variant
from domain.customers.filters import condition_by, definitions_for
from domain.customers.segments.tables import SegmentSnapshot
from domain.customers.tables import Customer
from domain.errors import DomainError, NotFound
from domain.pricing.tables import CustomerGroup, Promotion
from domain.stock.tables import Location
from tenants.scope import Asking

_TABLES: Final[Mapping[str, Any]] = {
    "id": Customer,
    "groupId": CustomerGroup,
    "snapshotId": SegmentSnapshot,
    "placeId": Location,
    "variantId": Variant,
    "productId": Product,
    "brandId": Brand,
    "categoryId": Category,
    "collectionId": Collection,
    "promotionId": Promotion,
}
"""What fields of a rule name."""


class Named(NamedTuple):
    """A thing that a rule names, and where."""

    path: tuple[str | int, ...]
    field: str
    id: UUID


async def condition_of(db: Asking, rule: Where) -> ColumnElement[bool]:
    """What a rule says of customers. Raises Invalid or NotFound with the path in `where`."""
    (found,) = await conditions_of(db, [rule])
    if isinstance(found, DomainError):
        raise found
    return found


async def conditions_of(
    db: Asking, rules: Sequence[Where], only: Sequence[UUID] | None = None
) -> list[ColumnElement[bool] | DomainError]:
    """What each of many rules says of customers (of `only` these, if given), or why it cannot.

    At most two statements: for the merchant's own fields, and for what is named, where any are.
    """
    definitions = await definitions_for(db, *rules)
    found: list[ColumnElement[bool] | DomainError] = []
    for rule in rules:
        try:
            found.append(condition_by(definitions, rule, only))
        except DomainError as error:
            found.append(error)
    named = [
        [] if isinstance(one, DomainError) else list(_named(rule))
        for rule, one in zip(rules, found, strict=True)
    ]
    there = await _there(db, [one for many in named for one in many])
    for at, many in enumerate(named):
        gone = next((one for one in many if (one.field, one.id) not in there), None)
        if gone is not None:
            what = _TABLES[gone.field].__tablename__
            found[at] = NotFound("where", *gone.path, what=what)
    return found


def _named(rule: Where, *path: str | int) -> Iterator[Named]:
    """All things that a rule names, whose shape is known to be right."""
    for name, asked in rule.items():
        if name in ("and", "or"):
            for at, one in enumerate(asked or ()):
                yield from _named(one, *path, name, at)
        elif name in ("not", "orders"):
            yield from _named(asked or {}, *path, name)
        elif name in _TABLES and asked is not None:
            for operator, value in asked.items():
                many = value if isinstance(value, list) else [value]
                for one in many if operator in ("eq", "in") else ():
                    id = one if isinstance(one, UUID) else UUID(one)
                    yield Named((*path, name, operator), name, id)


async def _there(db: Asking, named: Sequence[Named]) -> set[tuple[str, UUID]]:
    """Which of these things are there."""
    wanted: dict[str, list[UUID]] = {}
    for one in named:
        wanted.setdefault(one.field, []).append(one.id)
    if not wanted:
        return set()
    asked = [
        select(literal(field).label("field"), _TABLES[field].id).where(
            _TABLES[field].id == any_(literal(ids, ARRAY(Uuid())))
        )
        for field, ids in sorted(wanted.items())
    ]
    return {(row["field"], row["id"]) for row in await db.rows(union_all(*asked))}
