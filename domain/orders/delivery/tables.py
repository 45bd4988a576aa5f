"""Ways of delivery, each with its rates."""

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, one_of, tenant_index

KINDS = ("courier", "carrier", "post")


class DeliveryMethod(TenantOwned, Titled, FromOutside, Edited, Base):
    """A way in which goods go to an address. `rates` are as `rates.read_rates` leaves them: of
    those that fit an address, a weight and a sum, the narrowest says what it costs.
    """

    __tablename__ = "delivery_method"
    kind: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    position: Mapped[int] = mapped_column(server_default="0")
    rates: Mapped[list[Any]] = mapped_column(server_default="[]")
    __table_args__ = (
        *external_once(),
        tenant_index("delivery_method", "position", "id"),
        one_of("kind", *KINDS),
        CheckConstraint("position >= 0", name="position"),
    )
