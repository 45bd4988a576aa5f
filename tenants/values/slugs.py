"""Slugs: the part of an address that names a product, made from its title."""

import re
import unicodedata
from typing import Final

from tenants.values.invalid import InvalidValue, Reason

LONGEST_SLUG: Final = 100

# Russian the way Yandex and most shops write addresses; then the letters that Ukrainian, Belarusian
# and Kazakh add, and the Latin ones that do not come apart into a letter and a mark.
_LETTERS: Final = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": ""}
    | {"ю": "yu", "я": "ya"}
    | {"і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u"}
    | {"ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h"}
    | {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ð": "d"}
    | {"ı": "i", "×": "x", "&": " and ", "'": "", "’": "", "ʼ": ""}
)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def make_slug(title: str, *, longest: int = LONGEST_SLUG) -> str:
    """Turn a title into a slug: "Чай «Ассам» 100 г" is "chai-assam-100-g".

    Cut at a word's end to at most `longest` characters. Raises InvalidValue when nothing is left,
    as of a title in a script that is not written here.
    """
    # Composed first, for "й" must not come apart; then the rest is stripped of its marks.
    latin = unicodedata.normalize("NFC", title[: longest * 4]).lower().translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", latin)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    slug = _cut("-".join(re.findall(r"[a-z0-9]+", plain.lower())), longest)
    if not slug:
        raise InvalidValue(Reason.SLUG_EMPTY, title)
    return slug


def number_slug(slug: str, number: int, *, longest: int = LONGEST_SLUG) -> str:
    """The `number`th of equal slugs, for when the first is taken: "chai-2", within `longest`."""
    ending = f"-{number}"
    return _cut(slug, longest - len(ending)) + ending


def parse_slug(text: str) -> str:
    """Take a slug that a person chose. Raises InvalidValue unless it is one as it stands."""
    if len(text) > LONGEST_SLUG or not _SLUG.fullmatch(text):
        raise InvalidValue(Reason.SLUG_FORMAT, text)
    return text


def _cut(slug: str, longest: int) -> str:
    if len(slug) <= longest:
        return slug
    words, _, _ = slug[: longest + 1].rpartition("-")
    return words or slug[:longest]
