"""Locations, how much of each variant is there, its lots, all that came and went, and holds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from domain.stock.adjustments.tables import Adjustment as Adjustment
from domain.stock.adjustments.tables import AdjustmentLine as AdjustmentLine
from domain.stock.markdowns.tables import PriceMarkdown as PriceMarkdown
from domain.stock.notices.tables import BackInStock as BackInStock
from domain.stock.sheets.tables import StockExport as StockExport
from domain.stock.sheets.tables import StockImport as StockImport
from domain.stock.sheets.tables import StockImportRow as StockImportRow
from domain.stock.stocktakes.tables import Stocktake as Stocktake
from domain.stock.stocktakes.tables import StocktakeCount as StocktakeCount
from domain.stock.stocktakes.tables import StocktakeLine as StocktakeLine
from domain.stock.stocktakes.tables import StocktakeRecount as StocktakeRecount
from domain.stock.stocktakes.tables import StocktakeVariant as StocktakeVariant
from domain.stock.transfers.tables import Transfer as Transfer
from domain.stock.transfers.tables import TransferLine as TransferLine
from domain.stock.units.tables import StockUnit as StockUnit
from domain.stock.units.tables import StockUnitEvent as StockUnitEvent
from tenants.personal import impersonal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

LOCATION_KINDS = ("warehouse", "store", "pickup_point", "supplier")
LOT_STATES = ("open", "recalled")
MOVEMENT_KINDS = (
    "opening",
    "receipt",
    "sale",
    "return",
    "write_off",
    "surplus",
    "transfer_out",
    "transfer_in",
    "stocktake",
    "conversion",
    "supplier_return",
)
STRATEGIES = ("priority", "fewest_parcels", "expiry_first", "nearest")
HOLD_STATES = ("held", "partly_shipped", "released", "shipped", "expired")
DOCUMENT_KINDS = (
    "opening",
    "count",
    "change",
    "price_list",
    "hold",
    "goods_receipt",
    "write_off",
    "surplus",
    "conversion",
    "transfer",
    "stocktake",
    "supplier_return",
)


class Location(TenantOwned, Titled, FromOutside, Edited, Base):
    """A place that holds goods.

    `address` is as `addresses.address` leaves it. Null are: the `time_zone` of a place that keeps
    the shop's, the `channel_ids` of one that serves all, the `supply_days` of one that goods from
    other places reach in nobody knows how many.
    """

    __tablename__ = "location"
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="warehouse")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    is_default: Mapped[bool] = mapped_column(server_default="false")
    priority: Mapped[int] = mapped_column(server_default="0")
    address: Mapped[dict[str, Any] | None] = mapped_column(info=impersonal("of a place of ours"))
    time_zone: Mapped[str | None]
    channel_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    supply_days: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        *external_once(),
        tenant_index("location", "is_default", unique=True, where=text("is_default")),
        one_of("kind", *LOCATION_KINDS),
        CheckConstraint("cardinality(channel_ids) > 0", name="channel_ids"),
        CheckConstraint("supply_days BETWEEN 0 AND 365", name="supply_days"),
    )


class StockLevel(TenantOwned, Edited, Base):
    """How much there is, how much of that is spoken for, and how much may not be sold; thousandths.

    `backordered` is promised beyond that, and not there yet: never more than `backorder_limit`.
    At a supplier's location nothing is on hand: the limit is what he has, and `SupplierShelf` says
    of that how long it is to be believed.
    `spoilt` is what lies in recalled and expired lots. It is brought up to date at midnight, so
    whoever promises goods asks the lots themselves. `minimum` is how much should be available.
    """

    __tablename__ = "stock_level"
    location_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    on_hand: Mapped[int] = mapped_column(server_default="0")
    reserved: Mapped[int] = mapped_column(server_default="0")
    spoilt: Mapped[int] = mapped_column(server_default="0")
    backordered: Mapped[int] = mapped_column(server_default="0")
    backorder_limit: Mapped[int] = mapped_column(server_default="0")
    minimum: Mapped[int | None]
    __table_args__ = (
        owned("location_id", "location"),
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "variant_id", "location_id"),
        CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved_is_there"),
        CheckConstraint("spoilt BETWEEN 0 AND on_hand", name="spoilt_is_there"),
        CheckConstraint("backordered BETWEEN 0 AND backorder_limit", name="backordered_within"),
        CheckConstraint("minimum > 0", name="minimum"),
        tenant_index("stock_level", "id", where=text("minimum IS NOT NULL")),
    )


class SupplierShelf(TenantOwned, Base):
    """What a supplier asks for one unit that he sends to our buyers from his location, as he told
    it last, and (`stale_at`, null: for ever) until when that and what he has is to be believed.

    `sent` thousandths of what he told have gone to our buyers since. Written under its level's
    lock.
    """

    __tablename__ = "supplier_shelf"
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    price_minor: Mapped[int]
    currency: Mapped[str]
    stale_at: Mapped[datetime | None]
    sent: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned("location_id", "location"),
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "variant_id", "location_id"),
        tenant_index("supplier_shelf", "location_id"),
        CheckConstraint("sent >= 0", name="sent"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )


class Lot(TenantOwned, Base):
    """Goods of one variant that came together: made, received and, perhaps, spoilt together.

    Without a number it is ours alone: what came in at once at one cost. `expires_on` is the last
    day on which it may be sold; that it is near was told so many days before (`told_days`).
    """

    __tablename__ = "lot"
    variant_id: Mapped[UUID]
    number: Mapped[str | None]
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(server_default="open")
    received_at: Mapped[datetime]
    told_days: Mapped[int | None]
    __table_args__ = (
        owned("variant_id", "variant"),
        UniqueConstraint("tenant_id", "variant_id", "number"),
        tenant_index("lot", "expires_on", where=text("expires_on IS NOT NULL")),
        one_of("state", *LOT_STATES),
        CheckConstraint("made_on <= expires_on", name="made_before_it_expires"),
    )


class LotBalance(TenantOwned, Base):
    """How much of a lot is at a location, and what that cost; changed under its level's lock."""

    __tablename__ = "lot_balance"
    lot_id: Mapped[UUID]
    location_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    value_minor: Mapped[int]
    __table_args__ = (
        owned("lot_id", "lot"),
        owned("location_id", "location"),
        owned("variant_id", "variant"),
        UniqueConstraint("tenant_id", "lot_id", "location_id"),
        tenant_index("lot_balance", "variant_id", "location_id", where=text("quantity > 0")),
        CheckConstraint("quantity >= 0 AND value_minor >= 0", name="is_there"),
        CheckConstraint("quantity > 0 OR value_minor = 0", name="nothing_costs_nothing"),
    )


class StockArrival(TenantOwned, Base):
    """What a line of a document still lets expect at a location; without a date, some day.

    `line_id` is a line of `document_id`, of its kind. What has come, or never will, is deleted.
    """

    __tablename__ = "stock_arrival"
    document_kind: Mapped[str]
    document_id: Mapped[UUID]
    line_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    quantity: Mapped[int]
    due_on: Mapped[date | None]
    __table_args__ = (
        owned("variant_id", "variant"),
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "line_id"),
        tenant_index("stock_arrival", "variant_id", "location_id"),
        tenant_index("stock_arrival", "document_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )


class DocumentCounter(TenantOwned, Base):
    """The last number given to a document of a kind: 1, 2, 3, without gaps."""

    __tablename__ = "document_counter"
    kind: Mapped[str]
    last: Mapped[int]
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind"),
        CheckConstraint("last > 0", name="last"),
    )


class StockMovement(TenantOwned, Base):
    """What came or went: written once, and never changed. The application may do no more.

    `document_kind` and `document_id` say by what; `line_id`, for which of its lines. `actor` and
    `actor_id` are as in the audit log.
    """

    __tablename__ = "stock_movement"
    kind: Mapped[str]
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    quantity: Mapped[int]
    value_minor: Mapped[int]
    document_kind: Mapped[str]
    document_id: Mapped[UUID]
    line_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime]
    __table_args__ = (
        owned("variant_id", "variant"),
        owned("location_id", "location"),
        owned("lot_id", "lot"),
        tenant_index("stock_movement", "variant_id", "location_id", "at"),
        tenant_index("stock_movement", "lot_id", "location_id"),
        tenant_index("stock_movement", "document_id"),
        tenant_index("stock_movement", "at", "id"),
        one_of("kind", *MOVEMENT_KINDS),
        one_of("document_kind", *DOCUMENT_KINDS),
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint("value_minor = 0 OR (value_minor > 0) = (quantity > 0)", name="value"),
    )


class StockHold(TenantOwned, Base):
    """Goods kept for `owner`. Of one owner's holds one at most is under way or shipped.

    `asked` is what was asked for: thousandths by variant. Past `expires_at` (null: never) it keeps
    nothing, whatever its state still says. It is shipped once all of it is; of one that ended
    otherwise its lines say what had gone out.
    """

    __tablename__ = "stock_hold"
    owner: Mapped[str]
    asked: Mapped[dict[str, Any]]
    strategy: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="held")
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        tenant_index(
            "stock_hold",
            "owner",
            unique=True,
            where=text("state IN ('held', 'partly_shipped', 'shipped')"),
        ),
        tenant_index("stock_hold", "expires_at", where=text("state IN ('held', 'partly_shipped')")),
        one_of("strategy", *STRATEGIES),
        one_of("state", *HOLD_STATES),
    )


class StockHoldLine(TenantOwned, Base):
    """What a hold keeps at one level. Closed once it keeps it no more, under the level's lock.

    Of `quantity`, `shipped` has gone out, and `returned` of that came back; while it is open, the
    rest is kept: `backordered` of it is not there yet. What a supplier sends is all of it until it
    is shipped, and then has cost `cost_minor` in `cost_currency`, for no lot of ours knows.
    """

    __tablename__ = "stock_hold_line"
    hold_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    location_id: Mapped[UUID]
    quantity: Mapped[int]
    shipped: Mapped[int] = mapped_column(server_default="0")
    returned: Mapped[int] = mapped_column(server_default="0")
    backordered: Mapped[int] = mapped_column(server_default="0")
    is_drop_shipped: Mapped[bool] = mapped_column(server_default="false")
    cost_minor: Mapped[int | None]
    cost_currency: Mapped[str | None]
    is_open: Mapped[bool] = mapped_column(server_default="true")
    __table_args__ = (
        owned("hold_id", "stock_hold"),
        owned("variant_id", "variant"),
        owned("location_id", "location"),
        tenant_index("stock_hold_line", "hold_id"),
        tenant_index("stock_hold_line", "variant_id", "location_id", where=text("is_open")),
        CheckConstraint("quantity > 0 OR quantity = 0 AND NOT is_open", name="quantity"),
        CheckConstraint("shipped BETWEEN 0 AND quantity", name="shipped_is_kept"),
        CheckConstraint("returned BETWEEN 0 AND shipped", name="returned_is_shipped"),
        CheckConstraint("backordered BETWEEN 0 AND quantity - shipped", name="backordered_is_kept"),
        CheckConstraint(
            "NOT is_drop_shipped OR backordered = quantity - shipped", name="sent_by_supplier"
        ),
        CheckConstraint("cost_currency ~ '^[A-Z]{3}$'", name="cost_currency"),
    )
