"""Readings that have no file: records as a test makes them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from domain.feeds.ports import FeedCategory, FeedOffer, PriceList, PriceListReading, ProblemLog
from domain.feeds.spool import OpenList


@dataclass
class Reading:
    """A price list of these records."""

    given: Sequence[FeedCategory | FeedOffer]
    price_list: PriceList = field(default=PriceList(None, None, None, None, ()))
    problems: ProblemLog = field(default_factory=ProblemLog)

    def records(self) -> Iterator[FeedCategory | FeedOffer]:
        yield from self.given


def reading_of(
    offers: Sequence[FeedOffer], categories: Sequence[tuple[str, str | None, str]] = ()
) -> OpenList:
    """The records as an import opens them, again and again."""
    rows = [FeedCategory(one, parent, title, 1) for one, parent, title in categories]

    @contextmanager
    def opened() -> Iterator[PriceListReading]:
        yield Reading([*rows, *offers])

    return opened
