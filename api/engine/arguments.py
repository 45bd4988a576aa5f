"""The arguments of a field, run by run; what no variable decides is worked out once."""

from collections.abc import Callable
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from graphql import (
    GraphQLArgument,
    ListValueNode,
    ObjectValueNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution import Executor
from graphql.execution.values import get_argument_values
from graphql.pyutils import Undefined

if TYPE_CHECKING:
    from api.engine.levels import Place

Run: TypeAlias = Executor[Any]
"""One execution of an operation: its variables, its context, its root value."""

Arguments: TypeAlias = Callable[[Run], dict[str, Any]]
"""By the names that the field's function has for them. Raises GraphQLError."""

_SHARED: Final = (str, int, float, bool, Enum, NoneType)
"""What nobody can change, so that all runs may have the same."""


def arguments_at(at: "Place") -> Arguments:
    """The arguments of the field at a place."""
    definition, (node, _, fragment_variables) = at.definition, at.details[0]
    if not definition.args:
        return lambda run: {}

    def worked_out(run: Run) -> dict[str, Any]:
        return get_argument_values(
            definition, node, run.variable_values, fragment_variables, run.hide_suggestions
        )

    given = {one.name.value: one.value for one in node.arguments or ()}
    varied = {
        name: value.name.value for name, value in given.items() if isinstance(value, VariableNode)
    }
    names = {name: getattr(one, "out_name", None) or name for name, one in definition.args.items()}
    fixed: dict[str, Any] | None = None

    def quick(run: Run) -> dict[str, Any]:
        nonlocal fixed
        values = run.variable_values.coerced
        if fixed is None:
            found = worked_out(run)
            rest = {names[name] for name in names.keys() - varied.keys()}
            kept = {name: value for name, value in found.items() if name in rest}
            if all(isinstance(value, _SHARED) for value in kept.values()):
                fixed = kept
            return found
        found = dict(fixed)
        for name, variable in varied.items():
            value = values.get(variable, Undefined)
            if value is Undefined:
                if _does_without(definition.args[name]):
                    continue
                return worked_out(run)
            if value is None and is_non_null_type(definition.args[name].type):
                return worked_out(run)  # and so refused
            found[names[name]] = value
        return found

    nested = any(isinstance(value, ListValueNode | ObjectValueNode) for value in given.values())
    return worked_out if nested or fragment_variables else quick


def _does_without(argument: GraphQLArgument) -> bool:
    """Whether nothing stands for the argument where it is not given."""
    has_default = argument.default is not None or argument.default_value is not Undefined
    return not has_default and not is_non_null_type(argument.type)
