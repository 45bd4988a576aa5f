"""Lists of stocktakes at the points that the caller sees; what they found, and what is to do."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Select, Uuid, any_, bindparam, cast, func, or_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.errors import NotFound
from domain.merchants.points import at_points, at_seen_points
from domain.merchants.shop_facts import CURRENCY
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS, rows_by_id
from domain.stock.stocktakes.stocktakes import WHAT
from domain.stock.stocktakes.tables import (
    Stocktake,
    StocktakeCount,
    StocktakeLine,
    StocktakeRecount,
    StocktakeVariant,
)
from domain.stock.tables import StockLevel
from tenants.principal import Principal
from tenants.scope import Asking, Row

_FILTERS: Final = {
    "id": Filter(Stocktake.id),
    "externalId": Filter(Stocktake.external_id),
    "locationId": Filter(Stocktake.location_id),
    "state": Filter(Stocktake.state),
    "createdAt": Filter(Stocktake.created_at),
}
_NEWEST: Final = (Sort("id", Stocktake.id, descending=True),)
_STOCKTAKE: Final = bindparam("stocktake", type_=Uuid())
_LINES: Final = select(StocktakeLine, CURRENCY).where(StocktakeLine.stocktake_id == _STOCKTAKE)
_SHOWN: Final[Mapping[str, Any]] = {
    "all": _LINES,
    "differing": _LINES.where(StocktakeLine.counted.is_not(None), StocktakeLine.difference != 0),
    "uncounted": _LINES.where(StocktakeLine.counted.is_(None)),
    "unsure": _LINES.where(StocktakeLine.is_unsure),
    "short": _LINES.where(StocktakeLine.short > 0),
}
_DEAREST: Final = (Sort("value", StocktakeLine.value_minor), Sort("id", StocktakeLine.id))
_COUNTS: Final = select(StocktakeCount).where(StocktakeCount.stocktake_id == _STOCKTAKE)
_AS_SENT: Final = (Sort("id", StocktakeCount.id),)
_BY_VARIANT: Final = (Sort("variant", StockLevel.variant_id), Sort("id", StockLevel.id))


_TAKEN_AWAY: Final = select(StocktakeRecount.id).where(
    StocktakeRecount.stocktake_id == _STOCKTAKE,
    StocktakeRecount.variant_id == StocktakeCount.variant_id,
    StocktakeRecount.at >= StocktakeCount.counted_at,
)
_COUNTED: Final = select(StocktakeCount.id).where(
    StocktakeCount.stocktake_id == _STOCKTAKE,
    StocktakeCount.variant_id == StockLevel.variant_id,
    ~_TAKEN_AWAY.exists(),
)
_ABOUT: Final = select(StocktakeVariant.id).where(
    StocktakeVariant.stocktake_id == _STOCKTAKE,
    StocktakeVariant.variant_id == StockLevel.variant_id,
)


def _how_many(condition: Any) -> Any:
    return func.count().filter(condition)


def _worth(condition: Any) -> Any:
    value = func.sum(StocktakeLine.value_minor).filter(condition, _MATTERS)
    return cast(func.coalesce(value, 0), BigInteger)


_MATTERS: Final = or_(StocktakeLine.counted.is_not(None), StocktakeLine.is_posted)
"""What nobody counted is a loss only once it was posted as one."""
_SUMS: Final = (
    select(
        StocktakeLine.stocktake_id,
        _how_many(StocktakeLine.counted.is_not(None)).label("counted"),
        _how_many(StocktakeLine.counted.is_(None)).label("uncounted"),
        _how_many(StocktakeLine.counted.is_not(None) & (StocktakeLine.difference != 0)).label(
            "differing"
        ),
        _how_many(StocktakeLine.is_unsure).label("unsure"),
        _how_many(StocktakeLine.short > 0).label("short"),
        _worth(StocktakeLine.value_minor > 0).label("surplus_minor"),
        _worth(StocktakeLine.value_minor < 0).label("loss_minor"),
        CURRENCY,
    )
    .where(StocktakeLine.stocktake_id == any_(IDS))
    .group_by(StocktakeLine.stocktake_id)
)


async def stocktakes_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these stocktakes that the caller may see."""
    found = await rows_by_id(db, Stocktake, ids)
    return {row["id"]: row for row in at_seen_points(principal, found.values())}


async def list_stocktakes(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of stocktakes at the points that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_stocktakes(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many stocktakes that list has."""
    return await count_of(db, _asked(principal, where))


async def sums_of(db: Asking, stocktake_ids: Sequence[UUID]) -> list[Row]:
    """How many lines each has of each sort, and what gains and losses are worth; of those that have
    lines.
    """
    return await db.rows(_SUMS, ids=list(stocktake_ids))


async def get_seen(db: Asking, principal: Principal, stocktake_id: UUID) -> Row:
    """A stocktake that the caller may see. Raises NotFound."""
    found = await stocktakes_seen(db, principal, [stocktake_id])
    if stocktake_id not in found:
        raise NotFound("stocktakeId", what=WHAT)
    return found[stocktake_id]


async def list_lines(db: Asking, stocktake: Row, request: PageRequest, *, shown: str) -> Page:
    """A page of what was found, the greatest loss first: "all", "differing", "uncounted", "unsure",
    "short".
    """
    return await page_of(db, _SHOWN[shown], _DEAREST, request, stocktake=stocktake["id"])


async def count_lines(db: Asking, stocktake: Row, *, shown: str) -> int:
    """How many lines that list has."""
    return await count_of(db, _SHOWN[shown], stocktake=stocktake["id"])


async def list_counts(
    db: Asking, stocktake: Row, request: PageRequest, *, variant_id: UUID | None
) -> Page:
    """A page of what was sent, in that order, those counts included that a recount took away."""
    return await page_of(db, _counts(variant_id), _AS_SENT, request, stocktake=stocktake["id"])


async def count_counts(db: Asking, stocktake: Row, *, variant_id: UUID | None) -> int:
    """How many counts that list has."""
    return await count_of(db, _counts(variant_id), stocktake=stocktake["id"])


async def list_uncounted(db: Asking, stocktake: Row, request: PageRequest) -> Page:
    """A page of what is still to be counted, rows of `variant_id`; not how much of it."""
    return await page_of(db, _uncounted(stocktake), _BY_VARIANT, request, **_of(stocktake))


async def count_uncounted(db: Asking, stocktake: Row) -> int:
    """How many variants are still to be counted."""
    return await count_of(db, _uncounted(stocktake), **_of(stocktake))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = select(Stocktake).where(conditions(_FILTERS, where))
    return at_points(asked, principal, Stocktake.location_id)


def _counts(variant_id: UUID | None) -> Select[Any]:
    return _COUNTS if variant_id is None else _COUNTS.where(StocktakeCount.variant_id == variant_id)


def _uncounted(stocktake: Row) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = select(StockLevel.id, StockLevel.variant_id).where(
        StockLevel.location_id == bindparam("location", type_=Uuid()),
        StockLevel.on_hand > 0,
        ~_COUNTED.exists(),
    )
    return asked if stocktake["scope"] == "location" else asked.where(_ABOUT.exists())


def _of(stocktake: Row) -> dict[str, UUID]:
    return {"stocktake": stocktake["id"], "location": stocktake["location_id"]}
