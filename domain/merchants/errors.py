"""Refusals that only this room has."""

from datetime import timedelta
from typing import Any, ClassVar

from domain.errors import DomainError, ErrorCode


class WrongCredentials(DomainError):
    """The address, the password or both are wrong, or the address was never confirmed."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {
        "en": "the e-mail address or the password is wrong, or the address is not confirmed yet",
        "ru": "неверный адрес почты или пароль, либо адрес ещё не подтверждён",
    }


class WrongPassword(DomainError):
    """The caller's own password, asked for once more, is wrong."""

    code = ErrorCode.NOT_ALLOWED
    texts: ClassVar[dict[str, str]] = {"en": "the password is wrong", "ru": "неверный пароль"}


class SecondFactorRequired(DomainError):
    """The password is right; the app's code, or a recovery code, is wanted too."""

    code = ErrorCode.SECOND_FACTOR_REQUIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "enter the code from your authenticator app",
        "ru": "введите код из приложения-аутентификатора",
    }


class PresenceRequired(DomainError):
    """It is long ago that this member of staff proved who he is; `sessionProve` does it again."""

    code = ErrorCode.SECOND_FACTOR_REQUIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "prove once more that it is you, with your password and your second factor",
        "ru": "подтвердите ещё раз, что это вы: паролем и вторым фактором",
    }


class WrongCode(DomainError):
    """Neither a code of this half-minute nor an unused recovery code."""

    code = ErrorCode.INVALID
    texts: ClassVar[dict[str, str]] = {
        "en": "the code is wrong or was used already",
        "ru": "код неверен или уже использован",
    }


class TooManyTries(DomainError):
    """Enough for now: `retry_after_seconds` says when to come back."""

    code = ErrorCode.TOO_MANY
    texts: ClassVar[dict[str, str]] = {
        "en": "too many tries; come back in {retry_after_seconds} s",
        "ru": "слишком много попыток; повторите через {retry_after_seconds} с",
    }

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after_seconds=max(1, round(retry_after.total_seconds())))


class LinkNoLongerGood(DomainError):
    """A link of a letter that was used, replaced, is out of date, or never was."""

    code = ErrorCode.EXPIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "this link no longer works; ask for a new one",
        "ru": "ссылка больше не действует; запросите новую",
    }


class ShopToChoose(DomainError):
    """This person works for several shops: `shops` are their handles and names."""

    code = ErrorCode.REQUIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "say which shop you want to enter",
        "ru": "укажите, в какой магазин войти",
    }

    def __init__(self, shops: list[dict[str, Any]]) -> None:
        super().__init__("shop", shops=shops)
