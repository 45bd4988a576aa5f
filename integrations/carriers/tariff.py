"""TariffGate: a carrier without a system of his own. What he asks stands in his tariff."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from domain.orders.delivery.zones import Missing, Zone, zone_for
from domain.orders.shipments.ports import Booking, CarrierRefused, Parcel, Step

_WORDS: Final = {
    Missing.NOT_SERVED: "the tariff does not lead there",
    Missing.EXCLUDED: "the tariff leaves this address out",
    Missing.POSTAL_CODE_NEEDED: "the postal code is missing",
    Missing.TOO_HEAVY: "is too heavy for the tariff",
}


class TariffGate:
    """Takes what his tariff takes, and asks what it says; without one, anything for nothing said.

    He tells nothing of parcels: that one has come is noted by staff.
    """

    looks: timedelta | None = None

    def __init__(self, tariff: Sequence[Mapping[str, Any]]) -> None:
        self.zones = [Zone.of(stored) for stored in tariff]

    async def quote(self, parcel: Parcel) -> int | None:
        """By weight and worth. Raises CarrierRefused."""
        if not self.zones:
            return None
        zone = zone_for(self.zones, parcel.address)
        if isinstance(zone, Missing):
            raise CarrierRefused(_WORDS[zone])
        price = zone.price_of(parcel.grams, parcel.worth_minor)
        if price is None:
            raise CarrierRefused(_WORDS[Missing.TOO_HEAVY])
        return price

    async def book(self, parcel: Parcel) -> Booking:
        """Noted by us alone, under the hand-over's number. Raises CarrierRefused."""
        return Booking(parcel.number, parcel.tracking_number, await self.quote(parcel))

    async def track(self, reference: str) -> list[Step]:
        """Nothing."""
        return []

    async def cancel(self, reference: str) -> None:
        """There is nobody to tell."""
