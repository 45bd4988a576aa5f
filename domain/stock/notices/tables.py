"""Buyers who asked to be told when a variant can be had again."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.personal import Kept, personal
from tenants.tables import Base, TenantOwned, owned, tenant_index

_WAITING: Final[Kept] = {
    "retention": "90 days after the letter, or until he leaves",
    "erased": "row",
}


class BackInStock(TenantOwned, Base):
    """One buyer waits for one variant, until `told_at`; his letter was under way at `queued_at`.

    `email_key` is the address as addresses are compared. `consent_sha256`: of the words that the
    buyer agreed to, at `consented_at`.
    """

    __tablename__ = "back_in_stock"
    variant_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(info=personal("to tell that it is back", **_WAITING))
    email_key: Mapped[str] = mapped_column(info=personal("to ask him once", **_WAITING))
    language: Mapped[str]
    consent_sha256: Mapped[bytes]
    consented_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    __table_args__ = (
        owned("variant_id", "variant", cascade=True),
        tenant_index(
            "back_in_stock",
            "variant_id",
            "email_key",
            unique=True,
            where=text("told_at IS NULL"),
        ),
        tenant_index("back_in_stock", "variant_id"),
        tenant_index("back_in_stock", "email_key"),
        tenant_index("back_in_stock", "told_at", where=text("told_at IS NOT NULL")),
    )
