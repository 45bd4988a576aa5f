"""What a caller gave, cleaned field by field. Left out means keep, None means clear.

A cleaner takes what was given and returns what is stored, or raises a refusal without a path; the
path is added here, in the caller's spelling (`seo_title` is `seoTitle` in the API).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

import nh3
import orjson

from domain.errors import DomainError, ErrorCode, Invalid, Said
from tenants.values.invalid import InvalidValue

Cleaner: TypeAlias = Callable[[Any], Any]

LONGEST_HTML: Final = 200_000
BIGINT: Final = 2**63 - 1

_CODE: Final = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SCHEMES: Final = {"http", "https", "mailto", "tel"}


class Required(Said):
    """It cannot be left empty."""

    code = ErrorCode.REQUIRED

    def __init__(self, *path: str | int) -> None:
        super().__init__(*path, en="must be given", ru="нужно заполнить")


def camel(name: str) -> str:
    """The API's spelling of a field: `seo_title` is `seoTitle`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def clean(
    cleaners: Mapping[str, Cleaner], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[DomainError]]:
    """The fields of `given` that have a cleaner, cleaned; and what is wrong with the others."""
    values: dict[str, Any] = {}
    wrong: list[DomainError] = []
    for name, value in given.items():
        if name not in cleaners:
            continue
        try:
            with located(camel(name)):
                values[name] = cleaners[name](value)
        except DomainError as error:
            wrong.append(error)
    return values, wrong


@contextmanager
def located(*path: str | int) -> Iterator[None]:
    """Refusals of the block get this path before theirs; refused values become refusals."""
    try:
        yield
    except InvalidValue as error:
        raise as_refusal(error, *path) from None
    except DomainError as error:
        raise error.at(*path) from None


def as_refusal(error: InvalidValue, *path: str | int) -> Invalid:
    """A refused value as a refusal at `path`."""
    return Invalid(*path, en=error.message("en"), ru=error.message("ru"))


def text(longest: int, *, required: bool = True) -> Cleaner:
    """One line: spaces folded, something to see in it. Not required: None and "" become ""."""

    def cleaned(value: Any) -> str:
        line = " ".join(printable("" if value is None else value).split())
        if all(unicodedata.category(letter) == "Cf" for letter in line):
            line = ""  # joiners and marks of direction, with nothing between them
        if not line and required:
            raise Required()
        return _within(line, longest)

    return cleaned


def line_or_none(longest: int) -> Cleaner:
    """As `text`, but what is empty is None."""
    cleaned = text(longest, required=False)
    return lambda value: cleaned(value) or None


def html(value: Any) -> str:
    """Markup that may be shown: no scripts, no styles, no addresses but of the web and mail."""
    raw = _within(printable("" if value is None else value), LONGEST_HTML)
    return nh3.clean(raw, url_schemes=_SCHEMES).strip()


def code(value: Any) -> str:
    """A short name that programs use: small Latin letters, digits, single - and _."""
    if not isinstance(value, str) or len(value) > 60 or not _CODE.fullmatch(value):
        raise Invalid(
            en="must be small Latin letters and digits, with single - or _ between, at most 60",
            ru="строчные латинские буквы и цифры, между ними одиночные - или _, не больше 60",
        )
    return value


def word(*words: str, required: bool = True) -> Cleaner:
    """One of a closed list of words."""

    def cleaned(value: Any) -> Any:
        if value is None and not required:
            return None
        if value is None:
            raise Required()
        if value not in words:
            listed = ", ".join(words)
            raise Invalid(en=f"must be one of: {listed}", ru=f"должно быть одним из: {listed}")
        return value

    return cleaned


def whole(least: int = 0, most: int = BIGINT, *, required: bool = True) -> Cleaner:
    """An integer within bounds."""

    def cleaned(value: Any) -> int | None:
        if value is None and not required:
            return None
        if value is None:
            raise Required()
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Invalid(
                en=f"must be a whole number from {least} to {most}",
                ru=f"должно быть целым числом от {least} до {most}",
            )
        return value

    return cleaned


def country(value: Any) -> str | None:
    """ISO 3166, two capitals; None is unsaid."""
    if value is None:
        return None
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise Invalid(en="must be a country's two letters, as RU", ru="две буквы страны, как RU")
    return value


def flag(value: Any) -> bool:
    """True or False."""
    if value is None:
        raise Required()
    if not isinstance(value, bool):
        raise Invalid(en="must be true or false", ru="должно быть true или false")
    return value


def instant(value: Any) -> datetime | None:
    """An instant in UTC, or None."""
    if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
        raise Invalid(en="must be an instant with its time zone", ru="нужен момент с поясом")
    return None if value is None else value.astimezone(UTC)


def day(value: Any) -> date | None:
    """A calendar day, or None."""
    if value is not None and not isinstance(value, date):
        raise Invalid(en="must be a date", ru="нужна дата")
    return value


def json_object(largest_bytes: int) -> Cleaner:
    """Free JSON by keys, up to a size; None is {}."""

    def cleaned(value: Any) -> dict[str, Any]:
        value = {} if value is None else value
        if not isinstance(value, dict):
            raise Invalid(en="must be a JSON object", ru="должен быть объект JSON")
        try:
            packed = orjson.dumps(value)
        except TypeError:
            raise Invalid(en="is not JSON", ru="это не JSON") from None
        if len(packed) > largest_bytes or b"\\u0000" in packed:
            raise Invalid(
                en=f"must be at most {largest_bytes} bytes, without NUL",
                ru=f"не больше {largest_bytes} байт, без NUL",
            )
        return value

    return cleaned


def printable(value: Any, *, keep: str = "\n\t\r") -> str:
    """The text in its composed form. Refuses control characters and broken surrogates."""
    if not isinstance(value, str):
        raise Invalid(en="must be text", ru="должен быть текст")
    for found in _UNPRINTABLE.findall(value):
        if found not in keep:
            raise Invalid(
                en="holds a character that cannot be shown",
                ru="содержит знак, который нельзя показать",
            )
    return unicodedata.normalize("NFC", value)


def _within(value: str, longest: int) -> str:
    if len(value) > longest:
        raise Invalid(en=f"must be at most {longest} characters", ru=f"не больше {longest} знаков")
    return value
