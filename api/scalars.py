"""Values with a spelling of their own: money, quantities, instants, ids."""

from base64 import b64decode, b64encode
from datetime import UTC, date, datetime
from typing import Any, NewType
from uuid import UUID

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.engine.errors import PublicError
from api.engine.fields import computed
from tenants.ids import WrongId, decode_id, encode_id
from tenants.values.dates import parse_date
from tenants.values.invalid import InvalidValue
from tenants.values.money import format_minor
from tenants.values.quantity import format_thousandths, parse_thousandths
from tenants.values.shares import format_share, parse_share


class BadInput(PublicError):
    """A value that cannot be read at all: a top-level BAD_USER_INPUT."""

    code = "BAD_USER_INPUT"


def _refusing(parse: Any) -> Any:
    """`parse`, with its refusal told to the client."""

    def read(value: object) -> Any:
        if not isinstance(value, str):
            raise BadInput("A string is wanted.")
        try:
            return parse(value)
        except InvalidValue as error:
            raise BadInput(error.message("en")) from None

    return read


def _parse_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("An instant is wanted, such as 2026-01-31T12:00:00Z.") from None
    if instant.tzinfo is None:
        raise BadInput("An instant needs its offset from UTC, such as Z or +03:00.")
    return instant.astimezone(UTC)


def _parse_bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise BadInput("Bytes are wanted as base64, such as MDEw.") from None


def _show_bytes(value: bytes) -> str:
    return b64encode(value).decode()


def _as_it_is(value: Any) -> Any:
    return value


def _show_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


Decimal = NewType("Decimal", str)
Quantity = NewType("Quantity", int)
Share = NewType("Share", int)
CurrencyCode = NewType("CurrencyCode", str)
DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
JSON = NewType("JSON", object)
Base64 = NewType("Base64", bytes)

SCALARS: dict[object, Any] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description='A decimal number as a string: "1234.50".',
        serialize=str,
        parse_value=_refusing(str),
    ),
    Quantity: strawberry.scalar(
        name="Quantity",
        description='How much, as a decimal string with at most three places: "2", "0.350".',
        serialize=format_thousandths,
        parse_value=_refusing(parse_thousandths),
    ),
    Share: strawberry.scalar(
        name="Share",
        description='A share of one, as a decimal string with at most four places: "0.95".',
        serialize=format_share,
        parse_value=_refusing(parse_share),
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="An ISO 4217 code: RUB.",
        serialize=str,
        parse_value=_refusing(str),
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="An instant in UTC: 2026-01-31T12:00:00Z.",
        serialize=_show_instant,
        parse_value=_refusing(_parse_instant),
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A business day in the shop's time zone: 2026-01-31.",
        serialize=date.isoformat,
        parse_value=_refusing(parse_date),
    ),
    Base64: strawberry.scalar(
        name="Base64",
        description="Bytes as base64 (RFC 4648, with its padding): MDEw.",
        serialize=_show_bytes,
        parse_value=_refusing(_parse_bytes),
    ),
    JSON: strawberry.scalar(
        name="JSON", description="Any JSON value.", serialize=_as_it_is, parse_value=_as_it_is
    ),
}

CONFIG = StrawberryConfig(scalar_map=SCALARS)


@strawberry.type
class Money:
    """An amount in one currency."""

    amount: Decimal = computed(lambda money: format_minor(money[0], money[1]))
    currency_code: CurrencyCode = computed(lambda money: money[1])


@strawberry.input
class MoneyInput:
    """An amount in one currency."""

    amount: Decimal
    currency_code: CurrencyCode


def money(amount: str, currency: str = "currency") -> Any:
    """Money out of two columns of the row: minor units and currency; null where the first is."""

    def pair(row: Any) -> tuple[int, str] | None:
        return None if row[amount] is None else (row[amount], row[currency])

    return computed(pair, reads=[amount, currency])


def id_field(kind: str, column: str = "id") -> Any:
    """An id of `kind` (prd, ord, …) out of a uuid column; null where the column is."""

    def spell(row: Any) -> str | None:
        value = row[column]
        return None if value is None else encode_id(kind, value)

    return computed(spell, reads=[column])


def wanted_id(text: str, kind: str) -> UUID:
    """The id in `text`. Raises BadInput that says which kind was wanted."""
    try:
        return decode_id(text, kind)
    except WrongId as error:
        raise BadInput(str(error)) from None


def wanted_ids(texts: list[strawberry.ID], kind: str) -> list[UUID]:
    """The ids in `texts`, in order. Raises BadInput."""
    return [wanted_id(text, kind) for text in texts]
