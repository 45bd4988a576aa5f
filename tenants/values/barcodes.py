"""Barcodes: EAN and GTIN with their check digit, shops' own weight codes, and free codes."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from tenants.values.invalid import InvalidValue, Reason

BarcodeKind = Literal["ean8", "ean13", "gtin14", "code128"]

_KIND_BY_LENGTH: Final[dict[int, BarcodeKind]] = {8: "ean8", 13: "ean13", 14: "gtin14"}
_PRINTABLE: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_LONGEST_FREE: Final = 48
# Numbers that GS1 leaves to each shop : 02, 04 and 20-29 in 13 digits, 0 and 2 in 8
# (General Specifications, GS1 Prefixes). They are unique inside one shop only.
_OWN_13: Final = ("02", "04", "2")
_OWN_8: Final = ("0", "2")


@dataclass(frozen=True, slots=True)
class Barcode:
    """A code as it is stored and looked up, and its kind."""

    code: str
    kind: BarcodeKind

    @property
    def is_in_store(self) -> bool:
        """True for numbers that a shop gives out itself: weighed goods, its own labels."""
        own = {"ean13": _OWN_13, "ean8": _OWN_8}.get(self.kind)
        return own is not None and self.code.startswith(own)


@dataclass(frozen=True, slots=True)
class WeightCode:
    """What the label of a shop's scales says: prefix "20" to "29", the good's number, grams."""

    prefix: str
    item: str
    grams: int


def check_digit(digits: str) -> str:
    """The GS1 check digit that belongs behind `digits`: weights 3 and 1, from the right."""
    total = sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(reversed(digits), start=1))
    return str(-total % 10)


def parse_barcode(text: str, *, free: bool = False) -> Barcode:
    """Read a barcode as scanned or typed (spaces and hyphens between digits are let go).

    8, 13 and 14 digits are an EAN or GTIN, 12 a UPC-A, kept as the EAN-13 that most scanners make
    of it; their check digit must fit. Everything else, and with `free` those too, is a "code128":
    up to 48 printable ASCII characters. Raises InvalidValue.
    """
    code = text.strip()
    digits = re.sub(r"[ -]", "", code)
    if not free and re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", digits):
        if check_digit(digits[:-1]) != digits[-1]:
            raise InvalidValue(Reason.BARCODE_CHECK_DIGIT, text)
        digits = digits.rjust(13, "0") if len(digits) == 12 else digits
        return Barcode(digits, _KIND_BY_LENGTH[len(digits)])
    if len(code) > _LONGEST_FREE:
        raise InvalidValue(Reason.BARCODE_TOO_LONG, text)
    if not _PRINTABLE.fullmatch(code):
        raise InvalidValue(Reason.BARCODE_CHARACTERS, text)
    return Barcode(code, "code128")


def find_weight_code(barcode: Barcode) -> WeightCode | None:
    """Read an in-store EAN-13 as scales print it: 2x, five digits of the good, five of grams.

    The layout is the shop's own choice, this one the usual; None for every other barcode.
    """
    code = barcode.code
    if barcode.kind != "ean13" or not code.startswith("2"):
        return None
    return WeightCode(code[:2], code[2:7], int(code[7:12]))
