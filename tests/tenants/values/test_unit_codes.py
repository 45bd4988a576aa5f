"""Codes of single units: what is read of them, and what is said of those that cannot be."""

import pytest

from tenants.values.invalid import InvalidValue, Reason
from tenants.values.unit_codes import parse_mark, parse_serial

GTIN = "04600000000008"
BOOT = f"01{GTIN}215mA*y(2'b?Z<q\x1d91EE06\x1d92c29tZSBwcm9vZg==".encode()


def test_a_mark_is_its_gtin_and_its_serial() -> None:
    mark = parse_mark(BOOT, "shoes")
    assert (mark.code, mark.gtin, mark.serial) == (BOOT, GTIN, "5mA*y(2'b?Z<q")
    assert mark.identity == f"01{GTIN}215mA*y(2'b?Z<q".encode()


@pytest.mark.parametrize("form", [b"\x1d", b"]d2", b"]d2\x1d", b"]C1", b"]Q3\x1d"])
def test_what_a_scanner_puts_before_a_mark_is_kept_and_tells_nothing_apart(form: bytes) -> None:
    scanned = parse_mark(form + BOOT)
    assert scanned.code == form + BOOT
    assert scanned.identity == parse_mark(BOOT).identity


def test_a_mark_without_its_proofs_is_of_the_same_unit() -> None:
    assert parse_mark(BOOT.split(b"\x1d")[0]).identity == parse_mark(BOOT).identity


@pytest.mark.parametrize("rest", ["", "AAAA", "AAAAb9Qz"])
def test_packs_of_tobacco_are_bare(rest: str) -> None:
    mark = parse_mark(f"{GTIN}!Ab,12z{rest}".encode(), "tobacco")
    assert (mark.gtin, mark.serial) == (GTIN, "!Ab,12z")
    assert mark.identity == f"01{GTIN}21!Ab,12z".encode()


def test_blocks_of_tobacco_are_as_others() -> None:
    mark = parse_mark(f"01{GTIN}21abcdefg\x1d8005112000\x1d93AbCd".encode(), "tobacco")
    assert (mark.gtin, mark.serial) == (GTIN, "abcdefg")


REFUSED: list[tuple[bytes, Reason]] = [
    (b"", Reason.UNIT_CODE_EMPTY),
    (b"01" + b"0" * 5_000, Reason.UNIT_CODE_TOO_LONG),
    (BOOT + b"\x00", Reason.MARK_CHARACTERS),
    (BOOT + b"\r\n", Reason.MARK_CHARACTERS),
    (BOOT.replace(b"91EE", "91ЕЕ".encode()), Reason.MARK_CHARACTERS),
    (b"\xe8" + BOOT, Reason.MARK_CHARACTERS),
    (b"4600000000008", Reason.MARK_NO_GTIN),
    (b"\x1d", Reason.MARK_NO_GTIN),
    (b"]d2", Reason.MARK_NO_GTIN),
    (b"00046000000000000017", Reason.MARK_NO_GTIN),
    (b"0146000000000", Reason.MARK_NO_GTIN),
    (f"{GTIN}!Ab,12zAAAAb9Qz".encode(), Reason.MARK_NO_GTIN),
    (b"010460000000000921abc", Reason.MARK_GTIN),
    (f"01{GTIN}".encode(), Reason.MARK_NO_SERIAL),
    (f"01{GTIN}\x1d21abc".encode(), Reason.MARK_NO_SERIAL),
    (f"01{GTIN}1727010110A7".encode(), Reason.MARK_NO_SERIAL),
    (f"01{GTIN}21".encode(), Reason.MARK_SERIAL),
    (f"01{GTIN}21\x1d91EE06".encode(), Reason.MARK_SERIAL),
    (f"01{GTIN}21ab#c\x1d91EE06".encode(), Reason.MARK_SERIAL),
    (BOOT.replace(b"\x1d", b""), Reason.MARK_SERIAL),
]


@pytest.mark.parametrize(("code", "reason"), REFUSED)
def test_what_is_no_mark_is_told_why(code: bytes, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_mark(code, "shoes")
    assert refused.value.reason_code is reason


def test_a_serial_number_is_a_line() -> None:
    for text in ("SN-1", "серия 7 № 12", "0" * 200):
        assert parse_serial(text.encode()).serial == text


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (b"", Reason.UNIT_CODE_EMPTY),
        (b"0" * 201, Reason.UNIT_CODE_TOO_LONG),
        (b"a\x00b", Reason.SERIAL_CHARACTERS),
        (b"a\n", Reason.SERIAL_CHARACTERS),
        (b" a", Reason.SERIAL_CHARACTERS),
        (b"\xff\xfe", Reason.SERIAL_CHARACTERS),
    ],
)
def test_what_is_no_serial_number_is_told_why(code: bytes, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_serial(code)
    assert refused.value.reason_code is reason
