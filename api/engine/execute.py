"""Run one operation of a checked document under a deadline."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema
from graphql.execution import Executor

from api.engine.batching import collecting, end_all
from api.engine.errors import document_errors, field_errors, public_error
from api.engine.introspection import answer_about_schema, is_about_schema


@dataclass(frozen=True, slots=True)
class Result:
    """What a response is made of. `errors` are ready to be written as JSON."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    executed: bool
    """False when the request was refused before its first field ran: then there is no data."""


async def execute(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: dict[str, Any] | None,
    operation_name: str | None,
    context: Any,
    *,
    deadline: timedelta,
    request_id: str = "",
    suggestions: bool = False,
) -> Result:
    """Run an operation of a valid `document`; no exception of a field leaves this function.

    Past `deadline` all that runs below is cancelled, and the answer is a TIMEOUT error.
    `suggestions` lets "Did you mean" through, which tells names of the schema.
    """
    operation = Executor.build(
        schema,
        document,
        None,
        context,
        variables,
        operation_name,
        max_coercion_errors=10,
        hide_suggestions=not suggestions,
    )
    if isinstance(operation, list):
        return Result(None, document_errors(operation, "BAD_USER_INPUT", request_id), False)
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            result = await _run(operation)
    except TimeoutError:
        words = f"The operation took longer than {deadline.total_seconds():g} s and was stopped."
        return Result(None, [public_error(words, "TIMEOUT", request_id)], False)
    errors = field_errors(result.errors or (), request_id, operation_name or "")
    return Result(result.data, errors, True)


async def _run(operation: Executor[Any]) -> ExecutionResult:
    """The executor itself: an operation with coerced variables in, data and raw errors out."""
    if is_about_schema(operation):
        return await answer_about_schema(operation)
    with collecting() as batches:
        try:
            result: Any = operation.execute_operation()
            if operation.is_awaitable(result):
                result = await result
        finally:
            # A null that emptied the answer early may have left fields running behind it.
            if operation.background_futures:
                await asyncio.sleep(0)  # lets them begin: a coroutine must, to be ended quietly
            await batches.close()
            await end_all(operation.background_futures)
    assert isinstance(result, ExecutionResult)
    return result
