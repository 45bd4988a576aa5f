"""What a category and a product say of their goods' codes."""

import strawberry
from strawberry import UNSET

from api.catalog.admin_words import UnitCodes


@strawberry.input
class DemandsCodesInput:
    """Which codes goods are known by, one by one."""

    unit_codes: UnitCodes | None = strawberry.field(
        default=UNSET,
        description="Null: as the category above says, or the main one; NONE at the root.",
    )
    marking_group: str | None = strawberry.field(
        default=UNSET,
        description="With MARKING: the group of goods, a code such as shoes, milk or tobacco.",
    )
