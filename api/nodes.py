"""`node(id:)` and `nodes(ids:)`: anything with an id, found by it alone.

Each area says which kinds of ids it has, and how rows are read by them; a door puts them together.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import strawberry

from api.context import Info, RequestContext
from api.engine.errors import PublicError
from api.engine.fields import root
from api.rows import Seen
from api.scalars import BadInput, wanted_id
from tenants.ids import WrongId, prefix_of

MOST_NODES: Final = 100


@strawberry.interface
class Node:
    """Anything that has an id of its own."""

    id: strawberry.ID


@dataclass(frozen=True, slots=True)
class NodeKind:
    """A kind of id (prd, ord, …), the type behind it, and its rows by their ids."""

    prefix: str
    type_name: str
    load: Callable[[RequestContext, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]]
    permission: str | None = None
    """What a caller needs beside the root field's permission, to see this kind."""


def seen_kind(prefix: str, type_name: str, seen: Seen, permission: str) -> NodeKind:
    """A kind of which each caller may see but some."""

    async def load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        return await seen(context.reading, context.principal, ids)

    return NodeKind(prefix, type_name, load, permission)


def node_queries(kinds: Sequence[NodeKind], *, permission: str) -> type:
    """The root fields `node` and `nodes` over these kinds of things."""
    by_prefix = {kind.prefix: kind for kind in kinds}

    async def node(self: None, info: Info, id: strawberry.ID) -> Node | None:
        """The thing with this id; null when there is none, or none that you may see."""
        found: Node | None = (await _found(info.context, by_prefix, [id]))[0]
        return found

    async def nodes(self: None, info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
        """Up to 100 things by their ids, in the order asked for, with null for each not found."""
        if len(ids) > MOST_NODES:
            raise BadInput(f"ids may hold {MOST_NODES} ids at most.", argument="ids")
        return await _found(info.context, by_prefix, ids)

    fields = {
        "node": root(permission=permission, description=inspect.getdoc(node))(node),
        "nodes": root(permission=permission, page_size="ids", description=inspect.getdoc(nodes))(
            nodes
        ),
    }
    return strawberry.type(type("NodeQueries", (), fields))


async def _found(
    context: RequestContext, kinds: Mapping[str, NodeKind], ids: Sequence[str]
) -> list[Any]:
    """Rows in the order of their ids, each kind read at once; None for what is not there."""
    asked = [_asked(kinds, text) for text in ids]
    rows: dict[tuple[str, UUID], Any] = {}
    for kind in {kind.prefix: kind for kind, _ in asked}.values():
        if kind.permission is not None and not context.holds(kind.permission):
            raise PublicError(
                f"{kind.type_name} needs the permission {kind.permission}.", code="FORBIDDEN"
            )
        wanted = [value for its, value in asked if its is kind]
        for value, row in (await kind.load(context, wanted)).items():
            rows[kind.prefix, value] = {**row, "__typename": kind.type_name}
    return [rows.get((kind.prefix, value)) for kind, value in asked]


def _asked(kinds: Mapping[str, NodeKind], text: str) -> tuple[NodeKind, UUID]:
    """The kind and value of an id. Raises BadInput for what is no id of a kind known here."""
    try:
        prefix = prefix_of(text)
    except WrongId as error:
        raise BadInput(str(error)) from None
    if prefix not in kinds:
        known = ", ".join(f"{one}_…" for one in sorted(kinds))
        raise BadInput(f"An id of one of these kinds is wanted: {known}.")
    return kinds[prefix], wanted_id(text, prefix)
