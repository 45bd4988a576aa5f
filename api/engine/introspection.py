"""Questions about the schema: a second of work on a large one, so done aside, and done once."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from graphql import ExecutionResult, FieldNode, FragmentSpreadNode, GraphQLSchema, SelectionSetNode
from graphql.execution import Executor

ANSWERS_KEPT: Final = 4

_answers: OrderedDict[tuple[GraphQLSchema, str, str, str], ExecutionResult] = OrderedDict()
_aside: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="introspection")


def is_about_schema(operation: Executor[Any]) -> bool:
    """Whether an operation asks for `__schema` or `__type`; then it asks for nothing else."""
    stack: list[SelectionSetNode] = [operation.operation.selection_set]
    while stack:
        for node in stack.pop().selections:
            if isinstance(node, FieldNode):
                if node.name.value in {"__schema", "__type"}:
                    return True
            elif isinstance(node, FragmentSpreadNode):
                stack.append(operation.fragments[node.name.value].definition.selection_set)
            else:
                stack.append(node.selection_set)  # type: ignore[attr-defined]
    return False


async def answer_about_schema(operation: Executor[Any]) -> ExecutionResult:
    """Run such an operation in a thread, one at a time, so that other requests go on."""
    node = operation.operation
    question = (
        operation.schema,
        node.loc.source.body if node.loc else "",
        node.name.value if node.name else "",
        repr(operation.variable_values.coerced),
    )
    if question in _answers:
        _answers.move_to_end(question)
        return _answers[question]
    loop = asyncio.get_running_loop()
    result: Any = await loop.run_in_executor(_aside, operation.execute_operation)
    _answers[question] = result
    while len(_answers) > ANSWERS_KEPT:
        _answers.popitem(last=False)
    return result  # type: ignore[no-any-return]
