"""The demo's carrier over real HTTP: what we ask of it, and what its faults are to us."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from domain.orders.shipments.numbers import tracking_number
from domain.orders.shipments.ports import CarrierRefused, CarrierUnavailable, Parcel
from integrations.carriers.tariff import TariffGate
from integrations.carriers.trial import TrialGate
from integrations.carriers.trial_server import Depot, running_carrier
from integrations.carriers.ways import KnownCarriers

pytestmark = pytest.mark.anyio


def parcel(city: str = "Тверь", key: str = "one", **more: Any) -> Parcel:
    address = {"country": "RU", "region": None, "postal_code": "170100", "city": city}
    told = {"name": "Анна", "phone": None, "email": None, "grams": 250, "worth_minor": 100_00}
    return Parcel(key, "7", address=address, currency="RUB", **(told | more))


@pytest.fixture
async def trial() -> AsyncIterator[tuple[TrialGate, Depot]]:
    async with httpx.AsyncClient() as http:
        with running_carrier(pace=1_000) as (url, depot):
            yield TrialGate(http, url, timeout=2), depot


async def test_one_key_is_one_parcel(trial: tuple[TrialGate, Depot]) -> None:
    gate, depot = trial
    first, again = await gate.book(parcel()), await gate.book(parcel())
    assert first == again
    assert (first.reference, first.price_minor) == ("P000001", 170_00)
    assert tracking_number(first.tracking_number) == "TT000000014RU"
    assert await gate.quote(parcel()) == 170_00
    assert len(depot.parcels) == 1


async def test_a_number_of_ours_is_kept(trial: tuple[TrialGate, Depot]) -> None:
    booking = await trial[0].book(parcel(tracking_number="RA123456785RU"))
    assert booking.tracking_number == "RA123456785RU"


async def test_a_lost_answer_is_no_second_parcel(trial: tuple[TrialGate, Depot]) -> None:
    gate, depot = trial
    for _ in range(2):
        with pytest.raises(CarrierUnavailable, match="does not answer"):
            await gate.book(parcel("Обрыв"))
    assert (await gate.book(parcel("Обрыв"))).reference == "P000001"
    assert len(depot.parcels) == 1


async def test_what_he_cannot_now_and_what_he_never_will(trial: tuple[TrialGate, Depot]) -> None:
    gate, _ = trial
    with pytest.raises(CarrierUnavailable, match="503"):
        await gate.book(parcel("Затор"))
    with pytest.raises(CarrierRefused, match="туда не возим"):
        await gate.book(parcel("Нигде"))
    with pytest.raises(CarrierRefused):
        await gate.track("P999999")
    async with httpx.AsyncClient() as http:
        nobody = TrialGate(http, "http://127.0.0.1:9")
        with pytest.raises(CarrierUnavailable):
            await nobody.quote(parcel())


async def test_his_story_in_our_words(trial: tuple[TrialGate, Depot]) -> None:
    gate, depot = trial
    reference = (await gate.book(parcel())).reference
    depot.parcels[reference]["at"] -= 4_000
    steps = await gate.track(reference)
    assert [step.status for step in steps] == [
        "delivered",
        "ready",
        "in_transit",
        None,
        "accepted",
        "delivered",
    ]
    assert steps[0].key == steps[-1].key
    with pytest.raises(CarrierRefused, match="вручено"):
        await gate.cancel(reference)


async def test_what_is_called_off_stays_so(trial: tuple[TrialGate, Depot]) -> None:
    gate, _ = trial
    reference = (await gate.book(parcel())).reference
    await gate.cancel(reference)
    await gate.cancel(reference)
    assert len(await gate.track(reference)) == 2


async def test_a_carrier_by_his_tariff_alone() -> None:
    step = {"weight_from": 0, "weight_to": 1_000, "sum_from": 0, "sum_to": None, "price_minor": 9}
    zone = {
        "title": None,
        "areas": [{"country": "RU", "region": None, "postal_from": None, "postal_to": None}],
        "excluded": [],
        "steps": [step],
        "free_from": None,
        "days_from": None,
        "days_to": None,
    }
    gate = TariffGate([zone])
    booking = await gate.book(parcel(tracking_number="RA123456785RU"))
    assert (booking.reference, booking.tracking_number, booking.price_minor) == (
        "7",
        "RA123456785RU",
        9,
    )
    with pytest.raises(CarrierRefused, match="too heavy"):
        await gate.quote(parcel(grams=1_001))
    assert await TariffGate([]).quote(parcel()) is None


async def test_kinds_that_are_set_up() -> None:
    async with httpx.AsyncClient() as http:
        assert KnownCarriers(http).gate("test", []) is None
        assert isinstance(KnownCarriers(http, "http://x").gate("test", []), TrialGate)
        assert isinstance(KnownCarriers(http).gate("table", []), TariffGate)
