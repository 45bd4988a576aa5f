"""What the ledger tells: movements page by page, and balances as they were at any instant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Select,
    any_,
    bindparam,
    cast,
    func,
    select,
    true,
)

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points
from domain.merchants.shop_facts import CURRENCY
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS
from domain.stock.tables import StockLevel, StockMovement, Transfer
from domain.stock.transfers.lines import TO_AND_FRO
from tenants.principal import Principal
from tenants.scope import Asking, Row

_MOVEMENTS: Final = select(StockMovement, CURRENCY)
_BY_IDS: Final = _MOVEMENTS.where(StockMovement.id == any_(IDS))
_MOVEMENT_FILTERS: Final = {
    "variantId": Filter(StockMovement.variant_id),
    "locationId": Filter(StockMovement.location_id),
    "lotId": Filter(StockMovement.lot_id),
    "documentId": Filter(StockMovement.document_id),
    "kind": Filter(StockMovement.kind),
    "at": Filter(StockMovement.at),
}
_NEWEST: Final = (
    Sort("at", StockMovement.at, descending=True),
    Sort("id", StockMovement.id, descending=True),
)
_sums: Final = (
    select(
        cast(func.coalesce(func.sum(StockMovement.quantity), 0), BigInteger).label("on_hand"),
        cast(func.coalesce(func.sum(StockMovement.value_minor), 0), BigInteger).label(
            "value_minor"
        ),
    )
    .where(
        StockMovement.variant_id == StockLevel.variant_id,
        StockMovement.location_id == StockLevel.location_id,
        StockMovement.at <= bindparam("instant", type_=StockMovement.at.type),
    )
    .lateral("sums")
)
_in_transit: Final = (
    select(
        cast(func.coalesce(-func.sum(StockMovement.quantity), 0), BigInteger).label("in_transit"),
    )
    .join(Transfer, Transfer.id == StockMovement.document_id)
    .where(
        Transfer.to_location_id == StockLevel.location_id,
        StockMovement.variant_id == StockLevel.variant_id,
        TO_AND_FRO,
        StockMovement.at <= bindparam("instant", type_=StockMovement.at.type),
    )
    .lateral("in_transit")
)
_BALANCES: Final = (
    select(
        StockLevel.id,
        StockLevel.variant_id,
        StockLevel.location_id,
        _sums.c.on_hand,
        _sums.c.value_minor,
        _in_transit.c.in_transit,
        CURRENCY,
    )
    .select_from(StockLevel)
    .join(_sums, true())
    .join(_in_transit, true())
)
_BALANCE_FILTERS: Final = {
    "variantId": Filter(StockLevel.variant_id),
    "locationId": Filter(StockLevel.location_id),
}
_BY_LEVEL: Final = (Sort("id", StockLevel.id),)


async def list_movements(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of what came and went at the points that the caller may see, the newest first."""
    return await page_of(db, _movements(principal, where), _NEWEST, request)


async def count_movements(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many movements that list has."""
    return await count_of(db, _movements(principal, where))


async def movements_by_ids(db: Asking, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    """Movements by id, as `list_movements` has them."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def list_balances(
    db: Asking,
    principal: Principal,
    request: PageRequest,
    *,
    instant: datetime,
    where: Where | None = None,
) -> Page:
    """A page of balances as they were at `instant`, each the sum of its movements until then.

    Rows: `variant_id`, `location_id`, `on_hand` and `in_transit` thousandths, `value_minor`
    of what is on hand, `currency`.
    """
    asked = _balances(principal, where)
    return await page_of(db, asked, _BY_LEVEL, request, instant=instant)


async def count_balances(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many balances that list has, those of nothing included."""
    levels = select(StockLevel.id).where(conditions(_BALANCE_FILTERS, where))
    return await count_of(db, at_points(levels, principal, StockLevel.location_id))


def _movements(principal: Principal, where: Where | None) -> Select[Any]:
    asked = _MOVEMENTS.where(conditions(_MOVEMENT_FILTERS, where))
    return at_points(asked, principal, StockMovement.location_id)


def _balances(principal: Principal, where: Where | None) -> Select[Any]:
    asked = _BALANCES.where(conditions(_BALANCE_FILTERS, where))
    return at_points(asked, principal, StockLevel.location_id)
