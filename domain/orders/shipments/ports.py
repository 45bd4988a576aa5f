"""CarrierGate: the way to a carrier's own system, in our words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be carried. `key` is the same each time that it is asked for, and of nothing else.

    `address` is as `addresses.address` leaves it; `worth_minor` is what the goods were sold for.
    """

    key: str
    number: str
    name: str | None
    phone: str | None
    email: str | None
    address: Mapping[str, Any]
    grams: int
    worth_minor: int
    currency: str
    tracking_number: str | None = None
    """Out of the merchant's own pool; else the carrier gives one."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What a carrier answers: his own name for it, its number, and what he asks, if he says so."""

    reference: str
    tracking_number: str | None
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a parcel. `key` is the carrier's, the same however often he tells
    it; `status` is one of our words, None where his has no equal."""

    key: str
    status: str | None
    at: datetime
    words: str
    place: str | None = None


class CarrierUnavailable(Exception):
    """He does not answer now: a timeout, a busy server. Ask again."""


class CarrierRefused(Exception):
    """He will not do it as it was asked: an address that he does not know. The words are his."""


class CarrierGate(Protocol):
    """One carrier. Each call raises CarrierUnavailable, CarrierRefused."""

    @property
    def looks(self) -> timedelta | None:
        """How soon after news he may be asked for more; None of who tells nothing."""
        ...

    async def quote(self, parcel: Parcel) -> int | None:
        """What he would ask, in minor units of the parcel's currency; None where he does not say.

        Nothing is begun by it.
        """
        ...

    async def book(self, parcel: Parcel) -> Booking:
        """Have him take a parcel. The same key again answers with the same booking."""
        ...

    async def track(self, reference: str) -> list[Step]:
        """All that has happened to it so far, in no certain order, and some of it perhaps twice."""
        ...

    async def cancel(self, reference: str) -> None:
        """Call it off; of what is called off already, nothing more."""
        ...


class Carriers(Protocol):
    """The ways to all carriers that this installation knows."""

    def gate(self, kind: str, tariff: Sequence[Mapping[str, Any]]) -> CarrierGate | None:
        """The way to a carrier of a kind; None where it is not set up. `tariff` is what he asks,
        as zones are stored, for who has no system of his own."""
        ...
