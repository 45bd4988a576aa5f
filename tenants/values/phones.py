"""Phone numbers in E.164: "+79123456789", however they were written."""

from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from tenants.values.invalid import InvalidValue, Reason

_LONGEST_TEXT: Final = 40


def parse_phone(text: str, region: str = "RU") -> str:
    """Read a number as people of `region` (ISO 3166) write it, or of anywhere after a plus.

    Raises InvalidValue. An extension is refused rather than lost.
    """
    # Letters would be read as the keys of an old telephone: "8-800-CHAI" is hardly meant so.
    has_digits = any(character.isdigit() for character in text)
    if len(text) > _LONGEST_TEXT or not has_digits:
        raise InvalidValue(Reason.PHONE_NOT_A_NUMBER, text)
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as refusal:
        raise InvalidValue(_reason_of(refusal), text) from None
    if number.extension:
        raise InvalidValue(Reason.PHONE_EXTENSION, text)
    if any(character.isalpha() for character in text):
        raise InvalidValue(Reason.PHONE_NOT_A_NUMBER, text)
    if not phonenumbers.is_possible_number(number):
        raise InvalidValue(Reason.PHONE_LENGTH, text)
    if not phonenumbers.is_valid_number(number):
        raise InvalidValue(Reason.PHONE_NOT_IN_USE, text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _reason_of(refusal: NumberParseException) -> Reason:
    if refusal.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return Reason.PHONE_COUNTRY
    if refusal.error_type == NumberParseException.NOT_A_NUMBER:
        return Reason.PHONE_NOT_A_NUMBER
    return Reason.PHONE_LENGTH
