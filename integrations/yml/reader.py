"""One pass over a YML price list: what has been read is let go of, what is hostile is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from domain.feeds.ports import (
    CurrencyRate,
    FeedCategory,
    FeedOffer,
    PriceList,
    PriceListRefused,
    ProblemLog,
    RefusalCode,
)
from integrations.yml.categories import CategoryRows
from integrations.yml.decoding import CHUNK_BYTES, name_entities_by_number, utf8_chunks
from integrations.yml.elements import line_of
from integrations.yml.offer_row import MojibakeFound
from integrations.yml.offers import OfferRows
from integrations.yml.prolog import ROOT, check_prolog
from integrations.yml.values import parse_currency, parse_date, parse_decimal, plain_text

MAX_OFFERS = 1_000_000
MAX_ROW_BYTES = 2 * 1024 * 1024  # between two rows; so an address of 1 GB is never in memory
MAX_HEAD_TEXT = 500

_ROW_TAGS = ("offer", "category", "categories", "promo", "gift", "set")
_END = re.compile(rf"</{ROOT}\s*>".encode())
_TAIL_BYTES = 1_000
_RESOURCE_LIMIT = 114  # libxml2's XML_ERR_RESOURCE_LIMIT: 256 levels, 10 MB of text
_NAME_TOO_LONG = 110
_INVALID_ENCODING = 81


@contextmanager
def open_yml(source: Path | BinaryIO) -> Iterator[YmlReading]:
    """A YML price list, read up to its first row: a PriceListReader.

    Raises PriceListRefused, or OSError when the path cannot be read.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield YmlReading(stream)
    else:
        yield YmlReading(source)


class YmlReading:
    """A price list on its way through the parser."""

    price_list: PriceList
    problems: ProblemLog

    def __init__(self, stream: BinaryIO) -> None:
        self.problems = ProblemLog()
        self._categories = CategoryRows(self.problems)
        self._rows = _rows(stream)
        self._first = next(self._rows, None)
        if self._first is None:
            raise PriceListRefused(RefusalCode.NO_OFFERS, "it has no offers")
        self.price_list = _read_head(self._first)

    def records(self) -> Iterator[FeedCategory | FeedOffer]:
        """The categories and offers in the file's order. Raises PriceListRefused, see the port."""
        offers = OfferRows(self.problems, self._categories, self.price_list.main_currency)
        count = 0
        for row in self._take_rows():
            parent = row.getparent()
            place = None if parent is None else parent.tag
            if row.tag == "category" and place == "categories":
                self._categories.add(row)
            elif row.tag == "categories":
                yield from self._categories.release()
            elif row.tag == "offer" and place in ("offers", "deleted_offers"):
                count += 1
                if count > MAX_OFFERS:
                    raise PriceListRefused(
                        RefusalCode.TOO_MANY_OFFERS, f"more than {MAX_OFFERS} offers"
                    )
                try:
                    offer = offers.read(row, deleted=place == "deleted_offers")
                except MojibakeFound as found:
                    raise PriceListRefused(
                        RefusalCode.WRONG_ENCODING, f"mojibake: {found}", line_of(row)
                    ) from found
                if offer is not None:
                    yield offer
        if count == 0:
            raise PriceListRefused(RefusalCode.NO_OFFERS, "it has no offers")
        offers.report_unknown_categories()

    def _take_rows(self) -> Iterator[etree._Element]:
        first, self._first = self._first, None
        if first is not None:
            yield first
        yield from self._rows


def _rows(stream: BinaryIO) -> Iterator[etree._Element]:
    """Each row of the file, whole; it is emptied and cut from the tree when the next is asked for.

    Raises PriceListRefused for all that makes the file unreadable, its being cut off included.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=_ROW_TAGS,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    bytes_since_row = 0
    tail = b""
    try:
        for chunk in _safe_chunks(stream):
            parser.feed(chunk)
            tail = (tail + chunk)[-_TAIL_BYTES:]
            bytes_since_row += len(chunk)
            row: etree._Element | None = None
            for _, element in parser.read_events():
                row = cast("etree._Element", element)
                yield row
                _let_go(row)
            if row is not None:
                _forget_before(row)
                bytes_since_row = 0
            elif bytes_since_row > MAX_ROW_BYTES:
                raise PriceListRefused(
                    RefusalCode.ROW_TOO_LARGE, f"more than {MAX_ROW_BYTES} bytes in one row"
                )
    except etree.XMLSyntaxError as error:
        raise _refusal(error, parser) from error
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        if _END.search(tail):  # complete, and broken somewhere before: noticed late
            raise _refusal(error, parser) from error
        line = error.position[0]
        raise PriceListRefused(RefusalCode.TRUNCATED, "the file is cut off", line) from error


def _safe_chunks(stream: BinaryIO) -> Iterator[bytes]:
    chunks = utf8_chunks(stream)
    head = next(chunks, b"")
    # The parser sees nothing before the head was found harmless.
    checked = check_prolog(head, is_whole_file=len(head) < CHUNK_BYTES)

    def all_chunks() -> Iterator[bytes]:
        yield checked
        yield from chunks

    return name_entities_by_number(all_chunks())


def _let_go(row: etree._Element) -> None:
    """Empty a row and remove what stands before it; cleared only, 200,000 shells would stay."""
    parent = row.getparent()
    if parent is None or parent.tag == "offer":
        return  # inside an offer that is still being read
    row.clear()
    while row.getprevious() is not None:
        del parent[0]


def _forget_before(row: etree._Element) -> None:
    """Remove what stands before the row's ancestors too: sections read, and unknown ones."""
    for ancestor in row.iterancestors():
        parent = ancestor.getparent()
        while parent is not None and ancestor.getprevious() is not None:
            del parent[0]


def _refusal(error: etree.XMLSyntaxError, parser: etree.XMLPullParser) -> PriceListRefused:
    noticed = [entry for entry in parser.feed_error_log if entry.level_name == "FATAL"]
    line = noticed[0].line if noticed else error.position[0]
    text = noticed[0].message if noticed else str(error.msg)
    code = noticed[0].type if noticed else getattr(error, "code", None)
    if code == _RESOURCE_LIMIT and "depth" in text:
        return PriceListRefused(RefusalCode.TOO_DEEP, "elements nested 256 deep", line)
    if code in (_RESOURCE_LIMIT, _NAME_TOO_LONG):
        return PriceListRefused(RefusalCode.ROW_TOO_LARGE, text, line)
    if code == _INVALID_ENCODING:
        return PriceListRefused(RefusalCode.WRONG_ENCODING, "not UTF-8, as it should be", line)
    return PriceListRefused(RefusalCode.BROKEN_XML, text, line)


def _read_head(first_row: etree._Element) -> PriceList:
    """What stands before the first row. Currencies that nobody can name are left out."""
    root = first_row.getroottree().getroot()
    shop = root.find("shop")
    rates = [] if shop is None else [_read_rate(each) for each in shop.iterfind("currencies/*")]
    return PriceList(
        shop_name=_head_text(shop, "name"),
        company=_head_text(shop, "company"),
        url=_head_text(shop, "url"),
        dated_at=parse_date(root.get("date")),
        currencies=tuple(rate for rate in rates if rate is not None),
    )


def _head_text(shop: etree._Element | None, name: str) -> str | None:
    text = None if shop is None else shop.findtext(name)
    return plain_text(text)[:MAX_HEAD_TEXT] or None if text else None


def _read_rate(element: etree._Element) -> CurrencyRate | None:
    code = parse_currency(element.get("id") or "")
    if code is None:
        return None
    text = (element.get("rate") or "").strip()
    rate = parse_decimal(text)
    bank = None if rate is not None else text.upper() or None
    return CurrencyRate(code, rate, bank, parse_decimal(element.get("plus")) or Decimal())
