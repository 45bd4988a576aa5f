"""Objects made straight from their rows, by a function that is written for one selection.

A selection of columns needs no call a field: it is spelled as Python once, with its nested objects
and lists, and compiled. What it writes is for the usual case alone. At anything else (a null where
none may be, an error, a value of another kind) it raises, and the whole selection is done again by
columns, which tell who is to blame; reading rows is pure, so nobody notices.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from graphql import GraphQLBoolean, GraphQLID, GraphQLLeafType, GraphQLNamedType, GraphQLString
from graphql.pyutils import Undefined

if TYPE_CHECKING:
    from api.engine.levels import Step

AS_THEY_ARE: Final[dict[GraphQLNamedType, type]] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLBoolean: bool,
}
"""Scalars whose Python values are JSON already."""

_ODD: Final = (Exception, type(Undefined))


class Odd(Exception):
    """Something is not as usual: it has to be looked at value by value."""


class Source:
    """Python in the making: its lines, and the objects that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"Odd": Odd, "ODD": _ODD, "Undefined": Undefined}
        self.depth = self.variables = 0

    def line(self, text: str) -> None:
        self.lines.append(" " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """What is written inside stands below `head`."""
        self.line(head)
        self.depth += 1
        yield
        self.depth -= 1

    def name(self, thing: Any) -> str:
        """A name for an object."""
        name = f"k{len(self.names)}"
        self.names[name] = thing
        return name

    def fresh(self) -> str:
        """A name that no other variable has."""
        self.variables += 1
        return f"v{self.variables}"


Inline: TypeAlias = Callable[[Source, str], None]
"""Writes what makes JSON of the value in the variable of this name, in its place."""

Expression: TypeAlias = Callable[[Source, str], str]
"""What gives one field of the row in the variable of this name."""

Make: TypeAlias = Callable[..., list[Any]]
"""From rows, and the cells of each field that could not be written here, to objects.

Raises any exception where something is odd.
"""


def item(source: str) -> Expression:
    """An item of the row."""
    return lambda _, row: f"{row}[{source!r}]"


def call(function: Callable[[Any], Any]) -> Expression:
    """What a function of the row gives."""
    return lambda source, row: f"{source.name(function)}({row})"


def literal(value: str) -> Expression:
    """The same for all."""
    return lambda _, row: repr(value)


def leaf(kind: GraphQLLeafType) -> Inline:
    """Scalars and enums."""
    usual = AS_THEY_ARE.get(kind)
    if usual is None and kind.coerce_output_value is str:
        usual = str

    def write(source: Source, value: str) -> None:
        if usual is not None:
            source.line(f"if type({value}) is not {usual.__name__}: raise Odd")
        else:
            source.line(f"if isinstance({value}, ODD): raise Odd")
            source.line(f"{value} = {source.name(kind.coerce_output_value)}({value})")
            source.line(f"if {value} is None or {value} is Undefined: raise Odd")

    return write


def required(inner: Inline) -> Inline:
    """A value that may not be null."""

    def write(source: Source, value: str) -> None:
        source.line(f"if {value} is None: raise Odd")
        inner(source, value)

    return write


def optional(inner: Inline) -> Inline:
    """A value that may be null."""

    def write(source: Source, value: str) -> None:
        with source.block(f"if {value} is not None:"):
            inner(source, value)

    return write


def lists(inner: Inline) -> Inline:
    """A list, item by item."""

    def write(source: Source, value: str) -> None:
        items, one = source.fresh(), source.fresh()
        source.line(f"if type({value}) is not list and type({value}) is not tuple: raise Odd")
        source.line(f"{items} = []")
        with source.block(f"for {one} in {value}:"):
            inner(source, one)
            source.line(f"{items}.append({one})")
        source.line(f"{value} = {items}")

    return write


def objects(steps: Sequence["Step"]) -> Inline | None:
    """An object of a selection; None where some field of it has to be had otherwise."""
    if any(step.inline is None for step in steps):
        return None

    def write(source: Source, value: str) -> None:
        source.line(f"if isinstance({value}, ODD): raise Odd")
        source.line(f"{value} = {_display(source, value, steps, {})}")

    return write


def maker(steps: Sequence["Step"]) -> Make:
    """The function for the rows of a selection; fields that cannot be written come as cells."""
    given = {step.key: f"g{number}" for number, step in enumerate(steps) if step.inline is None}
    cells = [f"{name}s" for name in given.values()]
    head = f"for row, {', '.join(given.values())} in zip(rows, {', '.join(cells)}, strict=True):"

    def write(source: Source) -> None:
        with source.block(f"def make({', '.join(['rows', *cells])}):"):
            source.line("objects = []")
            with source.block(head if given else "for row in rows:"):
                source.line(f"objects.append({_display(source, 'row', steps, given)})")
            source.line("return objects")

    return _when_called(write)


def written(inner: Inline, most: int | None) -> Make:
    """The function for values of one place, from a list to the list of what the answer has there.

    The values are lists where `most` says how many items all of them may have together.
    """

    def write(source: Source) -> None:
        with source.block("def make(values):"):
            if most is not None:
                source.line(f"if sum(map(len, values)) > {most}: raise Odd")
            source.line("cells = []")
            with source.block("for value in values:"):
                inner(source, "value")
                source.line("cells.append(value)")
            source.line("return cells")

    return _when_called(write)


def _when_called(write: Callable[[Source], None]) -> Make:
    """The function `make` that is written, when it is first called.

    Few are: what stands below written code is done by it, and has its own for odd rows alone.
    """
    compiled = cache(partial(_compiled, write))
    return lambda *cells: compiled()(*cells)


def _compiled(write: Callable[[Source], None]) -> Make:
    source = Source()
    try:
        write(source)
        exec("\n".join(source.lines), source.names)
    except (SyntaxError, RecursionError):  # nested deeper than Python takes
        return _always_odd
    made: Make = source.names["make"]
    return made


def _always_odd(*_: Any) -> list[Any]:
    raise Odd


def _display(source: Source, row: str, steps: Sequence["Step"], given: dict[str, str]) -> str:
    """The dict display of an object, after the statements that make its values."""
    pairs = []
    for step in steps:
        value = given.get(step.key)
        if value is None:
            assert step.inline is not None
            assert step.expression is not None
            value = source.fresh()
            source.line(f"{value} = {step.expression(source, row)}")
            step.inline(source, value)
        pairs.append(f"{step.key!r}: {value}")
    return f"{{{', '.join(pairs)}}}"
