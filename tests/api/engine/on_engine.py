"""A pytest plugin: lets graphql-core's own tests of execution run on the engine."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from graphql import DocumentNode, ExecutionResult
from graphql.execution import Executor
from graphql.pyutils import is_awaitable

from api.engine.execute import run_by_levels
from api.engine.plans import Plans

LONGEST: Final = 30.0
"""Seconds a test may take: one that waits for what the engine never does would wait for ever."""


class Begun:
    """A coroutine that has run up to its first wait, to be awaited from there on."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.first_wait = coroutine.send(None)
        self.rest = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        yield self.first_wait
        return (yield from self.rest.__await__())


async def answer(run: Executor[Any]) -> ExecutionResult:
    """What the engine says."""
    definitions = (run.operation, *run.fragment_definitions.values())
    data, errors = await run_by_levels(run, Plans(DocumentNode(definitions=definitions)))
    return ExecutionResult(data, errors or None)


def is_looping() -> bool:
    """Whether whoever calls can await."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def promised(value: Any) -> Any:
    """A value as who awaits expects it."""
    return value


def execute_operation(run: Executor[Any], serially: bool | None = None) -> Any:
    """In the place of graphql-core's: an answer, or a promise where something was to be awaited."""
    waits = False

    def watched(is_such: Callable[[Any], bool]) -> Any:
        def check(value: Any) -> bool:
            nonlocal waits
            found = is_such(value)
            waits = waits or found
            return found

        return check

    may_wait = run.is_awaitable is is_awaitable and is_looping()
    run.is_awaitable = watched(run.is_awaitable)
    run.is_async_iterable = watched(run.is_async_iterable)
    if may_wait:
        try:
            return Begun(answer(run))
        except StopIteration as done:
            result = done.value
    else:
        limited = asyncio.wait_for(answer(run), LONGEST)
        with ThreadPoolExecutor(1) as aside:  # a loop of its own, beside the test's
            result = aside.submit(lambda: asyncio.run(limited)).result()
    return promised(result) if waits else result


def pytest_configure(config: Any) -> None:
    """Put the engine in before any test is imported."""
    Executor.execute_operation = execute_operation  # type: ignore[method-assign, assignment]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: Any) -> Generator[None, Any, Any]:
    """Stop a test that takes too long."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"It took longer than {LONGEST:g} s.")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
