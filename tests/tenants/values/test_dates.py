"""Dates, time zones and languages: what a calendar on the shop's wall would show."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.dates import business_day, day_bounds, parse_date
from tenants.values.invalid import InvalidValue, Reason
from tenants.values.languages import SPOKEN, parse_language
from tenants.values.timezones import parse_time_zone, zone_of

# Every kind of midnight: none, half-hour steps, skipped (Beirut, Santiago), repeated (Havana), and
# a whole day skipped (Apia, 30 December 2011).
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Moscow",
        "Asia/Vladivostok",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Asia/Beirut",
        "America/Santiago",
        "America/Havana",
        "Pacific/Apia",
    ]
)


@pytest.mark.parametrize("text", ["2026-01-31", "2024-02-29", "1900-01-01", "2199-12-31"])
def test_iso_dates_are_read(text: str) -> None:
    assert parse_date(text).isoformat() == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.DATE_FORMAT),
        ("20260131", Reason.DATE_FORMAT),
        ("2026-1-31", Reason.DATE_FORMAT),
        ("31.01.2026", Reason.DATE_FORMAT),
        ("2026-W05-6", Reason.DATE_FORMAT),
        ("2026-01-31T00:00:00", Reason.DATE_FORMAT),
        ("2026-01-31\n", Reason.DATE_FORMAT),
        ("٢٠٢٦-٠١-٣١", Reason.DATE_FORMAT),
        ("2026-02-29", Reason.DATE_IMPOSSIBLE),
        ("2026-13-01", Reason.DATE_IMPOSSIBLE),
        ("0000-01-01", Reason.DATE_IMPOSSIBLE),
        ("1899-12-31", Reason.DATE_OUT_OF_RANGE),
        ("2200-01-01", Reason.DATE_OUT_OF_RANGE),
    ],
)
def test_other_dates_are_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_date(text)
    assert refusal.value.reason_code is reason


def test_midnight_comes_where_the_shop_is() -> None:
    late = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)
    assert business_day(late, "Europe/Moscow") == date(2026, 4, 1)
    assert business_day(late, "America/New_York") == date(2026, 3, 31)


def test_a_day_can_have_23_or_25_hours() -> None:
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 7, 1), 24)):
        begin, end = day_bounds(day, "America/New_York")
        assert end - begin == timedelta(hours=hours)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), ZONES)
def test_days_follow_each_other_without_gap(day: date, zone: str) -> None:
    begin, end = day_bounds(day, zone)
    assert begin <= end
    assert day_bounds(day + timedelta(days=1), zone)[0] == end
    if begin < end:  # a day that was skipped has no instant
        assert business_day(begin, zone) == day
        assert business_day(end - timedelta(microseconds=1), zone) == day


def test_an_instant_without_offset_has_no_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        business_day(datetime(2026, 1, 1), "UTC")  # noqa: DTZ001


@pytest.mark.parametrize("name", ["Europe/Moscow", "UTC", "Asia/Yekaterinburg"])
def test_time_zones_go_by_their_names(name: str) -> None:
    assert parse_time_zone(name) == name
    assert zone_of(name).key == name


@pytest.mark.parametrize(
    "name", ["", "europe/moscow", "MSK+3", "localtime", "../etc/passwd", "Factory", "+03:00"]
)
def test_other_time_zones_are_refused(name: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        zone_of(name)
    assert refusal.value.reason_code is Reason.TIME_ZONE_UNKNOWN


@pytest.mark.parametrize(
    ("text", "tag"), [("ru", "ru"), ("EN", "en"), ("pt-br", "pt-BR"), ("kk", "kk"), ("sah", "sah")]
)
def test_languages_get_their_usual_case(text: str, tag: str) -> None:
    assert parse_language(text) == tag


@pytest.mark.parametrize("text", ["", "r", "russian", "xx", "ru_RU", "ru-", "en-QX", "ру", "ru\n"])
def test_other_languages_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_language(text)
    assert refusal.value.reason_code is Reason.LANGUAGE_UNKNOWN


def test_what_we_speak_are_languages() -> None:
    assert [parse_language(tag) for tag in SPOKEN] == list(SPOKEN)
