"""By which codes goods are known one by one: what categories and products may say of it."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.tables import one_of, tenant_index

UNIT_CODES: Final = ("none", "serial", "marking")


class DemandsCodes:
    """None: as what is above says. `marking_group` is what the law calls such goods."""

    unit_codes: Mapped[str | None] = mapped_column(sort_order=70)
    marking_group: Mapped[str | None] = mapped_column(sort_order=71)


def codes_fit(table: str) -> tuple[CheckConstraint, CheckConstraint, Index]:
    """The constraints of DemandsCodes, and the index by which the few that say so are found."""
    return (
        one_of("unit_codes", *UNIT_CODES),
        CheckConstraint(
            "(unit_codes IS NOT DISTINCT FROM 'marking') = (marking_group IS NOT NULL)",
            name="marking_group",
        ),
        tenant_index(table, "unit_codes", where=text("unit_codes IS NOT NULL")),
    )
