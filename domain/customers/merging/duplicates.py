"""Cards that may be one person's: those that share a phone or an address."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select

from domain.customers.tables import Customer, CustomerContact
from tenants.scope import Asking, Row

MOST_SHOWN: Final = 50
MOST_CARDS: Final = 20
"""Of one contact; what more cards have is a shop's own phone, and tells nothing."""

_ids: Any = func.array_agg(CustomerContact.customer_id.distinct())
_count: Any = func.count(CustomerContact.customer_id.distinct())
_SHARED: Final = (
    select(CustomerContact.kind, CustomerContact.key, _ids.label("ids"))
    .join(Customer, Customer.id == CustomerContact.customer_id)
    .where(Customer.merged_into_id.is_(None), Customer.erased_at.is_(None))
    .group_by(CustomerContact.kind, CustomerContact.key)
    .having(_count > 1, _count <= MOST_CARDS)
    .order_by(CustomerContact.kind, CustomerContact.key)
    .limit(MOST_SHOWN)
)


async def list_duplicates(db: Asking) -> Sequence[Row]:
    """`kind`, `key` of contacts that several cards have, and the `ids` of the cards; the first 50.

    Whoever looks through them merges some, and asks again.
    """
    return await db.rows(_SHARED)
