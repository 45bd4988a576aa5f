"""Run one operation of a checked document under a deadline."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, located_error
from graphql.execution import Executor

from api.engine.arguments import Run
from api.engine.batching import end_all
from api.engine.columns import FAILED
from api.engine.errors import (
    Explain,
    document_errors,
    field_errors,
    public_error,
    unexplained,
)
from api.engine.introspection import answer_about_schema, is_about_schema
from api.engine.levels import run_level
from api.engine.plans import Plans


@dataclass(frozen=True, slots=True)
class Result:
    """What a response is made of. `errors` are ready to be written as JSON."""

    data: dict[str, Any] | None
    """For `writing.pieces`: long lists in it are written as JSON already."""
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
    plans: Plans | None = None,
    request_id: str = "",
    suggestions: bool = False,
    explain: Explain = unexplained,
) -> Result:
    """Run an operation of a valid `document`; no exception of a field leaves this function.

    Past `deadline` all that runs below is cancelled, and the answer is a TIMEOUT error. `plans`
    are those of the document, where they are kept. `suggestions` lets "Did you mean" through,
    which tells names of the schema. `explain` finds words for errors that are no bugs.
    """
    run = Executor.build(
        schema,
        document,
        None,
        context,
        variables,
        operation_name,
        max_coercion_errors=10,
        hide_suggestions=not suggestions,
    )
    if isinstance(run, list):
        return Result(None, document_errors(run, "BAD_USER_INPUT", request_id), False)
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            data, found = await run_operation(run, plans or Plans(document))
    except TimeoutError:
        words = f"The operation took longer than {deadline.total_seconds():g} s and was stopped."
        return Result(None, [public_error(words, "TIMEOUT", request_id)], False)
    return Result(data, field_errors(found, request_id, operation_name or "", explain), True)


async def run_operation(run: Run, plans: Plans) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """An operation with coerced variables in, data and raw errors out."""
    if is_about_schema(run):
        result = await answer_about_schema(run)
        return result.data, result.errors or []
    return await run_by_levels(run, plans)


async def run_by_levels(run: Run, plans: Plans) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """The executor itself.

    Errors come in the order of the document. Fields of one level run side by side, those of a
    mutation one after the other.
    """
    try:
        plan = plans.of(run)
    except GraphQLError as error:
        return None, [error]
    try:
        column = await run_level(plan, [run.root_value], run)
    finally:
        if run.background_futures:
            await end_all(run.background_futures)
    [data] = column.cells
    errors = [located_error(one.error, one.nodes, list(one.path)) for one in column.faults]
    return None if data is FAILED else data, errors
