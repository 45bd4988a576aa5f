"""An import's slice while it is under way: what it is made of, where it goes, what came of it."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from domain.feeds.grouping import Group, digest
from domain.feeds.ports import FeedOffer, ProblemCode, ProblemLog, Severity
from tenants.scope import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Target:
    """Where a source's rows go."""

    source_id: UUID
    source: str
    price_list_id: UUID | None
    currency: str | None
    location_id: UUID | None
    channel_id: UUID | None
    new_status: str
    on_missing: str
    most_missing_percent: int
    categories: dict[str, UUID]

    @property
    def salt(self) -> bytes:
        """Rows that go to another place than last time are not the same rows."""
        return digest([str(self.price_list_id), str(self.location_id)])


@dataclass(slots=True)
class Slice:
    """What is under way: groups of offers, the products they are, and what came of it.

    `unsettled` products are looked at again next time, even when the file says the same of them.
    """

    target: Target
    log: ProblemLog
    groups: list[Group]
    product_ids: dict[str, UUID] = field(default_factory=dict)
    new_products: set[UUID] = field(default_factory=set)
    written: dict[UUID, Row] = field(default_factory=dict)
    choices: dict[UUID, Mapping[UUID, UUID]] = field(default_factory=dict)
    hashes: dict[UUID, dict[str, bytes]] = field(default_factory=dict)
    changes: dict[UUID, set[str]] = field(default_factory=dict)
    unsettled: set[UUID] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def changed(self, product_id: UUID, what: str) -> None:
        self.changes.setdefault(product_id, set()).add(what)

    def is_news(self, product_id: UUID, part: str) -> bool:
        """Whether the file says something else of this part than what it wrote last."""
        before = self.written.get(product_id)
        return before is None or before[part] != self.hashes[product_id][part]

    def warn(self, offer: FeedOffer, code: ProblemCode, field: str, value: str) -> None:
        """A value of the offer was left out."""
        self.log.add(code, Severity.WARNING, offer.line, offer.external_id, field, value)

    def refuse(self, offer: FeedOffer, code: ProblemCode, field: str, value: str) -> None:
        """The offer was left out."""
        self.log.add(code, Severity.ERROR, offer.line, offer.external_id, field, value)


@asynccontextmanager
async def planned_anew(uow: UnitOfWork) -> AsyncIterator[None]:
    """Have the reads of the block planned for the rows that there are now.

    An import makes tables grow under plans made when they were small. Its inserts keep their
    plans: theirs cannot be wrong, and their foreign keys would be planned anew for every row.
    """
    await uow.connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    yield
    await uow.connection.execute("SET LOCAL plan_cache_mode TO DEFAULT")
