"""Drafts of orders as the merchant sees them."""

from enum import Enum

import strawberry

from api.catalog.admin_types.variants import Variant
from api.customers.types import CUSTOMER_READ, Customer
from api.engine.fields import computed
from api.nodes import Node
from api.orders import kinds
from api.orders.orders.line_fields import FrozenLine, order_lines
from api.orders.words import OrderSource, PaymentMethod
from api.rows import Edited, in_table, one
from api.scalars import CurrencyCode, DateTime, Money, id_field, money
from api.stock.addresses import Address
from api.stock.holds.types import StockHold
from api.stock.ledger_types import VARIANT_READ
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.customers import tables as customers
from domain.orders.drafts.freezing import lines_of
from domain.orders.drafts.states import Action, allowed_actions
from domain.stock import tables as stock

OrderDraftAction = strawberry.enum(
    Action, name="OrderDraftAction", description="What may be done with a draft now."
)


@strawberry.enum
class OrderDraftState(Enum):
    """How far a draft is.

    REQUESTED: a buyer has asked for it by one click, and waits to be called. OPEN: staff are at it.
    OFFERED: its buyer has a link to it. ORDERED: it is an order. CANCELLED, EXPIRED: it came to
    nothing; EXPIRED, for nobody ordered it in time.
    """

    REQUESTED = "requested"
    OPEN = "open"
    OFFERED = "offered"
    ORDERED = "ordered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@strawberry.type
class OrderDraftLine(FrozenLine):
    """What is offered, as it will stand in the order."""

    variant: Variant | None = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)


@strawberry.type
class OrderDraft(Node, Edited):
    """What may become an order, at prices that are kept until `validUntil`."""

    id: strawberry.ID = id_field(kinds.DRAFT)
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: of drafts, for people."
    )
    source: OrderSource
    call_id: str | None = strawberry.field(description="The call that it was made in.")
    state: OrderDraftState
    allowed_actions: list[OrderDraftAction] = computed(  # type: ignore[valid-type]
        allowed_actions
    )
    customer: Customer | None = one(
        in_table(customers.Customer),
        by="customer_id",
        permission=CUSTOMER_READ,
        description="Whom staff say it is for.",
    )
    name: str | None
    email: str | None
    phone: str | None
    address: Address | None
    place: Location | None = one(
        in_table(stock.Location), by="location_id", description="Where it is picked up."
    )
    payment_method: PaymentMethod | None
    note: str | None
    codes: list[str]
    lines: list[OrderDraftLine] = order_lines(lines_of, of="draft_id")
    currency_code: CurrencyCode = computed(lambda row: row["currency"])
    discount: Money = computed(
        lambda row: (row["discount_minor"], row["currency"]),
        description="What staff take off, which is spread over the lines.",
    )
    discount_reason: str | None
    total: Money = money("total_minor")
    valid_until: DateTime
    hold: StockHold | None = one(
        in_table(stock.StockHold), by="hold_id", description="Where its goods are kept."
    )
    order_id: strawberry.ID | None = id_field(kinds.ORDER, "order_id")
    ended_at: DateTime | None = strawberry.field(description="When it was ordered, or given up.")
    end_reason: str | None
