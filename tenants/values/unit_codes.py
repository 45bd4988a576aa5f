"""Codes of single units: makers' serial numbers, and the marks of "Chestny ZNAK".

A mark is read from a GS1 DataMatrix: 01 and the GTIN, 21 and the serial, then, behind the separator
GS, proofs that only a register can check. It is kept as it was scanned; what it is told apart by
(`identity`) is the GTIN and the serial, for scanners put signs of their own before them and some
leave the proofs out.
"""

import re
from dataclasses import dataclass
from typing import Final

from tenants.values.barcodes import check_digit
from tenants.values.invalid import InvalidValue, Reason

LONGEST_MARK: Final = 400
LONGEST_SERIAL: Final = 200
"""Bytes."""
GS: Final = b"\x1d"

# What a scanner may put before a code: which symbols it was read from (ISO/IEC 15424), FNC1 as GS.
_FORM: Final = re.compile(rb"(?:\][A-Za-z][0-9A-Za-z])?\x1d?")
_BYTES: Final = re.compile(rb"[\x1d!-~]+")
_GTIN: Final = re.compile(rb"01(\d{14})")
# GS1 General Specifications, figure 7.11-1: the signs of a serial; and at most 20 of them.
_SERIAL: Final = re.compile(rb"21([!\"%-?A-Z_a-z]{1,20})(?:\x1d|$)")
# On packs of these groups it is bare: GTIN, 7 signs of serial, then price and proof or neither.
_BARE_GROUPS: Final = frozenset({"tobacco", "otp", "ncp"})
_BARE: Final = re.compile(rb"(\d{14})([!\"%-?A-Z_a-z]{7})(?:[!-~]{4}|[!-~]{8})?")


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A code as scanned, what it is told apart by, and what it says."""

    code: bytes
    identity: bytes
    serial: str
    gtin: str | None = None


def parse_serial(code: bytes) -> UnitCode:
    """Read a serial number: a line of at most 200 bytes of UTF-8. Raises InvalidValue."""
    if not code:
        raise InvalidValue(Reason.UNIT_CODE_EMPTY)
    if len(code) > LONGEST_SERIAL:
        raise InvalidValue(Reason.UNIT_CODE_TOO_LONG)
    try:
        text = code.decode()
    except UnicodeDecodeError:
        raise InvalidValue(Reason.SERIAL_CHARACTERS) from None
    if not text.isprintable() or text != text.strip():
        raise InvalidValue(Reason.SERIAL_CHARACTERS)
    return UnitCode(code, code, text)


def parse_mark(code: bytes, group: str | None = None) -> UnitCode:
    """Read a mark of goods of a group. Raises InvalidValue that says what is wrong with it."""
    if not code:
        raise InvalidValue(Reason.UNIT_CODE_EMPTY)
    if len(code) > LONGEST_MARK:
        raise InvalidValue(Reason.UNIT_CODE_TOO_LONG)
    if not _BYTES.fullmatch(code):
        raise InvalidValue(Reason.MARK_CHARACTERS)
    form = _FORM.match(code)
    assert form is not None  # it may be nothing
    said = code[form.end() :]
    bare = _BARE.fullmatch(said) if group in _BARE_GROUPS else None
    if bare and not (said.startswith(b"01") and said[16:18] == b"21"):
        return _mark(code, bare[1], bare[2])
    gtin = _GTIN.match(said)
    if gtin is None:
        raise InvalidValue(Reason.MARK_NO_GTIN)
    serial = _SERIAL.match(said, gtin.end())
    if serial is None:
        has_serial = said.startswith(b"21", gtin.end())
        raise InvalidValue(Reason.MARK_SERIAL if has_serial else Reason.MARK_NO_SERIAL)
    return _mark(code, gtin[1], serial[1])


def _mark(code: bytes, gtin: bytes, serial: bytes) -> UnitCode:
    digits = gtin.decode()
    if check_digit(digits[:-1]) != digits[-1]:
        raise InvalidValue(Reason.MARK_GTIN)
    return UnitCode(code, b"01" + gtin + b"21" + serial, serial.decode(), digits)
