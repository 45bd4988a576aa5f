"""What a buyer reads of himself, and of what he may agree to."""

from typing import Final, cast

import strawberry

from api.context import Info
from api.customers.consent_types import ConsentText, texts_in
from api.customers.storefront_types import StorefrontCustomer
from api.engine.fields import root
from domain.customers import tables
from domain.customers.consents.texts import current_texts
from domain.row_sets import rows_by_id

MOST_TEXTS: Final = 10


@strawberry.type
class StorefrontCustomerQueries:
    """Root fields of customers at the window."""

    @root(permission="storefront")
    async def me(self, info: Info) -> StorefrontCustomer | None:
        """The customer whose token came as X-Customer-Token; null for a guest."""
        customer_id = info.context.principal.customer_id
        if customer_id is None:
            return None
        found = await rows_by_id(info.context.reading, tables.Customer, [customer_id])
        return cast(StorefrontCustomer | None, found.get(customer_id))

    @root(permission="storefront", items=MOST_TEXTS)
    async def consent_texts(self, info: Info) -> list[ConsentText]:
        """The words to agree to, one for each purpose, in the language that is asked for."""
        rows = await current_texts(info.context.reading)
        return cast(list[ConsentText], texts_in(rows, info.context.language))
