"""Who a buyer is and how he is reached: cleaned alike for carts and orders."""

from collections.abc import Mapping
from typing import Any, Final

from domain.inputs import Cleaner, line_or_none
from tenants.values.emails import parse_email
from tenants.values.phones import parse_phone


def _email(value: Any) -> str | None:
    return parse_email(value).address if value else None


def _phone(value: Any) -> str | None:
    return parse_phone(value) if value else None


CONTACT: Final[Mapping[str, Cleaner]] = {
    "name": line_or_none(200),
    "email": _email,
    "phone": _phone,
}
"""A phone number is kept in E.164; nothing, or an empty text, clears."""
