"""Which segments one customer is in: asked for few cards, at the cost of few."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from domain.catalog.filters import Where
from domain.customers.segments.rules import conditions_of
from domain.customers.segments.segments import STANDING
from domain.customers.tables import Customer
from domain.errors import DomainError
from tenants.scope import Asking

_CUSTOMER: Final = bindparam("customer", type_=Uuid())


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
