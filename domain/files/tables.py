"""What is kept outside the database, for whom, and until when."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.tables import Base, TenantOwned, one_of, tenant_index

PURPOSES: Final = ("picture", "price_list", "sheet", "customer_file", "original", "export")
STATUSES: Final = ("awaited", "receiving", "stored", "removing")


class StoredFile(TenantOwned, Base):
    """One file of a tenant: `name` in the FileStore; with `expires_at` null it stays.

    `size_bytes` is all that it takes up, and was counted against the plan when the row was made.
    `companions` are names of files made from it, which go with it. `facts` are those of a picture.
    """

    __tablename__ = "stored_file"
    purpose: Mapped[str]
    status: Mapped[str]
    name: Mapped[str]
    companions: Mapped[list[Any]] = mapped_column(server_default="[]")
    filename: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        # A picture is kept once, however many products show it.
        tenant_index(
            "stored_file",
            "sha256",
            unique=True,
            where=text("purpose = 'original' AND status = 'stored'"),
        ),
        one_of("purpose", *PURPOSES),
        one_of("status", *STATUSES),
        CheckConstraint("size_bytes >= 0", name="size_bytes"),
        CheckConstraint("status <> 'stored' OR sha256 IS NOT NULL", name="sha256"),
    )
