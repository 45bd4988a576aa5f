"""Nearness: by coordinates where both are known, else by postal codes, region by region."""

import pytest

from domain.errors import DomainError
from domain.stock.places.addresses import Point, address, spelled
from domain.stock.places.nearness import UNKNOWN, Whereabouts, metres_between, nearness
from domain.stock.places.postal_regions import centre_of

MOSCOW = Point(55_755800, 37_617300)
PETERSBURG = Point(59_938600, 30_314100)
SYDNEY = Point(-33_868800, 151_209300)


def coded(code: str, point: Point | None = None) -> Whereabouts:
    return Whereabouts(point, "RU", code)


def test_metres_are_those_along_the_globe() -> None:
    """Against the distances between these cities that atlases give, to half a per cent."""
    assert metres_between(MOSCOW, MOSCOW) == 0
    assert metres_between(MOSCOW, PETERSBURG) == pytest.approx(634_000, rel=0.005)
    assert metres_between(MOSCOW, SYDNEY) == pytest.approx(14_497_000, rel=0.005)
    assert metres_between(Point(0, 179_000000), Point(0, -179_000000)) == pytest.approx(
        222_390, rel=0.001
    )


@pytest.mark.parametrize(
    ("asked", "nearer", "farther"),
    [
        (coded("119019"), coded("119021"), coded("101000")),
        (coded("119019"), coded("101000"), coded("190000")),
        (coded("143000"), coded("101000"), coded("150000")),  # Moscow's own region
        (coded("690001"), coded("680000"), coded("630000")),
        (coded("101000", MOSCOW), coded("190000", PETERSBURG), coded("690000", None)),
        (Whereabouts(MOSCOW), coded("101000"), coded("190000")),
        (coded("119019"), Whereabouts(MOSCOW), Whereabouts(PETERSBURG)),
        (coded("119019"), coded("101000"), Whereabouts()),
        (coded("119019"), coded("190000"), Whereabouts(country="BY", postal_code="119019")),
        (coded("687000"), coded("672000"), coded("670000")),
        (coded("291001"), coded("291034"), coded("283001")),  # of no region that is known here
        (Whereabouts(None, "KZ", "050000"), Whereabouts(None, "KZ", "050010"), coded("050010")),
    ],
)
def test_of_two_places_this_one_is_nearer(
    asked: Whereabouts, nearer: Whereabouts, farther: Whereabouts
) -> None:
    assert nearness(asked, nearer) < nearness(asked, farther)


def test_each_region_has_its_own_codes_and_no_others() -> None:
    codes = [f"{number:03}000" for number in range(1000)]
    found = {code: centre_of(code) for code in codes}
    assert found["000000"] is None
    assert found["999000"] is None
    assert found["291000"] is None
    assert found["468000"] is None
    assert centre_of("") is None
    assert found["190000"] == Point(59_940000, 30_310000)
    in_russia = [point for point in found.values() if point]
    assert len(in_russia) > 250
    assert all(41_000000 < point.latitude < 70_000000 for point in in_russia)
    assert all(19_000000 < point.longitude < 180_000000 for point in in_russia)


def test_an_address_is_checked_field_by_field() -> None:
    given = {"country": "RU", "city": " Санкт-Петербург ", "street": "Невский пр., 1",
             "postal_code": "191186", "latitude": "59.93", "longitude": "-0.000001"}  # fmt: skip
    kept = address(given)
    assert kept is not None
    assert kept["city"] == "Санкт-Петербург"
    assert kept["region"] is None
    assert (kept["latitude"], kept["longitude"]) == (59_930000, -1)
    assert [spelled(kept[name]) for name in ("latitude", "longitude")] == ["59.930000", "-0.000001"]
    assert address(None) is None
    for changed, path in (
        ({"country": None}, "country"),
        ({"country": "Russia"}, "country"),
        ({"postal_code": "19118"}, "postalCode"),
        ({"postal_code": "19118٣"}, "postalCode"),
        ({"latitude": None}, "latitude"),
        ({"longitude": None}, "longitude"),
        ({"latitude": "90.000001"}, "latitude"),
        ({"latitude": "59.1234567"}, "latitude"),
        ({"longitude": "1e2"}, "longitude"),
        ({"longitude": "NaN"}, "longitude"),
        ({"street": "x" * 201}, "street"),
        ({"city": "a\x00b"}, "city"),
    ):
        with pytest.raises(DomainError) as refused:
            address({**given, **changed})
        assert refused.value.path == (path,)
    abroad = address({"country": "GB", "postal_code": "sw1a  1aa"})
    assert abroad is not None
    assert abroad["postal_code"] == "SW1A 1AA"


def test_what_is_nowhere_comes_last() -> None:
    assert nearness(Whereabouts(), coded("101000")) == UNKNOWN
