"""TrialGate: the demo's carrier, asked over HTTP as a real one would be; see trial_server."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from domain.orders.shipments.ports import (
    Booking,
    CarrierRefused,
    CarrierUnavailable,
    Parcel,
    Step,
)

TIMEOUT_SECONDS: Final = 5.0
STATUSES: Final[Mapping[str, str]] = {
    "TAKEN": "accepted",
    "ON_THE_ROAD": "in_transit",
    "AT_THE_POINT": "ready",
    "GIVEN": "delivered",
    "SENT_BACK": "returned",
}
"""His words in ours; others of his are steps without a status."""
LATER: Final = frozenset({408, 425, 429})


class TrialGate:
    """Asks the server at `url`; he is quick, so he may be asked soon."""

    looks: timedelta | None = timedelta(seconds=5)

    def __init__(self, http: httpx.AsyncClient, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.http, self.url, self.timeout = http, url.rstrip("/"), timeout

    async def quote(self, parcel: Parcel) -> int | None:
        """Raises CarrierUnavailable, CarrierRefused."""
        answer = await self._ask("POST", "/quotes", _told(parcel))
        return _amount(answer)

    async def book(self, parcel: Parcel) -> Booking:
        """The key goes as Idempotency-Key. Raises CarrierUnavailable, CarrierRefused."""
        answer = await self._ask("POST", "/bookings", _told(parcel), key=parcel.key)
        try:
            reference, number = _line(answer["reference"], 100), answer.get("number")
        except KeyError:
            raise CarrierUnavailable("answers with no reference") from None
        return Booking(reference, number and _line(number, 100), _amount(answer))

    async def track(self, reference: str) -> list[Step]:
        """Raises CarrierUnavailable, CarrierRefused."""
        answer = await self._ask("GET", f"/bookings/{reference}")
        try:
            return [_step(one) for one in answer["events"]]
        except (KeyError, TypeError, ValueError):
            raise CarrierUnavailable("answers with no events") from None

    async def cancel(self, reference: str) -> None:
        """Raises CarrierUnavailable, CarrierRefused."""
        await self._ask("DELETE", f"/bookings/{reference}")

    async def _ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        try:
            answer = await self.http.request(
                method, self.url + path, json=body, headers=headers, timeout=self.timeout
            )
        except httpx.TransportError as error:
            raise CarrierUnavailable(f"does not answer: {type(error).__name__}") from error
        if answer.status_code >= 500 or answer.status_code in LATER:
            raise CarrierUnavailable(f"answers {answer.status_code}")
        try:
            told = answer.json() if answer.content else {}
        except ValueError:
            raise CarrierUnavailable("answers something else than JSON") from None
        if not isinstance(told, dict):
            raise CarrierUnavailable("answers something else than an object")
        if answer.is_error:
            raise CarrierRefused(str(told.get("error", f"answers {answer.status_code}"))[:200])
        return told


def _told(parcel: Parcel) -> dict[str, Any]:
    """A parcel in his words."""
    return {
        "to": parcel.name,
        "phone": parcel.phone,
        "city": parcel.address.get("city"),
        "postal_code": parcel.address.get("postal_code"),
        "street": parcel.address.get("street"),
        "grams": parcel.grams,
        "worth": parcel.worth_minor,
        "currency": parcel.currency,
        "number": parcel.tracking_number,
    }


def _amount(answer: Mapping[str, Any]) -> int | None:
    price = answer.get("price")
    is_amount = isinstance(price, int) and not isinstance(price, bool) and price >= 0
    return price if is_amount else None


def _step(event: Mapping[str, Any]) -> Step:
    at = datetime.fromisoformat(event["at"])
    if at.tzinfo is None:
        raise ValueError("an instant without its time zone")
    place = event.get("place")
    return Step(
        key=_line(event["id"], 100),
        status=STATUSES.get(str(event["code"])),
        at=at,
        words=_line(event.get("text") or event["code"], 500),
        place=None if place is None else _line(place, 200),
    )


def _line(value: Any, longest: int) -> str:
    """What he wrote, without what cannot be shown, so far as there is room for it."""
    return "".join(letter for letter in str(value) if letter.isprintable())[:longest]
