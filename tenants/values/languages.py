"""Languages: which a shop may have, and which Ryad itself speaks."""

import re
from functools import cache
from typing import Final

from babel import Locale

from tenants.values.invalid import InvalidValue, Reason

# The languages of our own messages. A shop's texts may be in any language.
SPOKEN: Final = ("ru", "en")

_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{2}))?")


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    english = Locale("en")
    return frozenset(english.languages), frozenset(english.territories)


def parse_language(text: str) -> str:
    """Return the tag in its usual case: "ru", "pt-BR". Raises InvalidValue for an unknown one."""
    match = _TAG.fullmatch(text)
    languages, territories = _known()
    if match is None:
        raise InvalidValue(Reason.LANGUAGE_UNKNOWN, text)
    language, territory = match[1].lower(), (match[2] or "").upper()
    if language not in languages or (territory and territory not in territories):
        raise InvalidValue(Reason.LANGUAGE_UNKNOWN, text)
    return f"{language}-{territory}" if territory else language
