"""How a field is declared over rows, and how a finished schema resolves it.

An object type describes a row; nobody makes instances of it. Annotations carry the types, so mypy
sees `list[Variant]` while the row holds whatever `load_variants` returned for it:

    async def load_variants(
        parents: Sequence[Row], context: Context, first: int = 5
    ) -> list[list[Row]]: ...                                # one value a parent, same order

    @strawberry.type
    class Product:
        title: str                                           # row["title"]
        sku: str = column("sku_code")                        # row["sku_code"]
        is_new: bool = computed(lambda row: row["age_days"] < 30)
        variants: list[Variant] = batch(load_variants, page_size="first")

    @strawberry.type
    class Query:
        @root(permission="catalog:read", page_size="first")
        async def products(self, info: Info, first: int = 20) -> ProductConnection: ...

A value that is an Exception becomes the error of its own parent and harms no neighbour. A row
under an interface or union carries its type's name as the item `__typename`.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Concatenate, Final, Literal, ParamSpec, cast

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)
from strawberry.relay.types import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.arguments import StrawberryArgument, convert_argument
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from api.engine.batching import batch_adapter
from api.engine.values import item_of
from api.engine.wanted import Items

PUBLIC: Final = "public"
"""The permission of a root field that anybody at this door may use."""

Arguments = ParamSpec("Arguments")
Loader = Callable[Concatenate[Sequence[Any], Any, Arguments], Awaitable[Sequence[Any]]]
Kind = Literal["column", "computed", "batch", "resolver"]
_PLAN: Final = "engine-plan"
_DECLARED: Final = "strawberry-definition"


class SchemaRefused(Exception):
    """The schema leaves something unsaid that every field must say; the message names each."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """What the engine knows of one field: how it gets its value, and what it costs."""

    kind: Kind = "column"
    source: str = ""
    """The item's name, for a column."""
    function: Callable[..., Any] | None = None
    """Takes one row (computed), or `(parents, context, **arguments)` (batch)."""
    convert: Callable[[dict[str, Any]], dict[str, Any]] = dict
    """Turns GraphQL's arguments into the function's keyword arguments."""
    reads: tuple[str, ...] | None = None
    """The items of its row that a computed or batch field reads; None: it may be any."""
    hands_on: bool = False
    """Whether the value of a computed field is its row, for the fields below it to read on."""
    narrows: bool = False
    """Whether a batch function takes `columns`: the items to fetch of its rows."""
    permission: str | None = None
    cost: int | None = None
    """Points for one value, its items and fields apart; None means the usual cost."""
    page_size: tuple[str, ...] = ()
    """The arguments that bound the number of items: integers, or lists that are counted."""
    items: int | None = None
    """How many items to reckon with where no argument says."""

    async def values_of(
        self,
        parents: Sequence[Any],
        context: Any,
        arguments: dict[str, Any],
        wanted: Items = None,
    ) -> list[Any]:
        """Call a batch function with GraphQL's arguments; one value a parent comes back."""
        assert self.function is not None
        given = self.convert(arguments)
        if self.narrows:
            given["columns"] = wanted
        values: Sequence[Any] = await self.function(parents, context, **given)
        if len(values) != len(parents):
            name = getattr(self.function, "__qualname__", self.function)
            raise RuntimeError(f"{name} gave {len(values)} values for {len(parents)} parents")
        return list(values)  # the engine's own, which it empties while it writes long lists


_PLAIN: Final = FieldPlan(kind="resolver")


def plan_of(field: GraphQLField) -> FieldPlan:
    """The plan of a field of a finished schema; introspection fields have the plain one."""
    plan: FieldPlan = field.extensions.get(_PLAN, _PLAIN)
    return plan


def declared(
    *,
    permission: str | None = None,
    cost: int | None = None,
    page_size: str | Sequence[str] = (),
    items: int | None = None,
) -> dict[str, Any]:
    """Metadata for `strawberry.field` and `strawberry.mutation`: what a field must state."""
    return {_PLAN: _declaration("resolver", permission, cost, page_size, items)}


def root(
    *,
    permission: str,
    cost: int | None = None,
    page_size: str | Sequence[str] = (),
    items: int | None = None,
    description: str | None = None,
    name: str | None = None,
    deprecation_reason: str | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a root field on the resolver it decorates.

    `permission` is needed to send a document that has this field; PUBLIC says "none", aloud.
    """
    metadata = declared(permission=permission, cost=cost, page_size=page_size, items=items)

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver,
            name=name,
            description=description or inspect.getdoc(resolver),
            deprecation_reason=deprecation_reason,
            metadata=metadata,
        )

    return declare


def column(
    source: str, *, cost: int | None = None, permission: str | None = None, **texts: Any
) -> Any:
    """A leaf, or an embedded object, that is another item of the row than its own name."""
    plan = replace(_declaration("column", permission, cost, (), None), source=source)
    return strawberry.field(metadata={_PLAN: plan}, **texts)


def computed(
    function: Callable[[Any], Any],
    *,
    reads: Sequence[str] | None = None,
    hands_on: bool = False,
    cost: int | None = None,
    permission: str | None = None,
    **texts: Any,
) -> Any:
    """A value worked out from its row alone: pure, quick, without a look at the request.

    `reads` names the items of the row that it takes; left out, it may be any. `hands_on` says that
    the value is the row itself, whose other items are read by the fields below.
    """
    plan = replace(
        _declaration("computed", permission, cost, (), None),
        function=function,
        reads=None if reads is None else tuple(reads),
        hands_on=hands_on,
    )
    return strawberry.field(metadata={_PLAN: plan}, **texts)


def batch(
    function: Loader[Arguments],
    *,
    reads: Sequence[str] | None = None,
    cost: int | None = None,
    permission: str | None = None,
    page_size: str | Sequence[str] = (),
    items: int | None = None,
    **texts: Any,
) -> Any:
    """A value read for all parents at once by `function(parents, context, **arguments)`.

    The parameters after `context` become the field's arguments, so they need annotations; but
    `columns` is told the items that will be read of the rows it gives (None: all). `reads` are
    those that it reads of the parents. `page_size` names the arguments that bound a list; `items`
    is the usual length of one without.
    """
    plan = replace(
        _declaration("batch", permission, cost, page_size, items),
        function=function,
        reads=None if reads is None else tuple(reads),
        narrows="columns" in inspect.signature(function).parameters,
    )
    field: StrawberryField = strawberry.field(metadata={_PLAN: plan}, **texts)
    field.arguments = _arguments_after_context(function)
    return field


def _declaration(
    kind: Kind,
    permission: str | None,
    cost: int | None,
    page_size: str | Sequence[str],
    items: int | None,
) -> FieldPlan:
    sizes = (page_size,) if isinstance(page_size, str) else tuple(page_size)
    return FieldPlan(kind, permission=permission, cost=cost, page_size=sizes, items=items)


def _arguments_after_context(function: Callable[..., Any]) -> list[StrawberryArgument]:
    not_asked = {*list(inspect.signature(function).parameters)[:2], "columns"}
    arguments = StrawberryResolver(function).arguments
    return [argument for argument in arguments if argument.python_name not in not_asked]


def finish_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Install the resolvers of all fields, and check that each has said what it must.

    Plain functions take the place of strawberry's wrappers (0.2 us a call instead of 7 to 16).
    Raises SchemaRefused, naming each root field without permission, each field below the roots
    with a resolver of its own, and each connection whose cost cannot be told.
    """
    finished: GraphQLSchema = schema._schema
    roots = {finished.query_type, finished.mutation_type, finished.subscription_type}
    complaints: list[str] = []
    for name, kind in finished.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, (GraphQLInterfaceType, GraphQLUnionType)):
            kind.resolve_type = type_name_of
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            if isinstance(kind, GraphQLObjectType):
                kind.is_type_of = None  # rows are no instances of the types that describe them
            for field_name, field in kind.fields.items():
                _install(schema, field)
                complaints += _complaints(f"{name}.{field_name}", field, kind in roots)
    if complaints:
        raise SchemaRefused("\n".join(complaints))
    return finished


def type_name_of(row: Any, info: GraphQLResolveInfo[Any], abstract: Any) -> str:
    """The concrete type of a row under an interface or union: its `__typename` item.

    An instance of a strawberry type (a user error) is of that type.
    """
    definition = getattr(type(row), "__strawberry_definition__", None)
    return str(row["__typename"] if definition is None else definition.name)


def _install(schema: strawberry.Schema, field: GraphQLField) -> None:
    origin: StrawberryField | None = field.extensions.get(_DECLARED)
    if origin is None:
        return
    plan: FieldPlan = origin.metadata.get(_PLAN) or FieldPlan()
    if origin.base_resolver is not None or origin.extensions:
        plan = replace(plan, kind="resolver")
        if direct := _direct(schema, origin):
            field.resolve = direct
    elif plan.kind == "batch":
        plan = replace(plan, convert=_converter(schema, origin.arguments))
    elif plan.kind == "column":
        plan = replace(plan, source=plan.source or origin.python_name)
    with_plan(field, plan)


def with_plan(field: GraphQLField, plan: FieldPlan) -> GraphQLField:
    """Let the engine run a field by `plan`, and graphql-core to the same end."""
    field.extensions[_PLAN] = plan
    if plan.kind == "column":
        field.resolve = _of_row(item_of(plan.source))
    elif plan.kind == "computed":
        assert plan.function is not None
        field.resolve = _of_row(plan.function)
    elif plan.kind == "batch":
        field.resolve = batch_adapter(plan)
    return field


def _of_row(function: Callable[[Any], Any]) -> Callable[..., Any]:
    def resolve(row: Any, _info: Any) -> Any:
        return function(row)

    return resolve


def _converter(
    schema: strawberry.Schema, arguments: list[StrawberryArgument]
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """GraphQL's arguments by Python's names, input objects as instances of their classes."""
    if not arguments:
        return dict
    registry: Mapping[Any, Any] = schema.schema_converter.scalar_registry
    names = {schema.config.name_converter.from_argument(one): one for one in arguments}
    python_names = {name: str(one.python_name) for name, one in names.items()}
    one_by_one = {
        name: None
        if _is_plain(one.type, registry)
        else partial(
            convert_argument,
            type_=one.type,
            scalar_registry=registry,
            config=schema.config,
            path=(name,),
        )
        for name, one in names.items()
    }

    def convert(given: dict[str, Any]) -> dict[str, Any]:
        return {
            python_names[name]: value if (read := one_by_one[name]) is None else read(value)
            for name, value in given.items()
        }

    return convert


def _is_plain(kind: Any, registry: Mapping[Any, Any]) -> bool:
    """Whether GraphQL's value of this type is the function's: a scalar or an enum, or null."""
    while isinstance(kind, StrawberryOptional) and not isinstance(kind, StrawberryMaybe):
        kind = kind.of_type
    return isinstance(kind, StrawberryEnumDefinition) or (
        kind is not GlobalID and is_scalar(kind, registry)
    )


def _direct(schema: strawberry.Schema, origin: StrawberryField) -> Callable[..., Any] | None:
    """A resolver called without strawberry's wrapper, where it asks for no more than `info`."""
    resolver = origin.base_resolver
    asks_more = resolver is None or resolver.parent_parameter or resolver.root_parameter
    if asks_more or origin.extensions or origin.permission_classes or origin.is_subscription:
        return None
    assert resolver is not None
    function = cast("Callable[..., Any]", resolver.wrapped_func)
    convert = _converter(schema, origin.arguments)
    takes_self, takes_info = resolver.self_parameter, resolver.info_parameter
    info_class = schema.config.info_class

    def resolve(row: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        given = convert(arguments)
        if takes_info:
            given[takes_info.name] = info_class(_raw_info=info, _field=origin)
        return function(row, **given) if takes_self else function(**given)

    return resolve


def _complaints(place: str, field: GraphQLField, is_root: bool) -> list[str]:
    plan = plan_of(field)
    found = []
    if is_root and plan.permission is None:
        found.append(f"{place} states no permission: declare one, or PUBLIC")
    if plan.kind == "resolver" and not is_root:
        found.append(f"{place} would be resolved object by object: declare it by batch or computed")
    is_connection = get_named_type(field.type).name.endswith("Connection")
    if is_connection and plan.cost is None and not plan.page_size:
        found.append(f"{place} is a connection without a cost: name its page_size arguments")
    for argument in plan.page_size:
        if argument not in field.args:
            found.append(f"{place} takes its page size from {argument!r}, which it does not accept")
    return found
