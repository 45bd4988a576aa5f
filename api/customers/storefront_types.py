"""A customer as he sees himself at the storefront."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.customers import kinds
from api.customers.consent_types import Consent
from api.customers.types import CustomerAddress, CustomerContact, CustomerLegalEntity
from api.engine.fields import batch
from api.orders.orders.storefront_types import Order
from api.pricing.purses.storefront_types import CustomerPoints
from api.rows import many
from api.scalars import Date, DateTime, id_field
from domain.customers import tables
from domain.customers.accounts.sessions import sessions_of
from domain.customers.consents.consents import consents_of
from domain.customers.parts import parts_of
from domain.orders.orders.of_customers import orders_of_account
from domain.pricing.points import accounts_of
from tenants.scope import Asking, Row


async def _proved(db: Asking, ids: Sequence[Any]) -> list[Row]:
    """What he has shown to be his, or gave himself: what others wrote of him may be another's."""
    rows = await parts_of(db, tables.CustomerContact, list(ids))
    return [row for row in rows if row["verified_at"] is not None or row["source"] == "account"]


async def _addresses(db: Asking, ids: Sequence[Any]) -> list[Row]:
    return await parts_of(db, tables.CustomerAddress, list(ids))


async def _legal_entities(db: Asking, ids: Sequence[Any]) -> list[Row]:
    return await parts_of(db, tables.CustomerLegalEntity, list(ids))


async def _sessions(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """Of the one parent there is: who asks sees himself."""
    now, here = context.scope.reading.now, context.principal.credential_id
    (parent,) = parents
    rows = await sessions_of(context.reading, parent["id"], now=now)
    return [[{**row, "is_this": row["id"] == here} for row in rows]]


async def _orders(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """Of the one parent there is, too."""
    (parent,) = parents
    return [await orders_of_account(context.reading, parent["id"])]


async def _points(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    found = await accounts_of(context.reading, [parent["id"] for parent in parents])
    accounts = {row["customer_id"]: row for row in found}
    return [accounts.get(parent["id"]) for parent in parents]


@strawberry.type(name="CustomerSession")
class StorefrontSession:
    """Where the customer is signed in."""

    id: strawberry.ID = id_field(kinds.SESSION)
    user_agent: str | None
    created_at: DateTime
    last_used_at: DateTime = strawberry.field(description="To the hour.")
    expires_at: DateTime
    is_this: bool = strawberry.field(description="The session that asks.")


@strawberry.type(name="Customer")
class StorefrontCustomer:
    """The customer who is signed in."""

    id: strawberry.ID = id_field(kinds.CUSTOMER)
    first_name: str | None
    middle_name: str | None
    last_name: str | None
    birthday: Date | None
    language: str | None
    version: int
    created_at: DateTime
    contacts: list[CustomerContact] = many(
        _proved, of="customer_id", description="Those that he gave, or has shown to be his."
    )
    addresses: list[CustomerAddress] = many(_addresses, of="customer_id")
    legal_entities: list[CustomerLegalEntity] = many(_legal_entities, of="customer_id")
    consents: list[Consent] = many(
        consents_of, of="customer_id", description="The newest first, with those that ended."
    )
    orders: list[Order] = batch(
        _orders,
        items=10,
        description="What was ordered while signed in, the newest 50 first. An order of a guest "
        "is opened by its cart's token alone.",
    )
    points: CustomerPoints | None = batch(
        _points, description="Null for who has neither bought nor been given any yet."
    )
    sessions: list[StorefrontSession] = batch(_sessions, description="The last used first.")
