"""SQLAlchemy statements in, PostgreSQL text and arguments out; here the tenant filter is added.

SQLAlchemy is the language and asyncpg the driver: no session, no unit-of-work machinery between a
domain function and its rows. A statement is compiled once per shape and kept by SQLAlchemy's own
cache key; its values travel apart.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

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
    """SQL text with `$1…`, and the order in which its arguments go."""

    text: str
    compiler: SQLCompiler

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in the order of the text."""
        return tuple(self.compiler.positiontup or ())


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement, prepared: its text, the names of its arguments, and the values it brings."""

    text: str
    names: tuple[str, ...]
    """For each argument, the name by which a caller may give it."""
    usual: Mapping[str, Any]
    """What an argument is that no caller gives; one that is not here has to be given."""
    known: int
    """How many names there are, that of the tenant, whom a scope gives to all, among them."""

    def misuse(self, values: Mapping[str, Any]) -> TypeError:
        """Which parameters have no value, and which values no parameter."""
        missing = {*self.names}.difference(self.usual, values)
        strange = {*values}.difference(self.usual, self.names)
        wrong = [f"no value for :{name}" for name in sorted(missing)]
        wrong += [f"no parameter :{name}" for name in sorted(strange)]
        return TypeError(f"{', '.join(wrong)} in: {self.text}")


_shapes: OrderedDict[Any, Prepared] = OrderedDict()
_asked: Final[Mapping[bool, WeakKeyDictionary[Executable, Asked]]] = {
    False: WeakKeyDictionary(),
    True: WeakKeyDictionary(),
}
"""Statements themselves: those that stand at the level of a module are asked again and again."""


def prepare(
    statement: Executable, values: dict[str, Any], *, every_tenant: bool = False
) -> tuple[str, list[Any]]:
    """The text and arguments of `statement`, filtered wherever a tenant's table stands.

    `every_tenant` leaves the filter out; only the platform's scope asks for it. Raises TypeError
    for a parameter without a value, a value without a parameter, and a value list written with
    `in_()`: use `column == any_(bindparam(...))`, whose text does not change with their number.
    """
    asked = _asked[every_tenant].get(statement)
    if asked is None:
        asked = _asked[every_tenant][statement] = _ask(statement, every_tenant)
    whole = {**asked.usual, **values}
    try:
        arguments = [whole[name] for name in asked.names]
    except KeyError:
        raise asked.misuse(values) from None
    if len(whole) != asked.known:
        raise asked.misuse(values)
    return asked.text, arguments


def _ask(statement: Executable, every_tenant: bool) -> Asked:
    prepared, extracted = shape_of(statement, every_tenant=every_tenant)
    compiler = prepared.compiler
    brought = compiler.construct_params(extracted_parameters=extracted, _check=False)
    keys = {name: parameter.key for parameter, name in compiler.bind_names.items()}
    names = tuple(keys[name] for name in prepared.names)
    wanted = {parameter.key for parameter in extracted if parameter.required} | {TENANT.key}
    usual = {keys[name]: brought[name] for name in prepared.names if keys[name] not in wanted}
    if TENANT.key not in names:
        usual[TENANT.key] = None
    return Asked(prepared.text, names, usual, len({*names, TENANT.key}))


def shape_of(statement: Executable, *, every_tenant: bool = False) -> tuple[Prepared, Any]:
    """The kept compilation of `statement`, and the values written inside it."""
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
    return Prepared(compiler.string, compiler)
