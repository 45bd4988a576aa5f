"""The same operation run by graphql-core, object by object: what the engine is held against.

Batch fields work there too, by the adapter of `batching`. Questions about the schema are answered
this way, and whatever graphql-core alone knows how to run (subscriptions).
"""

import asyncio
from typing import Any

from graphql import ExecutionResult

from api.engine.arguments import Run
from api.engine.batching import collecting, end_all


async def run_by_reference(run: Run) -> ExecutionResult:
    """Run an operation with coerced variables; raw errors come with the data."""
    with collecting() as batches:
        try:
            result: Any = run.execute_operation()
            if run.is_awaitable(result):
                result = await result
        finally:
            # A null that emptied the answer early may have left fields running behind it.
            if run.background_futures:
                await asyncio.sleep(0)  # lets them begin: a coroutine must, to be ended quietly
            await batches.close()
            await end_all(run.background_futures)
    assert isinstance(result, ExecutionResult)
    return result
