"""Lists of cards, by whatever is known of customers."""

from typing import Any, Final

from sqlalchemy import Select, select

from domain.catalog.filters import Where
from domain.catalog.queries import OrderBy, sorts_of
from domain.customers.filters import customer_condition
from domain.customers.finding import search_customers
from domain.customers.tables import Customer
from domain.paging import Page, PageRequest, count_of, page_of
from tenants.scope import Asking

ORDERS: Final = {
    "name": Customer.name_sort,
    "createdAt": Customer.created_at,
    "updatedAt": Customer.updated_at,
}
"""What cards are ordered by."""
_UNMERGED: Final[Where] = {"mergedInto": {"isNull": True}}


async def list_customers(
    db: Asking,
    page: PageRequest,
    *,
    where: Where | None = None,
    order_by: OrderBy = (),
    search: str | None = None,
) -> Page:
    """A page of the cards that were not merged into others, those of `search` alone if given."""
    asked = await _asked(db, select(Customer), where, search)
    return await page_of(db, asked, sorts_of(Customer, ORDERS, order_by), page)


async def count_customers(
    db: Asking, *, where: Where | None = None, search: str | None = None
) -> int:
    """How many cards the whole list has."""
    return await count_of(db, await _asked(db, select(Customer.id), where, search))


async def _asked(
    db: Asking, statement: Select[Any], where: Where | None, search: str | None
) -> Select[Any]:
    """The caller's filter stays at its place, so that a refusal's path is right."""
    asked: dict[str, Any] = {**(where or {})}
    also: list[Where] = [*asked.get("and", ()), _UNMERGED]
    if search is not None:
        also.append({"id": {"in": await search_customers(db, search)}})
    return statement.where(await customer_condition(db, asked | {"and": also}))
