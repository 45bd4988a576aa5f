"""Messages to customers: written down as they go out, or refused for want of a consent."""

from typing import Any, ClassVar, Final
from uuid import UUID

from asyncpg.exceptions import ForeignKeyViolationError
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from domain.customers.consents.consents import withdraw_consents
from domain.customers.consents.tables import SERVICE, CustomerMessage
from domain.customers.tables import Customer
from domain.errors import DomainError, ErrorCode
from tenants.ids import encode_id, new_id
from tenants.scope import Row, UnitOfWork

MESSAGE: Final = "cms"
"""How ids of messages begin."""

_NAMES: Final = ("id", "tenant_id", "customer_id", "purpose", "channel", "kind", "recipient", "key")
_COLUMNS: Final = CustomerMessage.__table__.c
_SEND: Final = (
    insert(CustomerMessage)
    .values({name: bindparam(name, type_=_COLUMNS[name].type) for name in _NAMES})
    .on_conflict_do_nothing()
    .returning(CustomerMessage.id)
)
SUBJECT: Final = (
    select(
        CustomerMessage.customer_id,
        CustomerMessage.purpose,
        CustomerMessage.channel,
        Customer.language,
    )
    .join(Customer, Customer.id == CustomerMessage.customer_id)
    .where(CustomerMessage.id == bindparam("asked"), CustomerMessage.purpose != SERVICE)
)


class NoConsent(DomainError):
    """The customer has not agreed to be written to like this, or does no longer."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {
        "en": "the customer has not consented to {purpose} by {channel}",
        "ru": "нет согласия покупателя: {purpose}, {channel}",
    }


async def send_out(
    uow: UnitOfWork,
    *,
    customer_id: UUID,
    purpose: str,
    channel: str,
    kind: str,
    recipient: str,
    key: str,
) -> UUID | None:
    """Write down that a message goes out now; its id, None where it went before (`key`).

    Whoever sends calls this first, and sends when this has committed. Raises NoConsent: it is the
    database that refuses.
    """
    given: dict[str, Any] = {
        "id": new_id(),
        "tenant_id": uow.tenant_id,
        "customer_id": customer_id,
        "purpose": purpose,
        "channel": channel,
        "kind": kind,
        "recipient": recipient,
        "key": key,
    }
    try:
        async with uow.attempt():
            sent: UUID | None = await uow.value(_SEND, **given)
    except ForeignKeyViolationError as error:
        if "fk_customer_message_consent" not in str(error):
            raise
        raise NoConsent(purpose=purpose, channel=channel) from None
    return sent


def unsubscribe_path(tenant_id: UUID, message_id: UUID) -> str:
    """Where a letter's last link leads: to the end of the consent that it was sent under."""
    return f"/unsubscribe/{encode_id('shop', tenant_id)}/{encode_id(MESSAGE, message_id)}"


async def leave_by_letter(uow: UnitOfWork, message_id: UUID) -> bool:
    """Withdraw the consent that a message was sent under; whether there was such a message."""
    subject: Row | None = await uow.row(SUBJECT, asked=message_id)
    if subject is None:
        return False
    await withdraw_consents(
        uow,
        subject["customer_id"],
        purpose=subject["purpose"],
        channel=subject["channel"],
        by="letter",
    )
    return True
