"""A schema where anything may go wrong: nulls, errors and wrong values at every place.

Each object is a seed, and each of its values follows from the seed and the field's name, so the
same document gives the same answer every time, whoever runs it. `nasty_schema(plain=True)` has the
same values behind ordinary resolvers, one call an object: there the order of errors is certain.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import cycle
from math import inf
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.pyutils import Undefined

from api.engine.fields import FieldPlan, Kind, type_name_of, with_plan

NULLS, ERRORS, WRONG = 0.06, 0.03, 0.01
"""How often a value is null, an error, or of a wrong type."""
KINDS: Final[Sequence[Kind]] = ("column", "computed", "batch", "resolver", "resolver")


class Seed(Mapping[str, Any]):
    """An object: its items follow from its seed."""

    def __init__(self, kind: str, seed: int, types: Mapping[str, GraphQLOutputType]) -> None:
        self.kind, self.seed, self.types = kind, seed, types

    def __getitem__(self, name: str) -> Any:
        if name == "__typename":
            return self.kind
        if name not in self.types:
            raise KeyError(name)
        return value_of(self.types[name], Random(f"{self.seed} {name}"), self.types)

    def __iter__(self) -> Any:
        return iter(self.types)

    def __len__(self) -> int:
        return len(self.types)


def value_of(
    kind: GraphQLOutputType, random: Random, types: Mapping[str, GraphQLOutputType]
) -> Any:
    """Some value for a place of this type, good or bad."""
    if is_non_null_type(kind):
        return value_of(kind.of_type, random, types)
    luck = random.random()
    if luck < NULLS:
        return None if luck < NULLS / 2 else Undefined
    if luck < NULLS + ERRORS:
        return ValueError(f"bad luck {luck:.6f}")
    is_wrong = luck < NULLS + ERRORS + WRONG
    if is_list_type(kind):
        items = [value_of(kind.of_type, random, types) for _ in range(random.randrange(4))]
        return 7 if is_wrong else random.choice(LISTS)(items)
    if is_abstract_type(kind) or is_object_type(kind):
        name = random.choice("ABC") if is_abstract_type(kind) else kind.name
        name = "Wrong" if is_wrong and is_abstract_type(kind) else name
        return Seed(name, random.getrandbits(32), types)
    good: dict[str, Any] = {
        "Int": random.randrange(100),
        "Float": random.random(),
        "String": f"s{random.randrange(100)}",
        "ID": random.choice(["i1", 12]),
        "Boolean": random.random() < 0.5,
        "Colour": random.choice([1, 2, 3]),
        "Odd": random.randrange(100),
    }
    return random.choice(WRONG_LEAVES) if is_wrong else good[str(kind)]


class Words(str):
    """Text that is not quite a str."""


WRONG_LEAVES: Final = (object(), Words("w"), b"b", True, 1.0, 1.5, 2**40, inf, Decimal("2"), [1])
"""Of a wrong type for some scalars, and good enough for others."""


def _odd(value: Any) -> Any:
    if value % 7 == 0:
        raise ValueError(f"{value} is a multiple of seven")
    return None if value % 11 == 0 else {"odd": value}


COLOUR: Final = GraphQLEnumType("Colour", {"RED": 1, "GREEN": 2})
ODD: Final = GraphQLScalarType("Odd", coerce_output_value=_odd)
WANTED: Final[GraphQLInputObjectType] = GraphQLInputObjectType(
    "Wanted",
    lambda: {
        "words": GraphQLInputField(GraphQLNonNull(GraphQLString)),
        "inner": GraphQLInputField(WANTED),
        "sizes": GraphQLInputField(GraphQLList(GraphQLInt), default_value=[1, 2]),
    },
)


LISTS: Final[Sequence[Callable[[list[Any]], Any]]] = (list, tuple, iter, deque)


def nasty_schema(*, plain: bool = False) -> GraphQLSchema:
    """Objects A, B and C under an interface and a union, with a field for each shape of type."""
    types: dict[str, GraphQLOutputType] = {}
    kinds = cycle(KINDS)

    def field(name: str, kind: GraphQLOutputType) -> GraphQLField:
        types[name] = kind
        return _field(name, kind, "resolver" if plain else next(kinds), plain=plain)

    def fields_of(own: str) -> dict[str, GraphQLField]:
        found = {f"{own}{name}": field(f"{own}{name}", kind) for name, kind in shapes.items()}
        shared = {name: field(name, kind) for name, kind in shapes.items() if "_" not in name}
        return {**shared, **found, "echo": _echo(plain=plain), "broken": _broken(plain=plain)}

    named = GraphQLInterfaceType(
        "Named",
        lambda: {name: GraphQLField(kind) for name, kind in shapes.items() if "_" not in name},
    )
    a, b, c = (
        GraphQLObjectType(name, lambda name=name: fields_of(name.lower()), interfaces=[named])  # type: ignore[misc]
        for name in "ABC"
    )
    either = GraphQLUnionType("Either", [a, b])
    named.resolve_type = either.resolve_type = type_name_of
    bases: list[Any] = [GraphQLInt, GraphQLString, GraphQLID, GraphQLFloat, GraphQLBoolean]
    shapes = {
        f"{base.name.lower()}{suffix}": wrap(base)
        for base in (*bases, COLOUR, ODD, a, named, either)
        for suffix, wrap in WRAPPERS.items()
    }
    query = GraphQLObjectType("Query", lambda: fields_of("root"))
    mutation = GraphQLObjectType("Mutation", lambda: fields_of("done"))
    schema = GraphQLSchema(query, mutation, types=[a, b, c])
    for kind in schema.type_map.values():  # their fields are made when they are first looked at
        assert not is_object_type(kind) or kind.fields
    schema.extensions["root"] = Seed("Query", 0, types)
    return schema


WRAPPERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "": lambda kind: kind,
    "_s": lambda kind: GraphQLNonNull(kind),
    "_list": lambda kind: GraphQLList(kind),
    "_list_s": lambda kind: GraphQLList(GraphQLNonNull(kind)),
    "_lists": lambda kind: GraphQLList(GraphQLList(GraphQLNonNull(kind))),
    "_lists_s": lambda kind: GraphQLNonNull(GraphQLList(GraphQLNonNull(GraphQLList(kind)))),
}


def _field(name: str, kind: GraphQLOutputType, how: Kind, *, plain: bool) -> GraphQLField:
    def one(row: Any) -> Any:
        value = row[name]
        if isinstance(value, Exception):
            raise value
        return value

    async def many(parents: Sequence[Any], context: Any) -> list[Any]:
        return [parent[name] for parent in parents]

    async def later(row: Any, info: Any) -> Any:
        return one(row)

    if how == "column":
        return with_plan(GraphQLField(kind), FieldPlan("column", source=name))
    if how == "computed":
        return with_plan(GraphQLField(kind), FieldPlan("computed", function=one))
    if how == "batch":
        return with_plan(GraphQLField(kind), FieldPlan("batch", function=many))
    is_later = not plain and len(name) % 2
    return GraphQLField(kind, resolve=later if is_later else lambda row, info: one(row))


def _echo(*, plain: bool) -> GraphQLField:
    """Tells its arguments, so that their coercion is compared as well."""
    arguments = {
        "number": GraphQLArgument(GraphQLInt, default_value=3),
        "wanted": GraphQLArgument(WANTED),
        "colours": GraphQLArgument(GraphQLList(GraphQLNonNull(COLOUR))),
    }

    async def many(parents: Sequence[Any], context: Any, **given: Any) -> list[str]:
        return [repr(sorted(given.items()))] * len(parents)

    field = GraphQLField(GraphQLString, arguments)
    if not plain:
        return with_plan(field, FieldPlan("batch", function=many))
    field.resolve = lambda row, info, **given: repr(sorted(given.items()))
    return field


def _broken(*, plain: bool) -> GraphQLField:
    """Fails for all parents at once."""

    async def many(parents: Sequence[Any], context: Any) -> list[Any]:
        raise LookupError("all broken")

    def one(row: Any, info: Any) -> Any:
        raise LookupError("all broken")

    field = GraphQLField(GraphQLInt)
    if plain:
        field.resolve = one
        return field
    return with_plan(field, FieldPlan("batch", function=many))
