"""Prices that are marked down for a while, and what they were."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped

from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

ENDINGS = ("sold_off", "ended", "overtaken")


class PriceMarkdown(TenantOwned, Base):
    """A price that is lower as long as there is some of the variant to sell that expires by
    `until_on`.

    Until `ended_at` the list has `amount_minor`, and shows `was_minor` beside it. Then it has
    `was_minor` and `was_compare_at_minor` again; or, overtaken, what somebody else has set.
    """

    __tablename__ = "price_markdown"
    price_list_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    min_quantity: Mapped[int]
    amount_minor: Mapped[int]
    was_minor: Mapped[int]
    was_compare_at_minor: Mapped[int | None]
    until_on: Mapped[date]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    __table_args__ = (
        owned("price_list_id", "price_list", cascade=True),
        owned("variant_id", "variant", cascade=True),
        tenant_index(
            "price_markdown",
            "variant_id",
            "price_list_id",
            "min_quantity",
            unique=True,
            where=text("ended_at IS NULL"),
        ),
        tenant_index("price_markdown", "variant_id"),
        tenant_index("price_markdown", "price_list_id"),
        one_of("ending", *ENDINGS),
        CheckConstraint("amount_minor BETWEEN 0 AND was_minor - 1", name="amount_minor"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended"),
    )
