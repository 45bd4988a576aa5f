"""Statuses of a shop's own, tags and comments of orders."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from domain.orders.orders.tables import STATES
from domain.shared_columns import Edited, Titled
from domain.stock.sheets.tables import EXPORT_STATUSES, FORMATS
from tenants.personal import Kept, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

_SAID: Final[Kept] = {"retention": "until the person is erased", "erased": "empty"}


class OrderStatus(TenantOwned, Edited, Titled, Base):
    """A word of the shop's own for a part of a state: "being packed" for confirmed orders.

    Its state never changes. The default of a state is what an order gets that enters it. `colour`
    is as "#ff8800".
    """

    __tablename__ = "order_status"
    state: Mapped[str]
    colour: Mapped[str]
    position: Mapped[int] = mapped_column(server_default="0")
    is_default: Mapped[bool] = mapped_column(server_default="false")
    __table_args__ = (
        UniqueConstraint("tenant_id", "title_sort"),
        UniqueConstraint("tenant_id", "id", "state"),
        tenant_index("order_status", "state", unique=True, where=sql("is_default")),
        one_of("state", *STATES),
        CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name="colour"),
    )


class OrderView(TenantOwned, Edited, Base):
    """A view of the list of orders: `filter` is in the words of its `where`. Without an owner it is
    for all.
    """

    __tablename__ = "order_view"
    title: Mapped[str]
    filter: Mapped[dict[str, Any]]
    owner_id: Mapped[UUID | None]
    position: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned("owner_id", "staff_member"),
        tenant_index("order_view", "owner_id"),
    )


class OrderExport(TenantOwned, Base):
    """A file of orders, those that `filter` tells; a row for each, or (`by_line`) for each line.

    It was asked for by `actor`, who then saw the `points` of sale (null: all), and holds no others.
    """

    __tablename__ = "order_export"
    format: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="waiting")
    by_line: Mapped[bool]
    filter: Mapped[dict[str, Any]]
    points: Mapped[list[Any] | None]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    rows: Mapped[int | None]
    size_bytes: Mapped[int | None]
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    __table_args__ = (one_of("format", *FORMATS), one_of("status", *EXPORT_STATUSES))


class OrderTag(TenantOwned, Base):
    """A word that staff sort orders by."""

    __tablename__ = "order_tag"
    order_id: Mapped[UUID]
    tag: Mapped[str]
    __table_args__ = (
        owned("order_id", "sales_order", cascade=True),
        UniqueConstraint("tenant_id", "order_id", "tag"),
        tenant_index("order_tag", "tag"),
    )


class OrderComment(TenantOwned, Base):
    """What staff say to each other of an order; its words are its newest text's.

    Who wrote it is as the audit log names him; `mentions` are ids of members of staff.
    """

    __tablename__ = "order_comment"
    order_id: Mapped[UUID]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    mentions: Mapped[list[Any]] = mapped_column(server_default="[]")
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    __table_args__ = (
        owned("order_id", "sales_order", cascade=True),
        tenant_index("order_comment", "order_id", "id"),
    )


class OrderCommentText(TenantOwned, Base):
    """The words of a comment in one of their versions: written once, and never changed. With the
    buyer they go too: staff write names and phones there, and no law asks for them."""

    __tablename__ = "order_comment_text"
    comment_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(info=personal("what staff say of an order", **_SAID))
    written_at: Mapped[datetime]
    __table_args__ = (
        owned("comment_id", "order_comment", cascade=True),
        tenant_index("order_comment_text", "comment_id", "id"),
    )
