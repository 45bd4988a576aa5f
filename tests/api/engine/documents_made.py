"""Makes documents for a schema: aliases, fragments, merged fields, conditions, variables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    parse,
    validate,
)

Choose = Callable[[str, str, Random], str | None]
"""From an argument's name and its named type to a literal for it, or None for a usual one."""


@dataclass
class Made:
    """A valid document and values for its variables."""

    text: str
    node: DocumentNode
    variables: dict[str, Any]


def nothing_special(name: str, kind: str, random: Random) -> str | None:
    """Usual values will do."""
    return None


def make_document(
    schema: GraphQLSchema,
    seed: int,
    *,
    operation: str = "query",
    depth: int = 4,
    choose: Choose = nothing_special,
) -> Made:
    """A valid document: the first that comes from this seed and is one."""
    random = Random(seed)
    for _ in range(200):
        maker = _Maker(schema, random, choose, depth)
        text = maker.document(operation)
        node = parse(text)
        if not validate(schema, node, max_errors=1):
            return Made(text, node, maker.variables)
    raise AssertionError(f"no valid document came from the seed {seed}")


@dataclass
class _Maker:
    schema: GraphQLSchema
    random: Random
    choose: Choose
    depth: int
    variables: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    spelled: dict[str, str] = field(default_factory=dict)

    def document(self, operation: str) -> str:
        root: Any = getattr(self.schema, f"{operation}_type")
        body = self.selection(root, self.depth)
        head = ", ".join(f"${name}: {kind}" for name, kind in self.declared.items())
        return "\n".join([f"{operation} Made{f'({head})' if head else ''} {body}", *self.fragments])

    def selection(self, kind: Any, depth: int) -> str:
        parts = [self.part(kind, depth) for _ in range(self.random.randint(1, 6))]
        return "{ " + " ".join(parts) + " }"

    def part(self, kind: Any, depth: int) -> str:
        luck = self.random.random()
        if luck < 0.08:
            return "__typename"
        if luck < 0.20 and depth > 0:
            on = self.narrower(kind)
            return f"... on {on.name}{self.condition()} {self.selection(on, depth - 1)}"
        if luck < 0.28 and depth > 0:
            on = self.narrower(kind)
            name = f"F{len(self.fragments)}"
            self.fragments.append("")
            place = len(self.fragments) - 1
            body = self.selection(on, depth - 1)
            self.fragments[place] = f"fragment {name} on {on.name} {body}"
            return f"...{name}{self.condition()}"
        fields = getattr(kind, "fields", {})
        usable = [
            (name, one)
            for name, one in fields.items()
            if depth > 0 or is_leaf_type(get_named_type(one.type))
        ]
        if not usable:
            return "__typename"
        return self.field(kind, *self.random.choice(usable), depth)

    def narrower(self, kind: Any) -> Any:
        """A type that objects of `kind` may be of, too."""
        if is_abstract_type(kind):
            return self.random.choice([kind, *self.schema.get_possible_types(kind)])
        return kind

    def field(self, kind: GraphQLNamedType, name: str, one: GraphQLField, depth: int) -> str:
        alias = f"{self.random.choice('xyz')}{self.random.randrange(40)}: "
        # The same arguments for a field all over the document, so that selections may merge.
        place = f"{kind.name}.{name}"
        if place not in self.spelled:
            self.spelled[place] = self.arguments(one)
        shown = f"{alias if self.random.random() < 0.15 else ''}{name}{self.spelled[place]}"
        named = get_named_type(one.type)
        below = f" {self.selection(named, depth - 1)}" if is_composite_type(named) else ""
        return f"{shown}{self.condition()}{below}"

    def condition(self) -> str:
        luck = self.random.random()
        if luck > 0.08:
            return ""
        word = self.random.choice(["skip", "include"])
        if luck > 0.04:
            return f" @{word}(if: {self.random.choice(['true', 'false'])})"
        name = f"b{self.random.randrange(3)}"
        self.declared[name] = "Boolean!"
        self.variables[name] = self.random.random() < 0.5
        return f" @{word}(if: ${name})"

    def arguments(self, one: GraphQLField) -> str:
        given = []
        for name, argument in one.args.items():
            chosen = self.choose(name, get_named_type(argument.type).name, self.random)
            if chosen is not None:
                given.append(f"{name}: {chosen}")
            elif _is_required(argument) or self.random.random() < 0.3:
                given.append(f"{name}: {self.value(argument.type)}")
        return f"({', '.join(given)})" if given else ""

    def value(self, kind: GraphQLInputType) -> str:
        """A literal, or a variable that has one's value."""
        if self.random.random() < 0.25 and is_leaf_type(get_named_type(kind)):
            name = f"v{len(self.declared)}"
            self.declared[name] = str(kind)
            if is_non_null_type(kind) or self.random.random() < 0.8:
                self.variables[name] = self.plain(kind)
            return f"${name}"
        return self.literal(kind)

    def literal(self, kind: Any, depth: int = 2) -> str:
        if is_non_null_type(kind):
            return self.literal(kind.of_type, depth)
        if is_list_type(kind):
            return f"[{', '.join(self.literal(kind.of_type, depth) for _ in range(2))}]"
        if isinstance(kind, GraphQLInputObjectType):
            parts = [
                f"{name}: {self.literal(one.type, depth - 1)}"
                for name, one in kind.fields.items()
                if _is_required(one) or (depth > 0 and self.random.random() < 0.4)
            ]
            return "{" + ", ".join(parts) + "}"
        value = self.plain(kind)
        if isinstance(kind, GraphQLEnumType):
            return str(value)
        return f'"{value}"' if isinstance(value, str) else str(value).lower()

    def plain(self, kind: Any) -> Any:
        if is_non_null_type(kind):
            return self.plain(kind.of_type)
        if is_list_type(kind):
            return [self.plain(kind.of_type) for _ in range(2)]
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(list(kind.values))
        return self.random.choice(USUAL.get(kind.name, ["1"]))


USUAL: Final[dict[str, list[Any]]] = {
    "Int": [1, 2, 3],
    "Float": [0.5, 2],
    "Boolean": [True, False],
    "DateTime": ["2026-01-31T12:00:00Z"],
    "Date": ["2026-01-31"],
    "CurrencyCode": ["RUB"],
}


def _is_required(argument: GraphQLArgument | Any) -> bool:
    return is_non_null_type(argument.type) and argument.default_value is Undefined
