"""Batch fields under graphql-core: parents that come in one tick of the loop share one call."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLResolveInfo

if TYPE_CHECKING:
    from api.engine.fields import FieldPlan


@dataclass(slots=True)
class _Call:
    """One call in the making: the parents that share a field node and so its arguments."""

    plan: "FieldPlan"
    context: Any
    arguments: dict[str, Any]
    node: object  # kept, so that its id stays its own while this call waits
    parents: list[Any] = field(default_factory=list)
    values: list[asyncio.Future[Any]] = field(default_factory=list)

    def cancel(self) -> None:
        for waiting in self.values:
            waiting.cancel()


class Batches:
    """The batch calls of one execution: those that still collect, and those that run."""

    def __init__(self) -> None:
        self._collecting: dict[tuple[int, int], _Call] = {}
        self._running: set[asyncio.Task[None]] = set()

    def value_of(
        self,
        plan: "FieldPlan",
        parent: Any,
        info: GraphQLResolveInfo[Any],
        arguments: dict[str, Any],
    ) -> asyncio.Future[Any]:
        """The value for one parent, to come with the values for its neighbours."""
        loop = asyncio.get_running_loop()
        node = info.field_nodes[0]
        key = (id(plan), id(node))
        call = self._collecting.get(key)
        if call is None:
            call = self._collecting[key] = _Call(plan, info.context, arguments, node)
            # All parents of a level are completed in one tick, so the next one has them all.
            loop.call_soon(self._start, key)
        value: asyncio.Future[Any] = loop.create_future()
        call.parents.append(parent)
        call.values.append(value)
        return value

    def _start(self, key: tuple[int, int]) -> None:
        if call := self._collecting.pop(key, None):  # none, when closed before it began
            task = asyncio.ensure_future(_run(call))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """End what still runs (after a deadline, or for fields nobody waits for any more)."""
        while self._collecting or self._running:
            for call in self._collecting.values():
                call.cancel()
            self._collecting.clear()
            await end_all(self._running)


async def _run(call: _Call) -> None:
    try:
        values = await call.plan.values_of(call.parents, call.context, call.arguments)
    except Exception as error:  # it becomes the error of each of these fields
        values = [error] * len(call.parents)
    except BaseException:
        call.cancel()
        raise
    for waiting, value in zip(call.values, values, strict=True):
        if not waiting.done():
            # graphql-core raises a value that is an exception as this one field's error.
            waiting.set_result(value)


async def end_all(running: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel, and wait until all have cleaned up behind themselves."""
    ending = list(running)
    for one in ending:
        one.cancel()
    await asyncio.gather(*ending, return_exceptions=True)


_batches: ContextVar[Batches] = ContextVar("batches")


@contextmanager
def collecting() -> Iterator[Batches]:
    """Batch fields resolved inside the block gather here; needed around graphql-core's execute."""
    batches = Batches()
    token = _batches.set(batches)
    try:
        yield batches
    finally:
        _batches.reset(token)


def batch_adapter(plan: "FieldPlan") -> Callable[..., asyncio.Future[Any]]:
    """The per-object resolver that graphql-core calls for a batch field."""

    def resolve(
        parent: Any, info: GraphQLResolveInfo[Any], **arguments: Any
    ) -> asyncio.Future[Any]:
        return _batches.get().value_of(plan, parent, info, arguments)

    return resolve
