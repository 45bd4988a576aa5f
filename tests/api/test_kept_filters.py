"""Filters that were kept: shown as they were given, and what is known no more as it was kept."""

from api.kept_filters import shown
from api.orders.orders.inputs import OrderWhere


def test_what_is_known_no_more_is_shown_as_it_was_kept() -> None:
    kept = {"state": {"in": ["confirmed", "gone"]}, "gone": {"eq": 1}}
    assert shown(OrderWhere, kept) == {"state": {"in": ["CONFIRMED", "gone"]}, "gone": {"eq": 1}}
