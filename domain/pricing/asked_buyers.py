"""Buyers as staff describe them, who want to know what things would cost them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from domain.catalog.entities import Given
from domain.catalog.tables import Channel
from domain.customers.segments.membership import PROMOTED, segments_of
from domain.customers.tables import Customer
from domain.errors import NotFound
from domain.inputs import located
from domain.pricing.buyers import Buyer
from domain.pricing.tables import CustomerGroup
from domain.references import Ref, get_id, resolve
from tenants.scope import Asking
from tenants.values.currencies import parse_currency

_PROMOTED: Final = select(PROMOTED)


async def buyer_of(db: Asking, given: Given) -> Buyer:
    """The buyer with these facts, his channel, card and groups named by references.

    Raises NotFound and Invalid, with paths that begin at `buyer`.
    """
    channel, currency = given.get("channel"), given.get("currency_code")
    who = given.get("customer")
    with located("buyer"):
        customer_id = who and await get_id(db, Customer, who, "customer", what="customer")
        return Buyer(
            channel_id=channel and await get_id(db, Channel, channel, "channel", what="channel"),
            group_ids=await _groups(db, given.get("customer_groups") or ()),
            currency=currency and _currency(currency),
            segment_ids=await _segments(db, customer_id) if customer_id else frozenset(),
            customer_id=customer_id,
            is_first_order=given.get("is_first_order", False),
            visitor=given.get("visitor"),
        )


async def _segments(db: Asking, customer_id: UUID) -> frozenset[UUID]:
    return await segments_of(db, customer_id, await db.value(_PROMOTED))


def _currency(text: str) -> str:
    with located("currencyCode"):
        return parse_currency(text)


async def _groups(db: Asking, refs: Sequence[Ref]) -> frozenset[UUID]:
    ids = await resolve(db, CustomerGroup, refs)
    for at, ref in enumerate(refs):
        if ref not in ids:
            raise NotFound("customerGroups", at, what="customer_group")
    return frozenset(ids.values())
