"""Reading customers."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, cast
from uuid import UUID

import strawberry

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.customers import kinds
from api.customers.consent_types import ConsentText
from api.customers.inputs import CustomerOrder
from api.customers.types import CUSTOMER_READ, Customer
from api.customers.where_inputs import CustomerWhere
from api.engine.fields import root
from api.filters import read_order, read_where
from api.lists import named, paged
from api.nodes import NodeKind
from domain.customers import tables
from domain.customers.consents.texts import current_texts
from domain.customers.filters import check_may_ask
from domain.customers.lists import count_customers, list_customers
from domain.paging import PageRequest
from domain.row_sets import rows_by_id
from tenants.scope import Row

SEARCH_COST: Final = 10
MOST_TEXTS: Final = 50


@strawberry.type
class CustomerQueries:
    """Root fields of customers."""

    customer: Customer | None = named(
        tables.Customer,
        kinds.CUSTOMER,
        permission=CUSTOMER_READ,
        description="One customer, by the id or external id of the card.",
    )

    @paged(permission=CUSTOMER_READ, cost=SEARCH_COST)
    async def customers(
        self,
        info: Info,
        page: PageRequest,
        where: CustomerWhere | None = None,
        order_by: list[CustomerOrder] | None = None,
        search: str | None = None,
    ) -> Connection[Customer]:
        """Customers, the newest first. `search` keeps to those (250 at most) in whose names,
        phones or addresses all of its words are found."""
        db, asked = info.context.reading, read_where(where)
        check_may_ask(info.context.principal, asked)
        found = await list_customers(
            db, page, where=asked, order_by=read_order(order_by), search=search
        )
        return connection(found, partial(count_customers, db, where=asked, search=search))

    @root(permission=CUSTOMER_READ, items=MOST_TEXTS)
    async def consent_texts(self, info: Info) -> list[ConsentText]:
        """The newest words of each purpose in each language."""
        return cast(list[ConsentText], await current_texts(info.context.reading))


async def _cards(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    return await rows_by_id(context.reading, tables.Customer, ids)


CUSTOMER_NODES: Final = [NodeKind(kinds.CUSTOMER, "Customer", _cards, CUSTOMER_READ)]
