"""Orders by one click: a phone, a variant and a consent become a draft, which staff confirm.

Whoever asks again for the same goods, while staff have not looked yet, has asked once. How often
may be asked is counted per phone, per network and per shop, before anything else is done.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.bulk import Rejected
from domain.customers.consents.consents import Agreed, give_consents
from domain.customers.consents.tables import ConsentText
from domain.errors import DomainError, NotAllowed, NotFound, valid
from domain.inputs import Required
from domain.merchants.attempts import DAY, HOUR, Tries, by_address, count_tries
from domain.merchants.reception import Reception
from domain.merchants.tables import Shop
from domain.orders.carts.buyers import lock_card
from domain.orders.carts.lines import NewLine
from domain.orders.drafts.drafts import create_draft
from domain.orders.drafts.freezing import lines_of
from domain.orders.drafts.holding import keep
from domain.orders.drafts.tables import OrderDraft, OrderDraftLine
from domain.row_sets import rows_by_id, update_rows
from tenants.identify import Seen
from tenants.scope import Row, UnitOfWork
from tenants.values.phones import parse_phone

PER_PHONE: Final = ((HOUR, 3), (DAY, 10))
PER_NETWORK: Final = ((HOUR, 20), (DAY, 100))
PER_SHOP: Final = ((HOUR, 300), (DAY, 2_000))

_RULES: Final = select(Shop.guest_checkout, Shop.cart_hold_minutes)
_WAITING: Final = (
    select(OrderDraft.number)
    .join(OrderDraftLine, OrderDraftLine.draft_id == OrderDraft.id)
    .where(
        OrderDraft.phone == bindparam("phone"),
        OrderDraft.state == "requested",
        OrderDraftLine.variant_id == bindparam("variant", type_=OrderDraftLine.variant_id.type),
        OrderDraftLine.quantity == bindparam("quantity", type_=OrderDraftLine.quantity.type),
    )
    .limit(1)
)


class Asked(NamedTuple):
    """What a buyer says with his click; `phone` as he types it, `quantity` in thousandths."""

    phone: str
    name: str | None
    variant_id: UUID
    quantity: int
    consent_text_id: UUID


async def count_click(reception: Reception, tenant_id: UUID, phone: str, seen: Seen) -> None:
    """Count one click, for good. Raises Invalid at `phone`, TooManyTries."""
    number = valid(parse_phone, phone, "phone")
    what = f"one-click {tenant_id}"
    hashed = hashlib.sha256(number.encode()).hexdigest()[:32]
    await count_tries(
        await reception.past_tenants("order by one click", seen),
        [
            Tries(f"{what} {hashed}", PER_PHONE),
            by_address(what, seen.address, *PER_NETWORK),
            Tries(what, PER_SHOP),
        ],
    )


async def order_by_click(uow: UnitOfWork, asked: Asked) -> int:
    """Make a draft that waits for staff, its goods kept as long as a cart's; its number.

    Raises Invalid, NotFound for what is not sold and for no consent to have one's data used,
    InsufficientStock at `quantity`, NotAllowed where the shop sells to its customers alone.
    """
    rules = await uow.row(_RULES)
    assert rules is not None
    customer_id = uow.principal.customer_id
    if customer_id is None and not rules["guest_checkout"]:
        raise NotAllowed(en="sign in to order", ru="войдите, чтобы заказать")
    phone = valid(parse_phone, asked.phone, "phone")
    text = (await rows_by_id(uow, ConsentText, [asked.consent_text_id])).get(asked.consent_text_id)
    if text is None or text["purpose"] != "personal_data":
        raise NotFound("consentTextId", what="text of a consent")
    said: Mapping[str, Any] = {"phone": phone, "email": None, "name": asked.name}
    card_id = await lock_card(uow, said, customer_id)
    if card_id is None:
        raise Required("phone")
    waits: int | None = await uow.value(
        _WAITING, phone=phone, variant=asked.variant_id, quantity=asked.quantity
    )
    if waits is not None:
        return waits
    await give_consents(uow, card_id, [Agreed(text["id"], "none")], source="checkout")
    line = NewLine(asked.variant_id, asked.quantity)
    given = {**said, "source": "form", "customer": customer_id, "lines": [line]}
    with _about_one_line():
        draft_id = await create_draft(uow, given, state="requested")
        until = uow.now + timedelta(minutes=rules["cart_hold_minutes"])
        lines = await lines_of(uow, [draft_id])
        hold_id = await keep(uow, f"draft {draft_id}", lines, until=until)
    await update_rows(uow, OrderDraft, [{"id": draft_id, "hold_id": hold_id}])
    made: Row = (await rows_by_id(uow, OrderDraft, [draft_id]))[draft_id]
    number: int = made["number"]
    return number


@contextmanager
def _about_one_line() -> Iterator[None]:
    """Refusals of the block that are about the line are about the click, which has no lines."""
    try:
        yield
    except DomainError as error:
        for one in error.errors if isinstance(error, Rejected) else [error]:
            if one.path[:1] == ("lines",):
                one.path = one.path[2:] or ("quantity",)
        raise
