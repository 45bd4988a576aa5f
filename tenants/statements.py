"""SQLAlchemy statements in, PostgreSQL text and arguments out; here the tenant filter is added.

SQLAlchemy is the language and asyncpg the driver: no session, no unit-of-work machinery between a
domain function and its rows. A statement is compiled once per shape and kept by SQLAlchemy's own
cache key; its values travel apart.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Executable, Uuid, bindparam
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.sql.compiler import SQLCompiler

from tenants.tables import HasTenant

TENANT: Final = bindparam("tenant", type_=Uuid())
"""The value that the scope gives to each statement; authors may name it in an INSERT ... SELECT."""

MOST_SHAPES: Final = 2_000

_DIALECT: Final = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]
_ONLY_THIS_TENANT: Final = with_loader_criteria(
    HasTenant, lambda cls: cls.tenant_id == TENANT, include_aliases=True
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL text with `$1…` and the order in which its arguments go."""

    text: str
    names: tuple[str, ...]
    compiler: SQLCompiler

    def arguments(self, values: Mapping[str, Any], extracted: Any) -> list[Any]:
        bound = self.compiler.construct_params(
            dict(values), extracted_parameters=extracted, _check=False
        )
        return [bound[name] for name in self.names]


_shapes: OrderedDict[Any, Prepared] = OrderedDict()


def prepare(statement: Executable, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The text and arguments of `statement`, filtered wherever a tenant's table stands.

    Raises TypeError for a value list written with `in_()`: use `column == any_(bindparam(...))`,
    whose text does not change with the number of values.
    """
    prepared, extracted = shape_of(statement)
    return prepared.text, prepared.arguments(values, extracted)


def shape_of(statement: Executable, *, every_tenant: bool = False) -> tuple[Prepared, Any]:
    """The kept compilation of `statement`, and the values written inside it.

    `every_tenant` leaves the filter out; only the platform's scope asks for it.
    """
    key = statement._generate_cache_key()  # type: ignore[attr-defined]
    if key is None:
        raise TypeError(f"this statement has no cache key, so it cannot be prepared: {statement}")
    shape = (every_tenant, key.key)
    prepared = _shapes.get(shape)
    if prepared is None:
        filtered = statement if every_tenant else _of_one_tenant(statement)
        prepared = _shapes[shape] = _compile(filtered, key)
        if len(_shapes) > MOST_SHAPES:
            _shapes.popitem(last=False)
    else:
        _shapes.move_to_end(shape)
    return prepared, key.bindparams


def _of_one_tenant(statement: Any) -> Executable:
    if getattr(statement, "is_insert", False) and statement.select is None:
        return statement  # type: ignore[no-any-return]
    return statement.options(_ONLY_THIS_TENANT)  # type: ignore[no-any-return]


def _compile(statement: Any, key: Any) -> Prepared:
    compiler = _DIALECT.statement_compiler(_DIALECT, statement, cache_key=key)
    if "POSTCOMPILE" in compiler.string:
        raise TypeError(f"write `column == any_(bindparam(...))` instead of in_(): {statement}")
    return Prepared(compiler.string, tuple(compiler.positiontup or ()), compiler)
