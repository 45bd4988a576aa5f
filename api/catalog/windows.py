"""From a request to its look through the shop window, and from the window's rows to fields."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from api.context import RequestContext
from api.engine.fields import batch
from api.engine.wanted import Items
from domain.catalog.window_texts import Window

ByIds: TypeAlias = Callable[[Window, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]]


def window_of(context: RequestContext, columns: Items = None) -> Window:
    """The window of this request's shop, in the language that @inContext asks for.

    Of its rows no other `columns` will be read, if these are named.
    """
    return Window(context.reading, context.texts_language, columns)


def many(load: ByIds, *, by: str = "id", **declaration: Any) -> Any:
    """A list for each parent, read for all of them at once; empty where there is nothing."""

    async def lists(parents: Sequence[Any], context: RequestContext, columns: Items) -> list[Any]:
        found = await load(window_of(context, columns), [parent[by] for parent in parents])
        return [found.get(parent[by], []) for parent in parents]

    return batch(lists, reads=[by], **declaration)


def one(load: ByIds, *, by: str = "id", **declaration: Any) -> Any:
    """The thing that the item `by` of each parent names, or null; read for all at once."""

    async def rows(parents: Sequence[Any], context: RequestContext, columns: Items) -> list[Any]:
        ids = list({parent[by] for parent in parents if parent[by] is not None})
        found = await load(window_of(context, columns), ids) if ids else {}
        return [found.get(parent[by]) for parent in parents]

    return batch(rows, reads=[by], **declaration)
