"""The second factor: codes of the standard, each good once."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.totp import (
    find_matching_step,
    new_recovery_codes,
    new_totp_secret,
    otpauth_uri,
    recovery_digest,
)

# RFC 6238, appendix B: the secret "12345678901234567890", the last six of its eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOW = datetime(2026, 5, 1, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_standard_match(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert find_matching_step(RFC_SECRET, code, now=now, last_step=None) == seconds // 30


@pytest.mark.parametrize(("off", "is_taken"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_one_step_to_each_side_is_taken(off: int, is_taken: int) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(NOW + timedelta(seconds=30 * off))
    step = find_matching_step(RFC_SECRET, code, now=NOW, last_step=None)
    assert step == (STEP + off if is_taken else None)


def test_a_code_is_good_once_and_so_are_those_before_it() -> None:
    totp = pyotp.TOTP(RFC_SECRET)
    step = find_matching_step(RFC_SECRET, totp.at(NOW), now=NOW, last_step=STEP - 1)
    assert step == STEP
    for off, expected in ((-1, None), (0, None), (1, STEP + 1)):
        code = totp.at(NOW + timedelta(seconds=30 * off))
        assert find_matching_step(RFC_SECRET, code, now=NOW, last_step=step) == expected


def test_a_space_in_the_middle_is_no_mistake() -> None:
    code = pyotp.TOTP(RFC_SECRET).at(NOW)
    spaced = f" {code[:3]} {code[3:]} "
    assert find_matching_step(RFC_SECRET, spaced, now=NOW, last_step=None) == STEP


@given(st.text(max_size=12) | st.text("٠١٢٣0123 -", min_size=6, max_size=7))
def test_other_texts_match_nothing(code: str) -> None:
    valid = {pyotp.TOTP(RFC_SECRET).at(NOW + timedelta(seconds=30 * off)) for off in (-1, 0, 1)}
    if code.replace(" ", "") not in valid:
        assert find_matching_step(RFC_SECRET, code, now=NOW, last_step=None) is None


def test_the_uri_says_what_an_app_must_know() -> None:
    secret = new_totp_secret()
    parts = urlsplit(otpauth_uri(secret, account="anna@example.com", issuer="Чайная лавка"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Чайная лавка:anna@example.com"
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["Чайная лавка"]}


def test_every_secret_is_new_and_of_160_bits() -> None:
    secrets = {new_totp_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert {len(secret) for secret in secrets} == {32}


def test_recovery_codes_are_known_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    digests = {recovery_digest(code) for code in codes}
    assert len(codes) == len(digests) == 10
    assert {len(digest) for digest in digests} == {32}
    for code in codes:
        misread = code.upper().replace("-", " ").replace("0", "O").replace("1", "l")
        assert recovery_digest(misread) in digests
        assert recovery_digest(code[:-1]) not in digests
    assert recovery_digest("\ud800") not in digests
