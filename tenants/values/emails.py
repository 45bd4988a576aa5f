"""E-mail addresses: as written for sending, and as a key for finding."""

from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from tenants.values.invalid import InvalidValue, Reason

_LONGEST: Final = 254  # RFC 5321, with its erratum 1690


@dataclass(frozen=True, slots=True)
class Email:
    """`address` is what mail is sent to; equal `key`s are the same mailbox to us."""

    address: str
    key: str


def parse_email(text: str) -> Email:
    """Check the syntax alone; no server is asked. Raises InvalidValue.

    The key is lower case with the domain in ASCII. By the letter of RFC 5321 the case of the name
    counts; no mail service of today keeps two boxes that differ in it. Dots and +tags do count:
    some services hand them to different people.
    """
    written = text.strip()
    if len(written) > _LONGEST:
        raise InvalidValue(Reason.EMAIL_TOO_LONG, text)
    name, at, domain = written.rpartition("@")
    if not (name and at and domain):
        raise InvalidValue(Reason.EMAIL_NO_AT, text)
    if "=?" in name:  # in a letter's head it would be read as an encoded word: another mailbox
        raise InvalidValue(Reason.EMAIL_NAME, text)
    try:
        checked = _checked(written)
    except EmailNotValidError:
        raise InvalidValue(_reason(name, domain), text) from None
    return Email(checked.normalized, f"{checked.local_part}@{checked.ascii_domain}".lower())


def _reason(name: str, domain: str) -> Reason:
    # The library says what is wrong in words alone; each half beside a sound one tells them apart.
    for candidate, reason in (
        (f"x@{domain}", Reason.EMAIL_DOMAIN),
        (f"{name}@example.com", Reason.EMAIL_NAME),
    ):
        try:
            _checked(candidate)
        except EmailNotValidError:
            return reason
    return Reason.EMAIL_TOO_LONG


def _checked(address: str) -> ValidatedEmail:
    # test_environment lets .test pass: mail to it goes nowhere, which hurts nobody.
    return validate_email(
        address,
        check_deliverability=False,
        allow_smtputf8=False,
        strict=True,
        test_environment=True,
    )
