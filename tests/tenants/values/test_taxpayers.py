"""Tax numbers: check digits, and which numbers belong to whom."""

import pytest

from tenants.values.invalid import InvalidValue, Reason
from tenants.values.taxpayers import (
    Taxpayer,
    TaxpayerKind,
    parse_inn,
    parse_kpp,
    parse_ogrn,
    parse_taxpayer,
)

COMPANY_INN = "7707083893"
PERSON_INN = "500100732259"
KPP = "770101001"
OGRN = "1027700132195"
OGRNIP = "304500116000157"


@pytest.mark.parametrize("text", [PERSON_INN, COMPANY_INN, "7830002293", "500 100 732 259"])
def test_true_inns_are_taken(text: str) -> None:
    assert parse_inn(text) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.INN_FORMAT),
        ("770708389", Reason.INN_FORMAT),
        ("77070838931", Reason.INN_FORMAT),
        ("0000000000", Reason.INN_FORMAT),
        ("000000000000", Reason.INN_FORMAT),
        ("770708389O", Reason.INN_FORMAT),
        ("٧٧٠٧٠٨٣٨٩٣", Reason.INN_FORMAT),
        ("7707083894", Reason.INN_CHECK_DIGITS),
        ("7707803893", Reason.INN_CHECK_DIGITS),
        ("500100732258", Reason.INN_CHECK_DIGITS),
        ("500100732269", Reason.INN_CHECK_DIGITS),
    ],
)
def test_other_inns_are_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_inn(text)
    assert refusal.value.reason_code is reason


@pytest.mark.parametrize("inn", [COMPANY_INN, PERSON_INN])
def test_nearly_every_wrong_digit_is_seen(inn: str) -> None:
    others = [
        inn[:at] + digit + inn[at + 1 :]
        for at in range(2, len(inn))
        for digit in "0123456789"
        if digit != inn[at]
    ]
    # Remainders of 11 are shown as of 10, so 10 and 0 look the same: a few slip through.
    assert sum(map(_is_refused, others)) > 0.95 * len(others)


def _is_refused(inn: str) -> bool:
    try:
        parse_inn(inn)
    except InvalidValue:
        return True
    return False


@pytest.mark.parametrize("text", [KPP, "7701AB001", "525350001"])
def test_true_kpps_are_taken(text: str) -> None:
    assert parse_kpp(text) == text


@pytest.mark.parametrize(
    "text", ["", "77010100", "7701010011", "7701ab001", "770101O01", "000101001"]
)
def test_other_kpps_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_kpp(text)
    assert refusal.value.reason_code is Reason.KPP_FORMAT


@pytest.mark.parametrize("text", [OGRN, OGRNIP, "1022200525819"])
def test_true_ogrns_are_taken(text: str) -> None:
    assert parse_ogrn(text) == text


def test_a_remainder_over_nine_gives_its_last_digit() -> None:
    body = next(str(n) for n in range(31950010000000, 31950010000013) if n % 13 == 11)
    assert parse_ogrn(body + "1") == body + "1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.OGRN_FORMAT),
        ("102770013219", Reason.OGRN_FORMAT),
        ("10277001321951", Reason.OGRN_FORMAT),
        ("0027700132195", Reason.OGRN_FORMAT),
        ("2027700132195", Reason.OGRN_FORMAT),
        ("104500116000157", Reason.OGRN_FORMAT),
        ("1027700132196", Reason.OGRN_CHECK_DIGIT),
        ("304500116000158", Reason.OGRN_CHECK_DIGIT),
    ],
)
def test_other_ogrns_are_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_ogrn(text)
    assert refusal.value.reason_code is reason


@pytest.mark.parametrize(
    ("kind", "inn", "kpp", "ogrn"),
    [
        ("company", COMPANY_INN, KPP, OGRN),
        ("company", COMPANY_INN, KPP, None),
        ("sole_trader", PERSON_INN, None, OGRNIP),
        ("sole_trader", PERSON_INN, None, None),
        ("person", PERSON_INN, None, None),
    ],
)
def test_numbers_that_fit_make_a_taxpayer(
    kind: TaxpayerKind, inn: str, kpp: str | None, ogrn: str | None
) -> None:
    taxpayer = parse_taxpayer(kind, inn=inn, kpp=kpp, ogrn=ogrn)
    assert taxpayer == Taxpayer(kind, inn, kpp, ogrn)


@pytest.mark.parametrize(
    ("kind", "inn", "kpp", "ogrn", "reason"),
    [
        ("company", PERSON_INN, KPP, OGRN, Reason.INN_OF_ANOTHER_KIND),
        ("sole_trader", COMPANY_INN, None, OGRNIP, Reason.INN_OF_ANOTHER_KIND),
        ("person", COMPANY_INN, None, None, Reason.INN_OF_ANOTHER_KIND),
        ("company", COMPANY_INN, None, OGRN, Reason.KPP_MISSING),
        ("sole_trader", PERSON_INN, KPP, OGRNIP, Reason.KPP_NOT_FOR_THIS_KIND),
        ("person", PERSON_INN, KPP, None, Reason.KPP_NOT_FOR_THIS_KIND),
        ("person", PERSON_INN, None, OGRNIP, Reason.OGRN_NOT_FOR_THIS_KIND),
        ("company", COMPANY_INN, KPP, OGRNIP, Reason.OGRN_OF_ANOTHER_KIND),
        ("sole_trader", PERSON_INN, None, OGRN, Reason.OGRN_OF_ANOTHER_KIND),
        ("company", "7707083894", KPP, OGRN, Reason.INN_CHECK_DIGITS),
    ],
)
def test_numbers_that_do_not_fit_are_refused(
    kind: TaxpayerKind, inn: str, kpp: str | None, ogrn: str | None, reason: Reason
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_taxpayer(kind, inn=inn, kpp=kpp, ogrn=ogrn)
    assert refusal.value.reason_code is reason
