"""How often customers have used promotions, counted anew where uses have gone to another card."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, delete, func, select

from domain.pricing.promotions.tables import Promotion, PromotionTally, PromotionUse
from domain.row_sets import IDS, add_rows
from tenants.ids import new_id
from tenants.scope import UnitOfWork

_his: Final = PromotionUse.customer_id == any_(IDS)
# Who takes or gives back a use meanwhile waits: he counts on what is counted here.
_LOCK: Final = (
    select(Promotion.id)
    .where(
        Promotion.customer_limit.is_not(None),
        Promotion.id.in_(select(PromotionUse.promotion_id).where(_his)),
    )
    .order_by(Promotion.id)
    .with_for_update()
)
_FORGET: Final = delete(PromotionTally).where(PromotionTally.subject_id == any_(IDS))
_used: Final[Any] = func.count()
_COUNT: Final = (
    select(
        PromotionUse.promotion_id,
        PromotionUse.customer_id.label("subject_id"),
        _used.label("used"),
        func.greatest(Promotion.customer_limit, _used).label("most"),
    )
    .join(Promotion, Promotion.id == PromotionUse.promotion_id)
    .where(_his, PromotionUse.given_back_at.is_(None), Promotion.customer_limit.is_not(None))
    .group_by(PromotionUse.promotion_id, PromotionUse.customer_id, Promotion.customer_limit)
)


async def recount_customers(uow: UnitOfWork, customer_ids: Sequence[UUID]) -> None:
    """Make the tallies of these customers, who are locked, anew out of the uses that are theirs."""
    if not await uow.rows(_LOCK, ids=list(customer_ids)):
        return
    await uow.execute(_FORGET, ids=list(customer_ids))
    counted = await uow.rows(_COUNT, ids=list(customer_ids))
    await add_rows(uow, PromotionTally, [{"id": new_id(), **row} for row in counted])
