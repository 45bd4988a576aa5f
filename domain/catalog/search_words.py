"""Words as people type them: folded, on the wrong keyboard, with mistakes."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

LONGEST_QUERY: Final = 200
MOST_WORDS: Final = 12

_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_CYRILLIC: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)
_SIZE: Final = re.compile(r"(\d)\s*[xх×*]\s*(?=\d)")


class Alike(NamedTuple):
    """A word like the `given` one, and how many products have it; None for the given one itself,
    which the shop knows.
    """

    given: str
    word: str
    products: int | None


def fold(query: str) -> str:
    """A query in the one spelling of search_fold() in the database: "4х25" of "4 Х 25".

    At most 12 words and 200 letters; what is beyond is left out.
    """
    text = query[:LONGEST_QUERY].replace("\0", " ").lower().replace("ё", "е")
    return " ".join(_SIZE.sub(r"\1x", text).split()[:MOST_WORDS])


def on_other_keyboard(query: str) -> str:
    """What the same keys give in the other layout, word by word: "xfq" is "чай", "вуцфде" "dewalt".

    A word with a Cyrillic letter was meant to be Latin, any other to be Cyrillic.
    """
    words = query[:LONGEST_QUERY].lower().split()
    return fold(" ".join(_other(word) for word in words))


def _other(word: str) -> str:
    is_cyrillic = any("а" <= letter <= "я" or letter == "ё" for letter in word)
    return word.translate(_TO_LATIN if is_cyrillic else _TO_CYRILLIC)


def corrected(typed: str, other: str, alike: Iterable[Alike]) -> str:
    """The query that was meant by `typed`, of which `other` is what the other keyboard gives.

    Each word stays when the shop knows it; else it is taken for the other keyboard's, then for
    the likeliest of the words with few letters different. A word like none is left out.
    """
    near: dict[str, list[Alike]] = {}
    for row in alike:
        near.setdefault(row.given, []).append(row)
    meant = [
        _likeliest(near.get(word, [])) or _likeliest(near.get(elsewhere, []))
        if not _is_known(near.get(elsewhere, []))
        else (word if _is_known(near.get(word, [])) else elsewhere)
        for word, elsewhere in _pairs(typed, other)
    ]
    return " ".join(word for word in meant if word)


def _pairs(typed: str, other: str) -> list[tuple[str, str]]:
    ours, theirs = typed.split(), other.split()
    # A size like "4 x 25" is one word in one layout and three in the other.
    return list(zip(ours, theirs if len(theirs) == len(ours) else ours, strict=True))


def _is_known(rows: list[Alike]) -> bool:
    return any(row.products is None for row in rows)


def _likeliest(rows: list[Alike]) -> str | None:
    if _is_known(rows):
        return rows[0].given
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
