"""Carts: begun by anybody, opened by their token alone, ended by the order that they become."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, func, select
from sqlalchemy.orm import aliased

from domain.bulk import TooMany, refuse
from domain.errors import DomainError, ErrorCode, Invalid, NotFound
from domain.inputs import Cleaner, clean, line_or_none, text, word
from domain.orders.carts.tables import PAYMENT_METHODS, Cart
from domain.orders.contacts import CONTACT
from domain.orders.delivery.methods import active_methods
from domain.pricing.promotions.codes import key_of
from domain.row_sets import update_rows
from domain.stock.places.addresses import address
from domain.stock.places.pick_up import is_open_place
from tenants.scope import Asking, Row, UnitOfWork
from tenants.tokens import MalformedKey, TokenKind, issue_token, token_digest

MOST_CODES: Final = 10


def _codes(value: Any) -> list[str]:
    """Codes as they were typed, each once."""
    given = value or ()
    if len(given) > MOST_CODES:
        raise TooMany(most=MOST_CODES)
    typed = text(100)
    return list({key_of(one): one for one in map(typed, given)}.values())


def _window(value: Any) -> dict[str, str] | None:
    """A day and an hour; whether the courier comes then is asked when the cart is priced."""
    if value is None:
        return None
    return {"on": value["on"].isoformat(), "begins": text(5)(value["begins"])}


FIELDS: Final[Mapping[str, Cleaner]] = {
    **CONTACT,
    "address": address,
    "delivery_window": _window,
    "payment_method": word(*PAYMENT_METHODS, required=False),
    "note": line_or_none(2_000),
    "codes": _codes,
    "visitor": line_or_none(100),
}
_DIGEST: Final = bindparam("digest", type_=LargeBinary())
_named: Final = aliased(Cart)
_BY_TOKEN: Final = (
    select(Cart)
    .join(_named, Cart.id == func.coalesce(_named.joined_into_id, _named.id))
    .where(_named.token_hash == _DIGEST)
)
_LOCK: Final = _BY_TOKEN.with_for_update(of=Cart)


class AlreadyOrdered(DomainError):
    """The cart has become an order, and changes no more."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {
        "en": "this cart has been ordered already; begin another one",
        "ru": "по этой корзине уже оформлен заказ; начните новую",
    }


async def begin_cart(uow: UnitOfWork, given: Mapping[str, Any]) -> tuple[UUID, str]:
    """Make an empty cart, with what is said of the buyer already: its id, and the token that opens
    it, which nobody can say again. Raises as `change_cart` does.
    """
    values = await read_details(uow, FIELDS, given)
    issued = issue_token(TokenKind.CART)
    cart_id = await uow.add(
        Cart, token_hash=issued.digest, created_at=uow.now, updated_at=uow.now, **values
    )
    return cart_id, issued.text


async def change_cart(uow: UnitOfWork, cart: Row, given: Mapping[str, Any]) -> None:
    """Write what the buyer says of a locked cart: what is left out stays, None clears.

    Raises as `read_details` does.
    """
    values = await read_details(uow, FIELDS, given)
    if any(cart[name] != value for name, value in values.items()):
        await update_rows(uow, Cart, [{"id": cart["id"], **values}])


async def find_cart(db: Asking, token: str, customer_id: UUID | None) -> Row | None:
    """The cart that this token opens, if any, for the customer who is signed in, if one is."""
    digest = cart_digest(token)
    cart = None if digest is None else await db.row(_BY_TOKEN, digest=digest)
    return cart if cart is not None and _opens_for(cart, customer_id) else None


async def lock_cart(uow: UnitOfWork, token: str) -> Row:
    """The cart that this token opens for the caller, locked. Raises NotFound at `token`."""
    digest = cart_digest(token)
    cart = None if digest is None else await uow.row(_LOCK, digest=digest)
    if cart is not None and cart["joined_into_id"] is not None:  # while this waited for its lock
        cart = await uow.row(_LOCK, digest=digest)
    if cart is None or not _opens_for(cart, uow.principal.customer_id):
        raise NotFound("token", what="cart")
    return cart


def _opens_for(cart: Row, customer_id: UUID | None) -> bool:
    """Whether a token is enough. Of a customer's own it is not: he who gave it to a browser before
    somebody signed in there would see what that one buys.
    """
    return not cart["is_own"] or cart["customer_id"] == customer_id


async def lock_open_cart(uow: UnitOfWork, token: str) -> Row:
    """The same, while it is no order. Raises AlreadyOrdered too."""
    cart = await lock_cart(uow, token)
    if cart["order_id"] is not None:
        raise AlreadyOrdered("token")
    return cart


def cart_digest(token: str) -> bytes | None:
    """What a token is looked up by; None for what never was one."""
    try:
        return token_digest(TokenKind.CART, token)
    except MalformedKey:
        return None


async def read_details(
    uow: UnitOfWork, fields: Mapping[str, Cleaner], given: Mapping[str, Any]
) -> dict[str, Any]:
    """What is said of who buys and of where it goes, as columns.

    `address` sends the goods there in the way `delivery_method_id`, `place_id` lets the buyer fetch
    them; address and place end each other. Raises Invalid, Required, NotFound for no place to pick
    up at, Rejected.
    """
    values, wrong = clean(fields, given)
    if values.get("address") is not None and given.get("place_id") is not None:
        both = Invalid("placeId", en="or an address, not both", ru="либо адрес, либо пункт выдачи")
        wrong.append(both)
    refuse(wrong)
    if "place_id" in given:
        place_id = given["place_id"]
        if place_id is not None and not await is_open_place(uow, place_id):
            raise NotFound("placeId", what="place")
        values["location_id"] = place_id
    if "delivery_method_id" in given:
        values["delivery_method_id"] = chosen = given["delivery_method_id"]
        if chosen is not None and chosen not in {one["id"] for one in await active_methods(uow)}:
            raise NotFound("deliveryMethodId", what="delivery_method")
    if values.get("address") is not None:
        values.setdefault("location_id", None)
    elif values.get("location_id") is not None:
        values["address"] = None
    return values
