"""Russian tax and registry numbers (INN, KPP, OGRN, OGRNIP) and which of them belong together."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from stdnum.ru import inn as inn_digits

from tenants.values.invalid import InvalidValue, Reason

TaxpayerKind = Literal["person", "sole_trader", "company"]

# No region has the number 00, and 0000000000 would pass the check digits.
_INN: Final = re.compile(r"(?!00)(?:[0-9]{10}|[0-9]{12})")
# The two in the middle say why the company is registered there, and may be letters (order
# ММВ-7-6/435@ of the Federal Tax Service, 29.06.2012).
_KPP: Final = re.compile(r"(?!00)[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
# The first digit tells a registration (1 and 5 of a company, 3 of a sole trader) from the later
# records about it, whose numbers look the same (order 165n of the Ministry of Finance, 30.10.2017).
_OGRN: Final = re.compile(r"[15][0-9]{12}|3[0-9]{14}")


def parse_inn(text: str) -> str:
    """Read an INN of 10 (company) or 12 digits (person). Raises InvalidValue."""
    number = _without_spaces(text)
    if not _INN.fullmatch(number):
        raise InvalidValue(Reason.INN_FORMAT, text)
    if not inn_digits.is_valid(number):
        raise InvalidValue(Reason.INN_CHECK_DIGITS, text)
    return number


def parse_kpp(text: str) -> str:
    """Read a KPP, 9 characters; it has no check digit. Raises InvalidValue."""
    number = _without_spaces(text)
    if not _KPP.fullmatch(number):
        raise InvalidValue(Reason.KPP_FORMAT, text)
    return number


def parse_ogrn(text: str) -> str:
    """Read an OGRN (13 digits) or OGRNIP (15 digits). Raises InvalidValue.

    The check digit is the last digit of the rest, divided by 11 (OGRN) or 13 (OGRNIP). stdnum
    forgets "the last digit of" for 15 digits and so refuses three of thirteen true ones.
    """
    number = _without_spaces(text)
    if not _OGRN.fullmatch(number):
        raise InvalidValue(Reason.OGRN_FORMAT, text)
    divisor = 11 if len(number) == 13 else 13
    if int(number[:-1]) % divisor % 10 != int(number[-1]):
        raise InvalidValue(Reason.OGRN_CHECK_DIGIT, text)
    return number


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """One legal entity's numbers, which fit each other and its kind."""

    kind: TaxpayerKind
    inn: str
    kpp: str | None
    ogrn: str | None


def parse_taxpayer(
    kind: TaxpayerKind, *, inn: str, kpp: str | None = None, ogrn: str | None = None
) -> Taxpayer:
    """Read the numbers of one legal entity and hold them against its kind.

    A company has an INN of 10 digits, a KPP and an OGRN of 13; a sole trader an INN of 12 and an
    OGRNIP of 15; a person only an INN of 12. The OGRN may be left out, for a foreign company's
    branch has none. Raises InvalidValue.
    """
    taxpayer = Taxpayer(
        kind,
        parse_inn(inn),
        None if kpp is None else parse_kpp(kpp),
        None if ogrn is None else parse_ogrn(ogrn),
    )
    if (len(taxpayer.inn) == 10) != (kind == "company"):
        raise InvalidValue(Reason.INN_OF_ANOTHER_KIND, inn)
    if kind == "company" and kpp is None:
        raise InvalidValue(Reason.KPP_MISSING)
    if kind != "company" and kpp is not None:
        raise InvalidValue(Reason.KPP_NOT_FOR_THIS_KIND, kpp)
    if kind == "person" and ogrn is not None:
        raise InvalidValue(Reason.OGRN_NOT_FOR_THIS_KIND, ogrn)
    if taxpayer.ogrn and (len(taxpayer.ogrn) == 13) != (kind == "company"):
        raise InvalidValue(Reason.OGRN_OF_ANOTHER_KIND, taxpayer.ogrn)
    return taxpayer


def _without_spaces(text: str) -> str:
    return text.replace(" ", "").replace("\u00a0", "")
