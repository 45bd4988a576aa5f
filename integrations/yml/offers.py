"""The offers of one price list, and what only the whole list can tell of them."""

from __future__ import annotations

from lxml import etree

from domain.feeds.ports import FeedOffer, ProblemCode, ProblemLog, Severity
from integrations.yml.categories import MAX_CATEGORIES, CategoryRows
from integrations.yml.elements import line_of
from integrations.yml.offer_row import OfferRow, RowRefused
from integrations.yml.seen_ids import SeenIds


class OfferRows:
    """Reads offers of one price list, remembering what only the whole list can tell."""

    def __init__(self, problems: ProblemLog, categories: CategoryRows, main_currency: str) -> None:
        self._problems = problems
        self._categories = categories
        self._main_currency = main_currency
        self._seen = SeenIds()
        self._unknown_categories: dict[str, tuple[int, str]] = {}

    def read(self, element: etree._Element, *, deleted: bool = False) -> FeedOffer | None:
        """The offer, or None when the row was left out; its problems are in the log.

        Raises MojibakeFound.
        """
        line = line_of(element)
        external_id = (element.get("id") or "").strip()
        try:
            offer = OfferRow(element, external_id, line, self._problems).read(
                self._main_currency, deleted=deleted
            )
        except RowRefused as refused:
            self._problems.add(
                refused.code,
                Severity.ERROR,
                line,
                external_id or None,
                refused.field,
                refused.value,
            )
            return None
        earlier = self._seen.replace(external_id, line)
        if earlier is not None:
            self._problems.add(
                ProblemCode.DUPLICATE_ID,
                Severity.WARNING,
                line,
                external_id,
                "id",
                offer.title,
                earlier,
            )
        category_id = offer.category_external_id
        if category_id is not None and category_id not in self._categories:
            self._note_unknown_category(category_id, line, external_id)
        return offer

    def report_unknown_categories(self) -> None:
        """Once all is read: one problem for each category that never came, at its first offer."""
        for category_id, (line, external_id) in self._unknown_categories.items():
            if category_id not in self._categories:
                self._problems.add(
                    ProblemCode.UNKNOWN_CATEGORY,
                    Severity.WARNING,
                    line,
                    external_id,
                    "categoryId",
                    category_id,
                )

    def _note_unknown_category(self, category_id: str, line: int, external_id: str) -> None:
        if len(self._unknown_categories) < MAX_CATEGORIES:
            self._unknown_categories.setdefault(category_id, (line, external_id))
