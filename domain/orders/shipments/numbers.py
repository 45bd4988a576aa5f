"""Tracking numbers out of the merchant's pool: thirteen signs as the posts of the world write them.

    RA 12345678 5 RU: two letters, a serial number of eight digits, its check digit, the country

The check digit is that of the Universal Postal Union's standard S10.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from asyncpg.exceptions import ExclusionViolationError
from sqlalchemy import BigInteger, any_, bindparam, cast, func, select, update

from domain.bulk import refuse
from domain.errors import Invalid
from domain.inputs import Cleaner, Required, clean, line_or_none, whole
from domain.orders.shipments.tables import Carrier, TrackingRange
from domain.references import Ref, get_id
from domain.row_sets import IDS, lock_rows
from tenants.scope import Asking, Row, UnitOfWork

_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
_SHAPE: Final = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")
_LETTERS: Final = re.compile(r"[A-Z]{2}")
_left: Any = TrackingRange.last - TrackingRange.first + 1 - TrackingRange.given
_FREE: Final = (
    select(TrackingRange.id)
    .where(TrackingRange.carrier_id == bindparam("carrier"), _left > 0)
    .order_by(TrackingRange.id)
    .limit(1)
)
_GIVE: Final = (
    update(TrackingRange)
    .where(TrackingRange.id == bindparam("range_id"))
    .values(given=TrackingRange.given + 1)
    .returning(
        TrackingRange.prefix,
        TrackingRange.suffix,
        (TrackingRange.first + TrackingRange.given - 1).label("serial"),
    )
)
_LEFT: Final = (
    select(TrackingRange.carrier_id, cast(func.sum(_left), BigInteger).label("left"))
    .where(TrackingRange.carrier_id == any_(IDS))
    .group_by(TrackingRange.carrier_id)
)
_OF: Final = (
    select(
        *(
            getattr(TrackingRange, one.key)
            for one in TrackingRange.__mapper__.columns
            if one.key != "span"
        )
    )
    .where(TrackingRange.carrier_id == any_(IDS))
    .order_by(TrackingRange.carrier_id, TrackingRange.id)
)


def check_digit(serial: int) -> int:
    """The check digit of eight digits: 47312482 has 9."""
    digits = map(int, f"{serial:08}")
    rest = 11 - sum(one * weight for one, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def spelled(prefix: str, serial: int, suffix: str) -> str:
    """A whole number: RA123456785RU."""
    return f"{prefix}{serial:08}{check_digit(serial)}{suffix}"


def tracking_number(value: Any) -> str | None:
    """A number as somebody types it; one that is written as the posts write theirs has their check
    digit. Nothing, or an empty text, clears. Raises Invalid."""
    number: str | None = line_or_none(100)(value)
    found = _SHAPE.fullmatch(number.upper().replace(" ", "")) if number else None
    if found is None:
        return number
    if int(found[3]) != check_digit(int(found[2])):
        raise Invalid(en="is mistyped: its check digit is wrong", ru="опечатка в номере")
    return found[0]


async def add_numbers(uow: UnitOfWork, carrier: Ref, given: Mapping[str, Any]) -> UUID:
    """Put a range of numbers into a carrier's pool: `prefix`, `first`, `last` (serial numbers
    without their check digits), `suffix`; the carrier's id.

    Raises NotFound, Required, Invalid where another range of the shop has some of them.
    """
    values, wrong = clean(_FIELDS, given)
    if not wrong and values["first"] > values["last"]:
        wrong.append(Invalid("last", en="must not be before first", ru="не раньше first"))
    refuse(wrong)
    carrier_id = await get_id(uow, Carrier, carrier, "carrier", what="carrier")
    try:
        async with uow.attempt():
            await uow.add(TrackingRange, carrier_id=carrier_id, created_at=uow.now, **values)
    except ExclusionViolationError:
        raise Invalid(
            "first", en="some of them are in a pool already", ru="часть номеров уже в запасе"
        ) from None
    count = values["last"] - values["first"] + 1
    uow.record("tracking_numbers.added", carrier_id, count=count)
    return carrier_id


async def give_number(uow: UnitOfWork, carrier_id: UUID) -> str | None:
    """The next number of a carrier's pool, which nobody else gets; None where there is none left.

    Where few are left, staff are told, once.
    """
    carrier = (await lock_rows(uow, Carrier, [carrier_id]))[carrier_id]
    range_id = await uow.value(_FREE, carrier=carrier_id)
    if range_id is None:
        return None
    found = await uow.row(_GIVE, range_id=range_id)
    assert found is not None
    left = (await numbers_left(uow, [carrier_id]))[carrier_id]
    if left == carrier["low_numbers"]:
        uow.record("tracking_numbers.low", carrier_id, left=left)
    return spelled(found["prefix"], found["serial"], found["suffix"])


async def numbers_left(db: Asking, carrier_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many numbers carriers have left; those without a pool are left out."""
    return {row["carrier_id"]: row["left"] for row in await db.rows(_LEFT, ids=list(carrier_ids))}


async def ranges_of(db: Asking, carrier_ids: Sequence[UUID]) -> list[Row]:
    """The ranges of carriers' pools, the oldest first."""
    return await db.rows(_OF, ids=list(carrier_ids))


def _letters(value: Any) -> str:
    if value is None:
        raise Required()
    if not _LETTERS.fullmatch(value):
        raise Invalid(en="must be two capital letters", ru="две заглавные латинские буквы")
    return str(value)


_FIELDS: Final[Mapping[str, Cleaner]] = {
    "prefix": _letters,
    "first": whole(0, 99_999_999),
    "last": whole(0, 99_999_999),
    "suffix": _letters,
}
