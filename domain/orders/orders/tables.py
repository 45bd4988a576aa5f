"""Orders, their lines as they were sold, and the ledger of their money."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.orders.carts.tables import PAYMENT_METHODS
from domain.shared_columns import Edited, FromOutside, external_once
from tenants.personal import impersonal, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

SOURCES = ("site", "phone", "chat", "messenger", "form", "marketplace", "point_of_sale", "import")
"""Where orders come from."""
STATES = (
    "awaiting_payment",
    "confirmed",
    "in_delivery",
    "handed_over",
    "cancelled",
    "expired",
)
LINE_KINDS = ("goods", "delivery")
ENTRY_KINDS = ("due", "paid", "refunded")
PAID_BY = ("cash", "card", "transfer", "other")
"""How money goes by hand."""
BY_ORDER = "order"
MOVED_BY = (*PAID_BY, "gift_card", BY_ORDER)


class Order(TenantOwned, FromOutside, Edited, Base):
    """What a buyer has ordered. The table has another name, for ORDER is a word of SQL.

    What he owes for it is `due_minor`, `paid_minor` is what came of that and `refunded_minor` what
    went back: sums of its entries, written with them. `cards_minor` of it is what gift cards paid,
    `points_minor` are the points by which its prices are lower, both without what they have back;
    `earned_points` are those that it has earned, null before. As it was placed it is
    1 `revision`, and one more after each edit. `token_hash` is of what opens it at the storefront,
    and `hold_id` keeps its goods. `customer_id` is the card of who signed in to order
    (`by_account`), or the one that his contacts led to: by guess, so it proves nothing.
    `promised_on` is the day by which he was told that goods are with him, or where he fetches
    them; of a `delivery_window` he was told its hours too (`on`, `begins`, `ends`). `status_id` is
    a word of the shop's own for a part of its state, `assignee_id` who of staff sees to it.
    What was split off another order names it, `split_from_id`.
    """

    __tablename__ = "sales_order"
    number: Mapped[int]
    state: Mapped[str]
    status_id: Mapped[UUID | None]
    assignee_id: Mapped[UUID | None]
    source: Mapped[str]
    token_hash: Mapped[bytes]
    customer_id: Mapped[UUID | None]
    by_account: Mapped[bool] = mapped_column(server_default="false")
    currency: Mapped[str] = mapped_column(info=impersonal("of its sums"))
    name: Mapped[str | None] = mapped_column(info=personal("to call the buyer by"))
    email: Mapped[str | None] = mapped_column(info=personal("to write of the order"))
    phone: Mapped[str | None] = mapped_column(info=personal("to call about the order"))
    address: Mapped[dict[str, Any] | None] = mapped_column(info=personal("to send the goods there"))
    location_id: Mapped[UUID | None]
    delivery_method_id: Mapped[UUID | None]
    delivery_window: Mapped[dict[str, Any] | None] = mapped_column(info=impersonal("a day, hours"))
    promised_on: Mapped[date | None] = mapped_column(info=impersonal("the shop's promise"))
    payment_method: Mapped[str] = mapped_column(info=impersonal("one of a few words"))
    note: Mapped[str | None] = mapped_column(info=personal("the buyer's wishes"))
    revision: Mapped[int] = mapped_column(server_default="1")
    total_minor: Mapped[int]
    due_minor: Mapped[int]
    paid_minor: Mapped[int] = mapped_column(server_default="0")
    refunded_minor: Mapped[int] = mapped_column(server_default="0")
    cards_minor: Mapped[int] = mapped_column(server_default="0")
    points_minor: Mapped[int] = mapped_column(server_default="0")
    earned_points: Mapped[int | None]
    hold_id: Mapped[UUID]
    split_from_id: Mapped[UUID | None]
    pay_until: Mapped[datetime | None]
    placed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(info=personal("why it came to nothing"))
    __table_args__ = (
        owned("location_id", "location"),
        owned("delivery_method_id", "delivery_method"),
        owned("hold_id", "stock_hold"),
        owned("assignee_id", "staff_member"),
        ForeignKeyConstraint(
            ["tenant_id", "status_id", "state"],
            ["order_status.tenant_id", "order_status.id", "order_status.state"],
        ),
        owned("customer_id", "customer"),
        owned("split_from_id", "sales_order"),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "token_hash"),
        *external_once(),
        tenant_index("sales_order", "state", "id"),
        tenant_index("sales_order", "status_id", "id"),
        tenant_index("sales_order", "assignee_id", "id"),
        tenant_index("sales_order", "location_id"),
        tenant_index("sales_order", "delivery_method_id"),
        tenant_index("sales_order", "customer_id", "id"),
        tenant_index("sales_order", "phone", "id"),
        tenant_index("sales_order", "email", "id"),
        tenant_index("sales_order", "placed_at", "id"),
        tenant_index("sales_order", "split_from_id", where=text("split_from_id IS NOT NULL")),
        one_of("state", *STATES),
        one_of("source", *SOURCES),
        one_of("payment_method", *PAYMENT_METHODS),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("total_minor >= 0 AND due_minor >= 0", name="amounts"),
        CheckConstraint("cards_minor BETWEEN 0 AND paid_minor", name="cards_paid_of_it"),
        CheckConstraint("points_minor >= 0 AND earned_points >= 0", name="points"),
        CheckConstraint("customer_id IS NOT NULL OR NOT by_account", name="account_is_somebodys"),
        CheckConstraint("refunded_minor BETWEEN 0 AND paid_minor", name="refunded_was_paid"),
    )


class SoldLine:
    """What is sold at which price: frozen, however the catalogue changes. It is sold by `step`.

    `positions` are those of the receipt, as `pricing.positions` has made them; together they are
    `total_minor`, which `trace` leads to step by step. `takes` says how many thousandths of which
    variants leave the shelves for all of it.
    """

    position: Mapped[int]
    kind: Mapped[str] = mapped_column(server_default="goods")
    variant_id: Mapped[UUID | None]
    title: Mapped[str]
    sku: Mapped[str | None]
    unit: Mapped[str]
    step: Mapped[int]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    discount_minor: Mapped[int]
    total_minor: Mapped[int]
    vat_percent: Mapped[int | None]
    vat_code: Mapped[int]
    vat_prepaid_code: Mapped[int]
    vat_minor: Mapped[int]
    positions: Mapped[list[Any]]
    trace: Mapped[list[Any]]
    takes: Mapped[dict[str, Any]]
    attributes: Mapped[dict[str, Any]] = mapped_column(
        info=personal("what the buyer wants on it", erased="blank")
    )
    note: Mapped[str | None] = mapped_column(info=personal("the buyer's wishes"))


def sold_line(
    least: str = "quantity > 0",
) -> tuple[ForeignKeyConstraint, CheckConstraint, CheckConstraint, CheckConstraint]:
    """The constraints of SoldLine; `least` is how little may be of it."""
    return (
        owned("variant_id", "variant"),
        one_of("kind", *LINE_KINDS),
        CheckConstraint(f"{least} AND step > 0", name="quantity"),
        CheckConstraint(
            "price_minor >= 0 AND discount_minor >= 0 AND total_minor >= 0 AND vat_minor >= 0",
            name="amounts",
        ),
    )


class OrderLine(TenantOwned, SoldLine, Base):
    """What was sold. Of its quantity `picked` is on its way, `handed_over` of that is the buyer's,
    and `returned` of that came back.

    An edit changes its quantity alone: what is sold at another price is another line. Of one that
    was taken away the quantity is 0.
    """

    __tablename__ = "order_line"
    order_id: Mapped[UUID]
    picked: Mapped[int] = mapped_column(server_default="0")
    handed_over: Mapped[int] = mapped_column(server_default="0")
    returned: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned("order_id", "sales_order"),
        *sold_line("quantity >= 0"),
        tenant_index("order_line", "order_id"),
        tenant_index("order_line", "variant_id"),
        CheckConstraint("picked BETWEEN handed_over AND quantity", name="picked_was_ordered"),
        CheckConstraint("returned BETWEEN 0 AND handed_over", name="returned_was_handed_over"),
    )


class OrderEntry(TenantOwned, Base):
    """A line of an order's ledger: written once, and never changed; the application may do no more.

    Of `due` the amount may be negative: less is owed. `reason` is a word or a person's, `by` how
    money went, `document_id` what it was for, where it was for something; of a gift card, the card,
    and of what goes with goods that are split off, the other order.
    """

    __tablename__ = "order_entry"
    order_id: Mapped[UUID]
    kind: Mapped[str]
    amount_minor: Mapped[int]
    reason: Mapped[str]
    by: Mapped[str | None]
    document_id: Mapped[UUID | None]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime]
    __table_args__ = (
        owned("order_id", "sales_order"),
        tenant_index("order_entry", "order_id"),
        one_of("kind", *ENTRY_KINDS),
        one_of("by", *MOVED_BY),
        CheckConstraint("amount_minor <> 0", name="amount_minor"),
        CheckConstraint("kind = 'due' OR amount_minor > 0", name="money_is_positive"),
        CheckConstraint("(kind = 'due') = (by IS NULL)", name="money_goes_somehow"),
    )
