"""Offers that count down for one visitor: a code of his own, good once and only so long.

Whoever comes again finds the same code with the same end: a reload starts no clock anew. Codes that
nobody has used are forgotten long after their end.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, or_, select

from domain.errors import Invalid, NotFound
from domain.inputs import located, printable
from domain.pricing.promotions.codes import MOST_TRIES, key_of, new_code, visitor_key
from domain.pricing.promotions.tables import Promotion, PromotionCode, PromotionUse
from domain.row_sets import delete_rows, insert_rows
from tenants.ids import new_id
from tenants.scope import UnitOfWork

VISITOR: Final = range(16, 101)
"""How long what a browser is known by may be: too long to be guessed."""
KEPT: Final = timedelta(days=90)
"""How long after its end a visitor's code is known, so that his clock does not start anew."""
AT_ONCE: Final = 1_000
"""Codes that one unit of work forgets."""

_PROMOTION: Final = select(Promotion.offer_minutes, Promotion.ends_at).where(
    Promotion.id == bindparam("promotion_id"),
    Promotion.state == "active",
    Promotion.offer_minutes.is_not(None),
    or_(Promotion.starts_at.is_(None), Promotion.starts_at <= bindparam("now")),
    or_(Promotion.ends_at.is_(None), Promotion.ends_at > bindparam("now")),
)
_HIS: Final = select(PromotionCode.id).where(
    PromotionCode.promotion_id == bindparam("promotion_id"),
    PromotionCode.visitor_key == bindparam("key", type_=LargeBinary()),
)

_OLD: Final = (
    select(PromotionCode.id)
    .where(
        PromotionCode.visitor_key.is_not(None),
        PromotionCode.ends_at < bindparam("before"),
        ~select(PromotionUse.id).where(PromotionUse.code_id == PromotionCode.id).exists(),
    )
    .order_by(PromotionCode.id)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)


async def start_offer(uow: UnitOfWork, promotion_id: UUID, *, visitor: str) -> UUID:
    """The id of the code of a visitor's own offer, begun now if it was not before.

    Raises NotFound where no such offer runs, Invalid at `visitor`.
    """
    with located("visitor"):
        if len(printable(visitor)) not in VISITOR:
            raise Invalid(
                en="must be 16 to 100 characters, made by chance",
                ru="нужно от 16 до 100 случайных знаков",
            )
    promotion = await uow.row(_PROMOTION, promotion_id=promotion_id, now=uow.now)
    if promotion is None:
        raise NotFound("promotionId", what="promotion")
    key = visitor_key(visitor)
    end = uow.now + timedelta(minutes=promotion["offer_minutes"])
    for _ in range(MOST_TRIES):
        his: UUID | None = await uow.value(_HIS, promotion_id=promotion_id, key=key)
        if his:
            return his
        code = new_code()
        row = {
            "id": new_id(),
            "promotion_id": promotion_id,
            "code": code,
            "code_key": key_of(code),
            "usage_limit": 1,
            "visitor_key": f"\\x{key.hex()}",
            "ends_at": min(end, promotion["ends_at"] or end),
            "created_at": uow.now,
        }
        await insert_rows(uow, PromotionCode, [row])
    raise AssertionError("a code that nobody has is found soon")


async def forget_old_offers(uow: UnitOfWork) -> int:
    """Forget some codes of visitors that ended long ago and were never used; how many."""
    old = [row["id"] for row in await uow.rows(_OLD, before=uow.now - KEPT)]
    return await delete_rows(uow, PromotionCode, old)
