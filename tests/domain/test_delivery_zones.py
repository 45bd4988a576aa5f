"""Zones of a delivery: which has an address, what it costs there, and when its courier comes."""

from datetime import date, datetime
from itertools import product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.errors import DomainError
from domain.orders.delivery.areas import Area, folded
from domain.orders.delivery.steps import Step, read_steps
from domain.orders.delivery.windows import Window, coming
from domain.orders.delivery.zones import Missing, Zone, zone_for


def area(country: str, region: str | None = None, *codes: str) -> Area:
    begins, ends = (codes[0], codes[-1]) if codes else (None, None)
    return Area(country, region, begins, ends)


def zone(title: str, *areas: Area, excluded: tuple[Area, ...] = ()) -> Zone:
    return Zone(title, areas, excluded, (Step(0, None, 0, None, 1),), None, None, None)


ZONES = [
    zone("city", area("RU", None, "170100", "170199"), excluded=(area("RU", None, "170150"),)),
    zone("near", area("RU", None, "170", "172"), area("RU", "Московская область")),
    zone("Russia", area("RU"), excluded=(area("RU", "Чукотский АО"),)),
    zone("elsewhere", excluded=(area("RU"), area("XX"))),
]


@pytest.mark.parametrize(
    ("country", "region", "code", "found"),
    [
        ("RU", None, "170100", "city"),
        ("RU", None, "170150", "near"),
        ("RU", None, "172999", "near"),
        ("RU", "московская обл.", "630000", "near"),
        ("RU", None, "173000", "Russia"),
        ("RU", "Чукотский АО", "689000", Missing.EXCLUDED),
        ("RU", "чукотский автономный округ", "689000", Missing.EXCLUDED),
        ("RU", None, None, Missing.POSTAL_CODE_NEEDED),
        ("BY", None, None, "elsewhere"),
        ("XX", None, "1", Missing.EXCLUDED),
    ],
)
def test_the_first_zone_with_the_address_counts(
    country: str, region: str | None, code: str | None, found: str
) -> None:
    told = zone_for(ZONES, {"country": country, "region": region, "postal_code": code})
    assert (told.title if isinstance(told, Zone) else told) == found


@pytest.mark.parametrize(
    "names",
    [
        ("Москва", "г. Москва", "город Москва"),
        ("Татарстан", "Республика Татарстан", "респ. Татарстан"),
        ("Еврейская автономная область", "Еврейская АО"),
        ("Орёл", "орел"),
    ],
)
def test_a_region_is_known_however_its_kind_is_written(names: tuple[str, ...]) -> None:
    assert len({folded(name) for name in names}) == 1
    assert folded(names[0])


def test_a_country_of_no_zone_is_not_served() -> None:
    abroad = {"country": "BY", "region": None, "postal_code": None}
    assert zone_for(ZONES[:3], abroad) is Missing.NOT_SERVED


def test_from_a_sum_on_it_is_free() -> None:
    steps = (Step(0, 1_000, 0, None, 300), Step(1_000, 5_000, 0, None, 500))
    one = Zone(None, (), (), steps, 2_000, None, None)
    prices = [one.price_of(*pair) for pair in ((0, 0), (1_000, 1), (1_001, 1), (5_000, 2_000))]
    assert prices == [300, 300, 500, 0]
    assert one.price_of(5_001, 9_999) is None


def told(*steps: dict[str, int | None]) -> list[DomainError]:
    given = []
    for one in steps:
        sums = {
            name: {"amount": str(one[name]), "currency_code": "RUB"}
            for name in ("sum_from", "sum_to")
            if one.get(name) is not None
        }
        price = {"amount": "1", "currency_code": "RUB"}
        given.append({**one, **sums, "price": price})
    return read_steps(given, "RUB")[1]


def test_a_table_says_one_price_for_each_pair_or_is_refused() -> None:
    """Tables by chance against a look at each pair: accepted are those without gap and overlap."""
    random, accepted = Random(7), 0
    for _ in range(3_000):
        table: list[dict[str, Any]] = []
        cut = random.choice([1, 2, 3])
        for weights in ((0, cut), (cut, random.choice([None, 4]))):
            for sums in ((0, 2), (2, None)) if random.random() < 0.5 else ((0, None),):
                table.append(
                    {
                        "weight_from": weights[0],
                        "weight_to": weights[1],
                        "sum_from": sums[0],
                        "sum_to": sums[1],
                    }
                )
        spoilt = random.choice(["", "", "drop", "twice", "shift"])
        if spoilt == "drop":
            table.pop(random.randrange(len(table)))
        elif spoilt == "twice":
            table.append(dict(random.choice(table)))
        elif spoilt == "shift":
            random.choice(table)["sum_from"] = 1
        rows = [Step(**one, price_minor=1) for one in table]
        scaled = [
            row._replace(sum_from=row.sum_from * 100, sum_to=row.sum_to and row.sum_to * 100)
            for row in rows
        ]
        top = max((one.weight_to or 9 for one in scaled), default=0)
        pairs = product(range(1, top + 1), range(0, 500, 50))
        is_whole = bool(table) and all(
            sum(one.holds(*pair) for one in scaled) == 1 for pair in pairs
        )
        assert (told(*table) == []) == is_whole, table
        accepted += is_whole
    assert 500 < accepted < 2_500


def test_windows_may_be_chosen_until_their_lead() -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Moscow"))
    windows = [Window(1, "10:00", "12:00", 60), Window(1, "12:00", "14:00", 60)]
    assert [(one.on.day, one.begins) for one in coming(windows, monday, monday.date())] == [
        (23, "10:00"),
        (23, "12:00"),
        (30, "10:00"),
        (30, "12:00"),
    ]
    later = coming(windows, monday.replace(minute=1), monday.date())
    assert next((one.on.day, one.begins) for one in later) == (23, "12:00")
    assert [one.on for one in coming(windows, monday, date(2026, 11, 24))] == [
        date(2026, 11, 30)
    ] * 2
