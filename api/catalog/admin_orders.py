"""What the admin's lists of groups and pages are ordered by."""

from enum import Enum

import strawberry

from api.filters import OrderDirection


@strawberry.enum
class TitledOrderField(Enum):
    """What things with a title are ordered by."""

    TITLE = "title"
    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"


@strawberry.input
class TitledOrder:
    """One level of an order."""

    field: TitledOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.enum
class PlacedOrderField(Enum):
    """What things with a title and a place are ordered by."""

    TITLE = "title"
    POSITION = "position"
    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"


@strawberry.input
class PlacedOrder:
    """One level of an order."""

    field: PlacedOrderField
    direction: OrderDirection = OrderDirection.ASC
