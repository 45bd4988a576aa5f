"""Promises: the earliest day on which so much is there, of all sources together, and never more."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.stock.availability import Promise, Reason, Source, promise

TODAY = date(2026, 5, 1)
SOON, LATER = TODAY + timedelta(days=3), TODAY + timedelta(days=9)
BOUGHT = Source(5_000, SOON, Reason.PURCHASE)
MOVED = Source(5_000, LATER, Reason.TRANSFER)
SOME_DAY = Source(9_000, None, Reason.PURCHASE)
ELSEWHERE = Source(3_000, None, Reason.ELSEWHERE)


def here(quantity: int) -> Source:
    return Source(quantity, TODAY, Reason.IN_STOCK)


def supplied(quantity: int, days: int) -> Source:
    return Source(quantity, TODAY + timedelta(days=days), Reason.SUPPLIER)


@pytest.mark.parametrize(
    ("sources", "promised"),
    [
        ([here(4_000)], Promise(Reason.IN_STOCK, TODAY)),
        ([here(4_000), supplied(4_000, 0)], Promise(Reason.IN_STOCK, TODAY)),
        ([here(3_999)], Promise(Reason.NOT_AVAILABLE)),
        ([], Promise(Reason.NOT_AVAILABLE)),
        ([MOVED, BOUGHT], Promise(Reason.PURCHASE, SOON)),
        ([here(3_000), SOME_DAY], Promise(Reason.PURCHASE)),
        ([MOVED, supplied(4_000, 2)], Promise(Reason.SUPPLIER, TODAY + timedelta(days=2))),
        ([MOVED, supplied(4_000, 20)], Promise(Reason.TRANSFER, LATER)),
        ([supplied(3_999, 2), supplied(1, 3)], Promise(Reason.SUPPLIER, TODAY + timedelta(days=3))),
        ([here(1_000), ELSEWHERE], Promise(Reason.ELSEWHERE)),
        ([here(1_000), ELSEWHERE, BOUGHT], Promise(Reason.PURCHASE, SOON)),
        ([here(1_000), Source(3_000, SOON, Reason.ELSEWHERE), SOME_DAY],
         Promise(Reason.ELSEWHERE, SOON)),
        ([here(999), ELSEWHERE], Promise(Reason.NOT_AVAILABLE)),
        ([here(1_000), Source(2_000, SOON, Reason.ELSEWHERE), MOVED],
         Promise(Reason.TRANSFER, LATER)),
    ],
)  # fmt: skip
def test_the_earliest_day_is_promised(sources: list[Source], promised: Promise) -> None:
    assert promise(4_000, sources) == promised


days = st.one_of(st.none(), st.integers(0, 5).map(lambda days: TODAY + timedelta(days=days)))
many = st.lists(st.builds(Source, st.integers(0, 5), days, st.sampled_from(Reason)), max_size=6)


@given(st.integers(1, 12), many)
def test_no_promise_names_more_than_is_free_or_a_later_day_than_it_must(
    quantity: int, sources: list[Source]
) -> None:
    """Held against every choice of sources: so much of them is enough, and the last is the day."""
    found = promise(quantity, [one for one in sources if one.reason is not Reason.NOT_AVAILABLE])
    real = [one for one in sources if one.reason is not Reason.NOT_AVAILABLE]
    ends = [
        max(one.on or date.max for one in chosen)
        for size in range(1, len(real) + 1)
        for chosen in combinations(real, size)
        if sum(one.quantity for one in chosen) >= quantity
    ]
    assert found.is_available is bool(ends)
    if ends:
        assert (found.promised_on or date.max) == min(ends)
        by_then = [one for one in real if (one.on or date.max) <= min(ends)]
        assert found.reason in {one.reason for one in by_then}
