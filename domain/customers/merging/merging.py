"""Merging two cards, and undoing it."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, update

from domain.catalog.versions import edited
from domain.customers.customers import NAMES
from domain.customers.merging.moving import demote, move_all, move_back, promote
from domain.customers.merging.tables import CustomerMerge
from domain.customers.parts import refuse_ended
from domain.customers.tables import Customer
from domain.errors import Invalid, NotAllowed, NotFound
from domain.pricing.promotions.customer_uses import recount_customers
from domain.references import Ref, get_id
from domain.row_sets import lock_rows
from tenants.scope import Row, UnitOfWork

FILLED: Final = (
    *NAMES,
    "birthday",
    "language",
    "contact_channel",
    "quiet_hours",
)
"""What the kept card takes over where it says nothing itself."""

_MERGE: Final = select(CustomerMerge).where(
    CustomerMerge.merged_id == bindparam("merged"), CustomerMerge.undone_at.is_(None)
)
_UNDO: Final = (
    update(CustomerMerge)
    .where(CustomerMerge.id == bindparam("merge"), CustomerMerge.undone_at.is_(None))
    .values(undone_at=bindparam("now", type_=CustomerMerge.undone_at.type))
)


async def merge_customers(uow: UnitOfWork, *, kept: Ref, merged: Ref) -> UUID:
    """Let all that one card has be another's; the id of the kept one.

    Raises NotFound ("kept", "merged"), Invalid for one card twice, NotAllowed where either is
    merged or erased.
    """
    kept_id = await get_id(uow, Customer, kept, "kept", what="customer")
    merged_id = await get_id(uow, Customer, merged, "merged", what="customer")
    if kept_id == merged_id:
        raise Invalid("merged", en="is the same card", ru="это та же карточка")
    cards = await lock_rows(uow, Customer, sorted([kept_id, merged_id]))
    for name, one in (("kept", kept_id), ("merged", merged_id)):
        if one not in cards:
            raise NotFound(name, what="customer")
        refuse_ended(cards[one])
    mains = await demote(uow, merged_id)
    moved = await move_all(uow, merged=merged_id, kept=kept_id)
    await recount_customers(uow, [kept_id, merged_id])
    await promote(uow, kept_id)
    filled = await _fill(uow, cards[kept_id], cards[merged_id])
    await uow.execute(
        update(Customer).where(Customer.id == merged_id).values(merged_into_id=kept_id)
    )
    await uow.add(
        CustomerMerge,
        kept_id=kept_id,
        merged_id=merged_id,
        moved=moved,
        mains=mains,
        filled=filled,
        merged_at=uow.now,
    )
    await edited(uow, Customer, [kept_id, merged_id], what="customer", changed=["merged"])
    uow.record("customer.merged", kept_id, merged_id=str(merged_id))
    return kept_id


async def unmerge_customer(uow: UnitOfWork, merged: Ref) -> UUID:
    """Undo the merge of a card: what it had and the other still has goes back. The card's id.

    Raises NotFound; NotAllowed for one that is not merged, and where the card that it went into was
    merged or erased since: that is to be undone first, or cannot be.
    """
    merged_id = await get_id(uow, Customer, merged, "id", what="customer")
    merge = await uow.row(_MERGE, merged=merged_id)
    if merge is None:
        raise NotAllowed("id", en="this card is not merged", ru="эта карточка не объединена")
    kept_id: UUID = merge["kept_id"]
    cards = await lock_rows(uow, Customer, sorted([kept_id, merged_id]))
    refuse_ended(cards[kept_id])
    if not await uow.execute(_UNDO, merge=merge["id"], now=uow.now):
        raise NotAllowed("id", en="this card is not merged", ru="эта карточка не объединена")
    await _empty(uow, cards[kept_id], cards[merged_id], merge["filled"])
    await move_back(uow, merge["moved"], merged=merged_id, kept=kept_id)
    await recount_customers(uow, [kept_id, merged_id])
    await promote(uow, merged_id, merge["mains"])
    await promote(uow, kept_id)
    await uow.execute(update(Customer).where(Customer.id == merged_id).values(merged_into_id=None))
    await edited(uow, Customer, [kept_id, merged_id], what="customer", changed=["merged"])
    uow.record("customer.unmerged", merged_id, kept_id=str(kept_id))
    return merged_id


async def _fill(uow: UnitOfWork, kept: Row, merged: Row) -> list[str]:
    """Fields that the kept card does not have; which."""
    values = {
        name: merged[name] for name in FILLED if kept[name] is None and merged[name] is not None
    }
    if values:
        await uow.execute(update(Customer).where(Customer.id == kept["id"]).values(**values))
    return sorted(values)


async def _empty(uow: UnitOfWork, kept: Row, merged: Row, filled: list[Any]) -> None:
    """Fields that it took over and that nobody has changed since."""
    values = {name: None for name in filled if kept[name] == merged[name]}
    if values:
        await uow.execute(update(Customer).where(Customer.id == kept["id"]).values(**values))
