"""The shop's settings, who sells there, under which plan."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.merchants import kinds
from api.merchants.words import (
    HostProblem,
    MerchantStatus,
    Mode,
    RequiredContact,
    TaxpayerKind,
    TaxSystem,
    VatRegime,
)
from api.nodes import Node
from api.rows import Edited
from api.scalars import JSON, CurrencyCode, DateTime, Decimal, Money, Share, id_field, money
from domain.merchants.host_proofs import file_of, record_of
from domain.merchants.plans import usage
from domain.merchants.queries import list_hosts


@strawberry.type
class Shop(Edited):
    """Settings of this space; live and test have their own."""

    name: str
    currency_code: CurrencyCode = column("currency")
    time_zone: str = strawberry.field(description="Where its business days begin: Europe/Moscow.")
    country: str = strawberry.field(description="As ISO 3166: RU.")
    language: str = strawberry.field(description="What its texts are written in: ru.")
    languages: list[str] = strawberry.field(description="All that it has texts in.")
    storefront_origins: list[str] = strawberry.field(
        description="Whose pages may use the storefront door from a browser, beside its hosts."
    )
    contact_email: str | None
    contact_phone: str | None
    contact_address: str | None
    guest_checkout: bool = strawberry.field(description="Whether one may buy without an account.")
    required_contact: RequiredContact
    minimum_order: Money = money("minimum_order_minor")
    cart_hold_minutes: int = strawberry.field(
        description="How long a cart keeps goods from others while it is paid for."
    )
    cart_kept_days: int = strawberry.field(description="How long an abandoned cart is kept.")
    expiry_notice_days: int = strawberry.field(
        description="So many days before a lot's last day the event stock.lot_expiring says so."
    )
    service_level: Share = strawberry.field(
        description="What is to be bought goes by it, where a supplier has no other: of how many "
        "orders out of one the goods are to last until the next has come."
    )
    draft_hours: int = strawberry.field(
        description="How long a draft of an order, and its prices, are valid; then it expires."
    )
    payment_hours: int = strawberry.field(
        description="How long an order that is to be paid first waits for it; then it expires."
    )
    payment_reminder_hours: int = strawberry.field(
        description="So many hours before that the event order.payment_due says so."
    )


@strawberry.type
class HostProof:
    """What shows that a host is the shop's: the word in one of two places; then `hostProve`."""

    word: str = column("proof")
    record_name: str = computed(
        lambda row: record_of(row["host"]), description="The name of a TXT record with the word."
    )
    file_url: str = computed(
        lambda row: file_of(row["host"]),
        description="The address of a text file, a line of which is the word.",
    )


@strawberry.type
class Host:
    """A name under which the shop is found. It leads to the shop from the time it was proven."""

    host: str
    is_primary: bool
    created_at: DateTime
    proven_at: DateTime | None
    proof: HostProof | None = computed(
        lambda row: row if row["proof"] else None, description="Of a host yet to be proven."
    )
    problem: HostProblem | None = strawberry.field(
        description="What stood against the proof when it was looked for last."
    )
    checked_at: DateTime | None


@strawberry.type
class LegalEntity(Node, Edited):
    """Who sells, as the tax service knows it."""

    id: strawberry.ID = id_field(kinds.LEGAL_ENTITY)
    kind: TaxpayerKind
    name: str
    inn: str
    kpp: str | None
    ogrn: str | None
    tax_system: TaxSystem
    vat_regime: VatRegime
    address: str | None
    is_default: bool


@strawberry.type
class Usage:
    """How much of something is used, and how much the plan allows; no limit is null."""

    what: str
    used: Decimal = computed(lambda row: str(row["used"]))
    limit: Decimal | None = computed(
        lambda row: None if row["limit"] is None else str(row["limit"])
    )


def _title(row: Any, language: str) -> str:
    return str(row["title"].get(language) or row["title"].get("en") or row["code"])


async def _titles(parents: Sequence[Any], context: RequestContext) -> list[str]:
    return [_title(parent, context.language) for parent in parents]


@strawberry.type
class Plan:
    """What a merchant pays for, and gets."""

    code: str
    title: str = batch(_titles)
    limits: JSON
    price: Money = money("price_minor")


async def _plan_titles(parents: Sequence[Any], context: RequestContext) -> list[str]:
    return [
        _title({"title": parent["plan_title"], "code": parent["plan"]}, context.language)
        for parent in parents
    ]


async def _usage(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    return [await usage(context.reading, now=context.scope.reading.now) for _ in parents]


async def _hosts(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    return [await list_hosts(context.reading) for _ in parents]


@strawberry.type
class Merchant:
    """The merchant as a whole, seen from one of its spaces."""

    handle: str
    mode: Mode
    status: MerchantStatus
    created_at: DateTime
    suspension_reason: str | None
    erase_after: DateTime | None = strawberry.field(
        description="When a closing merchant will be erased."
    )
    plan: str
    plan_title: str = batch(_plan_titles)
    usage: list[Usage] = batch(_usage, cost=5)
    hosts: list[Host] = batch(_hosts, cost=2)
