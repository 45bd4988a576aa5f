"""Phones: every way of writing a number ends in the same E.164."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.invalid import InvalidValue, Reason
from tenants.values.phones import parse_phone


@pytest.mark.parametrize(
    "text",
    [
        "+79123456789",
        "8 (912) 345-67-89",
        "8-912-345-67-89",
        "79123456789",
        "9123456789",
        " +7 912 345 67 89 ",
        "+7\u00a0912\u00a0345\u00a067\u00a089",
    ],
)
def test_a_russian_number_has_one_form(text: str) -> None:
    assert parse_phone(text) == "+79123456789"


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+375 29 123-45-67", "RU", "+375291234567"),
        ("8 029 123-45-67", "BY", "+375291234567"),
        ("+7 701 123 45 67", "RU", "+77011234567"),
        ("8 800 555-35-35", "RU", "+78005553535"),
        ("(202) 555-0123", "US", "+12025550123"),
    ],
)
def test_other_regions_are_read_as_they_write(text: str, region: str, number: str) -> None:
    assert parse_phone(text, region) == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.PHONE_NOT_A_NUMBER),
        ("нет телефона", Reason.PHONE_NOT_A_NUMBER),
        ("8 800 CHAI-CHAI", Reason.PHONE_NOT_A_NUMBER),
        ("+7 912 345 67 8x", Reason.PHONE_NOT_A_NUMBER),
        ("1" * 100, Reason.PHONE_NOT_A_NUMBER),
        ("+999 123456", Reason.PHONE_COUNTRY),
        ("112", Reason.PHONE_LENGTH),
        ("+7 912 345 67 89 0", Reason.PHONE_LENGTH),
        ("+7 012 345 67 89", Reason.PHONE_NOT_IN_USE),
        ("8 912 345 67 8", Reason.PHONE_NOT_IN_USE),
        ("+7 912 345 67 89 доб. 12", Reason.PHONE_EXTENSION),
        ("+7 912 345 67 89;ext=12", Reason.PHONE_EXTENSION),
    ],
)
def test_other_texts_are_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_phone(text)
    assert refusal.value.reason_code is reason


@given(st.text(max_size=50) | st.text("+78 ()-.0123456789", max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_phone(text)
    except InvalidValue:
        return
    assert parse_phone(number) == number
