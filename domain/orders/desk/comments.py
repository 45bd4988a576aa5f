"""Comments of staff on orders. A comment is changed by who wrote it; what it said before stays to
be read, also of one that was removed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select, update

from domain.bulk import TooMany
from domain.errors import Invalid, NotAllowed, NotFound
from domain.inputs import Required, located, printable
from domain.orders.desk.colleagues import reach_colleagues
from domain.orders.desk.sorting import lock_on_desk
from domain.orders.desk.tables import OrderComment, OrderCommentText
from domain.orders.orders.states import WHAT
from domain.references import Ref
from domain.row_sets import IDS, rows_by_id
from tenants.scope import Asking, Row, UnitOfWork

LONGEST: Final = 5_000
MOST: Final = 500
"""Comments of an order, which are all read at once."""
MOST_TEXTS: Final = 50
"""Of one comment."""
_OF_ORDERS: Final = (
    select(OrderComment)
    .where(OrderComment.order_id == any_(IDS))
    .order_by(OrderComment.order_id, OrderComment.id.desc())
)
_TEXTS: Final = (
    select(OrderCommentText)
    .where(OrderCommentText.comment_id == any_(IDS))
    .order_by(OrderCommentText.comment_id, OrderCommentText.id.desc())
)
_COUNT: Final = select(func.count(OrderComment.id)).where(
    OrderComment.order_id == bindparam("order", type_=OrderComment.order_id.type)
)
_COUNT_TEXTS: Final = select(func.count(OrderCommentText.id)).where(
    OrderCommentText.comment_id == bindparam("comment", type_=OrderCommentText.comment_id.type)
)
_ID: Final = OrderComment.id == bindparam("comment")
_MENTION: Final = (
    update(OrderComment)
    .where(_ID)
    .values(mentions=bindparam("mentions", type_=OrderComment.mentions.type))
)
_REMOVE: Final = update(OrderComment).where(_ID).values(removed_at=bindparam("now"))


async def add_comment(
    uow: UnitOfWork, ref: Ref, *, text: str, mentions: Sequence[UUID] = ()
) -> UUID:
    """Say something of an order, to the members of staff that are mentioned; the order's id.

    Raises NotFound, NotAllowed, Required, Invalid, TooMany.
    """
    order = await lock_on_desk(uow, ref)
    said = _read(text)
    if await uow.value(_COUNT, order=order["id"]) >= MOST:
        raise TooMany("text", most=MOST)
    told = await reach_colleagues(uow, order, mentions, "mentions", listed=True)
    comment_id = await uow.add(
        OrderComment,
        order_id=order["id"],
        actor=uow.principal.actor.value,
        actor_id=uow.principal.id,
        mentions=[str(one) for one in told],
        created_at=uow.now,
    )
    await _write(uow, order["id"], comment_id, said, told, "commented")
    order_id: UUID = order["id"]
    return order_id


async def change_comment(
    uow: UnitOfWork, comment_id: UUID, *, text: str, mentions: Sequence[UUID] = ()
) -> UUID:
    """Say it otherwise; the order's id. Raises beside the above NotAllowed for another's comment.

    Who was mentioned before is not told again.
    """
    comment, order = await _lock(uow, comment_id)
    _check_own(uow, comment)
    said = _read(text)
    if await uow.value(_COUNT_TEXTS, comment=comment_id) >= MOST_TEXTS:
        raise TooMany("text", most=MOST_TEXTS)
    told = await reach_colleagues(uow, order, mentions, "mentions", listed=True)
    words = [str(one) for one in told]
    await uow.execute(_MENTION, comment=comment_id, mentions=words)
    news = [one for one in told if str(one) not in comment["mentions"]]
    await _write(uow, order["id"], comment_id, said, news, "comment_changed")
    order_id: UUID = order["id"]
    return order_id


async def remove_comment(uow: UnitOfWork, comment_id: UUID) -> UUID:
    """Take a comment back: one's own, or anybody's with `staff:write`; the order's id.

    Raises NotFound, NotAllowed.
    """
    comment, order = await _lock(uow, comment_id)
    if not uow.principal.may("staff:write"):
        _check_own(uow, comment)
    await uow.execute(_REMOVE, comment=comment_id, now=uow.now)
    uow.record(f"{WHAT}.comment_removed", order["id"], comment_id=str(comment_id))
    order_id: UUID = order["id"]
    return order_id


async def comments_of(db: Asking, order_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The comments of orders, the newest first, each with its `texts`, the newest first; `text` is
    None where it was removed.
    """
    comments = await db.rows(_OF_ORDERS, ids=list(order_ids))
    texts: dict[UUID, list[Row]] = {row["id"]: [] for row in comments}
    for row in await db.rows(_TEXTS, ids=list(texts)) if texts else ():
        texts[row["comment_id"]].append(row)
    return [_whole(row, texts[row["id"]]) for row in comments]


def _whole(comment: Row, texts: Sequence[Row]) -> dict[str, Any]:
    is_gone = comment["removed_at"] is not None
    said: Mapping[str, Any] = {"texts": texts, "text": None if is_gone else texts[0]["text"]}
    return {**comment, **said, "mentions": [UUID(one) for one in comment["mentions"]]}


async def _lock(uow: UnitOfWork, comment_id: UUID) -> tuple[Row, Row]:
    """A comment that was not removed, and its order, locked."""
    comment = (await rows_by_id(uow, OrderComment, [comment_id])).get(comment_id)
    if comment is not None:
        order = await lock_on_desk(uow, comment["order_id"])
        comment = (await rows_by_id(uow, OrderComment, [comment_id]))[comment_id]
        if comment["removed_at"] is None:
            return comment, order
    raise NotFound("id", what="order_comment")


def _check_own(uow: UnitOfWork, comment: Row) -> None:
    if (comment["actor"], comment["actor_id"]) != (uow.principal.actor.value, uow.principal.id):
        raise NotAllowed("id", en="somebody else wrote it", ru="это чужой комментарий")


def _read(text: str) -> str:
    """Several lines, with something to see in them."""
    with located("text"):
        said = printable(text).strip()
        if not said:
            raise Required()
        if len(said) > LONGEST:
            raise Invalid(en=f"must be at most {LONGEST} characters", ru=f"до {LONGEST} знаков")
    return said


async def _write(
    uow: UnitOfWork,
    order_id: UUID,
    comment_id: UUID,
    text: str,
    told: Sequence[UUID],
    event: str,
) -> None:
    await uow.add(OrderCommentText, comment_id=comment_id, text=text, written_at=uow.now)
    uow.record(
        f"{WHAT}.{event}",
        order_id,
        comment_id=str(comment_id),
        mentions=[str(one) for one in told],
    )
