"""Relay connections: edges, a `nodes` shortcut, pageInfo, and a `totalCount` paid by who asks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, cast

import strawberry

from api.engine.fields import batch
from api.engine.wanted import Items, wanted_here
from domain.paging import Page

T = TypeVar("T")
Counting: TypeAlias = Callable[[], Awaitable[int]]


@strawberry.type
class PageInfo:
    """Where this page stands in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    """One row and its place in the list."""

    cursor: str
    node: T


async def _counts(parents: Sequence[Any], context: Any) -> list[int]:
    return [await parent["count"]() for parent in parents]


@strawberry.type
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]]
    nodes: list[T]
    page_info: PageInfo
    total_count: int = batch(_counts, cost=5)


def rows_wanted() -> Items:
    """The items that will be read of the rows of the connection that is being resolved."""
    wanted = wanted_here()
    return (wanted.at("nodes") | wanted.at("edges", "node")).items


def connection(page: Page, count: Counting, **more: Any) -> Connection[Any]:
    """A page as the row under a Connection; `more` are the items that its own kind of list has.

    `count` is awaited only if totalCount is asked for.
    """
    cursors, read = page.cursors, wanted_here().items
    has_edges = read is None or "edges" in read
    row = {
        "nodes": page.rows,
        "edges": [
            {"cursor": cursor, "node": row} for cursor, row in zip(cursors, page.rows, strict=True)
        ]
        if has_edges
        else [],
        "page_info": {
            "has_next_page": page.has_next,
            "has_previous_page": page.has_previous,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        },
        "count": count,
        **more,
    }
    return cast(Connection[Any], row)  # types describe rows; nobody makes instances of them
