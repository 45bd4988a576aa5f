"""What was read of a price list, kept on disk until its last row is known to be good.

A private SQLite file that goes with its handle: offers come out by product key, in slices, however
many there are; of offers with one id the last one stands.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Self

import orjson

from domain.feeds.ports import FeedCategory, FeedOffer, PriceListReading, ProblemLog

ROWS_AT_ONCE: Final = 2_000

_TABLES: Final = """
    CREATE TABLE offer (external_id TEXT PRIMARY KEY, key TEXT, line INT, body BLOB) WITHOUT ROWID;
    CREATE TABLE gone (external_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_INDEX: Final = "CREATE INDEX by_key ON offer (key, line)"
_LAST_KEY: Final = """
    SELECT max(key) FROM (SELECT DISTINCT key FROM offer WHERE key > ? ORDER BY key LIMIT ?)
"""
_SLICE: Final = """
    SELECT key, external_id, line, body FROM offer WHERE key > ? AND key <= ? ORDER BY key, line
"""

_UNPRINTABLE: Final = re.compile(rb"\xc2[\x80-\x9f]|\x7f")

OpenList = Callable[[], AbstractContextManager[PriceListReading]]


@dataclass(frozen=True, slots=True)
class RawGroup:
    """The offers of one product: `bodies` are FeedOffers without their line, still packed."""

    key: str
    lines: list[int]
    bodies: list[bytes]

    def digest(self, salt: bytes) -> bytes:
        """The same for the same offers, wherever they stand in the file."""
        return hashlib.blake2b(b"\n".join(sorted(self.bodies)), digest_size=16, key=salt).digest()

    def offers(self) -> list[FeedOffer]:
        """The offers, in the file's order; tuples inside them have become lists."""
        return [
            FeedOffer(*_with_line(orjson.loads(body), line))
            for body, line in zip(self.bodies, self.lines, strict=True)
        ]


class Spool:
    """A whole price list. Made on one thread at a time, though not always the same."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._file.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        self.categories: list[FeedCategory] = []
        self.problems = ProblemLog()

    @classmethod
    def read(cls, open_list: OpenList) -> Self:
        """Read a price list to its end. Raises PriceListRefused, and then nothing was kept."""
        spool = cls()
        try:
            with open_list() as reading:
                spool._take(reading.records())
                spool.problems = reading.problems
        except BaseException:
            spool.close()
            raise
        return spool

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def next_groups(self, after: str, most: int) -> list[RawGroup]:
        """The next `most` products in the order of their keys; none at the end."""
        (last,) = self._file.execute(_LAST_KEY, (after, most)).fetchone()
        if last is None:
            return []
        rows = self._file.execute(_SLICE, (after, last)).fetchall()
        groups = []
        for key, many in groupby(rows, key=lambda row: row[0]):
            offers = list(many)
            groups.append(RawGroup(key, [row[2] for row in offers], [row[3] for row in offers]))
        return groups

    def gone(self) -> list[str]:
        """The ids of offers that the supplier says are gone."""
        return [row[0] for row in self._file.execute("SELECT external_id FROM gone")]

    def _take(self, records: Iterator[FeedCategory | FeedOffer]) -> None:
        offers: list[tuple[str, str, int, bytes]] = []
        self._file.execute("BEGIN")
        for record in records:
            if isinstance(record, FeedCategory):
                self.categories.append(record._replace(title=_shown(record.title)))
                continue
            offer_id = _shown(record.external_id)
            if record.deleted:
                self._flush(offers)
                self._file.execute("DELETE FROM offer WHERE external_id = ?", (offer_id,))
                self._file.execute("INSERT OR IGNORE INTO gone VALUES (?)", (offer_id,))
                continue
            offers.append((offer_id, product_key(record), record.line, _packed(record)))
            if len(offers) >= ROWS_AT_ONCE:
                self._flush(offers)
        self._flush(offers)
        self._file.execute("COMMIT")
        self._file.execute(_INDEX)

    def _flush(self, offers: list[tuple[str, str, int, bytes]]) -> None:
        self._file.executemany("INSERT OR REPLACE INTO offer VALUES (?, ?, ?, ?)", offers)
        self._file.executemany(
            "DELETE FROM gone WHERE external_id = ?", [(offer[0],) for offer in offers]
        )
        offers.clear()


def product_key(offer: FeedOffer) -> str:
    """What the product of an offer is called in its source."""
    return offer.external_id if offer.group_id is None else f"group:{offer.group_id}"


def _packed(offer: FeedOffer) -> bytes:
    # A row that only moved in the file is the same row, so its line stays out.
    packed = orjson.dumps((offer[0], *offer[2:]), default=tuple)
    return _UNPRINTABLE.sub(_as_on_windows, packed)


def _shown(text: str) -> str:
    """The text without letters that cannot be shown; what was meant stands in their place.

    `&#150;` is what old editors write for a dash, and the catalogue refuses what it really is.
    """
    return _UNPRINTABLE.sub(_as_on_windows, text.encode()).decode()


def _as_on_windows(found: re.Match[bytes]) -> bytes:
    return found[0][-1:].decode("cp1252", "ignore").replace("\x7f", "").encode()


def _with_line(fields: list[Any], line: int) -> list[Any]:
    return [fields[0], line, *fields[1:]]
