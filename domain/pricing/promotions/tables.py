"""Promotions, their codes, and how often each was used."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.pricing.promotions.rules import ACTIONS, CONDITIONS
from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.personal import impersonal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

STATES: Final = ("draft", "active", "paused", "archived")
MOST_CONDITIONS: Final = 10
MOST_ACTIONS: Final = 5


def _kinds(column: str, *words: str) -> CheckConstraint:
    """Each member of a JSON list has one of these kinds."""
    one_of_them = f'@.kind like_regex "^({"|".join(words)})$"'
    return CheckConstraint(
        f"NOT jsonb_path_exists({column}, '$[*] ? (!({one_of_them}))')", name=f"{column}_kinds"
    )


class Promotion(TenantOwned, Titled, FromOutside, Edited, Base):
    """A rule, when it holds and how it goes with others (see the room's first page).

    `most_minor` is its cap. `offer_minutes`: each visitor has a code of his own, for so long.
    """

    __tablename__ = "promotion"
    state: Mapped[str] = mapped_column(server_default="draft")
    priority: Mapped[int] = mapped_column(server_default="0")
    is_exclusive: Mapped[bool] = mapped_column(server_default="false")
    exclusion_group: Mapped[str | None]
    needs_code: Mapped[bool] = mapped_column(server_default="false")
    conditions: Mapped[list[Any]] = mapped_column(server_default="[]")
    actions: Mapped[list[Any]] = mapped_column(server_default="[]")
    currency: Mapped[str | None]
    most_minor: Mapped[int | None]
    usage_limit: Mapped[int | None]
    customer_limit: Mapped[int | None]
    offer_minutes: Mapped[int | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    __table_args__ = (
        *external_once(),
        tenant_index("promotion", "priority", where=text("state = 'active'")),
        tenant_index("promotion", "title_sort", "id"),
        one_of("state", *STATES),
        CheckConstraint("priority BETWEEN -1000 AND 1000", name="priority"),
        CheckConstraint("starts_at < ends_at", name="dates"),
        CheckConstraint("usage_limit > 0", name="usage_limit"),
        CheckConstraint("customer_limit > 0", name="customer_limit"),
        CheckConstraint(
            "most_minor IS NULL OR (most_minor > 0 AND currency IS NOT NULL)", name="most_minor"
        ),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint(
            "offer_minutes IS NULL OR (offer_minutes > 0 AND needs_code)", name="offer_minutes"
        ),
        CheckConstraint(f"jsonb_array_length(conditions) <= {MOST_CONDITIONS}", name="conditions"),
        CheckConstraint(
            f"jsonb_array_length(actions) BETWEEN 1 AND {MOST_ACTIONS}", name="actions"
        ),
        _kinds("conditions", *CONDITIONS),
        _kinds("actions", *ACTIONS),
    )


class PromotionSegment(TenantOwned, Base):
    """A segment that a promotion's conditions name: it cannot go while they do."""

    __tablename__ = "promotion_segment"
    promotion_id: Mapped[UUID]
    segment_id: Mapped[UUID]
    __table_args__ = (
        owned("promotion_id", "promotion", cascade=True),
        owned("segment_id", "customer_segment"),
        UniqueConstraint("tenant_id", "promotion_id", "segment_id"),
        tenant_index("promotion_segment", "segment_id"),
    )


class PromotionCode(TenantOwned, Base):
    """A code as it is shown; `code_key` is what is typed, whichever way. One shop has each once.

    `visitor_key`: the digest of the only visitor whom it is for.
    """

    __tablename__ = "promotion_code"
    promotion_id: Mapped[UUID]
    code: Mapped[str]
    code_key: Mapped[str]
    series: Mapped[str | None]
    usage_limit: Mapped[int | None]
    visitor_key: Mapped[bytes | None]
    ends_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        owned("promotion_id", "promotion", cascade=True),
        UniqueConstraint("tenant_id", "code_key"),
        UniqueConstraint("tenant_id", "promotion_id", "visitor_key"),
        tenant_index("promotion_code", "promotion_id", "id"),
        CheckConstraint("usage_limit > 0", name="usage_limit"),
    )


class PromotionTally(TenantOwned, Base):
    """How often a promotion was used, of those that have a limit; the limit is held here.

    `subject_id` is the promotion itself, one of its codes, or a customer.
    """

    __tablename__ = "promotion_tally"
    promotion_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    used: Mapped[int]
    most: Mapped[int]
    __table_args__ = (
        owned("promotion_id", "promotion", cascade=True),
        UniqueConstraint("tenant_id", "promotion_id", "subject_id"),
        CheckConstraint("used BETWEEN 0 AND most", name="used"),
    )


class PromotionUse(TenantOwned, Base):
    """An order that a promotion took part in, and what it took off there; never deleted."""

    __tablename__ = "promotion_use"
    promotion_id: Mapped[UUID]
    code_id: Mapped[UUID | None]
    order_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    discount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(info=impersonal("of a sum"))
    taken_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    __table_args__ = (
        owned("promotion_id", "promotion"),
        owned("code_id", "promotion_code"),
        owned("customer_id", "customer"),
        tenant_index(
            "promotion_use",
            "order_id",
            "promotion_id",
            unique=True,
            where=text("given_back_at IS NULL"),
        ),
        tenant_index("promotion_use", "promotion_id", "customer_id"),
        tenant_index("promotion_use", "code_id"),
        tenant_index("promotion_use", "customer_id"),
        CheckConstraint("discount_minor >= 0", name="discount_minor"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )
