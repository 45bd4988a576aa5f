"""A row in every tenant's table, made from the tables' own description, new tables included.

Every text is the tenant's canary, so that a test can tell whose row it sees; it is the same word in
all columns of one name, so that one word tries the titles of all kinds of things.
"""

import re
import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSONB, TSVECTOR

from migrations.models import metadata
from tenants.ids import new_id
from tenants.platform_tables import Identity
from tenants.tables import Base, HasTenant

SHAPED: dict[str, Any] = {
    "actor": "staff",
    "currency": "RUB",
    "country": "RU",
    "language": "ru",
    "languages": ["ru"],
    "time_zone": "Europe/Moscow",
}
"""Values that a constraint holds to a shape, by the column's name."""

AWKWARD: dict[str, dict[str, Any]] = {
    "audit_entry": {"changes": '[{"event": "brand.created", "id": null}]'},
    "consent": {"withdrawn_by": None},
    "customer_address": {
        "address": '{"country": "RU", "region": null, "city": null, "street": null, '
        '"postal_code": null, "latitude": null, "longitude": null}'
    },
    "carrier": {"tariff": "[]"},
    "cart": {"address": None, "codes": "[]", "delivery_window": None},
    "delivery_method": {"zones": "[]", "windows": "[]"},
    "customer_segment": {"rule": '{"tag": {"startsWith": "canary"}}'},
    "customer_segment_snapshot": {"rule": "{}"},
    "hand_over": {"total_minor": None},
    "hand_over_line": {"positions": "[]"},
    "location": {"address": None, "channel_ids": None},
    "media": {"sizes": "[]"},
    "menu_item": {"url": None},
    "platform.host": {"proof": None},
    "attribute_value": {"number": None, "boolean": None, "day": None},
    "field_definition": {"is_required": False},
    "invitation": {"points": None},
    "price_markdown": {"amount_minor": 0, "ended_at": None, "ending": None},
    "order_entry": {"by": None},
    "order_export": {"filter": "{}", "points": None},
    "order_comment": {"mentions": "[]"},
    "order_status": {"colour": "#ff8800"},
    "order_draft": {"address": None, "codes": "[]", "promotions": "[]", "state": "ordered"},
    "order_draft_line": {"positions": "[]", "trace": "[]", "takes": "{}", "attributes": "{}"},
    "order_line": {"positions": "[]", "trace": "[]", "takes": "{}", "attributes": "{}"},
    "order_return": {"refund_minor": None},
    "order_return_line": {"positions": "[]"},
    "order_revision": {"facts": '["address"]'},
    "purchase_order_line": {"reasons": None},
    "promotion": {"conditions": "[]", "actions": '[{"kind": "free_delivery"}]'},
    "role": {"code": None},
    "sales_order": {"address": None, "delivery_window": None},
    "shop": {"service_level": 9500},
    "stock_import": {"expected": None, "totals": None},
    "stocktake_line": {"difference": 0},
    "stock_hold_line": {"backordered": 0},
    "supplier": {"service_level": None},
    "staff_member": {"status": "active", "points": None},
    "transfer_line": {"short": 0},
}
"""Columns that exclude each other, or shut others out, by table."""

ENDINGS = {
    "accepted_at",
    "archived_at",
    "erased_at",
    "retired_at",
    "revoked_at",
    "used_at",
    "withdrawn_at",
}
"""Instants at which a row ends: those of the seeds are alive."""

CLOSED_LIST = re.compile(r"(\w+) (?:IN|in) \(([^)]*)\)")


POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def canary(tenant_id: UUID) -> str:
    """What every text of a tenant's rows begins with; small letters, so that it fits a code too."""
    return f"canary-{tenant_id.hex[-12:]}"


def text_of(tenant_id: UUID, column: str) -> str:
    """What stands in a tenant's text columns of this name."""
    return f"{canary(tenant_id)}-{sha256(tenant_id.bytes + column.encode()).hexdigest()[:8]}"


def tenant_tables() -> list[Table]:
    """Tables with rows of tenants, each after those that its foreign keys lead to."""
    owned = {
        mapper.local_table
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, HasTenant)
    }
    return [table for table in metadata.sorted_tables if table in owned]


async def seed_everything(
    superuser: "asyncpg.Connection[Any]", tenant_id: UUID
) -> dict[str, dict[str, Any]]:
    """One row in each tenant's table; the rows by table. Tables that have one keep it."""
    rows: dict[str, dict[str, Any]] = {}
    person = Identity.__table__
    assert isinstance(person, Table)
    rows[person.fullname] = await _seed(superuser, person, tenant_id, rows)
    for table in tenant_tables():
        found = await superuser.fetchrow(
            f"SELECT * FROM {table.fullname} WHERE tenant_id = $1 LIMIT 1", tenant_id
        )
        rows[table.fullname] = (
            dict(found) if found else await _seed(superuser, table, tenant_id, rows)
        )
    return rows


async def _seed(
    superuser: "asyncpg.Connection[Any]",
    table: Table,
    tenant_id: UUID,
    rows: dict[str, dict[str, Any]],
    *,
    is_second: bool = False,
) -> dict[str, Any]:
    """Insert a row with every column filled; failing that, with the nullable ones left out."""
    for target in _targets_of_two(table):
        rows[f"{target.fullname} again"] = await _seed(
            superuser, target, tenant_id, rows, is_second=True
        )
    refused: list[str] = []
    for is_full in (True, False):
        row = _row(table, tenant_id, rows, is_full=is_full)
        if is_second:
            row |= {
                name: f"{canary(tenant_id)}-{secrets.token_hex(4)}"
                for name, value in row.items()
                if value == text_of(tenant_id, name)
            }
            row |= dict.fromkeys(row.keys() & {"is_default"}, False)  # only one can be
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(
            f"${number}::{table.c[name].type.compile(POSTGRESQL)}"
            for number, name in enumerate(row, 1)
        )
        try:
            async with superuser.transaction():
                made = await superuser.fetchrow(
                    f"INSERT INTO {table.fullname} ({names}) VALUES ({places}) RETURNING *",
                    *row.values(),
                )
            assert made is not None
            return dict(made)
        except asyncpg.PostgresError as error:
            refused.append(f"{type(error).__name__}: {error}")
    raise AssertionError(f"no row could be made for {table.fullname}: {refused}")


def _row(
    table: Table, tenant_id: UUID, rows: dict[str, dict[str, Any]], *, is_full: bool
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    closed = dict(_closed_lists(table))
    for column in table.columns:
        if column.computed is not None or (not is_full and column.nullable):
            continue
        if column.name in ENDINGS:
            row[column.name] = None
        elif column.name == "expires_at":
            row[column.name] = datetime.now(UTC) + timedelta(days=1)
        elif column.name == "tenant_id":
            row[column.name] = tenant_id
        elif column.name in closed or column.name in SHAPED:
            row[column.name] = closed.get(column.name) or SHAPED[column.name]
        else:
            row[column.name] = _value(column, tenant_id)
    taken: set[str] = set()
    for key in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
        name = key.referred_table.fullname
        _follow(key, row, rows.get(f"{name} again" if name in taken else name))
        taken.add(name)
    return row | AWKWARD.get(table.fullname, {})


def _targets_of_two(table: Table) -> list[Table]:
    """Tables that two foreign keys lead to: a row beside itself is what constraints forbid."""
    targets = [key.referred_table for key in table.foreign_key_constraints]
    return [one for one in set(targets) if targets.count(one) > 1 and one is not table]


def _follow(key: ForeignKeyConstraint, row: dict[str, Any], target: dict[str, Any] | None) -> None:
    """Let the row lead to the seeded row of the table that its key leads to."""
    for element in key.elements:
        name = element.parent.name
        if name == "tenant_id" or name not in row:
            continue
        if target is not None:
            row[name] = target[element.column.name]
        elif element.parent.nullable:
            row[name] = None  # the table itself, or one of the platform's


def _closed_lists(table: Table) -> list[tuple[str, str]]:
    found = []
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            match = CLOSED_LIST.fullmatch(str(constraint.sqltext).strip())
            if match:
                found.append((match[1], match[2].split(",")[0].strip().strip("'")))
    return found


def _is_list(column: Column[Any]) -> bool:
    """Whether the class says that this JSON is a list."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is column.table:
            kinds = [vars(base).get("__annotations__", {}) for base in mapper.class_.__mro__]
            return any("list[" in str(kind.get(column.name, "")) for kind in kinds)
    return False


def _value(column: Column[Any], tenant_id: UUID) -> Any:
    kind = column.type
    if isinstance(kind, JSONB):
        note: Any = [canary(tenant_id)] if _is_list(column) else {"note": canary(tenant_id)}
        return orjson.dumps(note).decode()
    if isinstance(kind, ARRAY):
        return [canary(tenant_id)] if kind.item_type.python_type is str else []
    if isinstance(kind, TSVECTOR):
        return canary(tenant_id)
    if isinstance(kind, BIT):
        return asyncpg.BitString.from_int(0, length=kind.length or 1)
    python = kind.python_type
    made: dict[Any, Any] = {
        str: text_of(tenant_id, column.name),
        int: 1,
        bool: True,
        bytes: canary(tenant_id).encode() + secrets.token_bytes(8),
        datetime: datetime.now(UTC),
        date: datetime.now(UTC).date(),
        Decimal: Decimal(1),
        UUID: new_id(),
    }
    return made[python]
