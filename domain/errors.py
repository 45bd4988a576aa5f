"""Refusals that a caller can mend. A door turns them into its payload's `userErrors`.

Each carries the facts as attributes, a code of a closed list, the place in the input that it is
about, and its words in Russian and English. Whatever else is raised is a bug.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from tenants.values.invalid import InvalidValue

Parsed = TypeVar("Parsed")


class ErrorCode(StrEnum):
    """What a client may switch on; the words of a message may change, these do not."""

    INVALID = "INVALID"
    REQUIRED = "REQUIRED"
    NOT_FOUND = "NOT_FOUND"
    TAKEN = "TAKEN"
    CONFLICT = "CONFLICT"
    LIMIT_REACHED = "LIMIT_REACHED"
    IN_USE = "IN_USE"
    NOT_ALLOWED = "NOT_ALLOWED"
    EXPIRED = "EXPIRED"
    TOO_MANY = "TOO_MANY"
    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    USED_UP = "USED_UP"
    SECOND_FACTOR_REQUIRED = "SECOND_FACTOR_REQUIRED"
    CART_PROBLEM = "CART_PROBLEM"


class DomainError(Exception):
    """A refusal: raised, it undoes the whole unit of work.

    `path` is the place in the input, from its root, list indexes as text: `("lines", "0", "sku")`.
    A subclass gives `code` and `texts` (templates over its attributes); its constructor keeps the
    facts as attributes.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INVALID
    texts: ClassVar[dict[str, str]] = {"en": "refused", "ru": "отказано"}

    def __init__(self, *path: str | int, **facts: Any) -> None:
        self.path = tuple(str(step) for step in path)
        self.facts = facts
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """The refusal in `language` (ru or en; English for any other)."""
        return self.texts.get(language, self.texts["en"]).format(**self.facts)

    def at(self, *prefix: str | int) -> "DomainError":
        """The same refusal, seen from further out: `prefix` goes before its path."""
        self.path = (*(str(step) for step in prefix), *self.path)
        return self


class Said(DomainError):
    """A refusal in its own words; the rest of this file has words of its kind."""

    def __init__(self, *path: str | int, en: str, ru: str) -> None:
        self.said = {"en": en, "ru": ru}
        super().__init__(*path)

    def message(self, language: str) -> str:
        return self.said.get(language, self.said["en"])


class Invalid(Said):
    """A value that cannot be; the words say why."""

    code = ErrorCode.INVALID


def valid(parse: Callable[[str], Parsed], text: str, *path: str | int) -> Parsed:
    """`parse(text)`, whose InvalidValue becomes an Invalid at `path`."""
    try:
        return parse(text)
    except InvalidValue as error:
        raise Invalid(*path, en=error.message("en"), ru=error.message("ru")) from None


class NotFound(DomainError):
    """No such thing in this shop; another shop's thing is answered just so."""

    code = ErrorCode.NOT_FOUND
    texts: ClassVar[dict[str, str]] = {
        "en": "there is no such {what}",
        "ru": "не найдено: {what}",
    }

    def __init__(self, *path: str | int, what: str) -> None:
        super().__init__(*path, what=what)


class Taken(DomainError):
    """What must be unique is used by something else of this shop."""

    code = ErrorCode.TAKEN
    texts: ClassVar[dict[str, str]] = {
        "en": "“{value}” is taken already",
        "ru": "«{value}» уже занято",
    }

    def __init__(self, *path: str | int, value: str) -> None:
        super().__init__(*path, value=value)


class Conflict(DomainError):
    """Someone else changed it meanwhile: `current_version` is what it is now."""

    code = ErrorCode.CONFLICT
    texts: ClassVar[dict[str, str]] = {
        "en": "it was changed meanwhile; its version is {current_version} now",
        "ru": "за это время данные изменились; текущая версия — {current_version}",
    }

    def __init__(self, *path: str | int, current_version: int) -> None:
        super().__init__(*path, current_version=current_version)


class LimitReached(DomainError):
    """The plan allows no more: `limit` of `what`, `used` so far."""

    code = ErrorCode.LIMIT_REACHED
    texts: ClassVar[dict[str, str]] = {
        "en": "the plan allows {limit} {what}, {used} are in use",
        "ru": "тариф позволяет {limit} ({what}), уже занято {used}",
    }

    def __init__(self, *path: str | int, what: str, limit: int, used: int) -> None:
        super().__init__(*path, what=what, limit=limit, used=used)


class InUse(DomainError):
    """It cannot go while others hold on to it."""

    code = ErrorCode.IN_USE
    texts: ClassVar[dict[str, str]] = {
        "en": "it is used by {count} {what}",
        "ru": "используется ({what}: {count})",
    }

    def __init__(self, *path: str | int, what: str, count: int) -> None:
        super().__init__(*path, what=what, count=count)


class NotAllowed(Said):
    """Its present state, or the caller's rights, do not allow this; the words say why."""

    code = ErrorCode.NOT_ALLOWED
