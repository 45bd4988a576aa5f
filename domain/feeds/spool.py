"""What was read of a price list, kept on disk until its last row is known to be good.

A private SQLite file that goes with its handle: offers come out by product key, in slices, however
many there are; of offers with one id the last one stands.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Self

import orjson

from domain.catalog.variants import MOST_VARIANTS
from domain.feeds.ports import (
    FeedCategory,
    FeedOffer,
    PriceListReading,
    ProblemCode,
    ProblemLog,
    Severity,
)

ROWS_AT_ONCE: Final = 2_000
OFFERS_AT_ONCE: Final = 5_000

_TABLES: Final = """
    CREATE TABLE offer (external_id TEXT PRIMARY KEY, key TEXT, line INT, body BLOB) WITHOUT ROWID;
    CREATE TABLE gone (external_id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE refused (external_id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE missing (external_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_INDEX: Final = "CREATE INDEX by_key ON offer (key, line)"
_BEHIND: Final = "SELECT key, external_id, line, body FROM offer WHERE key > ? ORDER BY key, line"
_NOTE_MISSING: Final = """
    INSERT OR IGNORE INTO missing
    SELECT value FROM json_each(?)
    WHERE value NOT IN (SELECT external_id FROM offer)
      AND value NOT IN (SELECT external_id FROM refused)
      AND value NOT IN (SELECT external_id FROM gone)
"""
_AWAY: Final = """
    SELECT external_id FROM (SELECT * FROM gone UNION ALL SELECT * FROM missing)
    WHERE external_id > ? ORDER BY external_id LIMIT ?
"""

_UNPRINTABLE: Final = re.compile(rb"\xc2[\x80-\x9f]|\x7f")


class NotWanted(Exception):
    """Nobody waits for what is being read any more."""


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
        self.knows_refused = True
        """Whether all rows that were refused are known by their ids."""

    @classmethod
    def read(cls, open_list: OpenList, is_wanted: Callable[[], bool] = lambda: True) -> Self:
        """Read a price list to its end, while it is wanted.

        Raises PriceListRefused and NotWanted, and then nothing was kept.
        """
        spool = cls()
        try:
            with open_list() as reading:
                spool._take(_while_wanted(reading.records(), is_wanted))
                spool._note_refused(reading.problems)
        except BaseException:
            spool.close()
            raise
        return spool

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def next_groups(self, after: str, most: int) -> list[RawGroup]:
        """The next products in the order of their keys, at most `most`; none at the end.

        Fewer where they have many offers: the last one is that with which OFFERS_AT_ONCE is passed.
        """
        groups: list[RawGroup] = []
        offers = 0
        rows = self._file.execute(_BEHIND, (after,))
        for key, many in groupby(rows, key=itemgetter(0)):
            if len(groups) == most or offers >= OFFERS_AT_ONCE:
                break
            group = RawGroup(key, [], [])
            for number, (_, external_id, line, body) in enumerate(many):
                if number < MOST_VARIANTS:
                    group.lines.append(line)
                    group.bodies.append(body)
                else:
                    self.problems.add(
                        ProblemCode.TOO_MANY, Severity.ERROR, line, external_id, "group_id", key
                    )
            offers += len(group.lines)
            groups.append(group)
        return groups

    def note_missing(self, offer_ids: Sequence[str]) -> int:
        """Of these offers, note those of which the file has no row; how many they are."""
        return self._file.execute(_NOTE_MISSING, (orjson.dumps(list(offer_ids)),)).rowcount

    def forget_missing(self) -> None:
        """Let what is missing be."""
        self._file.execute("DELETE FROM missing")

    def next_away(self, after: str, most: int) -> list[str]:
        """The next ids of offers that are no longer to be bought: the supplier says so, or they
        were noted as missing.
        """
        return [row[0] for row in self._file.execute(_AWAY, (after, most))]

    def _note_refused(self, problems: ProblemLog) -> None:
        refused = [one for one in problems.kept if one.severity is Severity.ERROR]
        self.problems = problems
        self.knows_refused = len(refused) == problems.rows_left_out
        self._file.executemany(
            "INSERT OR IGNORE INTO refused VALUES (?)",
            [(_shown(one.external_id),) for one in refused if one.external_id],
        )

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


def _while_wanted(
    records: Iterator[FeedCategory | FeedOffer], is_wanted: Callable[[], bool]
) -> Iterator[FeedCategory | FeedOffer]:
    for record in records:
        if not is_wanted():
            raise NotWanted
        yield record


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
