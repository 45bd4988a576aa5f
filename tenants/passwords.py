"""Passwords: the rules for a new one, and argon2id away from the event loop."""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from tenants.values.invalid import InvalidValue, Reason

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
_SHORTEST_NAME: Final = 4
_FEWEST_DIFFERENT: Final = 5

# Each hash takes 19 MiB and a core: two at a time leave the machine to others, and past the cap
# the caller is told to come back instead of waiting behind a flood.
_AT_ONCE: Final = 2
_MOST_WAITING: Final = 100

# The same key, typed with the Russian layout on and off: "пароль" is "gfhjkm".
_KEYS: Final = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
)
_ROWS: Final = (
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujm",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
)
_RUNS: Final = _ROWS + tuple(row[::-1] for row in _ROWS)
_SHORTEST_RUN: Final = 3
_RUN_STARTS: Final = frozenset(
    run[at : at + _SHORTEST_RUN] for run in _RUNS for at in range(len(run) - _SHORTEST_RUN + 1)
)
_FEWEST_OWN_LETTERS: Final = 3
# Russian words stand as they are spelled in Latin, and by the Latin keys they are typed with.
_COMMON: Final = """
    admin administrator changeme default dragon football baseball iloveyou letmein
    login master monkey passw0rd password passwort p@ssw0rd p@ssword princess root secret shadow
    sunshine superman temp test user welcome trustno whatever freedom hello access
    flower charlie michael jordan computer internet samsung pokemon starwars batman
    parol privet lubov lyubov natasha marina maksim maxim andrey sergey dmitry
    aleksandr alexander vladimir nikita kristina svetlana ekaterina anastasia spartak zenit
    russia rossiya moskva moscow solnce solnyshko zvezda krasotka
    gfhjkm ghbdtn k.,jdm yfnfif vfhbyf vfrcbv fylhtq cthutq lvbnhbq fktrcfylh
    dkflbvbh ybrbnf rhbcnbyf cdtnkfyf trfnthbyf fyfcnfcbz cgfhnfr ptybn hjccbz vjcrdf cjkywt
    cjkysirj pdtplf rhfcjnrf flvby vfuepby gjkmpjdfntkm
    shop myshop magazin store tovar ryad
"""
# The longest first: an alternation takes the first that fits.
_WORDS: Final = re.compile("|".join(map(re.escape, sorted(_COMMON.split(), key=len, reverse=True))))


T = TypeVar("T")


class TooManyWaiting(Exception):
    """So many passwords wait to be checked that one more would only make it worse."""


def check_new_password(password: str, *, email: str) -> None:
    """Raise InvalidValue when a new password is too short, long, common, or names the mailbox."""
    normal = _normalised(password)
    if len(normal) < SHORTEST_PASSWORD:
        raise InvalidValue(Reason.PASSWORD_TOO_SHORT)
    if len(normal) > LONGEST_PASSWORD:
        raise InvalidValue(Reason.PASSWORD_TOO_LONG)
    if _is_common(normal.casefold()):
        raise InvalidValue(Reason.PASSWORD_TOO_COMMON)
    mailbox = email.partition("@")[0].casefold()
    names = {mailbox, *re.split(r"[^a-z]+", mailbox)}
    if any(len(name) >= _SHORTEST_NAME and name in normal.casefold() for name in names):
        raise InvalidValue(Reason.PASSWORD_HOLDS_EMAIL)


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear one hash is. The default is OWASP's least; tests may take less."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


class Passwords:
    """Hashes and verifies, at most two at a time, in threads of its own. One for each process."""

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            type=Type.ID,
        )
        # A pool, no semaphore: a caller who gives up frees no place before the thread has ended.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobodys_hash = self._hasher.hash("a password that nobody has")

    async def hash(self, password: str) -> str:
        """The argon2id hash to store, with its parameters and salt. Raises TooManyWaiting."""
        return await self._in_thread(self._hash, password)

    async def verify(self, stored_hash: str | None, password: str) -> bool:
        """True when the password is the one that was hashed. Raises TooManyWaiting.

        With None, for a user that does not exist, it takes the same time and is False.
        """
        return await self._in_thread(self._verify, stored_hash, password)

    def needs_rehash(self, stored_hash: str) -> bool:
        """True when a hash was made at another cost, and should be made again at the next login."""
        return self._hasher.check_needs_rehash(stored_hash)

    def close(self) -> None:
        """End the threads; what runs is finished, what waits is dropped."""
        self._threads.shutdown(cancel_futures=True)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_encoded(password))

    def _verify(self, stored_hash: str | None, password: str) -> bool:
        # Far too long a text cannot be right, and is not worth normalising.
        given = _encoded(password) if len(password) <= LONGEST_PASSWORD * 4 else b""
        hashed = self._nobodys_hash if stored_hash is None else stored_hash
        try:
            matches = self._hasher.verify(hashed, given)
        except (VerificationError, InvalidHashError):
            return False
        return matches and stored_hash is not None

    async def _in_thread(self, function: Callable[..., T], *args: object) -> T:
        if self._waiting >= _MOST_WAITING:
            raise TooManyWaiting
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)
        finally:
            self._waiting -= 1


def _normalised(password: str) -> str:
    # NFKC, as NIST SP 800-63B has it: "й" is one letter or two, depending on the keyboard.
    return unicodedata.normalize("NFKC", password)


def _encoded(password: str) -> bytes:
    # Half a surrogate pair is no text, but no reason to fail either.
    return _normalised(password).encode("utf-8", "surrogatepass")


def _is_common(password: str) -> bool:
    """True for few different letters, or worn words and runs with hardly a letter besides.

    Digits and signs around a word are the first thing that is tried with it, so they add nothing.
    """
    if len(set(password)) < _FEWEST_DIFFERENT:
        return True
    # Letter by letter, so that a place in the one text is the same place in the other.
    for text in (password, password.translate(_KEYS)):
        rest = [password[at] for at in _places_besides_worn(text)]
        if len(rest) < len(password) and sum(map(str.isalpha, rest)) < _FEWEST_OWN_LETTERS:
            return True
    return False


def _places_besides_worn(text: str) -> Iterator[int]:
    at = 0
    while at < len(text):
        word = _WORDS.match(text, at)
        length = max(len(word[0]) if word else 0, _run_length(text, at))
        if length == 0:
            yield at
        at += length or 1


def _run_length(text: str, at: int) -> int:
    """How many neighbouring keys come at this place: 3 for "qweasd", 0 for fewer than three."""
    if text[at : at + _SHORTEST_RUN] not in _RUN_STARTS:
        return 0
    length = _SHORTEST_RUN
    while at + length < len(text) and any(text[at : at + length + 1] in run for run in _RUNS):
        length += 1
    return length
