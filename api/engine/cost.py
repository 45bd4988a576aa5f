"""What an operation of a valid document would cost, and which permissions it needs.

A leaf costs 0, an object that a resolver or batch reads 1, a connection 2, a mutation 10, or what
its field declares. Each item of a list costs 1 and its fields: a connection passes its page size
to the lists (`nodes`, `edges`) right below it. Embedded objects, already in their row, are free.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
)

from api.engine.errors import PublicError
from api.engine.fields import PUBLIC, FieldPlan, plan_of
from api.engine.limits import CEILING, Limits

LEAST: Final = 1  # no request is free
OBJECT: Final = 1
CONNECTION: Final = 2
MUTATION: Final = 10
INTROSPECTION: Final = 500  # a second of work on a large schema
ITEMS: Final = 5  # how many items a plain list is reckoned with, where its field does not say


class CostExceeded(PublicError):
    """The operation is worth more than one request may ask for."""

    code = "COST_EXCEEDED"

    def __init__(self, cost: int, limit: int) -> None:
        super().__init__(
            f"The operation costs {cost}: {limit} is the most.", cost=cost, limit=limit
        )


class BadPageSize(PublicError):
    """A page size that no list of this door has."""

    def __init__(self, argument: str, largest: int) -> None:
        super().__init__(f"{argument} must be from 1 to {largest}.", argument=argument)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The price of one operation, before it runs."""

    cost: int
    permissions: Mapping[str, tuple[str, ...]]
    """Each permission that is needed, with the path of the first field that needs it."""
    size_variables: Mapping[str, Any]
    """The variables that set page sizes, with the sizes that this cost was worked out for."""
    visited: int

    def holds_for(self, variables: Mapping[str, Any]) -> bool:
        """Whether a request with these variables has this price."""
        return all(
            _counted(variables.get(name, Undefined)) == size
            for name, size in self.size_variables.items()
        )


class _Sum(NamedTuple):
    """The cost of a selection set: once, and for each item of the embedded lists in it."""

    once: int = 0
    per_item: int = 0
    lists: int = 0

    @property
    def plain(self) -> int:
        return min(self.once + self.per_item * ITEMS, CEILING)

    def paged(self, size: int) -> int:
        return min(self.once + (self.per_item + self.lists) * size, CEILING)


def appraise(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    limits: Limits,
) -> Appraisal:
    """The cost of `operation`; page sizes come from literals, variables and defaults.

    Each fragment is visited once. Raises BadPageSize; the caller compares with `limits.cost`.
    """
    defaults = {
        definition.variable.name.value: definition.default_value
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    pass_ = _Pass(schema, fragments, variables, defaults, limits)
    root = schema.get_root_type(operation.operation)
    cost = pass_.selection_set(operation.selection_set, root, ()).plain if root else 0
    return Appraisal(max(cost, LEAST), pass_.permissions, pass_.size_variables, pass_.visited)


@dataclass(slots=True)
class _Pass:
    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    defaults: Mapping[str, ValueNode]
    limits: Limits
    permissions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    size_variables: dict[str, Any] = field(default_factory=dict)
    visited: int = 0
    seen: dict[str, _Sum] = field(default_factory=dict)

    def selection_set(
        self, node: SelectionSetNode, parent: GraphQLNamedType, path: tuple[str, ...]
    ) -> _Sum:
        once = per_item = lists = 0
        for selection in node.selections:
            self.visited += 1
            if isinstance(selection, FieldNode):
                part = self.field(selection, parent, path)
            elif isinstance(selection, FragmentSpreadNode):
                part = self.fragment(selection.name.value, path)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                part = self.selection_set(selection.selection_set, inner or parent, path)
            else:
                continue
            once += part.once
            per_item += part.per_item
            lists += part.lists
        return _Sum(min(once, CEILING), min(per_item, CEILING), lists)

    def fragment(self, name: str, path: tuple[str, ...]) -> _Sum:
        if name not in self.seen:
            fragment = self.fragments[name]
            parent = self.schema.type_map[fragment.type_condition.name.value]
            self.seen[name] = self.selection_set(fragment.selection_set, parent, path)
        return self.seen[name]

    def field(self, node: FieldNode, parent: Any, path: tuple[str, ...]) -> _Sum:
        name = node.name.value
        definition = self.schema.get_field(parent, name)
        if definition is None or name == "__typename":
            return _Sum()
        if name.startswith("__"):
            return _Sum(INTROSPECTION)
        plan = plan_of(definition)
        path = (*path, node.alias.value if node.alias else name)
        if plan.permission not in (None, PUBLIC):
            self.permissions.setdefault(str(plan.permission), path)
        kind = get_named_type(definition.type)
        if is_leaf_type(kind) or node.selection_set is None:
            self.page_size(plan, node, definition)
            return _Sum(plan.cost or 0)
        inner = self.selection_set(node.selection_set, kind, path)
        return self.composite(plan, node, definition, inner, parent is self.schema.mutation_type)

    def composite(
        self,
        plan: FieldPlan,
        node: FieldNode,
        definition: GraphQLField,
        inner: _Sum,
        is_mutation: bool,
    ) -> _Sum:
        is_list = is_list_type(get_nullable_type(definition.type))
        if plan.kind in {"column", "computed"}:
            if is_list and plan.items is None:
                return _Sum(plan.cost or 0, inner.plain, lists=1)
            return _Sum((plan.cost or 0) + (plan.items or 1) * inner.plain)
        size = self.page_size(plan, node, definition)
        if is_list:
            return _Sum(min((plan.cost or 0) + (size or ITEMS) * (1 + inner.plain), CEILING))
        if size is not None:
            return _Sum((CONNECTION if plan.cost is None else plan.cost) + inner.paged(size))
        usual = MUTATION if is_mutation else OBJECT
        return _Sum((usual if plan.cost is None else plan.cost) + inner.plain)

    def page_size(self, plan: FieldPlan, node: FieldNode, definition: GraphQLField) -> int | None:
        """How many items the field can give; None where it declares no size."""
        if not plan.page_size:
            return plan.items
        sizes = [
            size
            for argument in plan.page_size
            if (size := self.argument_size(argument, node, definition)) is not None
        ]
        return max(sizes) if sizes else plan.items or self.limits.default_page_size

    def argument_size(self, name: str, node: FieldNode, definition: GraphQLField) -> int | None:
        given = next((a.value for a in node.arguments or () if a.name.value == name), None)
        value: Any = Undefined
        if isinstance(given, VariableNode):
            variable = given.name.value
            value = self.variables.get(variable, Undefined)
            self.size_variables[variable] = _counted(value)
            if value is Undefined:
                given = self.defaults.get(variable)
        if given is not None and not isinstance(given, VariableNode):
            value = value_from_ast_untyped(given)
        if value is Undefined:
            value = definition.args[name].default_value
        if isinstance(value, list):
            return len(value)
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        if not 1 <= value <= self.limits.page_size:
            raise BadPageSize(name, self.limits.page_size)
        return value


def _counted(value: Any) -> Any:
    return len(value) if isinstance(value, list) else value
