"""Uses of promotions, counted in the transaction that writes the order: never more than allowed.

Whoever takes the last use holds its row until his order stands; the next one then sees that there
is none. Promotions without a limit have no such row, so their orders wait for nobody.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import (
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from domain.errors import DomainError, ErrorCode
from domain.pricing.promotions.tables import (
    Promotion,
    PromotionCode,
    PromotionTally,
    PromotionUse,
)
from domain.pricing.quoted import Quote, QuotedPromotion
from domain.row_sets import IDS, add_rows, row_set
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT


class UsedUp(DomainError):
    """Others were quicker: what the quote counted on was used up meanwhile. Quote again."""

    code = ErrorCode.USED_UP
    texts: ClassVar[dict[str, str]] = {
        "en": "the promotion “{title}” was used up meanwhile",
        "ru": "акция «{title}» за это время исчерпана",
    }

    def __init__(self, *path: str | int, title: str) -> None:
        super().__init__(*path, title=title)


# Orders share this lock, and go on at once; who changes a limit waits for them, and they for him.
_LIMITS: Final = (
    select(Promotion.id, Promotion.title, Promotion.usage_limit, Promotion.customer_limit)
    .where(Promotion.id == any_(IDS))
    .order_by(Promotion.id)
    .with_for_update(key_share=True, read=True)
)
_CODE_LIMITS: Final = select(PromotionCode.id, PromotionCode.usage_limit).where(
    PromotionCode.id == any_(IDS), PromotionCode.usage_limit.is_not(None)
)
_COLUMNS: Final = ("id", "promotion_id", "subject_id", "most")
_wanted: Final = row_set(PromotionTally, _COLUMNS)
_new: Final = insert(PromotionTally).from_select(
    ["tenant_id", *_COLUMNS, "used"],
    select(TENANT, *(_wanted.c[name] for name in _COLUMNS), literal_column("1")),
)
_TAKE: Final = _new.on_conflict_do_update(
    index_elements=["tenant_id", "promotion_id", "subject_id"],
    set_={"used": PromotionTally.used + literal_column("1"), "most": _new.excluded.most},
    where=PromotionTally.used < _new.excluded.most,
).returning(PromotionTally.promotion_id, PromotionTally.subject_id)
_GIVE_BACK: Final = (
    update(PromotionUse)
    .where(PromotionUse.order_id == bindparam("order_id"), PromotionUse.given_back_at.is_(None))
    .values(given_back_at=bindparam("now"))
    .returning(PromotionUse.promotion_id, PromotionUse.code_id, PromotionUse.customer_id)
)
_CODES_OF: Final = (
    select(PromotionCode.code)
    .join(PromotionUse, PromotionUse.code_id == PromotionCode.id)
    .where(PromotionUse.order_id == bindparam("order_id"), PromotionUse.given_back_at.is_(None))
    .order_by(PromotionCode.id)
)
_taken: Final = row_set(PromotionTally, ("promotion_id", "subject_id"))
_LOCK: Final = (
    select(PromotionTally.id)
    .join(
        _taken,
        (PromotionTally.promotion_id == _taken.c.promotion_id)
        & (PromotionTally.subject_id == _taken.c.subject_id),
    )
    .order_by(PromotionTally.promotion_id, PromotionTally.subject_id)
    .with_for_update(of=PromotionTally)
)
_LESS: Final = (
    update(PromotionTally)
    .where(PromotionTally.id == any_(IDS), PromotionTally.used > 0)
    .values(used=PromotionTally.used - 1)
)

_mine: Final = bindparam("promotion_id", type_=Uuid())
_FORGET: Final = delete(PromotionTally).where(PromotionTally.promotion_id == _mine)


def _counted(subject: Any, most: Any) -> Any:
    """How often each subject was used, of the uses that stand, where there is a limit to it."""
    used = func.count()
    return (
        select(
            subject.label("subject_id"), used.label("used"), func.greatest(most, used).label("most")
        )
        .join(Promotion, Promotion.id == PromotionUse.promotion_id)
        .join(PromotionCode, PromotionCode.id == PromotionUse.code_id, isouter=True)
        .where(
            PromotionUse.promotion_id == _mine,
            PromotionUse.given_back_at.is_(None),
            subject.is_not(None),
            most.is_not(None),
        )
        .group_by(subject, most)
    )


_COUNTED: Final = union_all(
    _counted(PromotionUse.promotion_id, Promotion.usage_limit),
    _counted(PromotionUse.customer_id, Promotion.customer_limit),
    _counted(PromotionUse.code_id, PromotionCode.usage_limit),
)


async def use_promotions(
    uow: UnitOfWork, quote: Quote, *, order_id: UUID, customer_id: UUID | None = None
) -> None:
    """Count that an order uses what its quote was made with.

    Locks promotions, then tallies, each in the order of their ids. Raises UsedUp, and then the
    whole order has to be undone.
    """
    if not quote.promotions:
        return
    ids = sorted(one.promotion_id for one in quote.promotions)
    limits = {row["id"]: row for row in await uow.rows(_LIMITS, ids=ids)}
    code_ids = [one.code_id for one in quote.promotions if one.code_id]
    codes = await uow.rows(_CODE_LIMITS, ids=code_ids) if code_ids else []
    most = {row["id"]: row["usage_limit"] for row in codes}
    wanted = [
        {"id": new_id(), "promotion_id": one.promotion_id, "subject_id": subject, "most": limit}
        for one in quote.promotions
        for subject, limit in _subjects(one, limits[one.promotion_id], most, customer_id)
    ]
    wanted.sort(key=lambda row: (row["promotion_id"], row["subject_id"]))
    rows = await uow.rows(_TAKE, rows=wanted) if wanted else []
    taken = {(row["promotion_id"], row["subject_id"]) for row in rows}
    for row in wanted:
        if (row["promotion_id"], row["subject_id"]) not in taken:
            raise UsedUp("codes", title=limits[row["promotion_id"]]["title"])
    uses = [_use(uow, quote, one, order_id, customer_id) for one in quote.promotions]
    await add_rows(uow, PromotionUse, uses)


async def codes_of_order(db: Asking, order_id: UUID) -> list[str]:
    """The codes of promotions that an order uses."""
    return [row["code"] for row in await db.rows(_CODES_OF, order_id=order_id)]


async def give_back_uses(uow: UnitOfWork, order_id: UUID) -> int:
    """An order that is no more uses nothing; how many promotions it did use. Twice is once."""
    used = await uow.rows(_GIVE_BACK, order_id=order_id, now=uow.now)
    rows = [
        {"promotion_id": row["promotion_id"], "subject_id": subject}
        for row in used
        for subject in (row["promotion_id"], row["code_id"], row["customer_id"])
        if subject
    ]
    if rows:
        await uow.rows(_LIMITS, ids=sorted({row["promotion_id"] for row in used}))
        locked = await uow.rows(_LOCK, rows=rows)
        await uow.execute(_LESS, ids=[row["id"] for row in locked])
    return len(used)


async def recount(uow: UnitOfWork, promotion_id: UUID) -> None:
    """Make the tallies of a promotion anew, whose limits have changed. It must be locked."""
    await uow.execute(_FORGET, promotion_id=promotion_id)
    counted = await uow.rows(_COUNTED, promotion_id=promotion_id)
    tallies = [{"id": new_id(), "promotion_id": promotion_id, **row} for row in counted]
    await add_rows(uow, PromotionTally, tallies)


def _subjects(
    one: QuotedPromotion,
    limits: Row,
    of_codes: Mapping[UUID, int],
    customer_id: UUID | None,
) -> Iterator[tuple[UUID, int]]:
    """What is counted of a use, with how often it may be."""
    if limits["usage_limit"] is not None:
        yield one.promotion_id, limits["usage_limit"]
    if one.code_id and one.code_id in of_codes:
        yield one.code_id, of_codes[one.code_id]
    if limits["customer_limit"] is not None:
        if customer_id is None:
            raise UsedUp("codes", title=limits["title"])
        yield customer_id, limits["customer_limit"]


def _use(
    uow: UnitOfWork,
    quote: Quote,
    one: QuotedPromotion,
    order_id: UUID,
    customer_id: UUID | None,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "promotion_id": one.promotion_id,
        "code_id": one.code_id,
        "order_id": order_id,
        "customer_id": customer_id,
        "discount_minor": one.discount_minor,
        "currency": quote.currency,
        "taken_at": uow.now,
    }
