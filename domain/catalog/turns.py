"""When the shop window turned by itself: nobody did anything, but a date was reached."""

from typing import Any, Final

from sqlalchemy import func, select

from domain.catalog.offers import NOW
from domain.catalog.tables import Publication
from domain.pricing.tables import PriceList


def _last(instant: Any, *of: Any) -> Any:
    """The last of these instants that has been reached; the end of an index of them."""
    return select(func.max(instant)).where(instant <= NOW, *of).scalar_subquery()


LAST_TURN: Final[Any] = func.greatest(
    _last(Publication.published_from),
    _last(Publication.published_until),
    _last(PriceList.valid_from, PriceList.is_default),
    _last(PriceList.valid_until, PriceList.is_default),
)
"""When a product was last shown, or shown no more, or prices began or ended; null for never."""
