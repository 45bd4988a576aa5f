"""Which groups a customer is of: they have prices and promotions of their own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, select

from domain.bulk import TooMany
from domain.customers.tables import CustomerGroupMember
from domain.errors import NotFound
from domain.pricing.tables import CustomerGroup
from domain.references import Ref, resolve
from domain.row_sets import IDS, add_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_GROUPS: Final = 50

_OF: Final = (
    select(CustomerGroupMember.customer_id, CustomerGroup)
    .join(CustomerGroup, CustomerGroup.id == CustomerGroupMember.group_id)
    .where(CustomerGroupMember.customer_id == any_(IDS))
    .order_by(CustomerGroupMember.customer_id, CustomerGroup.title_sort, CustomerGroup.id)
)
_LEAVE: Final = delete(CustomerGroupMember).where(
    CustomerGroupMember.customer_id == bindparam("customer")
)


async def read_groups(uow: UnitOfWork, given: Mapping[str, Any]) -> list[UUID] | None:
    """The groups that an input names; None where it says nothing. Raises NotFound, TooMany."""
    if "groups" not in given:
        return None
    refs: Sequence[Ref] = given["groups"] or ()
    if len(refs) > MOST_GROUPS:
        raise TooMany("groups", most=MOST_GROUPS)
    found = await resolve(uow, CustomerGroup, refs)
    for at, ref in enumerate(refs):
        if ref not in found:
            raise NotFound("groups", at, what="customer group")
    return sorted(set(found.values()))


async def set_groups(uow: UnitOfWork, customer_id: UUID, group_ids: list[UUID]) -> bool:
    """Let a locked card be of exactly these groups; whether that is news."""
    now = [row["id"] for row in await groups_of(uow, [customer_id])]
    if sorted(now) == group_ids:
        return False
    await uow.execute(_LEAVE, customer=customer_id)
    rows = [{"id": new_id(), "customer_id": customer_id, "group_id": one} for one in group_ids]
    await add_rows(uow, CustomerGroupMember, rows)
    return True


async def groups_of(db: Asking, customer_ids: Sequence[UUID]) -> list[Row]:
    """The groups of many customers, by title, each with its `customer_id`."""
    return await db.rows(_OF, ids=list(customer_ids))
