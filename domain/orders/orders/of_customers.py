"""What customers have ordered: sums for staff, and what each may see of it himself."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Select, and_, any_, bindparam, cast, func, select

from domain.merchants.points import at_points
from domain.orders.orders.tables import Order
from domain.row_sets import IDS
from tenants.principal import Principal
from tenants.scope import Asking, Row

MOST_SHOWN: Final = 50
STANDS: Final = and_(Order.state != "cancelled", Order.state != "expired")
"""It has not come to nothing."""

_count: Any = func.count()
_sum: Any = cast(func.sum(Order.due_minor), BigInteger)
_STATS: Final[Select[*tuple[Any, ...]]] = (
    select(
        Order.customer_id,
        Order.currency,
        _count.label("count"),
        _sum.label("sum_minor"),
        # To the nearest minor unit, halves upwards.
        ((2 * _sum + _count) // (2 * _count)).label("average_minor"),
        func.min(Order.placed_at).label("first_at"),
        func.max(Order.placed_at).label("last_at"),
    )
    .where(Order.customer_id == any_(IDS), STANDS)
    .group_by(Order.customer_id, Order.currency)
    .order_by(Order.customer_id, _count.desc(), Order.currency)
)
_OF_ACCOUNT: Final = (
    select(Order)
    .where(Order.customer_id == bindparam("customer"), Order.by_account)
    .order_by(Order.id.desc())
    .limit(MOST_SHOWN)
)


async def order_stats(db: Asking, principal: Principal, customer_ids: Sequence[UUID]) -> list[Row]:
    """How many orders customers have that the caller may see and that stand, by currency: `count`,
    `sum_minor`, `average_minor` of what is owed for them in all, `first_at`, `last_at`.
    """
    asked = at_points(_STATS, principal, Order.location_id)
    return await db.rows(asked, ids=list(customer_ids))


async def orders_of_account(db: Asking, customer_id: UUID) -> list[Row]:
    """What a customer ordered while he was signed in, the newest 50 first.

    What his phone or address only led to may be another's.
    """
    return await db.rows(_OF_ACCOUNT, customer=customer_id)
