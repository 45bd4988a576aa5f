"""Lines of orders: what was sold, as it was quoted, for good."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, select, update

from domain.orders.orders.tables import OrderLine
from domain.pricing.positions import Position
from domain.pricing.quoted import QuotedLine
from domain.pricing.reckoning import Step
from domain.pricing.vat import VatRate, vat_in
from domain.row_sets import IDS, insert_rows, row_set, rows_by_id
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.quantity import WHOLE

_OF_ORDERS: Final = (
    select(OrderLine)
    .where(OrderLine.order_id == any_(IDS), OrderLine.quantity > 0)
    .order_by(OrderLine.order_id, OrderLine.position, OrderLine.id)
)
_CHANGING: Final = (
    "quantity",
    "total_minor",
    "discount_minor",
    "vat_minor",
    "positions",
    "trace",
    "takes",
)
"""What may be another of a line once it is sold, if less of it is, or more."""
_COLUMNS: Final = tuple(
    one.name for one in OrderLine.__table__.c if one.name not in ("tenant_id", "order_id")
)
_given: Final = row_set(OrderLine, ("id", *_CHANGING))
_CHANGE: Final = (
    update(OrderLine)
    .where(OrderLine.id == _given.c.id)
    .values({name: _given.c[name] for name in _CHANGING})
)


def frozen_delivery(title: str, price_minor: int, rate: VatRate) -> dict[str, Any]:
    """A delivery as the columns of what is sold."""
    position = Position(WHOLE, price_minor)
    step = Step("price", price_minor)
    return {
        "id": new_id(),
        "kind": "delivery",
        "variant_id": None,
        "title": title,
        "sku": None,
        "unit": "piece",
        "step": WHOLE,
        "quantity": WHOLE,
        "price_minor": price_minor,
        "discount_minor": 0,
        "total_minor": price_minor,
        "vat_percent": rate.percent,
        "vat_code": rate.fiscal_code,
        "vat_prepaid_code": rate.calculated_code,
        "vat_minor": vat_in(price_minor, rate),
        "positions": [position._asdict()],
        "trace": [step._asdict()],
        "takes": {},
        "attributes": {},
        "note": None,
    }


async def lines_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The lines of orders, in their order, without what was taken away."""
    return await db.rows(_OF_ORDERS, ids=list(order_ids))


async def write_lines(
    uow: UnitOfWork, order_id: UUID, lines: Sequence[Mapping[str, Any]], *, new: Collection[UUID]
) -> None:
    """Write lines of a locked order, of which some are new."""
    rows = [{name: line[name] for name in _COLUMNS} for line in lines]
    await uow.execute(_CHANGE, rows=[row for row in rows if row["id"] not in new])
    await insert_rows(
        uow, OrderLine, [{"order_id": order_id, **row} for row in rows if row["id"] in new]
    )


async def lines_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Lines of orders by id."""
    return await rows_by_id(db, OrderLine, ids)


def frozen(
    quoted: QuotedLine,
    *,
    takes: Mapping[UUID, int],
    variant: Row,
    title: str,
    **said: Any,
) -> dict[str, Any]:
    """A quoted line as the columns of what is sold; `said` are the buyer's own words for it."""
    rate = quoted.rate
    return {
        "id": new_id(),
        "kind": "goods",
        "variant_id": quoted.variant_id,
        "title": title,
        "sku": variant["sku"],
        "unit": variant["unit"],
        "step": variant["quantity_step"],
        "quantity": quoted.quantity,
        "price_minor": quoted.price_minor,
        "discount_minor": quoted.discount_minor,
        "total_minor": quoted.total_minor,
        "vat_percent": rate.percent,
        "vat_code": rate.fiscal_code,
        "vat_prepaid_code": rate.calculated_code,
        "vat_minor": quoted.vat_minor,
        "positions": [one._asdict() for one in quoted.positions],
        "trace": [one._asdict() for one in quoted.trace],
        "takes": {str(variant_id): quantity for variant_id, quantity in takes.items()},
        **said,
    }


def positions_of_line(line: Row | Mapping[str, Any]) -> tuple[Position, ...]:
    """The positions that a line was sold as."""
    return tuple(Position(**one) for one in line["positions"])


def points_in(line: Row | Mapping[str, Any], quantity: int, *, before: int) -> int:
    """The points that have made so many thousandths of a line cheaper, `before` of them aside."""
    whole: int = line["quantity"]
    sums = [step["sum_minor"] for step in line["trace"]]
    steps = zip(line["trace"], [0, *sums], strict=False)
    points = sum(was - step["sum_minor"] for step, was in steps if step["kind"] == "points")
    share: int = points * (before + quantity) // whole - points * before // whole
    return share
