"""Transfers as the merchant sees them."""

from enum import Enum

import strawberry

from api.catalog.admin_types.variants import Variant
from api.engine.fields import computed
from api.nodes import Node
from api.rows import Edited, ExternalId, external_id, in_table, many, one
from api.scalars import Date, DateTime, Money, Quantity, id_field, money
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ, Lot
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.stock import tables
from domain.stock.transfers.lines import lines_of
from domain.stock.transfers.transfers import TRANSFERS, Action

TransferAction = strawberry.enum(
    Action, name="TransferAction", description="What may be done with a transfer."
)


@strawberry.enum
class TransferState(Enum):
    """How far a transfer is. RECEIVED: nothing of it is under way; some of it may be short."""

    DRAFT = "draft"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CANCELLED = "cancelled"


@strawberry.type
class TransferLine:
    """So much of a variant that goes from one location to another."""

    id: strawberry.ID = id_field(kinds.TRANSFER_LINE)
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    lot: Lot | None = one(
        in_table(tables.Lot),
        by="lot_id",
        description="The one that it is sent from. Null: what may be sold and expires first goes.",
    )
    quantity: Quantity
    value: Money | None = money("value_minor")
    received: Quantity = strawberry.field(description="What has come of it so far.")
    short: Quantity = strawberry.field(description="What never came.")
    short_value: Money = computed(
        lambda row: (row["short_minor"], row["currency"]),
        description="What that had cost: a loss, written off where it was awaited.",
    )


@strawberry.type
class Transfer(Node, Edited):
    """Goods that go from one location to another; between the two they are nobody's to sell."""

    id: strawberry.ID = id_field(kinds.TRANSFER)
    external_id: ExternalId | None = external_id()
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: without gaps, for people."
    )
    from_location: Location = one(in_table(tables.Location), by="from_location_id")
    to_location: Location = one(in_table(tables.Location), by="to_location_id")
    state: TransferState
    allowed_actions: list[TransferAction] = computed(  # type: ignore[valid-type]
        lambda row: TRANSFERS.allowed_actions(row["state"])
    )
    expected_on: Date | None
    note: str | None
    sent_at: DateTime | None
    received_at: DateTime | None = strawberry.field(
        description="When the last of it had come, or was known never to."
    )
    cancelled_at: DateTime | None
    lines: list[TransferLine] = many(lines_of, of="transfer_id", items=20)
