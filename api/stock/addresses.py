"""Addresses of places, at both doors."""

import strawberry

from api.engine.fields import computed
from api.scalars import Decimal
from domain.stock.places.addresses import spelled


@strawberry.type
class Address:
    """Where a place is."""

    country: str = strawberry.field(description="Two letters: RU.")
    region: str | None
    city: str | None
    street: str | None = strawberry.field(description="With the house.")
    postal_code: str | None
    latitude: Decimal | None = computed(
        lambda one: spelled(one["latitude"]), description='Degrees, such as "55.751244".'
    )
    longitude: Decimal | None = computed(lambda one: spelled(one["longitude"]))
