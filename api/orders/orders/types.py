"""Orders as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.customers.types import CUSTOMER_READ, Customer
from api.engine.fields import batch, column, computed
from api.merchants.history_types import Event
from api.merchants.named_ids import actor_id
from api.merchants.words import ActorKind
from api.nodes import Node
from api.orders import kinds
from api.orders.delivery.types import DeliveryMethod
from api.orders.desk.types import Colleague, OrderComment, OrderStatus, order_tags
from api.orders.drafts.types import OrderDraft
from api.orders.edits.types import OrderRevision
from api.orders.hand_overs.types import HandOver
from api.orders.orders.line_fields import LineFields, order_lines
from api.orders.returns.types import OrderReturn
from api.orders.words import DeliveryWindow, OrderAction, OrderSource, OrderState, PaymentMethod
from api.pricing.promotions.queries import READ as CARD_READ
from api.pricing.purses.types import GiftCard
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, many, one
from api.scalars import CurrencyCode, Date, DateTime, Money, id_field, money
from api.stock.addresses import Address
from api.stock.holds.types import StockHold
from api.stock.ledger_types import VARIANT_READ
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.customers import tables as customers
from domain.orders.delivery.tables import DeliveryMethod as DeliveryMethodTable
from domain.orders.desk import tables as desk
from domain.orders.desk.colleagues import colleagues_by_ids
from domain.orders.desk.comments import comments_of
from domain.orders.drafts.lists import drafts_of_orders
from domain.orders.edits.revisions import revisions_of
from domain.orders.edits.splits import split_off_of
from domain.orders.hand_overs.lists import hand_overs_of
from domain.orders.orders.history import history_of
from domain.orders.orders.lists import orders_seen
from domain.orders.orders.money import entries_of, to_pay, to_refund
from domain.orders.orders.purses import GIFT_CARD
from domain.orders.orders.states import allowed_actions
from domain.orders.returns.lists import returns_of
from domain.pricing import tables as pricing
from domain.stock import tables as stock


@strawberry.enum
class OrderEntryKind(Enum):
    """DUE: so much more is owed, or less. PAID: it came. REFUNDED: it went back."""

    DUE = "due"
    PAID = "paid"
    REFUNDED = "refunded"


@strawberry.enum
class PaidBy(Enum):
    """How money came or went; by GIFT_CARD it does so by itself, never by hand, and by ORDER with
    goods that were split off, from the one order to the other."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"
    GIFT_CARD = "gift_card"
    ORDER = "order"
    OTHER = "other"


@strawberry.type
class OrderLine(LineFields):
    """What was ordered, as it was sold."""

    variant: Variant | None = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)


@strawberry.type
class OrderEntry:
    """A line of an order's money; it is never changed."""

    id: strawberry.ID = id_field(kinds.ENTRY)
    kind: OrderEntryKind
    amount: Money = money("amount_minor")
    reason: str
    by: PaidBy | None
    gift_card: GiftCard | None = one(
        in_table(pricing.GiftCard),
        by="card_id",
        permission=CARD_READ,
        description="The card, where it was by one.",
    )
    actor: ActorKind
    actor_id: strawberry.ID | None = computed(actor_id)
    at: DateTime


async def _entries(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """The entries of each order, in the order's currency."""
    currency = {parent["id"]: parent["currency"] for parent in parents}
    found = await entries_of(context.reading, list(currency))
    rows = [
        {
            **row,
            "currency": currency[row["order_id"]],
            "card_id": row["document_id"] if row["by"] == GIFT_CARD else None,
        }
        for row in found
    ]
    return lists_by(rows, "order_id", [parent["id"] for parent in parents])


async def _split_from(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    ids = list({parent["split_from_id"] for parent in parents if parent["split_from_id"]})
    found = await orders_seen(context.reading, context.principal, ids)
    return [found.get(parent["split_from_id"]) for parent in parents]


async def _split_off(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    rows = await split_off_of(context.reading, context.principal, ids)
    return lists_by(rows, "split_from_id", ids)


@strawberry.type
class Order(Node, Edited):
    """What a buyer has ordered, wherever he came from."""

    id: strawberry.ID = id_field(kinds.ORDER)
    external_id: ExternalId | None = external_id()
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: without gaps, for people."
    )
    source: OrderSource
    state: OrderState
    status: OrderStatus | None = one(
        in_table(desk.OrderStatus),
        by="status_id",
        description="A word of the shop's own for a part of the state.",
    )
    assignee: Colleague | None = one(
        colleagues_by_ids, by="assignee_id", description="Who sees to it."
    )
    tags: list[str] = order_tags()
    comments: list[OrderComment] = many(
        comments_of, of="order_id", items=5, description="Among staff, the newest first."
    )
    allowed_actions: list[OrderAction] = computed(allowed_actions)  # type: ignore[valid-type]
    customer: Customer | None = one(
        in_table(customers.Customer),
        by="customer_id",
        permission=CUSTOMER_READ,
        description="The card of who ordered; unless `byAccount`, the one his contacts led to.",
    )
    by_account: bool = strawberry.field(description="Whether he was signed in when he ordered.")
    name: str | None
    email: str | None
    phone: str | None
    address: Address | None
    place: Location | None = one(
        in_table(stock.Location), by="location_id", description="Where it is picked up."
    )
    promised_on: Date | None = strawberry.field(
        description="By which day it was promised to be with him, or where he fetches it."
    )
    delivery_window: DeliveryWindow | None = strawberry.field(
        description="When the courier comes, where that was chosen."
    )
    delivery_method: DeliveryMethod | None = one(
        in_table(DeliveryMethodTable),
        by="delivery_method_id",
        permission="settings:read",
        description="Null: none was chosen, or it is no more.",
    )
    payment_method: PaymentMethod
    note: str | None
    currency_code: CurrencyCode = computed(lambda row: row["currency"])
    lines: list[OrderLine] = order_lines()
    total: Money = money("total_minor")
    due: Money = computed(
        lambda row: (row["due_minor"], row["currency"]),
        description="What is owed for it in all: the total, less what came back or was given up.",
    )
    paid: Money = money("paid_minor")
    refunded: Money = money("refunded_minor")
    to_pay: Money = computed(
        lambda row: (to_pay(row), row["currency"]), description="What is still to be paid."
    )
    to_refund: Money = computed(
        lambda row: (to_refund(row), row["currency"]), description="What is to be given back."
    )
    by_gift_cards: Money = computed(
        lambda row: (row["cards_minor"], row["currency"]),
        description="What of that gift cards have paid, less what they have back.",
    )
    points: int = column(
        "points_minor", description="Bonus points that lower its prices, less those given back."
    )
    earned_points: int | None = strawberry.field(
        description="Bonus points for it; null before its buyer has all of it and owes nothing."
    )
    entries: list[OrderEntry] = batch(
        _entries, items=3, description="How these sums came about, the oldest first."
    )
    revision: int = strawberry.field(description="1 as it was placed, one more for each edit.")
    revisions: list[OrderRevision] = many(
        revisions_of, of="order_id", items=1, description="Its edits, the oldest first."
    )
    split_from: "Order | None" = batch(_split_from, description="The order that it was a part of.")
    split_off: list["Order"] = batch(
        _split_off, items=1, description="Orders that were parts of it, the oldest first."
    )
    hold: StockHold = one(
        in_table(stock.StockHold), by="hold_id", description="Where its goods are kept."
    )
    draft: OrderDraft | None = one(
        drafts_of_orders, description="The draft that it came of, with its call."
    )
    pay_until: DateTime | None = strawberry.field(description="Not paid by then, it expires.")
    placed_at: DateTime
    ended_at: DateTime | None = strawberry.field(description="When it came to nothing.")
    cancel_reason: str | None
    hand_overs: list[HandOver] = many(hand_overs_of, of="order_id", items=2)
    returns: list[OrderReturn] = many(returns_of, of="order_id", items=1)
    history: list[Event] = many(
        history_of, of="order_id", items=10, description="What happened to it, the newest first."
    )
