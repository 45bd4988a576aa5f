"""Documents out of a schema: each root field, with one argument slot filled as the test wants."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from graphql.type import get_nullable_type

DEEPEST_INPUT = 5
DEEPEST_SELECTION = 3

ORDINARY: dict[str, Any] = {
    "String": "x",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "DateTime": "2026-01-01T00:00:00Z",
    "Date": "2026-01-01",
    "Decimal": "1.00",
    "Quantity": "1",
    "CurrencyCode": "RUB",
    "JSON": {},
}


@dataclass(frozen=True)
class Slot:
    """One place for a scalar in the arguments of a root field: `input.variants.productId`."""

    kind: str
    field: str
    path: tuple[str, ...]
    scalar: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.field}({'.'.join(self.path)}: {self.scalar})"


def slots_of(schema: GraphQLSchema) -> Iterator[Slot]:
    """Every ID and String slot of every root field, at any depth of its inputs."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in (root.fields if root else {}).items():
            for argument_name, argument in field.args.items():
                for path, scalar in _scalars(argument.type, (argument_name,)):
                    yield Slot(kind, name, path, scalar)


def _scalars(
    kind: GraphQLInputType, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    named = get_named_type(kind)
    if isinstance(named, GraphQLScalarType) and named.name in ("ID", "String"):
        yield path, named.name
    if isinstance(named, GraphQLInputObjectType) and len(path) < DEEPEST_INPUT:
        for name, field in named.fields.items():
            if name not in path:
                yield from _scalars(field.type, (*path, name))


def request_for(
    schema: GraphQLSchema, slot: Slot, value: Any, others: dict[str, str]
) -> dict[str, Any]:
    """The body of a request whose slot holds `value`; `others` fills further ID slots by name."""
    root = schema.query_type if slot.kind == "query" else schema.mutation_type
    assert root is not None
    field = root.fields[slot.field]
    variables, declared, passed = {}, [], []
    for name, argument in field.args.items():
        on_path = slot.path[0] == name
        if not on_path and not is_required_argument(argument):
            continue
        rest = slot.path[1:] if on_path else None
        variables[name] = _fill(argument, name, rest, value, others)
        declared.append(f"${name}: {argument.type}")
        passed.append(f"{name}: ${name}")
    # A dry run leaves our own shop as it was, so that two answers can be compared.
    rehearsed = " @dryRun" if slot.kind == "mutation" and slot.scalar == "String" else ""
    query = (
        f"{slot.kind} ({', '.join(declared)}){rehearsed} "
        f"{{ {slot.field}({', '.join(passed)}) {selection(field.type)} }}"
    )
    return {"query": query, "variables": variables}


def _fill(
    holder: GraphQLArgument | GraphQLInputField,
    name: str,
    path: tuple[str, ...] | None,
    value: Any,
    others: dict[str, str],
) -> Any:
    """A value for an argument or input field; on the slot's path it leads to `value`."""
    return _value(holder.type, name, path, value, others)


def _value(
    kind: GraphQLInputType,
    name: str,
    path: tuple[str, ...] | None,
    value: Any,
    others: dict[str, str],
) -> Any:
    bare = get_nullable_type(kind)
    if isinstance(bare, GraphQLList):
        return [_value(bare.of_type, name, path, value, others)]
    if isinstance(bare, GraphQLInputObjectType):
        return _object(bare, path, value, others)
    if path == ():
        return value
    if isinstance(bare, GraphQLEnumType):
        return next(iter(bare.values))
    if isinstance(bare, GraphQLScalarType) and bare.name == "ID":
        return others.get(name, others.get("", ""))
    return ORDINARY[bare.name]


def _object(
    kind: GraphQLInputObjectType,
    path: tuple[str, ...] | None,
    value: Any,
    others: dict[str, str],
) -> dict[str, Any]:
    filled = {}
    for name, field in kind.fields.items():
        on_path = bool(path) and path is not None and path[0] == name
        if on_path or is_required_input_field(field):
            rest = path[1:] if on_path and path is not None else None
            filled[name] = _fill(field, name, rest, value, others)
        if kind.is_one_of and not path and filled:
            break
    return filled


def selection(kind: GraphQLOutputType, depth: int = 0) -> str:
    """Leaves, and objects to a small depth; of an abstract type every concrete one."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLUnionType):
        parts = [f"... on {one.name} {selection(one, depth + 1)}" for one in named.types]
        return "{ __typename " + " ".join(part for part in parts if part.endswith("}")) + " }"
    assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
    parts = [name for name, field in named.fields.items() if _is_plain(field, depth)]
    for name, field in named.fields.items():
        if not is_leaf_type(get_named_type(field.type)) and depth < DEEPEST_SELECTION:
            if any(is_required_argument(argument) for argument in field.args.values()):
                continue
            if name in ("edges",):
                continue
            inner = selection(field.type, depth + 1)
            if inner:
                parts.append(f"{name} {inner}")
    return "{ __typename " + " ".join(parts) + " }"


def _is_plain(field: GraphQLField, depth: int) -> bool:
    required = any(is_required_argument(argument) for argument in field.args.values())
    return is_leaf_type(get_named_type(field.type)) and not required
