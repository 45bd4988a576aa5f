"""New for so many days: the one condition of a collection's rule that time alone ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select

from domain.catalog.tables import CollectionProduct, Product
from domain.row_sets import IDS
from tenants.scope import UnitOfWork

_FIRST: Final = (
    select(func.min(Product.published_at))
    .join(CollectionProduct, CollectionProduct.product_id == Product.id)
    .where(
        CollectionProduct.collection_id == bindparam("collection_id"),
        Product.published_at >= bindparam("since"),
    )
)
_FIRST_AMONG: Final = _FIRST.where(Product.id == any_(IDS))


def longest(values: Sequence[str]) -> timedelta:
    """How long a product is new to a condition, which holds for any of its values."""
    return timedelta(days=max(int(value) for value in values))


def days_of(rule: Mapping[str, Any]) -> set[timedelta]:
    """How long products are new to a rule; empty for one that asks for nothing new."""
    conditions = rule["conditions"]
    return {longest(one["values"]) for one in conditions if one["field"] == "new_within_days"}


async def first_end(
    uow: UnitOfWork,
    collection_id: UUID,
    rule: Mapping[str, Any],
    among: Sequence[UUID] | None = None,
) -> datetime | None:
    """When the days of one of a collection's products (`among` these) are over first, if ever."""
    ends: list[datetime] = []
    for days in days_of(rule):
        asked: dict[str, Any] = {"collection_id": collection_id, "since": uow.now - days}
        if among is None:
            first = await uow.value(_FIRST, **asked)
        else:
            first = await uow.value(_FIRST_AMONG, **asked, ids=list(among))
        if first:
            ends.append(first + days)
    return min(ends, default=None)
