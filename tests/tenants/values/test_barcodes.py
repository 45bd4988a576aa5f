"""Barcodes: check digits, padding, shops' own numbers, free codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.barcodes import (
    Barcode,
    BarcodeKind,
    WeightCode,
    check_digit,
    find_weight_code,
    parse_barcode,
)
from tenants.values.invalid import InvalidValue, Reason


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("4006381333931", "4006381333931", "ean13"),
        ("4 006381 333931", "4006381333931", "ean13"),
        (" 4006381333931\n", "4006381333931", "ean13"),
        ("96385074", "96385074", "ean8"),
        ("036000291452", "0036000291452", "ean13"),
        ("0036000291452", "0036000291452", "ean13"),
        ("10614141000415", "10614141000415", "gtin14"),
        ("TEA-100/ASSAM", "TEA-100/ASSAM", "code128"),
        ("12345", "12345", "code128"),
        ("A 1", "A 1", "code128"),
    ],
)
def test_codes_get_their_form_and_kind(text: str, code: str, kind: BarcodeKind) -> None:
    assert parse_barcode(text) == Barcode(code, kind)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4006381333932", Reason.BARCODE_CHECK_DIGIT),
        ("4006381339331", Reason.BARCODE_CHECK_DIGIT),
        ("96385075", Reason.BARCODE_CHECK_DIGIT),
        ("036000291453", Reason.BARCODE_CHECK_DIGIT),
        ("10614141000416", Reason.BARCODE_CHECK_DIGIT),
        ("", Reason.BARCODE_CHARACTERS),
        ("ЧАЙ", Reason.BARCODE_CHARACTERS),
        ("a\tb", Reason.BARCODE_CHARACTERS),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", Reason.BARCODE_CHARACTERS),
        ("A" * 49, Reason.BARCODE_TOO_LONG),
    ],
)
def test_other_codes_are_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_barcode(text)
    assert refusal.value.reason_code is reason


def test_a_free_code_is_taken_as_it_stands() -> None:
    assert parse_barcode("4006381333932", free=True) == Barcode("4006381333932", "code128")


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_every_wrong_digit_is_seen(body: str, at: int, by: int) -> None:
    code = body + check_digit(body)
    assert parse_barcode(code) == Barcode(code, "ean13")
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    with pytest.raises(InvalidValue):
        parse_barcode(wrong)


@pytest.mark.parametrize(
    ("body", "is_in_store"),
    [
        ("220001201234", True),
        ("290000000000", True),
        ("020000000000", True),
        ("040000000000", True),
        ("0000123", True),
        ("2000123", True),
        ("460000000000", False),
        ("030000000000", False),
        ("9638507", False),
        ("2061414100041", False),
    ],
)
def test_a_shops_own_numbers_are_known(body: str, is_in_store: bool) -> None:
    assert parse_barcode(body + check_digit(body)).is_in_store is is_in_store


@given(st.integers(20, 29), st.integers(0, 99_999), st.integers(0, 99_999))
def test_scales_say_what_and_how_much(prefix: int, item: int, grams: int) -> None:
    body = f"{prefix}{item:05}{grams:05}"
    barcode = parse_barcode(body + check_digit(body))
    assert find_weight_code(barcode) == WeightCode(str(prefix), f"{item:05}", grams)


@pytest.mark.parametrize("text", ["4006381333931", "96385074", "22-FREE"])
def test_other_codes_tell_no_weight(text: str) -> None:
    assert find_weight_code(parse_barcode(text)) is None
