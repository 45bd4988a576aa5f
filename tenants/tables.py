"""What every table is made of: named constraints, and the key that keeps tenants apart."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine


class Base(DeclarativeBase):
    """The metadata that migrations are held against; each constraint has a name."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, TypeEngine[Any]]] = {
        str: Text(),
        int: BigInteger(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        date: Date(),
        Decimal: Numeric(),
        UUID: Uuid(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class HasTenant:
    """A row of one tenant: `tenants.statements` adds its filter to each statement."""

    tenant_id: Mapped[UUID] = mapped_column()


class TenantOwned(HasTenant):
    """A table whose key is `(tenant_id, id)`; distributed PostgreSQL shards it by tenant_id."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)


def owned(column: str, target: str, *, cascade: bool = False) -> ForeignKeyConstraint:
    """Foreign key `(tenant_id, column)` to `target (tenant_id, id)`.

    Foreign keys are checked past row level security, so only the composite key keeps tenants apart.
    With `cascade` the row goes with its target; else the target cannot go before the row.
    """
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        ondelete="CASCADE" if cascade else None,
    )


def one_of(column: str, *values: str) -> CheckConstraint:
    """A closed list of words for a text column; an enum type could not be changed in one deploy."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def tenant_index(table: str, *columns: str, unique: bool = False, where: Any = None) -> Index:
    """An index that begins with tenant_id, named as the constraints are."""
    name = f"{'uq' if unique else 'ix'}_{table}_{'_'.join(columns)}"
    return Index(name, "tenant_id", *columns, unique=unique, postgresql_where=where)
