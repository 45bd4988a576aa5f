"""InvalidValue: the one refusal of all values, with its closed list of reasons in two languages."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why a value was refused. Part of the API: a reason is added, never renamed."""

    AMOUNT_NOT_A_NUMBER = "AMOUNT_NOT_A_NUMBER"
    AMOUNT_TOO_PRECISE = "AMOUNT_TOO_PRECISE"
    AMOUNT_TOO_LARGE = "AMOUNT_TOO_LARGE"
    CURRENCY_UNKNOWN = "CURRENCY_UNKNOWN"
    CURRENCIES_DIFFER = "CURRENCIES_DIFFER"
    QUANTITY_NOT_A_NUMBER = "QUANTITY_NOT_A_NUMBER"
    QUANTITY_TOO_PRECISE = "QUANTITY_TOO_PRECISE"
    QUANTITY_TOO_LARGE = "QUANTITY_TOO_LARGE"
    QUANTITY_NOT_POSITIVE = "QUANTITY_NOT_POSITIVE"
    SHARE_NOT_A_NUMBER = "SHARE_NOT_A_NUMBER"
    SHARE_TOO_PRECISE = "SHARE_TOO_PRECISE"
    DATE_FORMAT = "DATE_FORMAT"
    DATE_IMPOSSIBLE = "DATE_IMPOSSIBLE"
    DATE_OUT_OF_RANGE = "DATE_OUT_OF_RANGE"
    TIME_ZONE_UNKNOWN = "TIME_ZONE_UNKNOWN"
    LANGUAGE_UNKNOWN = "LANGUAGE_UNKNOWN"
    PHONE_NOT_A_NUMBER = "PHONE_NOT_A_NUMBER"
    PHONE_COUNTRY = "PHONE_COUNTRY"
    PHONE_LENGTH = "PHONE_LENGTH"
    PHONE_NOT_IN_USE = "PHONE_NOT_IN_USE"
    PHONE_EXTENSION = "PHONE_EXTENSION"
    EMAIL_NO_AT = "EMAIL_NO_AT"
    EMAIL_NAME = "EMAIL_NAME"
    EMAIL_DOMAIN = "EMAIL_DOMAIN"
    EMAIL_TOO_LONG = "EMAIL_TOO_LONG"
    HOST_NOT_A_NAME = "HOST_NOT_A_NAME"
    HOST_IS_ADDRESS = "HOST_IS_ADDRESS"
    HOST_HAS_PORT = "HOST_HAS_PORT"
    HOST_RESERVED = "HOST_RESERVED"
    HOST_TOO_LONG = "HOST_TOO_LONG"
    INN_FORMAT = "INN_FORMAT"
    INN_CHECK_DIGITS = "INN_CHECK_DIGITS"
    KPP_FORMAT = "KPP_FORMAT"
    OGRN_FORMAT = "OGRN_FORMAT"
    OGRN_CHECK_DIGIT = "OGRN_CHECK_DIGIT"
    INN_OF_ANOTHER_KIND = "INN_OF_ANOTHER_KIND"
    OGRN_OF_ANOTHER_KIND = "OGRN_OF_ANOTHER_KIND"
    KPP_MISSING = "KPP_MISSING"
    KPP_NOT_FOR_THIS_KIND = "KPP_NOT_FOR_THIS_KIND"
    OGRN_NOT_FOR_THIS_KIND = "OGRN_NOT_FOR_THIS_KIND"
    BARCODE_CHARACTERS = "BARCODE_CHARACTERS"
    BARCODE_TOO_LONG = "BARCODE_TOO_LONG"
    BARCODE_CHECK_DIGIT = "BARCODE_CHECK_DIGIT"
    UNIT_CODE_EMPTY = "UNIT_CODE_EMPTY"
    UNIT_CODE_TOO_LONG = "UNIT_CODE_TOO_LONG"
    SERIAL_CHARACTERS = "SERIAL_CHARACTERS"
    MARK_CHARACTERS = "MARK_CHARACTERS"
    MARK_NO_GTIN = "MARK_NO_GTIN"
    MARK_GTIN = "MARK_GTIN"
    MARK_NO_SERIAL = "MARK_NO_SERIAL"
    MARK_SERIAL = "MARK_SERIAL"
    SLUG_EMPTY = "SLUG_EMPTY"
    SLUG_FORMAT = "SLUG_FORMAT"
    PASSWORD_TOO_SHORT = "PASSWORD_TOO_SHORT"
    PASSWORD_TOO_LONG = "PASSWORD_TOO_LONG"
    PASSWORD_TOO_COMMON = "PASSWORD_TOO_COMMON"
    PASSWORD_HOLDS_EMAIL = "PASSWORD_HOLDS_EMAIL"


_ENGLISH: Final = {
    Reason.AMOUNT_NOT_A_NUMBER: "An amount is digits and a point, such as 1234.50.",
    Reason.AMOUNT_TOO_PRECISE: "This currency has no such small part of a unit.",
    Reason.AMOUNT_TOO_LARGE: "The amount is too large.",
    Reason.CURRENCY_UNKNOWN: "A currency is a code of ISO 4217, such as RUB.",
    Reason.CURRENCIES_DIFFER: "Amounts in different currencies cannot be reckoned together.",
    Reason.QUANTITY_NOT_A_NUMBER: "A quantity is digits and a point, such as 2 or 0.250.",
    Reason.QUANTITY_TOO_PRECISE: "A quantity has at most three places after the point.",
    Reason.QUANTITY_TOO_LARGE: "The quantity is too large.",
    Reason.QUANTITY_NOT_POSITIVE: "The quantity must be more than nothing.",
    Reason.SHARE_NOT_A_NUMBER: "A share of one is digits and a point, such as 0.95.",
    Reason.SHARE_TOO_PRECISE: "A share has at most four places after the point.",
    Reason.DATE_FORMAT: "A date is written as 2026-01-31.",
    Reason.DATE_IMPOSSIBLE: "There is no such day in the calendar.",
    Reason.DATE_OUT_OF_RANGE: "The year must be from 1900 to 2199.",
    Reason.TIME_ZONE_UNKNOWN: "A time zone is a name such as Europe/Moscow.",
    Reason.LANGUAGE_UNKNOWN: "A language is a code such as ru, en or pt-BR.",
    Reason.PHONE_NOT_A_NUMBER: "This is not a phone number.",
    Reason.PHONE_COUNTRY: "No country has this dialling code.",
    Reason.PHONE_LENGTH: "The phone number has too few or too many digits.",
    Reason.PHONE_NOT_IN_USE: "No such phone number is in use; check the digits.",
    Reason.PHONE_EXTENSION: "Give the phone number without an extension.",
    Reason.EMAIL_NO_AT: "An e-mail address is a name, an @ and a domain.",
    Reason.EMAIL_NAME: "The part before the @ is not one an e-mail address can have.",
    Reason.EMAIL_DOMAIN: "The part after the @ is not a domain.",
    Reason.EMAIL_TOO_LONG: "The e-mail address is too long.",
    Reason.HOST_NOT_A_NAME: "A host is a domain name such as shop.example.com, without https://.",
    Reason.HOST_IS_ADDRESS: "A host is a domain name, not an IP address.",
    Reason.HOST_HAS_PORT: "Give the host without a port.",
    Reason.HOST_RESERVED: "This host name is reserved.",
    Reason.HOST_TOO_LONG: "The host name is too long.",
    Reason.INN_FORMAT: "An INN has 10 digits, or 12 for a person.",
    Reason.INN_CHECK_DIGITS: "The INN has a mistake: its check digits do not fit.",
    Reason.KPP_FORMAT: "A KPP has 9 characters, such as 770101001.",
    Reason.OGRN_FORMAT: "An OGRN has 13 digits, the first 1 or 5; an OGRNIP 15, the first 3.",
    Reason.OGRN_CHECK_DIGIT: "The OGRN has a mistake: its check digit does not fit.",
    Reason.INN_OF_ANOTHER_KIND: "A company has an INN of 10 digits, a person or sole trader of 12.",
    Reason.OGRN_OF_ANOTHER_KIND: "A company has an OGRN of 13 digits, a sole trader one of 15.",
    Reason.KPP_MISSING: "A company needs its KPP.",
    Reason.KPP_NOT_FOR_THIS_KIND: "Only a company has a KPP.",
    Reason.OGRN_NOT_FOR_THIS_KIND: "A person who is no sole trader has no OGRN.",
    Reason.BARCODE_CHARACTERS: "A barcode is made of Latin letters, digits and common signs.",
    Reason.BARCODE_TOO_LONG: "A barcode has at most 48 characters.",
    Reason.BARCODE_CHECK_DIGIT: "The barcode has a mistake: its last digit does not fit.",
    Reason.UNIT_CODE_EMPTY: "There is nothing in this code.",
    Reason.UNIT_CODE_TOO_LONG: "A mark has at most 400 bytes, a serial number 200.",
    Reason.SERIAL_CHARACTERS: "A serial number is a line of letters, digits and signs in UTF-8.",
    Reason.MARK_CHARACTERS: "A mark is ASCII: letters, digits, signs, and the separator GS (0x1D).",
    Reason.MARK_NO_GTIN: "A mark begins with 01 and the 14 digits of its GTIN.",
    Reason.MARK_GTIN: "The GTIN in the mark has a mistake: its last digit does not fit.",
    Reason.MARK_NO_SERIAL: "Behind the GTIN of a mark come 21 and its serial.",
    Reason.MARK_SERIAL: "The serial of a mark has 1 to 20 signs, and GS (0x1D) behind it.",
    Reason.SLUG_EMPTY: "No letter or digit is left for an address; give one by hand.",
    Reason.SLUG_FORMAT: "An address is small Latin letters and digits, with single hyphens.",
    Reason.PASSWORD_TOO_SHORT: "A password has at least 10 characters.",
    Reason.PASSWORD_TOO_LONG: "A password has at most 200 characters.",
    Reason.PASSWORD_TOO_COMMON: "This password is among the first that would be tried.",
    Reason.PASSWORD_HOLDS_EMAIL: "The password must not hold the name of the e-mail address.",
}

_RUSSIAN: Final = {
    Reason.AMOUNT_NOT_A_NUMBER: "Сумма пишется цифрами с точкой, например 1234.50.",
    Reason.AMOUNT_TOO_PRECISE: "В этой валюте нет такой мелкой доли.",
    Reason.AMOUNT_TOO_LARGE: "Сумма слишком велика.",
    Reason.CURRENCY_UNKNOWN: "Валюта — это код ISO 4217, например RUB.",
    Reason.CURRENCIES_DIFFER: "Суммы в разных валютах нельзя считать вместе.",
    Reason.QUANTITY_NOT_A_NUMBER: "Количество пишется цифрами с точкой, например 2 или 0.250.",
    Reason.QUANTITY_TOO_PRECISE: "В количестве не больше трёх знаков после точки.",
    Reason.QUANTITY_TOO_LARGE: "Количество слишком велико.",
    Reason.QUANTITY_NOT_POSITIVE: "Количество должно быть больше нуля.",
    Reason.SHARE_NOT_A_NUMBER: "Доля единицы — цифры и точка, например 0.95.",
    Reason.SHARE_TOO_PRECISE: "У доли не больше четырёх знаков после точки.",
    Reason.DATE_FORMAT: "Дата пишется так: 2026-01-31.",
    Reason.DATE_IMPOSSIBLE: "Такого дня в календаре нет.",
    Reason.DATE_OUT_OF_RANGE: "Год должен быть от 1900 до 2199.",
    Reason.TIME_ZONE_UNKNOWN: "Часовой пояс — это название вида Europe/Moscow.",
    Reason.LANGUAGE_UNKNOWN: "Язык — это код вида ru, en или pt-BR.",
    Reason.PHONE_NOT_A_NUMBER: "Это не номер телефона.",
    Reason.PHONE_COUNTRY: "Ни у одной страны нет такого кода.",
    Reason.PHONE_LENGTH: "В номере телефона слишком мало или слишком много цифр.",
    Reason.PHONE_NOT_IN_USE: "Такого номера телефона не бывает; проверьте цифры.",
    Reason.PHONE_EXTENSION: "Укажите номер телефона без добавочного.",
    Reason.EMAIL_NO_AT: "Адрес почты — это имя, знак @ и домен.",
    Reason.EMAIL_NAME: "Часть до знака @ не может быть именем почтового ящика.",
    Reason.EMAIL_DOMAIN: "Часть после знака @ — не домен.",
    Reason.EMAIL_TOO_LONG: "Адрес почты слишком длинный.",
    Reason.HOST_NOT_A_NAME: "Хост — это доменное имя вида shop.example.com, без https://.",
    Reason.HOST_IS_ADDRESS: "Хост — это доменное имя, а не IP-адрес.",
    Reason.HOST_HAS_PORT: "Укажите хост без порта.",
    Reason.HOST_RESERVED: "Это имя хоста занято системой.",
    Reason.HOST_TOO_LONG: "Имя хоста слишком длинное.",
    Reason.INN_FORMAT: "В ИНН 10 цифр, у физического лица — 12.",
    Reason.INN_CHECK_DIGITS: "В ИНН ошибка: не сходятся контрольные цифры.",
    Reason.KPP_FORMAT: "В КПП 9 знаков, например 770101001.",
    Reason.OGRN_FORMAT: "В ОГРН 13 цифр, первая 1 или 5; в ОГРНИП 15, первая 3.",
    Reason.OGRN_CHECK_DIGIT: "В ОГРН ошибка: не сходится контрольная цифра.",
    Reason.INN_OF_ANOTHER_KIND: "У организации ИНН из 10 цифр, у физического лица и ИП — из 12.",
    Reason.OGRN_OF_ANOTHER_KIND: "У организации ОГРН из 13 цифр, у ИП — ОГРНИП из 15.",
    Reason.KPP_MISSING: "Организации нужен КПП.",
    Reason.KPP_NOT_FOR_THIS_KIND: "КПП бывает только у организации.",
    Reason.OGRN_NOT_FOR_THIS_KIND: "У физического лица без статуса ИП нет ОГРН.",
    Reason.BARCODE_CHARACTERS: "Штрихкод состоит из латинских букв, цифр и обычных знаков.",
    Reason.BARCODE_TOO_LONG: "В штрихкоде не больше 48 знаков.",
    Reason.BARCODE_CHECK_DIGIT: "В штрихкоде ошибка: не сходится последняя цифра.",
    Reason.UNIT_CODE_EMPTY: "Код пуст.",
    Reason.UNIT_CODE_TOO_LONG: "В марке не больше 400 байт, в серийном номере — 200.",
    Reason.SERIAL_CHARACTERS: "Серийный номер — строка букв, цифр и знаков в UTF-8.",
    Reason.MARK_CHARACTERS: "Марка состоит из знаков ASCII и разделителя GS (0x1D).",
    Reason.MARK_NO_GTIN: "Марка начинается с 01 и 14 цифр GTIN.",
    Reason.MARK_GTIN: "В GTIN марки ошибка: не сходится последняя цифра.",
    Reason.MARK_NO_SERIAL: "После GTIN в марке идут 21 и серийный номер.",
    Reason.MARK_SERIAL: "Серийный номер марки — от 1 до 20 знаков, за ним GS (0x1D).",
    Reason.SLUG_EMPTY: "Для адреса не осталось ни буквы, ни цифры; задайте его вручную.",
    Reason.SLUG_FORMAT: "Адрес — это строчные латинские буквы и цифры через одиночные дефисы.",
    Reason.PASSWORD_TOO_SHORT: "В пароле не меньше 10 знаков.",
    Reason.PASSWORD_TOO_LONG: "В пароле не больше 200 знаков.",
    Reason.PASSWORD_TOO_COMMON: "Этот пароль подбирают одним из первых.",
    Reason.PASSWORD_HOLDS_EMAIL: "Пароль не должен содержать имя из адреса почты.",
}

_MESSAGES: Final = {"en": _ENGLISH, "ru": _RUSSIAN}


class InvalidValue(ValueError):
    """A value that cannot be taken: `reason_code` says why, `text` is what was given.

    `text` stays out of `str()` and of every message: it may be somebody's address or password.
    """

    def __init__(self, reason_code: Reason, text: str = "") -> None:
        super().__init__(reason_code, text)
        self.reason_code = reason_code
        self.text = text

    def __str__(self) -> str:
        return self.reason_code.value

    def __repr__(self) -> str:
        return f"InvalidValue({self.reason_code.value})"

    def message(self, language: str) -> str:
        """The reason for a person, in `language`: "ru" or "en", which stands in for any other."""
        return _MESSAGES.get(language, _ENGLISH)[self.reason_code]
