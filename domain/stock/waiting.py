"""Buyers who wait for what is sold out: they ask once, and are told once, when it can be had."""

import hashlib
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.offers import free_of, is_available
from domain.catalog.tables import Variant
from domain.errors import NotAllowed, NotFound, valid
from domain.inputs import located, text
from domain.row_sets import IDS
from domain.stock.subscription_tables import BackInStock
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tenants.values.emails import parse_email

LONGEST_CONSENT: Final = 2_000
LONGEST_LANGUAGE: Final = 10

_COLUMNS: Final = BackInStock.__table__.c
_WAIT: Final = (
    insert(BackInStock)
    .values({column.name: bindparam(column.name, type_=column.type) for column in _COLUMNS})
    .on_conflict_do_nothing()
    .returning(BackInStock.id)
)
_IS_BACK: Final = select(is_available(free_of(Variant))).where(Variant.id == bindparam("asked"))
_BACK: Final = (
    update(BackInStock)
    .where(
        BackInStock.told_at.is_(None),
        BackInStock.variant_id.in_(
            select(Variant.id).where(
                Variant.id == any_(IDS), Variant.is_active, is_available(free_of(Variant))
            )
        ),
    )
    .values(told_at=bindparam("now"))
    .returning(BackInStock.variant_id)
)


async def wait_for(
    uow: UnitOfWork, variant_id: UUID, *, email: str, consent_text: str, language: str
) -> None:
    """Note that a buyer wants to be told by mail when a variant of the window can be had again.

    `consent_text` are the words that he agreed to; their hash is kept. Who waits already goes on
    waiting. Raises Invalid, Required, NotFound; NotAllowed for what can be had now.
    """
    address = valid(parse_email, email, "email")
    with located("consentText"):
        consent = text(LONGEST_CONSENT)(consent_text)
    with located("language"):
        spoken = text(LONGEST_LANGUAGE)(language)
    is_back = await uow.value(_IS_BACK, asked=variant_id)
    if is_back is None:
        raise NotFound("variantId", what="variant")
    if is_back:
        raise NotAllowed("variantId", en="it can be had now", ru="это уже можно купить")
    waiting = await uow.value(
        _WAIT,
        tenant_id=uow.tenant_id,
        id=new_id(),
        variant_id=variant_id,
        email=address.address,
        email_key=address.key,
        language=spoken,
        consent_sha256=hashlib.sha256(consent.encode()).digest(),
        consented_at=uow.now,
        told_at=None,
    )
    if waiting:
        uow.record("back_in_stock.asked", variant_id)


async def tell_waiting(uow: UnitOfWork, variant_ids: Iterable[UUID]) -> None:
    """Say of each of these variants that it can be had again, if anybody waits for that."""
    told: dict[UUID, int] = {}
    ids = list(set(variant_ids))
    for row in await uow.rows(_BACK, ids=ids, now=uow.now) if ids else ():
        told[row["variant_id"]] = told.get(row["variant_id"], 0) + 1
    for variant_id, buyers in sorted(told.items()):
        uow.record("stock.back_in_stock", variant_id, buyers=buyers)
