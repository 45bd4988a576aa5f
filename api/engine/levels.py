"""Levels: the fields asked of objects of one type, each field run once for all of the objects."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path

from api.engine.arguments import Run
from api.engine.columns import Column, objects_of, place
from api.engine.inlining import Expression, Inline, Make, maker
from api.engine.tracing import current_listeners, hear_all, heard
from api.engine.values import Read
from api.engine.wanted import Wanted, joined

Complete: TypeAlias = Callable[[list[Any], Run], Coroutine[Any, Any, Column]]
"""From the values of one place to what the answer has there."""


class Place(NamedTuple):
    """Where in an operation a value stands: below which field of which type."""

    definition: GraphQLField
    parent: GraphQLObjectType
    details: list[FieldDetails]
    """The field's nodes in the document: several, where selections were merged."""
    path: Path
    """The names of the fields down to here, without the items of lists."""

    @property
    def nodes(self) -> list[FieldNode]:
        """The field's nodes, the first one with the arguments."""
        return [one.node for one in self.details]

    def info(self, run: Run) -> GraphQLResolveInfo[Any]:
        """What resolvers are told of the field."""
        return run.build_resolve_info(self.definition, self.nodes, self.parent, self.path)

    def __str__(self) -> str:
        return f"{self.parent}.{self.nodes[0].name.value}"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One field of a level: how its values are had, and how they are completed."""

    key: str
    path: str
    """The names of the fields down to it, joined by dots."""
    nodes: Sequence[FieldNode]
    read: Read
    complete: Complete
    reads: Wanted
    """The items that it reads of its rows."""
    waits: bool
    """Whether it, or something below it, may have to wait for the outside."""
    fetches: bool = False
    """Whether a batch or a resolver gives its values."""
    expression: Expression | None = None
    """Its value out of a row, as Python; None for what is not in the row."""
    inline: Inline | None = None
    """How it is written into the function of its level; None where it has to come as cells."""
    written: Make | None = None
    """From values that were fetched to cells, as usual; None where some field of them waits."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The fields of one selection, in the order of the answer."""

    steps: tuple[Step, ...]
    given: tuple[Step, ...]
    """Those whose cells `make` is given."""
    make: Make
    waits: bool
    """Whether a step of it does."""
    in_turn: bool = False
    """Whether each field waits for the one before it, as a mutation's do."""

    @property
    def wanted(self) -> Wanted:
        """What its steps read of its rows."""
        return joined([step.reads for step in self.steps])


def level_of(steps: Sequence[Step], *, in_turn: bool) -> Level:
    """The level of these fields."""
    given = tuple(step for step in steps if step.inline is None)
    waits = any(step.waits for step in steps)
    return Level(tuple(steps), given, maker(steps), waits, in_turn)


async def run_level(level: Level, rows: list[Any], run: Run) -> Column:
    """Complete objects: as one where all is as usual, else field by field."""
    if not rows:
        return Column([])
    columns = await _run_steps(level.given, rows, run, in_turn=level.in_turn)
    listeners = current_listeners()
    if _is_usual(columns) and not (listeners and hear_all(listeners)):
        objects = _made(level.make, rows, *[column.cells for column in columns])
        if objects is not None:
            return Column(objects)
    found = dict(zip(level.given, columns, strict=True))
    rest = [step for step in level.steps if step.inline is not None]
    found |= zip(rest, await _run_steps(rest, rows, run, in_turn=True), strict=True)
    in_order = {step.key: found[step] for step in level.steps}
    return objects_of(in_order, len(rows))


async def _run_steps(
    steps: Sequence[Step], rows: list[Any], run: Run, *, in_turn: bool
) -> list[Column]:
    """A column of each; those that wait for the outside wait together, unless in turn."""
    if in_turn or len(steps) < 2:
        return [await _run_step(step, rows, run) for step in steps]
    waiting = [step for step in steps if step.waits]
    fetched = await asyncio.gather(*(_run_step(step, rows, run) for step in waiting))
    done = dict(zip(waiting, fetched, strict=True))
    return [done.get(step) or await _run_step(step, rows, run) for step in steps]


def _is_usual(columns: Sequence[Column]) -> bool:
    """Whether nothing failed so far."""
    for column in columns:  # noqa: SIM110  # a generator would cost more than all of them
        if column.faults:
            return False
    return True


def _made(make: Make, *cells: list[Any]) -> list[Any] | None:
    """What written code makes; None where something was odd, which the columns will tell."""
    try:
        return make(*cells)
    except Exception:
        return None


async def _run_step(step: Step, rows: list[Any], run: Run) -> Column:
    listeners = current_listeners()
    if not listeners:
        values = await step.read(rows, run)
    else:
        with heard(listeners, step.path, len(rows), fetches=step.fetches):
            values = await step.read(rows, run)
    if step.written is not None and not (listeners and hear_all(listeners)):
        cells = _made(step.written, values)
        if cells is not None:
            return Column(cells)
    column = await step.complete(values, run)
    return place(column, step.key, step.nodes) if column.faults else column
