"""The <categories> of a price list, put in an order in which parents come first."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from domain.feeds.ports import (
    FeedCategory,
    PriceListRefused,
    ProblemCode,
    ProblemLog,
    RefusalCode,
    Severity,
)
from integrations.yml.elements import line_of
from integrations.yml.values import plain_text

MAX_CATEGORIES = 50_000
MAX_ID_LENGTH = 120
MAX_TITLE_LENGTH = 500

_NO_PARENT = frozenset({"", "0"})


class CategoryRows:
    """Categories as they are met; a parent may be named before it comes, so they wait here."""

    def __init__(self, problems: ProblemLog) -> None:
        self._problems = problems
        self._waiting: dict[str, FeedCategory] = {}
        self._known: dict[str, FeedCategory] = {}

    def __contains__(self, external_id: str) -> bool:
        return external_id in self._known

    def add(self, element: etree._Element) -> None:
        """Take one <category>. Raises PriceListRefused when there are more than MAX_CATEGORIES."""
        line = line_of(element)
        external_id = (element.get("id") or "").strip()
        title = plain_text("".join(map(str, element.itertext())))
        left_out = self._reason_to_leave_out(external_id, title)
        if left_out is not None:
            code, field, value = left_out
            self._problems.add(code, Severity.ERROR, line, external_id or None, field, value)
            return
        earlier = self._known.get(external_id) or self._waiting.get(external_id)
        if earlier is not None:
            # Released ones stay as they are: a new parent for them could close a ring unseen.
            is_released = external_id in self._known
            self._problems.add(
                ProblemCode.DUPLICATE_ID,
                Severity.ERROR if is_released else Severity.WARNING,
                line,
                external_id,
                "category",
                title,
                earlier.line,
            )
            if is_released:
                return
        parent = (element.get("parentId") or "").strip()
        parent_id = None if parent in _NO_PARENT else parent
        self._waiting[external_id] = FeedCategory(external_id, parent_id, title, line)
        if len(self._waiting) + len(self._known) > MAX_CATEGORIES:
            raise PriceListRefused(
                RefusalCode.TOO_MANY_CATEGORIES, f"more than {MAX_CATEGORIES} categories", line
            )

    def release(self) -> Iterator[FeedCategory]:
        """Those that waited, parents first; where a ring or a lost parent is cut, a root begins."""
        for external_id in list(self._waiting):
            if external_id in self._waiting:
                for category in reversed(self._take_with_parents(external_id)):
                    self._known[category.external_id] = category
                    yield category

    def _reason_to_leave_out(
        self, external_id: str, title: str
    ) -> tuple[ProblemCode, str, str | None] | None:
        if not external_id:
            return ProblemCode.MISSING_ID, "category", title
        if len(external_id) > MAX_ID_LENGTH:
            return ProblemCode.TOO_LONG, "category", external_id
        if not title:
            return ProblemCode.MISSING_TITLE, "category", None
        if len(title) > MAX_TITLE_LENGTH:
            return ProblemCode.TOO_LONG, "category", title
        return None

    def _take_with_parents(self, external_id: str) -> list[FeedCategory]:
        """The category and all above it that still waited; the last one hangs on a released one."""
        taken: list[FeedCategory] = []
        while True:
            category = self._waiting.pop(external_id)
            taken.append(category)
            parent_id = category.parent_external_id
            if parent_id is None or parent_id in self._known:
                return taken
            if parent_id not in self._waiting:
                break
            external_id = parent_id
        is_ring = any(each.external_id == parent_id for each in taken)
        self._problems.add(
            ProblemCode.CATEGORY_CYCLE if is_ring else ProblemCode.UNKNOWN_PARENT,
            Severity.WARNING,
            category.line,
            category.external_id,
            "parentId",
            parent_id,
        )
        taken[-1] = category._replace(parent_external_id=None)
        return taken
