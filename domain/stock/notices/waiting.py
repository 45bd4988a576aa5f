"""Buyers who wait for what is sold out: they ask once, and are told once, when it can be had.

Whatever changes stock tells them at once. What is back by other ways (a place that is open again, a
product that is shown again) is found by night.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, any_, bindparam, delete, select, union, update
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.listing_tables import Listing
from domain.catalog.offers import free_of, is_available
from domain.catalog.tables import BundleItem, Variant
from domain.catalog.window import SHOWN
from domain.courses import Course
from domain.errors import NotAllowed, NotFound, valid
from domain.inputs import located, text
from domain.mail.letter_jobs import send_later
from domain.row_sets import IDS
from domain.stock.notices.tables import BackInStock
from tenants.ids import new_id
from tenants.jobs import enqueue
from tenants.scope import Row, UnitOfWork
from tenants.values.emails import parse_email
from tenants.values.languages import parse_language

LONGEST_CONSENT: Final = 2_000
TELL: Final = "stock.tell_waiting"
"""The kind of the job that has letters sent to those who were told at an instant, `told_at`."""
AT_ONCE: Final = 500
KEPT: Final = timedelta(days=90)
"""How long it is remembered that a buyer was told."""

_COLUMNS: Final = BackInStock.__table__.c
_WAIT: Final = (
    insert(BackInStock)
    .values({column.name: bindparam(column.name, type_=column.type) for column in _COLUMNS})
    .on_conflict_do_nothing()
    .returning(BackInStock.id)
)
_in_window: Final = (
    select(Variant.id)
    .join(Listing, and_(Listing.product_id == Variant.product_id, *SHOWN))
    .where(Variant.is_active)
)
_IS_BACK: Final = _in_window.with_only_columns(is_available(free_of(Variant))).where(
    Variant.id == bindparam("asked")
)
_waited: Final = select(BackInStock.variant_id).where(BackInStock.told_at.is_(None))
_WAITED: Final = _waited.distinct()
_WAITED_AMONG: Final = union(
    _waited.where(BackInStock.variant_id == any_(IDS)),
    # A bundle is back when its parts are.
    _waited.join(BundleItem, BundleItem.variant_id == BackInStock.variant_id).where(
        BundleItem.part_variant_id == any_(IDS)
    ),
)
_BACK: Final = (
    update(BackInStock)
    .where(
        BackInStock.told_at.is_(None),
        BackInStock.variant_id.in_(
            _in_window.where(Variant.id == any_(IDS), is_available(free_of(Variant)))
        ),
    )
    .values(told_at=bindparam("now"))
    .returning(BackInStock.variant_id)
)
_queued: Final = (
    select(BackInStock.id)
    .where(
        BackInStock.told_at == bindparam("told_at", type_=BackInStock.told_at.type),
        BackInStock.queued_at.is_(None),
    )
    .order_by(BackInStock.id)
    .limit(AT_ONCE)
)
_QUEUE: Final = (
    update(BackInStock)
    .where(BackInStock.id.in_(_queued))
    .values(queued_at=bindparam("now"))
    .returning(BackInStock.id)
)
_ADDRESS: Final = select(BackInStock.email_key).where(BackInStock.id == bindparam("asked"))
_LEAVE: Final = delete(BackInStock).where(BackInStock.email_key == bindparam("email_key"))
_FORGET: Final = delete(BackInStock).where(BackInStock.told_at < bindparam("before"))


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
    spoken = valid(parse_language, language, "language")
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
        queued_at=None,
    )
    if waiting:
        uow.record("back_in_stock.asked", variant_id)


async def tell_waiting(uow: UnitOfWork, variant_ids: Iterable[UUID]) -> None:
    """Say of each of these variants, and of bundles of them, that it can be had again, if anybody
    waits for that."""
    if ids := list(set(variant_ids)):
        await _tell(uow, await uow.rows(_WAITED_AMONG, ids=ids))


async def tell_all_waiting(uow: UnitOfWork) -> None:
    """The same of whatever anybody waits for."""
    await _tell(uow, await uow.rows(_WAITED))


async def _tell(uow: UnitOfWork, waited: Sequence[Row]) -> None:
    told: dict[UUID, int] = {}
    ids = [row["variant_id"] for row in waited]
    for row in await uow.rows(_BACK, ids=ids, now=uow.now) if ids else ():
        told[row["variant_id"]] = told.get(row["variant_id"], 0) + 1
    for variant_id, buyers in sorted(told.items()):
        uow.record("stock.back_in_stock", variant_id, buyers=buyers)
    if told:
        await enqueue(uow, TELL, told_at=uow.now.isoformat())


async def write_to_waiting(course: Course, *, told_at: str) -> dict[str, int]:
    """Job `stock.tell_waiting`: have a letter sent to each who was told then; how many letters."""
    letters = 0
    while True:
        async with course.writing(TELL) as uow:
            instant = datetime.fromisoformat(told_at)
            rows = await uow.rows(_QUEUE, told_at=instant, now=uow.now)
            for row in rows:
                await send_later(uow, "back_in_stock", subscription_id=str(row["id"]))
        letters += len(rows)
        if not rows:
            return {"letters": letters}


async def leave(uow: UnitOfWork, subscription_id: UUID) -> bool:
    """Forget the buyer who asked this, and all else that he asked to be told; whether he had."""
    email_key = await uow.value(_ADDRESS, asked=subscription_id)
    if email_key is None:
        return False
    await uow.execute(_LEAVE, email_key=email_key)
    uow.record("back_in_stock.left", None)
    return True


async def forget_told(uow: UnitOfWork) -> int:
    """Forget buyers who were told long ago; how many."""
    return await uow.execute(_FORGET, before=uow.now - KEPT)
