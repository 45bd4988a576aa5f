"""Writing: the JSON of an answer, of which long lists are written before the rest of it."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import orjson

from api.engine.columns import FAILED, Column

_MARK: Final = orjson.Fragment(b"\0")
"""Stands for what is written: JSON itself has no such byte."""

SENT_TOGETHER: Final = 65_536
"""Bytes: a shorter chunk costs the server more than its sending."""


class Written:
    """A cell as JSON already: a tenth of the memory of its objects."""

    __slots__ = ("text",)

    def __init__(self, cell: Any) -> None:
        # Joined with one more, for what orjson returns has up to twice the room that it fills.
        self.text: Final = b"".join([*pieces(cell), b""])


def written(column: Column) -> Column:
    """The column with its cells as JSON."""
    cells = [one if one is FAILED else Written(one) for one in column.cells]
    return column._replace(cells=cells)


def pieces(answer: Any) -> list[bytes]:
    """The JSON of an answer, cut where it was written before: so that need not be copied.

    Raises TypeError for a value that JSON has no spelling for.
    """
    before: list[bytes] = []

    def mark(value: Any) -> orjson.Fragment:
        if isinstance(value, Written):
            before.append(value.text)
            return _MARK
        raise TypeError(f"{type(value).__name__} is no JSON")

    rest = orjson.dumps(answer, default=mark)
    if not before:
        return [rest]
    first, *others = rest.split(b"\0")
    return [first, *chain.from_iterable(zip(before, others, strict=True))]


def chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces to be sent, short ones together."""
    held: list[bytes] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= SENT_TOGETHER:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)
