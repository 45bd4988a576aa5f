"""Currencies of ISO 4217 and how many decimal places each has."""

from typing import Final

from tenants.values.invalid import InvalidValue, Reason

# The standard's own places, not those of CLDR, which tells how prices are usually shown (no
# kopecks for AFN, say) and so would lose what was paid. Codes of funds, metals and tests are not
# money that a shop takes. Source: ISO 4217, list one (six-group.com).
_TWO_PLACES: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_PLACES: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_PLACES: Final = "BHD IQD JOD KWD LYD OMR TND"

EXPONENTS: Final = (
    dict.fromkeys(_TWO_PLACES.split(), 2)
    | dict.fromkeys(_NO_PLACES.split(), 0)
    | dict.fromkeys(_THREE_PLACES.split(), 3)
)


def parse_currency(text: str) -> str:
    """Return the code as it is. Raises InvalidValue when ISO 4217 has no such currency in use."""
    exponent_of(text)
    return text


def exponent_of(currency: str) -> int:
    """Decimal places of a currency: 2 for RUB, 0 for JPY, 3 for KWD. Raises InvalidValue."""
    exponent = EXPONENTS.get(currency)
    if exponent is None:
        raise InvalidValue(Reason.CURRENCY_UNKNOWN, currency)
    return exponent
