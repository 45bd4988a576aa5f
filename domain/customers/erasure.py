"""A person's data: handed out whole, or destroyed, by what the register says of each column.

Every table with a `customer_id` is seen to, those of rooms above too, and every table whose rows
belong to such a row, straight or by another: the register is the tables' own description. What is
kept, by law or for the sums, names a card that tells nothing any more.
"""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Uuid, any_, bindparam, delete, select, update

from domain.catalog.versions import lock_owner
from domain.customers.consents.consents import withdraw_consents
from domain.customers.files import drop_files_of
from domain.customers.merging.signposts import with_merged
from domain.customers.parts import lock_card
from domain.customers.tables import Customer, CustomerCode, CustomerContact, CustomerErasure
from domain.merchants.export import is_shown
from domain.merchants.tables_of_tenants import tables_of_tenants
from domain.references import Ref, get_id
from domain.row_sets import IDS
from domain.stock.notices.tables import BackInStock
from tenants.personal import Personal, personal_columns
from tenants.scope import UnitOfWork
from tenants.tables import Base

MOST_ROWS: Final = 10_000
"""Of one table in one export; whoever has more is no person."""

_ERASED: Final[dict[str, Any]] = {"clear": None, "blank": {}, "empty": ""}
"""What is written in the place of what is erased."""

_CARDS: Final = with_merged(bindparam("asked", type_=Uuid()))
_keys: Final = select(CustomerContact.key).where(CustomerContact.customer_id == any_(IDS))
_codes: Final = select(CustomerCode.id).where(CustomerCode.key.in_(_keys))
_BY_CONTACT: Final = {
    "back_in_stock": delete(BackInStock).where(BackInStock.email_key.in_(_keys)),
    # One that is being used this moment is left to the night's sweep.
    "customer_code": delete(CustomerCode).where(
        CustomerCode.id.in_(_codes.with_for_update(skip_locked=True))
    ),
}
"""What is known to be theirs by an address or a phone alone."""


async def export_customer(uow: UnitOfWork, ref: Ref) -> dict[str, Any]:
    """All that is kept of a person, by table, as plain values. Raises NotFound."""
    customer_id = await get_id(uow, Customer, ref, "id", what="customer")
    ids = [row["id"] for row in await uow.rows(_CARDS, asked=customer_id)]
    found: dict[str, Any] = {}
    for entity, table in (*people(), *papers()):
        shown = [column.name for column in table.columns if is_shown(table, column.name)]
        rows = await uow.rows(_rows(entity), ids=ids)
        found[f"{table.name}"] = [{f"{name}": _plain(row[name]) for name in shown} for row in rows]
    uow.record("customer.exported", customer_id)
    return found


async def erase_customer(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Destroy a person's data, and leave the proof; the card's id. Of the erased, nothing more.

    Cards that were merged into it go with it, and those merged into these. Raises NotFound,
    Conflict, NotAllowed (merged).
    """
    card = await lock_owner(
        uow, Customer, ref, "id", what="customer", expected_version=expected_version
    )
    customer_id: UUID = card["id"]
    if card["erased_at"] is not None:
        return customer_id
    await lock_card(uow, customer_id)
    ids = [row["id"] for row in await uow.rows(_CARDS, asked=customer_id)]
    for one in ids:
        await withdraw_consents(uow, one, by="erased")
    await drop_files_of(uow, ids)
    counts = {name: await uow.execute(drop, ids=ids) for name, drop in _BY_CONTACT.items()}
    for entity, table in (*papers(), *people()):
        statement = _erasing(entity)
        if statement is not None:
            values = {"now": uow.now} if entity is Customer else {}
            counts[f"{table.name}"] = await uow.execute(statement, ids=ids, **values)
    proof = {"actor": uow.principal.actor.value, "actor_id": uow.principal.id, "rows": counts}
    await uow.add(CustomerErasure, customer_id=customer_id, done_at=uow.now, **proof)
    uow.record("customer.erased", customer_id, version=card["version"] + 1)
    return customer_id


@cache
def people() -> Sequence[tuple[Any, Table]]:
    """The classes and tables of what belongs to a customer, whatever refers to others first."""
    return [
        (_class_of(table), table)
        for table in reversed(tables_of_tenants())
        if table.name == "customer" or "customer_id" in table.columns
    ]


@cache
def papers() -> Sequence[tuple[Any, Table]]:
    """The same of what belongs to such a row, straight or through another paper: lines, returns,
    texts of comments.
    """
    theirs = {table for _, table in people()}
    found: set[Table] = set()
    for table in tables_of_tenants():  # whatever is referred to comes first
        if table not in theirs and _owner(table, theirs | found) is not None:
            found.add(table)
    return [(_class_of(table), table) for table in reversed(tables_of_tenants()) if table in found]


def _owner(table: Table, theirs: Set[Table]) -> tuple[str, Table] | None:
    """The column by which a table names a row of theirs, and whose; the card itself is none."""
    found = (
        (key.column_keys[-1], key.referred_table)
        for key in table.foreign_key_constraints
        if key.referred_table in theirs and key.referred_table.name != "customer"
    )
    return next(found, None)


@cache
def _class_of(table: Table) -> Any:
    (found,) = (mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)
    return found


def _mine(entity: Any) -> ColumnElement[bool]:
    """The rows of these customers."""
    if entity is Customer:
        return Customer.id == any_(IDS)
    if "customer_id" in entity.__table__.columns:
        return entity.customer_id == any_(IDS)  # type: ignore[no-any-return]
    owner = _owner(entity.__table__, {table for _, table in (*people(), *papers())})
    assert owner is not None
    column, theirs = owner[0], _class_of(owner[1])
    return getattr(entity, column).in_(select(theirs.id).where(_mine(theirs)))  # type: ignore[no-any-return]


@cache
def _rows(entity: Any) -> Any:
    return select(entity).where(_mine(entity)).order_by(entity.id).limit(MOST_ROWS)


@cache
def _erasing(entity: Any) -> Any:
    """The statement that the register's entries for a table come to; None: all is kept."""
    said = dict(_entries(entity))
    mine = _mine(entity)
    if any(one.erased == "row" for one in said.values()):
        return delete(entity).where(mine)
    changes: dict[str, Any] = {
        name: _ERASED[one.erased] for name, one in said.items() if one.erased in _ERASED
    }
    if entity is Customer:
        changes |= {
            "external_source": None,
            "external_id": None,
            "erased_at": bindparam("now", type_=Customer.erased_at.type),
            "updated_at": bindparam("now", type_=Customer.erased_at.type),
            "version": Customer.version + 1,
        }
    return update(entity).where(mine).values(changes) if changes else None


def _entries(entity: Any) -> Iterator[tuple[str, Personal]]:
    for column, said in personal_columns(entity.__table__):
        yield f"{column.name}", said


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | dict | list) else str(value)
