"""Many rows in one statement: they travel as one JSON parameter and are read as a table.

One text serves any number of rows, so it is prepared once; types come from the table's columns.
Rows that are new for certain travel as one array a column, which PostgreSQL reads faster.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Executable, Uuid, any_, bindparam, column, func, select, update
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects.postgresql import JSONB, insert

from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT

Table: TypeAlias = Any
"""A mapped class with an `id`."""

IDS: Final = bindparam("ids", type_=ARRAY(Uuid()))
"""`column == any_(IDS)`: one of many ids, in one parameter."""


def row_set(table: Table, names: Sequence[str]) -> Any:
    """The parameter `:rows` (a list of dicts) as a table of these columns, typed as `table`'s."""
    columns = table.__table__.c
    given = func.jsonb_to_recordset(bindparam("rows", type_=JSONB())).table_valued(
        *(column(name, columns[name].type) for name in names), name="given"
    )
    return given.render_derived(with_types=True)


def array_set(table: Table, names: Sequence[str]) -> Any:
    """As `row_set`, out of a parameter for each column, as `arrays_of` gives them."""
    columns = table.__table__.c
    arrays = (bindparam(name, type_=ARRAY(columns[name].type)) for name in names)
    given = func.unnest(*arrays).table_valued(
        *(column(name, columns[name].type) for name in names), name="given"
    )
    return given.render_derived()


def arrays_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Rows of one shape turned into columns."""
    return {name: [row[name] for row in rows] for name in names}


async def add_rows(
    uow: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]], **same: Any
) -> None:
    """Insert rows of one shape, `id` included, none of which can be there already.

    Values are of their columns' own types, none of which is an array; a list that is JSON is given
    as a tuple. `same`: what is the same in all of them.
    """
    if rows:
        names = tuple(rows[0])
        await uow.rows(_add(table, names, tuple(same)), **arrays_of(rows, names), **same)


async def insert_rows(uow: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Insert rows of one shape, `id` included; ids of those that were not there yet."""
    if not rows:
        return set()
    inserted = await uow.rows(_insert(table, tuple(rows[0])), rows=list(rows))
    return {row["id"] for row in inserted}


async def update_rows(
    uow: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]]
) -> dict[UUID, int]:
    """Write the given columns of rows by `id`, one version up; their new versions."""
    if not rows:
        return {}
    written = await uow.rows(_update(table, tuple(rows[0])), rows=list(rows), now=uow.now)
    return {row["id"]: row["version"] for row in written}


async def lock_rows(uow: UnitOfWork, table: Table, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Whole rows by id, locked in the order of their ids until the unit ends."""
    rows = await uow.rows(_lock(table), ids=list(ids)) if ids else []
    return {row["id"]: row for row in rows}


async def rows_by_id(db: Asking, table: Table, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Whole rows by id; ids of nothing, and of other tenants' rows, are left out."""
    rows = await db.rows(_by_id(table), ids=list(ids)) if ids else []
    return {row["id"]: row for row in rows}


async def delete_rows(uow: UnitOfWork, table: Table, ids: Sequence[UUID]) -> int:
    """Delete by id; how many there were."""
    return await uow.execute(_delete(table), ids=list(ids)) if ids else 0


@lru_cache(maxsize=100)
def _add(table: Table, names: tuple[str, ...], same: tuple[str, ...]) -> Executable:
    given, columns = array_set(table, names), table.__table__.c
    values = [given.c[name] for name in names]
    values += [bindparam(name, type_=columns[name].type) for name in same]
    return (
        insert(table)
        .from_select(["tenant_id", *names, *same], select(TENANT, *values))
        .returning(table.id)
    )


@lru_cache(maxsize=500)
def _insert(table: Table, names: tuple[str, ...]) -> Executable:
    given = row_set(table, names)
    return (
        insert(table)
        .from_select(["tenant_id", *names], select(TENANT, *(given.c[name] for name in names)))
        .on_conflict_do_nothing()
        .returning(table.id)
    )


@lru_cache(maxsize=500)
def _update(table: Table, names: tuple[str, ...]) -> Executable:
    given, columns = row_set(table, names), table.__table__.c
    changes = {columns[name]: given.c[name] for name in names if name != "id"}
    changes |= {columns.version: columns.version + 1, columns.updated_at: bindparam("now")}
    return (
        update(table)
        .where(table.id == given.c.id)
        .values(changes)
        .returning(table.id, table.version)
    )


@lru_cache(maxsize=200)
def _lock(table: Table) -> Executable:
    return select(table).where(table.id == any_(IDS)).order_by(table.id).with_for_update()


@lru_cache(maxsize=200)
def _by_id(table: Table) -> Executable:
    return select(table).where(table.id == any_(IDS))


@lru_cache(maxsize=200)
def _delete(table: Table) -> Executable:
    return delete_from(table).where(table.id == any_(IDS))
