"""From a draft to an order: offered to its buyer by a link, and placed by him or by staff."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, update

from domain.amounts import amount_in
from domain.bulk import refuse
from domain.errors import Invalid, NotAllowed
from domain.inputs import Required, located, word
from domain.orders.carts.buyers import lock_card
from domain.orders.carts.tables import PAYMENT_METHODS
from domain.orders.checkout.checkout import BUYER
from domain.orders.checkout.placing import Placing, place_order
from domain.orders.delivery.methods import active_methods
from domain.orders.drafts.drafts import valid_until
from domain.orders.drafts.expiring import watch
from domain.orders.drafts.freezing import lines_of, promotions_of, sold_columns
from domain.orders.drafts.holding import keep, keep_longer
from domain.orders.drafts.states import DRAFTS, Action, OfferOver, lock_draft, lock_offered
from domain.orders.drafts.tables import OrderDraft
from domain.pricing.promotions.uses import use_promotions
from domain.references import Ref
from domain.stock.documents import enter_state
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.tokens import TokenKind, issue_token, token_digest
from tenants.values.money import format_minor

CONTACTS: Final = ("phone", "email", "customer_id")
"""One of these says who ordered."""

_OPEN: Final = (
    update(OrderDraft)
    .where(OrderDraft.id == bindparam("draft"))
    .values(token_hash=bindparam("token_hash"))
)


class Opened(NamedTuple):
    """A draft or an order, and the token that opens it, which nobody can say again."""

    id: UUID
    token: str


async def offer_draft(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> Opened:
    """Make the link by which the buyer sees and accepts a draft, and let it be valid from now.

    A link that he has already opens nothing more. Raises NotFound, Conflict, NotAllowed; Required
    for what is still to be said (how it is paid the buyer may say).
    """
    draft = await lock_draft(uow, ref, Action.OFFER, expected_version=expected_version)
    lines = await lines_of(uow, [draft["id"]])
    await _check_whole(uow, draft, lines, draft["payment_method"] or "online")
    issued, until = issue_token(TokenKind.CART), await valid_until(uow)
    hold_id = await keep_longer(uow, draft, until)
    await uow.execute(_OPEN, draft=draft["id"], token_hash=issued.digest)
    draft_id = await enter_state(uow, DRAFTS, draft, "offered", valid_until=until, hold_id=hold_id)
    await watch(uow, draft_id, until)
    return Opened(draft_id, issued.text)


async def place_draft(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> Opened:
    """Order a draft whose buyer has agreed: the order's id, and a token that opens it for him.

    Raises as `offer_draft` does; InsufficientStock at `lines`, UsedUp.
    """
    draft = await lock_draft(uow, ref, Action.PLACE, expected_version=expected_version)
    issued = issue_token(TokenKind.CART)
    order_id = await _order(uow, draft, draft["payment_method"], issued.digest)
    return Opened(order_id, issued.text)


async def accept_draft(
    uow: UnitOfWork, token: str, total: Mapping[str, Any], payment_method: str | None
) -> UUID:
    """Order what a link shows, for the `total` that the buyer has seen; the order's id.

    What was ordered already answers with its order. Raises NotFound, OfferOver, NotAllowed,
    Required, Invalid; InsufficientStock at `lines`, UsedUp.
    """
    draft = await lock_offered(uow, token)
    if draft["order_id"] is not None:
        ordered: UUID = draft["order_id"]
        return ordered
    if draft["state"] == "expired" or uow.now >= draft["valid_until"]:
        raise OfferOver("token")
    if draft["state"] != "offered":
        raise NotAllowed("token", en="it was taken back", ru="предложение отозвано")
    with located("total"):
        seen = amount_in(draft["currency"])(total)
        if seen != draft["total_minor"]:
            now = format_minor(draft["total_minor"], draft["currency"])
            raise Invalid("amount", en=f"the total is {now}", ru=f"сумма — {now}")
    method = draft["payment_method"]
    if method is None:
        with located("paymentMethod"):
            method = word(*PAYMENT_METHODS)(payment_method)
    return await _order(uow, draft, method, token_digest(TokenKind.CART, token))


async def _check_whole(
    uow: UnitOfWork, draft: Row, lines: Sequence[Row], payment_method: str | None
) -> None:
    """Raises Required for each thing that an order must have, and this has not."""
    missing = []
    if not any(draft[name] for name in CONTACTS):
        missing.append("phone")
    if draft["address"] is None and draft["location_id"] is None:
        missing.append("address")
    is_brought = any(line["kind"] == "delivery" for line in lines)
    if draft["address"] is not None and not is_brought and await active_methods(uow):
        missing.append("deliveryMethodId")
    if payment_method is None:
        missing.append("paymentMethod")
    refuse([Required(name) for name in missing])


async def _order(
    uow: UnitOfWork, draft: Row, payment_method: str | None, token_hash: bytes
) -> UUID:
    """Write the order of a locked draft."""
    lines = await lines_of(uow, [draft["id"]])
    await _check_whole(uow, draft, lines, payment_method)
    assert payment_method is not None
    card_id = await lock_card(uow, draft, draft["customer_id"])
    order_id = new_id()
    hold_id = await keep_longer(uow, draft, None)
    if hold_id is None:
        hold_id = await keep(uow, f"order {order_id}", lines, until=None)
    await use_promotions(uow, promotions_of(draft), order_id=order_id, customer_id=card_id)
    await place_order(
        uow,
        Placing(
            id=order_id,
            source=draft["source"],
            token_hash=token_hash,
            customer_id=card_id,
            by_account=card_id is not None and card_id == uow.principal.customer_id,
            currency=draft["currency"],
            payment_method=payment_method,
            hold_id=hold_id,
            lines=[sold_columns(line) for line in lines],
            buyer={name: draft[name] for name in BUYER},
            delivery={"delivery_method_id": draft["delivery_method_id"]},
        ),
    )
    await uow.execute(_OPEN, draft=draft["id"], token_hash=token_hash)
    await enter_state(
        uow,
        DRAFTS,
        draft,
        "ordered",
        order_id=order_id,
        customer_id=card_id,
        payment_method=payment_method,
        hold_id=hold_id,
        ended_at=uow.now,
    )
    return order_id
