"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes."""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Final

import pyotp
from pyotp.utils import strings_equal

_STEP_SECONDS: Final = 30
# One step to each side: clocks of phones are off, and people take time to type.
_STEPS_OFF: Final = (0, -1, 1)
_CODE: Final = re.compile(r"[0-9]{6}")

_RECOVERY_CODES: Final = 10
# 16 letters of 5 bits: at 80 bits a plain SHA-256 is past guessing. No i, l, o, u to misread.
_RECOVERY_LETTERS: Final = 16
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD: Final = str.maketrans("ilo", "110")


def new_totp_secret() -> str:
    """A secret of 160 random bits in base32, to be kept in the vault."""
    return pyotp.random_base32()


def otpauth_uri(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says, `otpauth://totp/<issuer>:<account>?secret=…`: a secret itself."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def find_matching_step(
    secret: str, code: str, *, now: datetime, last_step: int | None
) -> int | None:
    """The 30-second step (since 1970) whose code this is, or None when it is wrong or used before.

    Steps up to `last_step` are not taken again. The caller stores the step on condition that it
    is still greater than the stored one, in one statement: then of two logins with one code only
    one gets in. Wrong codes are to be counted by the caller; a million tries is nothing.
    """
    code = code.replace(" ", "")
    if not _CODE.fullmatch(code):
        return None
    totp = pyotp.TOTP(secret, interval=_STEP_SECONDS)
    current = int(now.timestamp()) // _STEP_SECONDS
    for step in (current + off for off in _STEPS_OFF):
        is_fresh = last_step is None or step > last_step
        if strings_equal(totp.generate_otp(step), code) and is_fresh:
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes like "4k7d-0xqm-9w2c-hz3t", each good once in place of the app. Shown once."""
    return [_new_recovery_code() for _ in range(_RECOVERY_CODES)]


def recovery_digest(code: str) -> bytes:
    """The 32 bytes to store of a code, or to look up for one that was typed.

    Case, hyphens and spaces do not matter, nor o for 0 and i or l for 1.
    """
    letters = re.sub(r"[\s-]", "", code.lower()).translate(_MISREAD)
    return hashlib.sha256(letters.encode("utf-8", "replace")).digest()


def _new_recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LETTERS))
    return "-".join(letters[at : at + 4] for at in range(0, _RECOVERY_LETTERS, 4))
