"""Customers as the merchant sees them."""

from collections.abc import Sequence
from typing import Any, Final

import strawberry

from api.context import RequestContext
from api.customers import kinds
from api.customers.card_types import ContactChannel, CustomerComment, CustomerFile
from api.customers.consent_types import ProvenConsent
from api.customers.words import ContactKind, ContactSource
from api.engine.fields import batch, computed
from api.merchants.words import TaxpayerKind
from api.nodes import Node
from api.pricing.types import CustomerGroup
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, many, one
from api.scalars import JSON, Date, DateTime, Money, id_field, money
from api.stock.addresses import Address
from domain.customers import tables
from domain.customers.comments import comments_of
from domain.customers.consents.consents import consents_of
from domain.customers.customers import full_name, tags_of
from domain.customers.files import files_of
from domain.customers.groups import groups_of
from domain.customers.parts import parts_of
from domain.orders.orders.of_customers import order_stats

CUSTOMER_READ: Final = "customers:read"
ORDER_READ: Final = "orders:read"


def _parts(table: Any, description: str) -> Any:
    async def load(db: Any, ids: Any) -> Any:
        return await parts_of(db, table, list(ids))

    return many(load, of="customer_id", description=description)


async def _tags(parents: Sequence[Any], context: RequestContext) -> list[list[str]]:
    found = await tags_of(context.reading, [parent["id"] for parent in parents])
    return [found.get(parent["id"], []) for parent in parents]


@strawberry.type
class CustomerContact:
    """A phone or an e-mail address."""

    id: strawberry.ID = id_field(kinds.CONTACT)
    kind: ContactKind
    value: str = strawberry.field(description="A phone as +79161234567.")
    note: str | None
    is_main: bool = strawberry.field(description="The first of its kind to be tried.")
    source: ContactSource
    verified_at: DateTime | None = strawberry.field(
        description="When the customer showed that it is his; null: he did not."
    )
    created_at: DateTime


@strawberry.type
class CustomerAddress:
    """Where things are brought, and who opens the door there."""

    id: strawberry.ID = id_field(kinds.ADDRESS)
    title: str | None
    address: Address
    flat: str | None = strawberry.field(description="Flat, entrance, floor, code of the door.")
    recipient: str | None
    phone: str | None
    note: str | None
    is_main: bool
    created_at: DateTime


@strawberry.type
class CustomerLegalEntity:
    """Whom the customer buys for; its numbers have been held against each other."""

    id: strawberry.ID = id_field(kinds.LEGAL_ENTITY)
    kind: TaxpayerKind
    name: str
    inn: str
    kpp: str | None
    ogrn: str | None
    address: str | None
    bank_details: str | None
    is_main: bool
    created_at: DateTime


async def _order_stats(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    rows = await order_stats(context.reading, context.principal, ids)
    return lists_by(rows, "customer_id", ids)


@strawberry.type
class CustomerOrderStats:
    """A customer's orders in one currency, but for those that were cancelled or expired."""

    count: int
    sum: Money = money("sum_minor")
    average: Money = money("average_minor")
    first_at: DateTime
    last_at: DateTime


@strawberry.type
class Customer(Node, Edited):
    """Who buys: one card a person."""

    id: strawberry.ID = id_field(kinds.CUSTOMER)
    external_id: ExternalId | None = external_id()
    name: str | None = computed(full_name, description="First and last name.")
    first_name: str | None
    middle_name: str | None
    last_name: str | None
    birthday: Date | None
    language: str | None = strawberry.field(description="What to write in; null: the shop's.")
    note: str | None
    contact_channel: ContactChannel | None = strawberry.field(
        description="How he wants to be written to."
    )
    quiet_hours: str | None = strawberry.field(
        description="When not to disturb him, on the shop's clock: 21:00-09:00."
    )
    fields: JSON = strawberry.field(description="The merchant's own fields, by code.")
    tags: list[str] = batch(_tags)
    contacts: list[CustomerContact] = _parts(
        tables.CustomerContact, "Phones and e-mail addresses, the main ones first."
    )
    addresses: list[CustomerAddress] = _parts(tables.CustomerAddress, "The main one first.")
    legal_entities: list[CustomerLegalEntity] = _parts(
        tables.CustomerLegalEntity, "The main one first."
    )
    comments: list[CustomerComment] = many(
        comments_of,
        of="customer_id",
        description="What staff wrote, what is pinned first, then the newest.",
    )
    files: list[CustomerFile] = many(files_of, of="customer_id", items=2)
    groups: list[CustomerGroup] = many(groups_of, of="customer_id", description="By title.")
    consents: list[ProvenConsent] = many(
        consents_of, of="customer_id", description="The newest first, with those that ended."
    )
    order_stats: list[CustomerOrderStats] = batch(
        _order_stats,
        permission=ORDER_READ,
        items=1,
        description="By currency, the usual one first; empty where there are no orders. Sums are "
        "what is owed in all: without what came back.",
    )
    merged_into: "Customer | None" = one(
        in_table(tables.Customer),
        by="merged_into_id",
        description="The card that this one was merged into; null while it stands for itself.",
    )
    erased_at: DateTime | None
