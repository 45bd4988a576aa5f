"""From an operation to its plan: the fields of each level, merged, and how each is done.

What depends on variables alone (arguments) is left to each run; what the variables of `@skip` and
`@include` decide is decided here, so there is a plan for each of their combinations.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    visit,
)
from graphql.execution.collect_fields import (
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from api.engine import inlining
from api.engine.arguments import Run
from api.engine.completion import (
    MOST_ITEMS,
    abstract,
    leaf,
    lists,
    objects,
    optional,
    refused,
    required,
)
from api.engine.fields import FieldPlan, plan_of
from api.engine.levels import Complete, Level, Place, Step, level_of
from api.engine.values import constant, reader
from api.engine.wanted import EVERYTHING, NOTHING, Wanted, reads

MOST_PLANS: Final = 16
"""Kept of one document: a handful of operations and conditions is usual."""


class Plans:
    """The plans of one document: one for each operation, and each way its conditions fell."""

    def __init__(self, document: DocumentNode, *, side_by_side: bool = True) -> None:
        """`side_by_side`: fields of a level that wait for the outside wait together.

        Where the outside serves one at a time (one connection), that is but a task for each.
        """
        self.document = document
        self.side_by_side = side_by_side
        self._deciding: tuple[str, ...] | None = None
        self._kept: dict[tuple[Any, ...], Level] = {}

    def of(self, run: Run) -> Level:
        """The plan for a run of this document. Raises GraphQLError, as `compile_operation`."""
        if self._deciding is None:
            self._deciding = deciding_variables(self.document)
        values = run.variable_values.coerced
        if any(fragment.variable_signatures for fragment in run.fragments.values()):
            # Any variable may be the argument of a fragment.
            return compile_operation(run, values, self.side_by_side)
        key = (id(run.operation), *(values.get(name) for name in self._deciding))
        plan = self._kept.get(key)
        if plan is None:
            plan = compile_operation(run, self._deciding, self.side_by_side)
            if len(self._kept) < MOST_PLANS:
                self._kept[key] = plan
        return plan


def deciding_variables(document: DocumentNode) -> tuple[str, ...]:
    """The variables that decide which fields of a document are left out."""
    found: set[str] = set()

    class Deciding(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in {"skip", "include"}:
                values = (argument.value for argument in node.arguments or ())
                found.update(one.name.value for one in values if isinstance(one, VariableNode))

    visit(document, Deciding())
    return tuple(sorted(found))


def compile_operation(run: Run, deciding: Iterable[str], side_by_side: bool) -> Level:
    """The plan of the operation of `run`, for its values of the `deciding` variables.

    Nothing else of the run is kept. Raises GraphQLError where the first level cannot be told, or
    is nested deeper than Python can follow.
    """
    names = set(deciding)
    kept = [{name: one[name] for name in names & one.keys()} for one in run.variable_values]
    variables = VariableValues(*kept)
    compiler = _Compiler(
        run.schema, run.fragments, variables, run.operation, run.error_propagation, side_by_side
    )
    with suppress(RecursionError):
        return compiler.root()
    raise GraphQLError("Selections are nested too deeply. Execution aborted.")


class Whole(NamedTuple):
    """How the values of a place are completed, down to the leaves."""

    complete: Complete
    waits: bool
    """Whether something in it may have to wait for the outside."""
    wanted: Wanted
    """What is read of its objects."""
    inline: inlining.Inline | None = None
    """The same as Python, where all of it can be written."""

    def within(
        self, complete: Complete, write: Callable[[inlining.Inline], inlining.Inline]
    ) -> "Whole":
        """This inside of something."""
        return self._replace(complete=complete, inline=self.inline and write(self.inline))


@dataclass(frozen=True, slots=True)
class _Compiler:
    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    operation: OperationDefinitionNode
    propagates: bool
    """Whether an error empties what stands around a place that may not be null."""
    side_by_side: bool

    def root(self) -> Level:
        operation = self.operation
        kind = self.schema.get_root_type(operation.operation)
        if kind is None:
            words = f"Schema is not configured to execute {operation.operation.value} operation."
            raise GraphQLError(words, operation)
        found = collect_fields(self.schema, self.fragments, self.variables, kind, operation)
        is_serial = operation.operation is OperationType.MUTATION
        return self.level(kind, found.grouped_field_set, None, serial=is_serial)

    def below(self, kind: GraphQLObjectType, at: Place) -> Level:
        """What is asked of objects of `kind` that stand at a place. Raises GraphQLError."""
        found = collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, kind, at.details
        )
        return self.level(kind, found.grouped_field_set, at.path)

    def level(
        self,
        kind: GraphQLObjectType,
        fields: GroupedFieldSet,
        above: Path | None,
        *,
        serial: bool = False,
    ) -> Level:
        steps = []
        for key, details in fields.items():
            definition = self.schema.get_field(kind, details[0].node.name.value)
            if definition is not None:  # what the schema lacks, validation would have refused
                steps.append(
                    self.step(key, Place(definition, kind, details, Path(above, key, kind.name)))
                )
        return level_of(steps, in_turn=serial or not self.side_by_side)

    def step(self, key: str, at: Place) -> Step:
        whole = self.position(at.definition.type, at)
        path = ".".join(map(str, at.path.as_list()))
        if at.nodes[0].name.value == "__typename":
            name, spelled = constant(at.parent.name), inlining.literal(at.parent.name)
            known = Step(key, path, at.nodes, name, whole.complete, NOTHING, waits=False)
            return replace(known, expression=spelled, inline=whole.inline)
        plan = plan_of(at.definition)
        read, of_row = reader(plan, at, whole.wanted), reads(plan, whole.wanted)
        fetches = plan.kind in {"batch", "resolver"}
        waits = whole.waits or fetches
        step = Step(key, path, at.nodes, read, whole.complete, of_row, waits, fetches)
        if not fetches:
            return replace(step, expression=_expression(plan), inline=whole.inline)
        if whole.inline is None:
            return step
        most = MOST_ITEMS if is_list_type(get_nullable_type(at.definition.type)) else None
        return replace(step, written=inlining.written(whole.inline, most))

    def position(self, kind: GraphQLOutputType, at: Place) -> Whole:
        """How a field's values, or a list's items, are completed."""
        if is_non_null_type(kind):
            inner = self.value(kind.of_type, at)
            complete = required(inner.complete, at)
            return inner.within(
                complete if self.propagates else optional(complete), inlining.required
            )
        inner = self.value(kind, at)
        return inner.within(optional(inner.complete), inlining.optional)

    def value(self, kind: GraphQLOutputType, at: Place) -> Whole:
        if is_list_type(kind):
            inner = self.position(kind.of_type, at)
            return inner.within(lists(inner.complete, at), inlining.lists)
        if is_leaf_type(kind):
            return Whole(leaf(kind), False, NOTHING, inlining.leaf(kind))
        if is_abstract_type(kind):
            of_type = cache(lambda one: self.objects(one, at).complete)
            return Whole(abstract(kind, of_type, at), True, EVERYTHING)
        assert is_object_type(kind)
        return self.objects(kind, at)

    def objects(self, kind: GraphQLObjectType, at: Place) -> Whole:
        try:
            level = self.below(kind, at)
        except (GraphQLError, RecursionError) as error:  # such as null for the variable of a @skip
            return Whole(refused(error), False, EVERYTHING)
        written = None if kind.is_type_of else inlining.objects(level.steps)
        return Whole(objects(kind, level, at), level.waits, level.wanted, written)


def _expression(plan: FieldPlan) -> inlining.Expression | None:
    """How a field's value is had from its row, where it is there."""
    if plan.kind == "column":
        return inlining.item(plan.source)
    if plan.kind == "computed":
        assert plan.function is not None
        return inlining.call(plan.function)
    return None
