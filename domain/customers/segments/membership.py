"""Which segments one customer is in: asked for one card, at the cost of one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, func, or_, select

from domain.catalog.filters import Where
from domain.customers.segments.rules import conditions_of
from domain.customers.segments.segments import STANDING
from domain.customers.tables import Customer, CustomerSegment
from domain.errors import DomainError
from domain.pricing.tables import Promotion, PromotionSegment
from tenants.scope import Asking

_running: Final = (
    select(PromotionSegment.segment_id)
    .join(Promotion, Promotion.id == PromotionSegment.promotion_id)
    .where(
        Promotion.state == "active",
        or_(Promotion.ends_at.is_(None), Promotion.ends_at > func.now()),
    )
)
PROMOTED: Final = (
    select(func.jsonb_object_agg(cast(CustomerSegment.id, Text), CustomerSegment.rule))
    .where(CustomerSegment.id.in_(_running))
    .scalar_subquery()
    .label("promoted")
)
"""The rules of the segments that active promotions name, by id; null where none does. Whoever asks
for a buyer anyway asks for these with him."""
_CUSTOMER: Final = bindparam("customer", type_=Uuid())


async def segments_of(
    db: Asking, customer_id: UUID, promoted: Mapping[str, Where] | None
) -> frozenset[UUID]:
    """In which of the segments that promotions name (`PROMOTED`) a customer is now.

    No statement where none does.
    """
    if not promoted:
        return frozenset()
    told = await are_in(db, customer_id, list(promoted.values()))
    return frozenset(UUID(id) for id, is_in in zip(promoted, told, strict=True) if is_in)


async def are_in(db: Asking, customer_id: UUID, rules: Sequence[Where]) -> list[bool]:
    """Whether a customer is told by each of these rules; a broken one tells nobody.

    One statement, and what `conditions_of` takes.
    """
    found = await conditions_of(db, rules, only=[customer_id])
    asked: list[Any] = [
        one.label(f"is_{at}") for at, one in enumerate(found) if not isinstance(one, DomainError)
    ]
    if not asked:
        return [False] * len(found)
    row = await db.row(
        select(*asked).where(Customer.id == _CUSTOMER, STANDING), customer=customer_id
    )
    return [
        bool(row is not None and not isinstance(one, DomainError) and row[f"is_{at}"])
        for at, one in enumerate(found)
    ]
