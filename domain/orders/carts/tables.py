"""Carts and their lines."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited
from tenants.personal import Kept, impersonal, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

PAYMENT_METHODS = ("online", "invoice", "on_hand_over")
_CART: Final[Kept] = {"retention": "as long as the shop keeps carts", "erased": "row"}


class Cart(TenantOwned, Edited, Base):
    """What a buyer who has its token is about to order. Once he has, it is `order_id`, for good.

    `address` is as `addresses.address` leaves it; `location_id` is where he comes for the goods.
    `delivery_window` is a day and the hour at which the courier's window begins, as he chose it.
    `codes` are those of promotions, as he typed them. `gift_cards` are what he pays with, in that
    order: `{"id", "end"}`, the id null where no card has the code. `points` are those that he wants
    to spend, null for as many as he may. `visitor` is what his browser is known by.
    `customer_id` is whose order it has become, or whose own it is (`is_own`): he signed in to join
    it, and it opens for nobody else. The token of a cart that was `joined_into` another opens that.
    """

    __tablename__ = "cart"
    token_hash: Mapped[bytes]
    name: Mapped[str | None] = mapped_column(info=personal("to call the buyer by", **_CART))
    email: Mapped[str | None] = mapped_column(info=personal("to write of the order", **_CART))
    phone: Mapped[str | None] = mapped_column(info=personal("to call about the order", **_CART))
    address: Mapped[dict[str, Any] | None] = mapped_column(
        info=personal("to send the goods there", **_CART)
    )
    location_id: Mapped[UUID | None]
    delivery_method_id: Mapped[UUID | None]
    delivery_window: Mapped[dict[str, Any] | None] = mapped_column(info=impersonal("a day, hours"))
    payment_method: Mapped[str | None] = mapped_column(info=impersonal("one of a few words"))
    note: Mapped[str | None] = mapped_column(info=personal("the buyer's wishes", **_CART))
    codes: Mapped[list[Any]] = mapped_column(
        server_default="[]", info=impersonal("codes of promotions")
    )
    gift_cards: Mapped[list[Any]] = mapped_column(
        server_default="[]", info=impersonal("cards by their ids")
    )
    points: Mapped[int | None] = mapped_column(server_default="0")
    visitor: Mapped[str | None] = mapped_column(info=personal("to know the browser again", **_CART))
    order_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    is_own: Mapped[bool] = mapped_column(server_default="false")
    joined_into_id: Mapped[UUID | None]
    __table_args__ = (
        owned("location_id", "location"),
        owned("delivery_method_id", "delivery_method"),
        owned("order_id", "sales_order"),
        owned("customer_id", "customer"),
        owned("joined_into_id", "cart", cascade=True),
        UniqueConstraint("tenant_id", "token_hash"),
        UniqueConstraint("tenant_id", "order_id"),
        tenant_index("cart", "updated_at"),
        tenant_index("cart", "location_id"),
        tenant_index("cart", "delivery_method_id"),
        tenant_index("cart", "customer_id"),
        tenant_index("cart", "joined_into_id"),
        one_of("payment_method", *PAYMENT_METHODS),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("customer_id IS NOT NULL OR NOT is_own", name="own_is_somebodys"),
        CheckConstraint("address IS NULL OR location_id IS NULL", name="goes_one_way"),
    )


class CartLine(TenantOwned, Base):
    """So many thousandths of a variant; `seen_minor` is what one cost when it was put there.

    `attributes` are the buyer's own words by name (an engraving); lines with others are
    others.
    """

    __tablename__ = "cart_line"
    cart_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    note: Mapped[str | None]
    seen_minor: Mapped[int | None]
    __table_args__ = (
        owned("cart_id", "cart", cascade=True),
        owned("variant_id", "variant", cascade=True),
        tenant_index("cart_line", "cart_id"),
        tenant_index("cart_line", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("seen_minor >= 0", name="seen_minor"),
    )
