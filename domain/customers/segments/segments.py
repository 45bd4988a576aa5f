"""Segments: made, changed, deleted; counted and listed as they are now."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, literal, select, union_all

from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    create_one,
    delete_one,
    update_one,
)
from domain.catalog.filters import Where
from domain.customers.segments.rules import condition_of, conditions_of
from domain.customers.segments.tables import CustomerSegment
from domain.customers.tables import Customer
from domain.errors import DomainError, NotFound
from domain.inputs import Required, line_or_none, text
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.references import Ref
from domain.row_sets import rows_by_id
from tenants.scope import Asking, Row, UnitOfWork

STANDING: Final = and_(Customer.merged_into_id.is_(None), Customer.erased_at.is_(None))
"""A card that is somebody's: neither merged into another one nor erased."""
NEWEST: Final = (Sort("id", Customer.id, descending=True),)


class Look(NamedTuple):
    """How many members a segment has; None where its rule names what is gone: that is `problem`."""

    members: int | None
    problem: DomainError | None


def _kept(value: Any) -> Any:
    return value


SEGMENT: Final = Entity(
    "customer_segment",
    CustomerSegment,
    {"title": text(200), "note": line_or_none(1_000), "rule": _kept},
    required=("title", "rule"),
)


async def create_segment(uow: UnitOfWork, given: Given) -> UUID:
    """Make a segment; its id. Raises Required, Taken("title"), Invalid (in `where`)."""
    if given.get("where") is None:
        raise Required("where")
    return await create_one(uow, SEGMENT, await _columns(uow, given))


async def update_segment(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a segment; its id. Raises as `create_segment`, and NotFound, Conflict."""
    changes = Edit(edit.ref, await _columns(uow, edit.changes), edit.expected_version)
    return await update_one(uow, SEGMENT, changes)


async def delete_segment(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a segment that has no snapshots, and that no promotion names; its id. Raises InUse."""
    gone = await delete_one(uow, SEGMENT, ref, expected_version)
    segment_id: UUID = gone["id"]
    return segment_id


async def get_rule(db: Asking, segment_id: UUID, *path: str) -> Where:
    """What a segment's members are told by. Raises NotFound at `path`."""
    row = (await rows_by_id(db, CustomerSegment, [segment_id])).get(segment_id)
    if row is None:
        raise NotFound(*path, what="customer_segment")
    rule: Where = row["rule"]
    return rule


async def members_page(db: Asking, rule: Where, request: PageRequest) -> Page:
    """A page of the customers whom a rule tells, the newest first. Raises as `condition_of`."""
    return await page_of(
        db, _members(select(Customer), await condition_of(db, rule)), NEWEST, request
    )


async def count_members(db: Asking, rule: Where) -> int:
    """How many customers a rule tells. Raises as `condition_of`."""
    return await count_of(db, _members(select(Customer.id), await condition_of(db, rule)))


async def look_at(db: Asking, segments: Sequence[Row]) -> list[Look]:
    """How many members each of many segments has, or why none: in one statement for all."""
    found = await conditions_of(db, [one["rule"] for one in segments])
    counts = [
        select(literal(at, BigInteger).label("at"), func.count().label("members")).select_from(
            _members(select(Customer.id), one).subquery()
        )
        for at, one in enumerate(found)
        if not isinstance(one, DomainError)
    ]
    rows = await db.rows(union_all(*counts)) if counts else []
    counted = {row["at"]: row["members"] for row in rows}
    return [
        Look(counted.get(at), one if isinstance(one, DomainError) else None)
        for at, one in enumerate(found)
    ]


def _members(statement: Select[Any], condition: ColumnElement[bool]) -> Select[Any]:
    return statement.where(STANDING, condition)


async def _columns(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """The input as columns, its `where` looked at."""
    columns = {name: value for name, value in given.items() if name != "where"}
    if "where" not in given:
        return columns
    rule = given["where"]
    if rule is None:
        raise Required("where")
    await condition_of(uow, rule)
    return {**columns, "rule": orjson.loads(orjson.dumps(rule, default=str))}
