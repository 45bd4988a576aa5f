"""Views of the list of orders, as the merchant sees them."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry import UNSET

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.filters import read_where
from api.inputs import values
from api.kept_filters import shown
from api.orders import kinds
from api.orders.desk.types import Colleague
from api.orders.orders.inputs import OrderWhere
from api.rows import Edited, one
from api.scalars import JSON, id_field
from domain.orders.desk.colleagues import colleagues_by_ids
from domain.orders.desk.views import look_at

LOOK_COST = 10


@strawberry.type
class OrderViewProblem:
    """What a view names, and is gone: `path` is its place in `where`."""

    message: str
    path: list[str]


@strawberry.type
class OrderViewLook:
    """What a view shows now."""

    count: int | None = strawberry.field(description="Null where there is a problem.")
    problem: OrderViewProblem | None


async def _looks(parents: Sequence[Any], context: RequestContext) -> list[dict[str, Any]]:
    found = await look_at(context.reading, context.principal, parents)
    return [
        {
            "count": one.orders,
            "problem": one.problem
            and {"message": one.problem.message(context.language), "path": one.problem.path},
        }
        for one in found
    ]


@strawberry.type
class OrderView(Edited):
    """A filter of orders, kept under a title."""

    id: strawberry.ID = id_field(kinds.VIEW)
    title: str
    where: JSON = computed(
        lambda row: shown(OrderWhere, row["filter"]),
        description="As `OrderWhere` was given, to be given to `orders`.",
    )
    position: int
    owner: Colleague | None = one(
        colleagues_by_ids, by="owner_id", description="Whose it is; null: it is for all."
    )
    look: OrderViewLook = batch(_looks, cost=LOOK_COST)


@strawberry.input
class OrderViewCreateInput:
    """A new view."""

    title: str
    where: OrderWhere
    position: int = 0
    is_shared: bool = strawberry.field(
        default=False, description="Whether it is for all: that needs orders:write."
    )


@strawberry.input
class OrderViewUpdateInput:
    """Changes of a view: what is left out is kept. `where` takes the place of the whole filter."""

    expected_version: int | None = UNSET
    title: str | None = UNSET
    where: OrderWhere | None = UNSET
    position: int | None = UNSET


def view_values(given: OrderViewCreateInput | OrderViewUpdateInput) -> dict[str, Any]:
    """What an input says, as the domain takes it: its `where` as lists take theirs."""
    said = values(given)
    if "where" in said:
        said["where"] = read_where(given.where)
    return said
