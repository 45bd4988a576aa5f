"""Ways of delivery, each with its zones."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

KINDS = ("courier", "carrier", "post")


class DeliveryMethod(TenantOwned, Titled, FromOutside, Edited, Base):
    """A way in which goods go to an address. `zones` are as `zones.read_zones` leaves them: the
    first that has an address says what it costs. `windows` are as `windows.read_windows` does.
    `carrier_id` is who takes what is sent so, if not the shop itself.
    """

    __tablename__ = "delivery_method"
    kind: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    position: Mapped[int] = mapped_column(server_default="0")
    carrier_id: Mapped[UUID | None]
    zones: Mapped[list[Any]] = mapped_column(server_default="[]")
    windows: Mapped[list[Any]] = mapped_column(server_default="[]")
    __table_args__ = (
        *external_once(),
        owned("carrier_id", "carrier"),
        tenant_index("delivery_method", "carrier_id"),
        tenant_index("delivery_method", "position", "id"),
        one_of("kind", *KINDS),
        CheckConstraint("position >= 0", name="position"),
    )
