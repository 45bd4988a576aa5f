"""What an import takes in: neutral records of a price list, and the port that reads one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, Protocol

MAX_PROBLEMS = 10_000  # kept in words; further ones are only counted
MAX_SHOWN_VALUE = 200  # characters of a refused value that a problem shows

VatRate = Literal["none", "0", "5", "7", "10", "20", "22"]  # per cent, or not a VAT payer's sale


class CurrencyRate(NamedTuple):
    """A currency the supplier prices in, and how it becomes the main one (which has rate 1).

    Either `rate` (units of the main currency for one of this) or `bank` (whose rate of the day to
    take: CBRF, NBU, NBK, CB) is set. `surcharge_percent` comes on top of the bank's rate.
    """

    code: str
    rate: Decimal | None
    bank: str | None
    surcharge_percent: Decimal


@dataclass(frozen=True, slots=True)
class PriceList:
    """The head of a price list. `dated_at` has no time zone where the supplier wrote none."""

    shop_name: str | None
    company: str | None
    url: str | None
    dated_at: datetime | None
    currencies: tuple[CurrencyRate, ...]

    @property
    def main_currency(self) -> str:
        """The currency of prices that name none: the one with rate 1, else roubles."""
        return next((each.code for each in self.currencies if each.rate == 1), "RUB")


class FeedCategory(NamedTuple):
    """A section of the supplier's tree. Its parent, where it has one, was read before it."""

    external_id: str
    parent_external_id: str | None
    title: str
    line: int


class FeedParameter(NamedTuple):
    """One property of an offer; one with several values comes as several parameters."""

    name: str
    unit: str | None
    value: str


class Dimensions(NamedTuple):
    """The parcel, in millimetres."""

    length_mm: int
    width_mm: int
    height_mm: int


class FeedOffer(NamedTuple):
    """One row of a price list.

    An `external_id` may come again: the later offer replaces the earlier one. Offers that share a
    `group_id` are variants of one product; what their parameters differ in is what a buyer
    chooses. `category_external_id` may name a category that the file lacks (a problem says so):
    such an offer has none. A `deleted` offer carries its id and perhaps nothing else; any other
    has a title and a price. Prices are in minor units of `currency`, quantities in thousandths of
    the unit sold. `stock_quantity` is None where the supplier counts nothing; `available` is the
    supplier's word that it can be ordered.
    """

    external_id: str
    line: int
    title: str = ""
    group_id: str | None = None
    category_external_id: str | None = None
    price_minor: int | None = None
    old_price_minor: int | None = None
    purchase_price_minor: int | None = None
    currency: str = "RUB"
    brand: str | None = None
    vendor_code: str | None = None
    other_vendor_codes: tuple[str, ...] = ()
    description_html: str | None = None
    pictures: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    parameters: tuple[FeedParameter, ...] = ()
    weight_grams: int | None = None
    dimensions: Dimensions | None = None
    country: str | None = None
    vat: VatRate | None = None
    available: bool = True
    stock_quantity: int | None = None
    min_quantity: int | None = None
    adult: bool = False
    deleted: bool = False
    url: str | None = None


class ProblemCode(StrEnum):
    """All that can be wrong with a row."""

    MISSING_ID = "missing_id"
    DUPLICATE_ID = "duplicate_id"
    MISSING_TITLE = "missing_title"
    MISSING_PRICE = "missing_price"
    ZERO_PRICE = "zero_price"
    NEGATIVE_PRICE = "negative_price"
    ABSURD_PRICE = "absurd_price"
    BAD_PRICE = "bad_price"
    ROUNDED_PRICE = "rounded_price"
    BAD_CURRENCY = "bad_currency"
    MISSING_CATEGORY = "missing_category"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_PARENT = "unknown_parent"
    CATEGORY_CYCLE = "category_cycle"
    BAD_BARCODE = "bad_barcode"
    BAD_PICTURE = "bad_picture"
    BAD_NUMBER = "bad_number"
    BAD_VALUE = "bad_value"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    SAME_CHOICE = "same_choice"
    TOO_MANY_MISSING = "too_many_missing"


class Severity(StrEnum):
    """ERROR: the row was left out. WARNING: the row was kept, the value left out or mended."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """One thing wrong with one row.

    `line` counts from 1; beyond 65,535 a reader may be one line off. `earlier_line` is where a
    duplicated id stood before.
    """

    code: ProblemCode
    severity: Severity
    line: int
    external_id: str | None = None
    field: str | None = None
    value: str | None = None
    earlier_line: int | None = None


@dataclass(slots=True)
class ProblemLog:
    """Problems in the order they were met: all of them counted, the first MAX_PROBLEMS kept.

    `earlier`: how many of those were handed on already.
    """

    kept: list[FeedProblem] = field(default_factory=list)
    earlier: int = 0
    counts: Counter[tuple[ProblemCode, Severity]] = field(default_factory=Counter)

    def add(
        self,
        code: ProblemCode,
        severity: Severity,
        line: int,
        external_id: str | None = None,
        field: str | None = None,
        value: str | None = None,
        earlier_line: int | None = None,
    ) -> None:
        """Count a problem and, while there is room, keep it with its value cut to size."""
        self.counts[code, severity] += 1
        if self.earlier + len(self.kept) >= MAX_PROBLEMS:
            return
        shown = value[:MAX_SHOWN_VALUE] if value else value  # it may be megabytes long
        self.kept.append(FeedProblem(code, severity, line, external_id, field, shown, earlier_line))

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def rows_left_out(self) -> int:
        return sum(n for (_, severity), n in self.counts.items() if severity is Severity.ERROR)


class RefusalCode(StrEnum):
    """All that can make a whole file unreadable."""

    EMPTY = "feed.empty"
    NOT_XML = "feed.not_xml"
    NOT_A_PRICE_LIST = "feed.not_a_price_list"
    BROKEN_XML = "feed.broken_xml"
    TRUNCATED = "feed.truncated"
    ENTITY_DECLARED = "feed.entity_declared"
    EXTERNAL_ENTITY = "feed.external_entity"
    UNKNOWN_ENCODING = "feed.unknown_encoding"
    WRONG_ENCODING = "feed.wrong_encoding"
    TOO_LARGE = "feed.too_large"
    TOO_DEEP = "feed.too_deep"
    ROW_TOO_LARGE = "feed.row_too_large"
    TOO_MANY_OFFERS = "feed.too_many_offers"
    TOO_MANY_CATEGORIES = "feed.too_many_categories"
    NO_OFFERS = "feed.no_offers"


class StopCode(StrEnum):
    """All else that can keep a run from its end; `fetch.` and a fetcher's reason, besides."""

    LIMIT_REACHED = "LIMIT_REACHED"
    FILE_GONE = "import.file_gone"
    BROKEN = "import.broken"
    WORKER_LOST = "import.worker_lost"


class PriceListRefused(Exception):
    """The file cannot be trusted as a whole; nothing that was read from it may be kept."""

    def __init__(self, code: RefusalCode, detail: str, line: int | None = None) -> None:
        place = "" if line is None else f"line {line}: "
        super().__init__(f"{code}: {place}{detail}")
        self.code = code
        self.detail = detail
        self.line = line


class PriceListReading(Protocol):
    """A price list being read, once, from its beginning to its end."""

    @property
    def price_list(self) -> PriceList: ...

    @property
    def problems(self) -> ProblemLog:
        """What was wrong so far; complete when `records` has ended."""

    def records(self) -> Iterator[FeedCategory | FeedOffer]:
        """The categories and offers, in the file's order; memory does not grow with the file.

        Raises PriceListRefused at any point, the end included.
        """


class PriceListReader(Protocol):
    """Opens a price list for reading: a path, or a binary stream that the caller closes."""

    def __call__(self, source: Path | BinaryIO) -> AbstractContextManager[PriceListReading]:
        """Read up to the first record. Raises PriceListRefused, or OSError for the path."""
