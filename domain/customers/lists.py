"""Lists of cards: what they are filtered and sorted by."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from domain.catalog.filters import Filter, Where
from domain.catalog.queries import ListOf, OrderBy, count_rows, list_page
from domain.customers.finding import search_customers
from domain.customers.tables import Customer, CustomerContact, CustomerGroupMember, CustomerTag
from domain.paging import Page, PageRequest
from tenants.scope import Asking


def _reached_by(kind: str) -> Callable[[ColumnElement[bool]], ColumnElement[bool]]:
    def within(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return (
            select(CustomerContact.id)
            .where(
                CustomerContact.customer_id == Customer.id,
                CustomerContact.kind == kind,
                condition,
            )
            .exists()
        )

    return within


def _tagged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(CustomerTag.id).where(CustomerTag.customer_id == Customer.id, condition).exists()


def _member(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(CustomerGroupMember.id)
        .where(CustomerGroupMember.customer_id == Customer.id, condition)
        .exists()
    )


CUSTOMERS: Final = ListOf(
    Customer,
    {
        "id": Filter(Customer.id),
        "externalId": Filter(Customer.external_id),
        "externalSource": Filter(Customer.external_source),
        "name": Filter(Customer.name_sort, folded=True),
        "phone": Filter(CustomerContact.key, _reached_by("phone")),
        "email": Filter(CustomerContact.key, _reached_by("email"), folded=True),
        "tag": Filter(CustomerTag.tag, _tagged),
        "groupId": Filter(CustomerGroupMember.group_id, _member),
        "mergedInto": Filter(Customer.merged_into_id),
        "createdAt": Filter(Customer.created_at),
        "updatedAt": Filter(Customer.updated_at),
        "erasedAt": Filter(Customer.erased_at),
    },
    {
        "name": Customer.name_sort,
        "createdAt": Customer.created_at,
        "updatedAt": Customer.updated_at,
    },
)
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
    asked = await _asked(db, where, search)
    return await list_page(db, CUSTOMERS, page, where=asked, order_by=order_by)


async def count_customers(
    db: Asking, *, where: Where | None = None, search: str | None = None
) -> int:
    """How many cards the whole list has."""
    return await count_rows(db, CUSTOMERS, where=await _asked(db, where, search))


async def _asked(db: Asking, where: Where | None, search: str | None) -> dict[str, Any]:
    """The caller's filter stays at its place, so that a refusal's path is right."""
    asked: dict[str, Any] = {**(where or {})}
    also: list[Where] = [*asked.get("and", ()), _UNMERGED]
    if search is not None:
        also.append({"id": {"in": await search_customers(db, search)}})
    return asked | {"and": also}
