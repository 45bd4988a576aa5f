"""What a plan wants of the rows of a place: the items that its fields read, and no others.

Who reads rows for a field may leave out the columns that nobody will ask for. A field that does
not say what it reads may read anything, so its rows come whole; so they do under graphql-core.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from api.engine.fields import FieldPlan

Items: TypeAlias = frozenset[str] | None
"""Names of a row's items; None for all of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The items that a selection reads of each row, and what it wants of the objects in them."""

    items: Items
    below: Mapping[str, "Wanted"] = field(default_factory=dict)

    def __or__(self, other: "Wanted") -> "Wanted":
        items = None if self.items is None or other.items is None else self.items | other.items
        below = dict(self.below)
        for name, wanted in other.below.items():
            below[name] = below[name] | wanted if name in below else wanted
        return Wanted(items, below)

    def at(self, *way: str) -> "Wanted":
        """What is wanted of the objects in an item, or in an item of those."""
        return reduce(lambda wanted, name: wanted.below.get(name, NOTHING), way, self)


NOTHING: Final = Wanted(frozenset())
EVERYTHING: Final = Wanted(None)


def reads(plan: "FieldPlan", below: Wanted) -> Wanted:
    """What a field reads of its row, where this is wanted of its own objects."""
    if plan.kind == "column":
        return Wanted(frozenset({plan.source}), {plan.source: below})
    if plan.reads is None:
        return EVERYTHING
    own = Wanted(frozenset(plan.reads))
    return own | below if plan.hands_on else own


def joined(all_reads: Sequence[Wanted]) -> Wanted:
    """What several fields of one row read."""
    return reduce(or_, all_reads, NOTHING)


_current: ContextVar[Wanted] = ContextVar("wanted", default=EVERYTHING)


def wanted_here() -> Wanted:
    """What is wanted of the objects of the field that is being resolved."""
    return _current.get()


@contextmanager
def wanting(wanted: Wanted) -> Iterator[None]:
    """Resolvers that run inside the block are told what is wanted of their objects."""
    before = _current.get()
    _current.set(wanted)
    try:
        yield
    finally:
        _current.set(before)  # no token: a coroutine may be ended in another context than begun
