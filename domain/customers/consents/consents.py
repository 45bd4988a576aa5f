"""Consents given and withdrawn, by whichever door."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, func, select, update

from domain.customers.consents.tables import CHANNELS, PURPOSES, Consent, ConsentText
from domain.customers.tables import Customer
from domain.errors import NotFound
from domain.inputs import located, word
from domain.row_sets import IDS, lock_rows, rows_by_id
from tenants.scope import Asking, Row, UnitOfWork


class Agreed(NamedTuple):
    """A text that the customer agreed to, and the channel that he agreed to it for."""

    text_id: UUID
    channel: str


# Without the range, whose type the driver asks the server for on each new connection.
_COLUMNS: Final = [
    getattr(Consent, one.key) for one in Consent.__mapper__.columns if one.key != "valid"
]
_CUSTOMER: Final = bindparam("customer", type_=Consent.customer_id.type)
_VALID: Final = select(*_COLUMNS).where(
    Consent.customer_id == _CUSTOMER, Consent.withdrawn_at.is_(None)
)
# Locked first: a message that is being sent is waited for, and the clock is read after that.
_LOCK_VALID: Final = _VALID.order_by(Consent.id).with_for_update()
_END: Final = (
    update(Consent)
    .where(Consent.id == any_(IDS), Consent.withdrawn_at.is_(None))
    .values(withdrawn_at=func.clock_timestamp(), withdrawn_by=bindparam("by", type_=Text()))
)
_OF: Final = (
    select(*_COLUMNS)
    .where(Consent.customer_id == any_(IDS))
    .order_by(Consent.customer_id, Consent.id.desc())
)


async def give_consents(
    uow: UnitOfWork, customer_id: UUID, agreed: Sequence[Agreed], *, source: str
) -> None:
    """Write down what a customer has agreed to now, from the principal's address.

    What he agreed to in the same words is left as it is; other words take the place of the old
    ones. Raises NotFound ("consents", number, "textId"), Invalid.
    """
    texts = await rows_by_id(uow, ConsentText, list({one.text_id for one in agreed}))
    wanted: dict[tuple[str, str], UUID] = {}
    for at, one in enumerate(agreed):
        if one.text_id not in texts:
            raise NotFound("consents", at, "textId", what="text of a consent")
        with located("consents", at, "channel"):
            channel = word(*CHANNELS)(one.channel)
        wanted[texts[one.text_id]["purpose"], channel] = one.text_id
    held = await _held(uow, customer_id)
    new = {key: text for key, text in wanted.items() if key not in held or held[key] != text}
    old = [row["id"] for row in await _locked(uow, customer_id) if _key(row) in new]
    await _end(uow, old, "renewed")
    for (purpose, channel), text_id in sorted(new.items()):
        await uow.add(
            Consent,
            customer_id=customer_id,
            purpose=purpose,
            channel=channel,
            text_id=text_id,
            source=source,
            address=uow.principal.address,
        )
        uow.record("consent.given", customer_id, purpose=purpose, channel=channel, by=source)


async def withdraw_consents(
    uow: UnitOfWork,
    customer_id: UUID,
    *,
    by: str,
    purpose: str | None = None,
    channel: str | None = None,
) -> int:
    """End what he has agreed to: of one purpose, by one channel, or all of it; how many ended.

    Waits for a message that is being sent; none is sent after it. Raises Invalid.
    """
    with located("purpose"):
        word(*PURPOSES, required=False)(purpose)
    with located("channel"):
        word(*CHANNELS, required=False)(channel)
    await lock_rows(uow, Customer, [customer_id])
    ended = [
        row
        for row in await _locked(uow, customer_id)
        if purpose in (None, row["purpose"]) and channel in (None, row["channel"])
    ]
    await _end(uow, [row["id"] for row in ended], by)
    for row in ended:
        uow.record(
            "consent.withdrawn", customer_id, purpose=row["purpose"], channel=row["channel"], by=by
        )
    return len(ended)


async def consents_of(db: Asking, customer_ids: Sequence[UUID]) -> list[Row]:
    """What many customers have agreed to, the newest first, with what has ended."""
    return await db.rows(_OF, ids=list(customer_ids))


async def _held(uow: UnitOfWork, customer_id: UUID) -> Mapping[tuple[str, str], UUID]:
    """The valid ones by purpose and channel. The card is locked: two at once would collide."""
    await lock_rows(uow, Customer, [customer_id])
    return {_key(row): row["text_id"] for row in await uow.rows(_VALID, customer=customer_id)}


async def _locked(uow: UnitOfWork, customer_id: UUID) -> list[Row]:
    return await uow.rows(_LOCK_VALID, customer=customer_id)


async def _end(uow: UnitOfWork, ids: list[Any], by: str) -> None:
    if ids:
        await uow.execute(_END, ids=ids, by=by)


def _key(row: Row) -> tuple[str, str]:
    return row["purpose"], row["channel"]
