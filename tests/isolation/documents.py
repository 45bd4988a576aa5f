"""Documents out of a schema: each root field, with one argument slot filled as the test wants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
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
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from graphql.type import get_nullable_type

DEEPEST_SELECTION = 3
PAIRS = {"ExternalIdInput"}
"""Inputs that name one thing by two texts: half a name finds nothing, so they are one slot."""
NAMES = {"id", "externalId", "slug", "barcode", "sku"}
"""Arguments of which a field takes one, to know what it is about."""

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
    "Base64": "eA==",
    "ExternalIdInput": {"source": "erp", "id": "x"},
}
"""A value of each kind; texts of these names have to look like something."""
ORDINARY_TEXTS = {
    "barcodes": "4006381333931",
    "contactEmail": "shop@example.com",
    "contactPhone": "+79161234567",
    "contentType": "image/png",
    "country": "RU",
    "email": "someone@example.com",
    "host": "window.example.com",
    "inn": "500100732259",
    "kpp": "770701001",
    "language": "en",
    "languages": "ru",
    "ogrn": "1027700132195",
    "permissions": "products:read",
    "scopes": "products:read",
    "sha256": "0" * 64,
    "sourceUrl": "https://shop.example/picture.png",
    "storefrontOrigins": "https://shop.example",
    "timeZone": "Europe/Moscow",
    "text": "{ __typename }",
    "token": "0" * 32,
    "url": "https://shop.example/",
}

Place = tuple[str, ...]
"""Where a value stands in the arguments of a field: `("input", "variants", "productId")`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for an id, a text or an external id in the arguments of a root field."""

    kind: str
    field: str
    path: Place
    holds: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.field}({'.'.join(self.path)}: {self.holds})"


def slots_of(schema: GraphQLSchema) -> Iterator[Slot]:
    """Every slot of every root field, at any depth of its inputs.

    Where an input holds itself (`where.and`), one slot of the inner one is enough.
    """
    for kind, name, field in root_fields(schema):
        for argument_name, argument in field.args.items():
            for path, holds in _slots(argument.type, (argument_name,), ()):
                yield Slot(kind, name, path, holds)


def root_fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    """Queries, then mutations: "query" or "mutation", its name, its field."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in (root.fields if root else {}).items():
            yield kind, name, field


def _slots(
    kind: GraphQLInputType, path: Place, inside: tuple[str, ...]
) -> Iterator[tuple[Place, str]]:
    named = get_named_type(kind)
    if named.name in {"ID", "String"} | PAIRS:
        yield path, named.name
    elif isinstance(named, GraphQLInputObjectType):
        found = (
            slot
            for name, field in named.fields.items()
            for slot in _slots(field.type, (*path, name), (*inside, named.name))
        )
        yield from islice(found, 1) if named.name in inside else found


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes requests to a schema: one slot as told, ids of other places out of `ids`."""

    schema: GraphQLSchema
    ids: Mapping[tuple[str, Place], str]
    """By field and place; an id that is not here is left out, or a wrong one where it must be."""

    def request(
        self, kind: str, field: str, path: Place = (), value: Any = None, *, rehearsed: bool = False
    ) -> dict[str, Any]:
        """The body of a request for a root field, with `value` at `path`."""
        root = self.schema.query_type if kind == "query" else self.schema.mutation_type
        assert root is not None
        definition = root.fields[field]
        variables = {
            name: self._value(field, argument.type, (name,), path, value)
            for name, argument in definition.args.items()
            if path[:1] == (name,)
            or is_required_argument(argument)
            or (name == "id" and path and path[0] not in NAMES)
        }
        declared = ", ".join(f"${name}: {definition.args[name].type}" for name in variables)
        passed = ", ".join(f"{name}: ${name}" for name in variables)
        return {
            "query": (
                f"{kind} {f'({declared})' if declared else ''} {'@dryRun' if rehearsed else ''}"
                f"{{ {field}{f'({passed})' if passed else ''} {selection(definition.type)} }}"
            ),
            "variables": variables,
        }

    def _value(
        self, field: str, kind: GraphQLInputType, here: Place, path: Place, value: Any
    ) -> Any:
        """A value for a place; on the slot's path it leads to `value`."""
        bare = get_nullable_type(kind)
        if isinstance(bare, GraphQLList):
            return [self._value(field, bare.of_type, here, path, value)]
        if here == path:
            return value
        if isinstance(bare, GraphQLInputObjectType) and bare.name not in PAIRS:
            return {
                name: self._value(field, bare.fields[name].type, (*here, name), path, value)
                for name in _given(bare, path[len(here) :] if path[: len(here)] == here else ())
            }
        if isinstance(bare, GraphQLScalarType) and bare.name == "ID":
            return self.ids.get((field, here), "")
        return ordinary(bare, here[-1])


def _given(kind: GraphQLInputObjectType, path: Place) -> list[str]:
    """The fields of an input that are given: the one on the path, and what else it needs."""
    if kind.is_one_of:
        return list(path[:1] or list(kind.fields)[:1])
    return [
        name
        for name, field in kind.fields.items()
        if path[:1] == (name,)
        or is_required_input_field(field)
        or (name == "id" and not (path and path[0] in NAMES))
    ]


def ordinary(kind: GraphQLType, name: str) -> Any:
    """A value that would do for an argument or input field of this name."""
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    named = get_named_type(kind)
    return ORDINARY_TEXTS.get(name, "x") if named.name == "String" else ORDINARY[named.name]


def selection(kind: GraphQLOutputType, depth: int = 0) -> str:
    """Leaves, and objects to a small depth; of an abstract type every concrete one."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLUnionType):
        parts = [f"... on {one.name} {selection(one, depth + 1)}" for one in named.types]
        return "{ __typename " + " ".join(part for part in parts if part.endswith("}")) + " }"
    assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
    parts = []
    for name, field in named.fields.items():
        is_leaf = is_leaf_type(get_named_type(field.type))
        if name != "edges" and (is_leaf or depth < DEEPEST_SELECTION):
            parts.append(f"{name}{_literals(field)} {selection(field.type, depth + 1)}")
    return "{ __typename " + " ".join(parts) + " }"


def _literals(field: GraphQLField) -> str:
    """What a field inside must be given, as it stands in a document."""
    needed = [
        f"{name}: {_literal(argument, name)}"
        for name, argument in field.args.items()
        if is_required_argument(argument)
    ]
    return f"({', '.join(needed)})" if needed else ""


def _literal(holder: GraphQLArgument | GraphQLInputField, name: str) -> str:
    kind = get_nullable_type(holder.type)
    value = ordinary(kind, name)
    return str(value) if isinstance(kind, GraphQLEnumType) else orjson.dumps(value).decode()
