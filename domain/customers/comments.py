"""Comments of staff on a card."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, func, select, update

from domain.bulk import TooMany
from domain.customers.parts import lock_card
from domain.customers.tables import CustomerComment
from domain.errors import Invalid, NotFound
from domain.inputs import Required, flag, located, printable
from domain.references import Ref
from domain.row_sets import IDS, rows_by_id
from tenants.scope import Asking, Row, UnitOfWork

LONGEST: Final = 5_000
MOST: Final = 200

_OF: Final = (
    select(CustomerComment)
    .where(CustomerComment.customer_id == any_(IDS))
    .order_by(
        CustomerComment.customer_id, CustomerComment.is_pinned.desc(), CustomerComment.id.desc()
    )
)
_COUNT: Final = select(func.count()).where(CustomerComment.customer_id == bindparam("customer"))


async def add_comment(
    uow: UnitOfWork, customer: Ref, *, text: str, is_pinned: bool = False
) -> UUID:
    """Write on a card; the comment's id.

    Raises NotFound, NotAllowed, Required, Invalid, TooMany.
    """
    card = await lock_card(uow, customer, "customer")
    if await uow.value(_COUNT, customer=card["id"]) >= MOST:
        raise TooMany(most=MOST)
    comment_id = await uow.add(
        CustomerComment,
        customer_id=card["id"],
        text=_read(text),
        is_pinned=is_pinned,
        actor=uow.principal.actor.value,
        actor_id=uow.principal.id,
        created_at=uow.now,
    )
    uow.record("customer.commented", card["id"], customer_comment_id=str(comment_id))
    return comment_id


async def change_comment(uow: UnitOfWork, comment_id: UUID, changes: Mapping[str, Any]) -> UUID:
    """Change a comment's `text`, or whether it `is_pinned`; its id. Raises as `add_comment`."""
    row = await _locked(uow, comment_id)
    wanted: dict[str, Any] = {}
    if "text" in changes:
        wanted["text"] = _read(changes["text"])
    if "is_pinned" in changes:
        with located("isPinned"):
            wanted["is_pinned"] = flag(changes["is_pinned"])
    wanted = {name: value for name, value in wanted.items() if value != row[name]}
    if wanted:
        edited = {"edited_at": uow.now} if "text" in wanted else {}
        await uow.execute(
            update(CustomerComment)
            .where(CustomerComment.id == comment_id)
            .values(**wanted, **edited)
        )
        uow.record(
            "customer.comment_changed",
            row["customer_id"],
            customer_comment_id=str(comment_id),
            changed=sorted(wanted),
        )
    return comment_id


async def remove_comment(uow: UnitOfWork, comment_id: UUID) -> UUID:
    """Take a comment away; the card's id. Raises NotFound, NotAllowed."""
    row = await _locked(uow, comment_id)
    await uow.execute(delete(CustomerComment).where(CustomerComment.id == comment_id))
    customer_id: UUID = row["customer_id"]
    uow.record("customer.comment_removed", customer_id, customer_comment_id=str(comment_id))
    return customer_id


async def comments_of(db: Asking, customer_ids: Sequence[UUID]) -> list[Row]:
    """The comments on many cards, those that are pinned first, then the newest."""
    return await db.rows(_OF, ids=list(customer_ids))


async def _locked(uow: UnitOfWork, comment_id: UUID) -> Row:
    """A comment, after its card has been locked."""
    row = (await rows_by_id(uow, CustomerComment, [comment_id])).get(comment_id)
    if row is None:
        raise NotFound("id", what="customer_comment")
    await lock_card(uow, row["customer_id"], "id")
    now = (await rows_by_id(uow, CustomerComment, [comment_id])).get(comment_id)
    if now is None or now["customer_id"] != row["customer_id"]:
        raise NotFound("id", what="customer_comment")  # it went while we waited
    return now


def _read(text: Any) -> str:
    """Some lines of text."""
    with located("text"):
        read = printable(text).strip()
        if not read:
            raise Required()
        if len(read) > LONGEST:
            raise Invalid(en=f"at most {LONGEST} letters", ru=f"до {LONGEST} знаков")
        return read
