"""Words as people type them: folded, on the wrong keyboard, with mistakes."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

LONGEST_QUERY: Final = 200
MOST_WORDS: Final = 12

MOST_RETHOUGHT: Final = 8
"""Words of the longest query that other readings are thought of for."""

_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_CYRILLIC: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)

_WORD: Final = re.compile(r"[^\W_]+")
_SIZE: Final = re.compile(r"([0-9])\s*[xх×*]\s*(?=[0-9])")
_POINT: Final = re.compile(r"([0-9])\.(?=[0-9])")
_UNIT: Final = re.compile(r"([0-9])(мм|см|мл|кг|гр|квт|вт|шт|г|л|м)(?![^\W_])")
_LOOK_LATIN: Final = str.maketrans("авекмнорстух", "abekmhopctyx")
_LOOK_CYRILLIC: Final = str.maketrans("abekmhopctyx", "авекмнорстух")

_SOUNDS: Final = {
    "shch": "щ", "sch": "ш", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ts": "ц", "ya": "я",
    "yu": "ю", "yo": "е", "oo": "у", "ee": "и", "ck": "к", "ph": "ф", "a": "а", "b": "б",
    "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "дж", "k": "к",
    "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т",
    "u": "у", "v": "в", "w": "в", "x": "кс", "y": "й", "z": "з",
}  # fmt: skip
_SOUND: Final = re.compile("|".join(_SOUNDS))
_LETTERS: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_TO_SOUNDS: Final = str.maketrans(_LETTERS)


class Alike(NamedTuple):
    """A word like the `given` one, and how many products have it; None for the given one itself,
    which the shop knows.
    """

    given: str
    word: str
    products: int | None


def fold(query: str) -> str:
    """A query in the one spelling of search_fold() in the database.

    Small letters without ё; "4x25" of "4 Х 25", "2,5" of "2.5", "20 мм" of "20мм"; letters of the
    other alphabet that only look right in their word become what they look like: "m8" of "М8".
    At most 12 words and 200 letters; what is beyond is left out.
    """
    text = query[:LONGEST_QUERY].replace("\0", " ").lower().replace("ё", "е")
    text = _UNIT.sub(r"\1 \2", _POINT.sub(r"\1,", _SIZE.sub(r"\1x", text)))
    return " ".join(_WORD.sub(_in_one_alphabet, text).split()[:MOST_WORDS])


def _in_one_alphabet(found: re.Match[str]) -> str:
    word = found[0]
    if _has_digit(word):
        return word.translate(_LOOK_LATIN)
    return word.translate(_LOOK_CYRILLIC) if _is_cyrillic(word) else word


def _has_digit(word: str) -> bool:
    return any("0" <= letter <= "9" for letter in word)


def _is_cyrillic(word: str) -> bool:
    return any("а" <= letter <= "я" or letter == "ё" for letter in word)


def on_other_keyboard(query: str) -> str:
    """What the same keys give in the other layout, word by word: "xfq" is "чай", "вуцфде" "dewalt".

    A word with a Cyrillic letter was meant to be Latin, any other to be Cyrillic; what has a digit
    is no word.
    """
    return fold(" ".join(_other(word) for word in _SIZE.sub(r"\1x", query.lower()).split()))


def _other(word: str) -> str:
    if _has_digit(word):
        return word
    return word.translate(_TO_LATIN if _is_cyrillic(word) else _TO_CYRILLIC)


def by_sound(query: str) -> str:
    """A folded query with each word spelled in the other alphabet: "лампа" of "lampa", and back."""
    return fold(" ".join(_sounded(word) for word in query.split()))


def _sounded(word: str) -> str:
    if _has_digit(word):
        return word
    if _is_cyrillic(word):
        return word.translate(_TO_SOUNDS)
    return _SOUND.sub(lambda sound: _SOUNDS[sound[0]], word)


def readings(query: str) -> list[tuple[str, ...]]:
    """What each word of a query may be: as it is typed, on the other keyboard, by its sound.

    Nothing for a query of more words than MOST_RETHOUGHT.
    """
    typed, *others = fold(query), on_other_keyboard(query), by_sound(fold(query))
    words = typed.split()
    if len(words) > MOST_RETHOUGHT:
        return []
    # What is one word in one reading and three in another tells nothing of which is which.
    rows = [words, *(one for other in others if len(one := other.split()) == len(words))]
    return list(zip(*rows, strict=True))


def corrected(meant: Iterable[tuple[str, ...]], alike: Iterable[Alike]) -> str:
    """The query that was meant, of the `readings` of its words.

    Of each word it is the first reading that the shop knows; where it knows none, the likeliest
    of the words with few letters different. A word like none is left out.
    """
    near: dict[str, list[Alike]] = {}
    for row in alike:
        near.setdefault(row.given, []).append(row)
    return " ".join(filter(None, (_chosen(word, near) for word in meant)))


def _chosen(word: tuple[str, ...], near: dict[str, list[Alike]]) -> str | None:
    known = (one for one in word if _is_known(near.get(one, [])))
    likely = (found for one in word if (found := _likeliest(near.get(one, []))))
    return next(known, None) or next(likely, None)


def shortened(query: str) -> list[str]:
    """The query without one of its words, the last one first."""
    words = query.split()
    if not 1 < len(words) <= MOST_RETHOUGHT:
        return []
    return [" ".join(words[:at] + words[at + 1 :]) for at in reversed(range(len(words)))]


def _is_known(rows: list[Alike]) -> bool:
    return any(row.products is None for row in rows)


def _likeliest(rows: list[Alike]) -> str | None:
    near = [
        (mistakes, -(row.products or 0), row.word)
        for row in rows
        if (mistakes := count_mistakes(row.given, row.word)) <= _most_mistakes(row.given)
    ]
    return min(near)[2] if near else None


def _most_mistakes(word: str) -> int:
    return 1 if len(word) <= 5 else 2 if len(word) <= 9 else 3


def count_mistakes(typed: str, meant: str) -> int:
    """Letters left out, put in, changed, or two neighbours swapped, to get from one to the other.

    The optimal string alignment distance; both words are short.
    """
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(meant, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            swapped = i > 1 and j > 1 and typed[i - 2] == wanted and letter == meant[j - 2]
            row.append(min(cost, last[j - 2] + 1) if swapped else cost)
    return row[-1]
