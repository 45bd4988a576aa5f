"""Completion: from the values of one place to what the answer has there, by the place's type.

Each function makes the completion of one kind of type; the compiler puts them together as the type
is put together. What cannot be completed is FAILED, and a fault says why.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from types import NoneType
from typing import Any, Final

from graphql import GraphQLAbstractType, GraphQLError, GraphQLLeafType, GraphQLObjectType
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import Undefined, is_iterable

from api.engine.arguments import Run
from api.engine.columns import (
    Column,
    cut,
    failed,
    forgive,
    is_regular,
    merge,
    require,
    scatter,
    sift,
)
from api.engine.leaves import leaves
from api.engine.levels import Complete, Level, Place, run_level
from api.engine.values import each, settled, together
from api.engine.writing import written

_LISTED: Final = {list, tuple, NoneType}
"""What the values of a list field are as a rule; nothing has to be done to those."""
MOST_ITEMS: Final = 1_000
"""Of lists completed together, about; more are done in parts, so that memory does not add up."""


def leaf(kind: GraphQLLeafType) -> Complete:
    """Scalars and enums."""

    async def complete(values: list[Any], run: Run) -> Column:
        return leaves(kind, values)

    return complete


def refused(error: Exception) -> Complete:
    """What cannot be completed, whatever its values are; nulls are nulls even so."""

    async def complete(values: list[Any], run: Run) -> Column:
        sifted = sift(values)
        return scatter(failed([error] * len(sifted.values)), sifted, len(values))

    return complete


def required(inner: Complete, at: Place) -> Complete:
    """A type that may not be null: a null there is an error, which goes on upwards."""
    words = f"Cannot return null for non-nullable field {at}."

    async def complete(values: list[Any], run: Run) -> Column:
        return require(await inner(values, run), words)

    return complete


def optional(inner: Complete) -> Complete:
    """A type that may be null: here an error ends."""

    async def complete(values: list[Any], run: Run) -> Column:
        return forgive(await inner(values, run))

    return complete


def lists(inner: Complete, at: Place) -> Complete:
    """Lists: the items of all of them are completed as one column, or in parts where they are many.

    So nothing below a list has to do with more than about MOST_ITEMS objects at a time.
    """

    def items(value: Any) -> Any:
        if value is None or value is Undefined or isinstance(value, Exception | list | tuple):
            return value
        if is_iterable(value):
            return list(value)
        raise GraphQLError(f"Expected Iterable, but did not find one for field '{at}'.")

    async def complete(values: list[Any], run: Run) -> Column:
        if not set(map(type, values)) <= _LISTED:
            values = await settled(each(items, values), run)
        sifted = sift(values)
        if sum(map(len, sifted.values)) <= MOST_ITEMS:
            column = await _whole(inner, sifted.values, run)
        else:
            column = await _in_parts(inner, sifted.values, run)
        return scatter(column, sifted, len(values))

    return complete


async def _whole(inner: Complete, values: list[Any], run: Run) -> Column:
    return cut(await inner(list(chain.from_iterable(values)), run), values)


async def _in_parts(inner: Complete, values: list[Any], run: Run) -> Column:
    """Complete a few lists at a time, each of them written as JSON before the next ones begin.

    It empties `values` on the way: rows that are written are not needed any more.
    """
    parts = []
    for places in _parts(values):
        part = values[places.start : places.stop]
        values[places.start : places.stop] = [()] * len(part)
        parts.append((places, written(await _whole(inner, part, run))))
    return merge(parts, len(values))


def _parts(values: list[Any]) -> Iterator[range]:
    """Ranges of lists with about MOST_ITEMS items together, and one list at least."""
    start = items = 0
    for at in range(len(values)):
        items += len(values[at])
        if items >= MOST_ITEMS:
            yield range(start, at + 1)
            start, items = at + 1, 0
    if start < len(values):
        yield range(start, len(values))


def objects(kind: GraphQLObjectType, level: Level, at: Place) -> Complete:
    """Objects of one type: their rows go to the level below."""
    if kind.is_type_of is not None:
        return _checked(kind, level, at)

    async def complete(values: list[Any], run: Run) -> Column:
        if is_regular(values):
            return await run_level(level, values, run)
        sifted = sift(values)
        return scatter(await run_level(level, sifted.values, run), sifted, len(values))

    return complete


def _checked(kind: GraphQLObjectType, level: Level, at: Place) -> Complete:
    """Objects of a type that looks at each value itself."""
    is_type_of: Any = kind.is_type_of

    async def complete(values: list[Any], run: Run) -> Column:
        sifted = sift(values)
        info = at.info(run)
        answers = await settled(each(lambda value: is_type_of(value, info), sifted.values), run)
        checked = [
            answer
            if isinstance(answer, Exception)
            else value
            if answer
            else invalid_return_type_error(kind, value, at.details)
            for value, answer in zip(sifted.values, answers, strict=True)
        ]
        right = sift(checked)
        column = scatter(await run_level(level, right.values, run), right, len(checked))
        return scatter(column, sifted, len(values))

    return complete


def abstract(
    kind: GraphQLAbstractType, of_type: Callable[[GraphQLObjectType], Complete], at: Place
) -> Complete:
    """Interfaces and unions: the rows of each type are completed by themselves, side by side.

    `of_type` gives the completion for a type, when the first row of it is met.
    """

    async def complete(values: list[Any], run: Run) -> Column:
        sifted = sift(values)
        resolve_type = kind.resolve_type or run.type_resolver
        info = at.info(run)
        names = await settled(each(lambda row: resolve_type(row, info, kind), sifted.values), run)
        groups: dict[GraphQLObjectType, list[int]] = {}
        refused: list[int] = []
        for place, (name, row) in enumerate(zip(names, sifted.values, strict=True)):
            try:
                if isinstance(name, Exception):
                    raise name
                found = run.ensure_valid_runtime_type(name, kind, at.details, info, row)
                groups.setdefault(found, []).append(place)
            except Exception as error:
                names[place] = error
                refused.append(place)
        rows = sifted.values
        completed = await together(
            [of_type(found)([rows[one] for one in places], run) for found, places in groups.items()]
        )
        parts = list(zip(groups.values(), completed, strict=True))
        errors = [names[place] for place in refused]
        column = merge([*parts, (refused, failed(errors))], len(rows))
        return scatter(column, sifted, len(values))

    return complete
