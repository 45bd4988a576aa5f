"""A pytest plugin: lets graphql-core's own tests of execution run on the engine."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from graphql import ExecutionResult, GraphQLError, located_error
from graphql.execution import Executor
from graphql.pyutils import is_awaitable

from api.engine.columns import FAILED
from api.engine.levels import run_level
from api.engine.plans import compile_operation


async def _answer(run: Executor[Any]) -> ExecutionResult:
    try:
        plan = compile_operation(run, run.variable_values.coerced)
    except GraphQLError as error:
        return ExecutionResult(None, [error])
    column = await run_level(plan, [run.root_value], run)
    [data] = column.cells
    errors = [located_error(one.error, one.nodes, list(one.path)) for one in column.faults]
    return ExecutionResult(None if data is FAILED else data, errors or None)


def execute_operation(run: Executor[Any], serially: bool | None = None) -> Any:
    """In the place of graphql-core's: a promise of the answer, or itself to who cannot wait."""
    wants_it_now = run.is_awaitable is not is_awaitable
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        wants_it_now = True
    if not wants_it_now:
        return _answer(run)
    with ThreadPoolExecutor(1) as aside:  # a loop of its own, beside the test's
        return aside.submit(lambda: asyncio.run(_answer(run))).result()


def pytest_configure(config: Any) -> None:
    """Put the engine in before any test is imported."""
    Executor.execute_operation = execute_operation  # type: ignore[method-assign]
