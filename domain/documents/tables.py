"""The table of trusted documents."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from tenants.tables import Base, TenantOwned


class TrustedDocument(TenantOwned, Base):
    """One registered document; `hash` is the sha-256 of `text`, in hex."""

    __tablename__ = "trusted_document"
    hash: Mapped[str]
    name: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("tenant_id", "hash"),)
