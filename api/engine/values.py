"""How one field of all objects of a level comes by its values, before they are completed.

A value that could not be had is the exception that says why; it harms none of its neighbours.
"""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from api.engine.arguments import Run, arguments_at
from api.engine.wanted import Items, Wanted, wanting

if TYPE_CHECKING:
    from api.engine.fields import FieldPlan
    from api.engine.levels import Place

Read: TypeAlias = Callable[[list[Any], Run], Awaitable[list[Any]]]
"""From objects to the values of one field, one each, in order."""


def reader(plan: "FieldPlan", at: "Place", wanted: Wanted) -> Read:
    """The way to the values of the field at a place that its declaration asks for.

    `wanted` is what will be asked of those values.
    """
    if plan.kind == "column":
        return _of_rows(item_of(plan.source))
    if plan.kind == "computed":
        assert plan.function is not None
        return _of_rows(plan.function)
    if plan.kind == "batch":
        return _batch(plan, at, wanted.items)
    return _resolved(at, wanted)


def constant(value: Any) -> Read:
    """The same for all, such as the name of their type."""

    async def read(rows: list[Any], run: Run) -> list[Any]:
        return [value] * len(rows)

    return read


def item_of(name: str) -> Callable[[Any], Any]:
    """What takes an item of a row; where the row is an instance, or lacks it, an attribute."""

    def take(row: Any) -> Any:
        try:
            return row[name]
        except (TypeError, KeyError):
            return getattr(row, name)

    return take


def _of_rows(function: Callable[[Any], Any]) -> Read:
    async def read(rows: list[Any], run: Run) -> list[Any]:
        return each(function, rows)

    return read


def _batch(plan: "FieldPlan", at: "Place", wanted: Items) -> Read:
    arguments = arguments_at(at)

    async def read(rows: list[Any], run: Run) -> list[Any]:
        try:
            return await plan.values_of(rows, run.context_value, arguments(run), wanted)
        except Exception as error:
            return [error] * len(rows)

    return read


def _resolved(at: "Place", wanted: Wanted) -> Read:
    """A resolver is called per object. Its `info.path` names the fields, not the items of lists."""
    arguments = arguments_at(at)

    async def read(rows: list[Any], run: Run) -> list[Any]:
        resolve = at.definition.resolve or run.field_resolver
        info = at.info(run)
        with wanting(wanted):
            values = each(lambda row: resolve(row, info, **arguments(run)), rows)
            return await settled(values, run)

    return read


def each(function: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """What a function gives for each value, or the exception that it raised for that one."""
    results = []
    for value in values:
        try:
            results.append(function(value))
        except Exception as error:
            results.append(error)
    return results


async def settled(values: list[Any], run: Run) -> list[Any]:
    """What resolvers promised, fetched: awaitables, lists with awaitables, async iterables."""
    waiting = [at for at, value in enumerate(values) if _is_promise(value, run)]
    if waiting:
        fetched = await together([_fetched(values[at], run) for at in waiting])
        for at, value in zip(waiting, fetched, strict=True):
            values[at] = value
    return values


async def together(waiting: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Wait for several side by side; the usual one alone needs no task of its own."""
    if len(waiting) == 1:
        return [await waiting[0]]
    return await asyncio.gather(*waiting)


def _is_promise(value: Any, run: Run) -> bool:
    if isinstance(value, list | tuple):
        return any(_is_promise(item, run) for item in value)
    return run.is_awaitable(value) or run.is_async_iterable(value)


async def _fetched(value: Any, run: Run) -> Any:
    try:
        if run.is_awaitable(value):
            value = await value
        if run.is_async_iterable(value):
            value = await _read_out(value)
        return await settled(list(value), run) if _is_promise(value, run) else value
    except Exception as error:
        return error


async def _read_out(source: AsyncIterable[Any]) -> list[Any]:
    items = aiter(source)
    try:
        return [item async for item in items]
    except BaseException:  # a deadline too: whoever yields has to hear that nobody reads on
        if close := getattr(items, "aclose", None):
            with suppress(Exception):
                await close()
        raise
