"""Sources of price lists, imports and their problems as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import strawberry

from api.catalog.admin_types.window import Channel
from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.nodes import Node
from api.pricing.types import PriceList
from api.rows import Edited, in_table, one
from api.scalars import DateTime, id_field
from api.stock.types import Location
from domain.catalog.tables import Channel as ChannelTable
from domain.feeds.tables import PriceListSource as SourceTable
from domain.feeds.words import PROBLEMS, REFUSALS, words_of
from domain.pricing.tables import PriceList as PriceListTable
from domain.stock.tables import Location as LocationTable

SOURCE: Final = "pls"
IMPORT: Final = "imp"


@strawberry.enum
class NewProductStatus(Enum):
    """The status that products of a source begin in."""

    DRAFT = "draft"
    ACTIVE = "active"


@strawberry.enum
class MissingRule(Enum):
    """What becomes of offers that a later file of the source has no more.

    LEAVE: nothing. HIDE: they can no longer be bought. ARCHIVE: so, and products that have nothing
    left to buy are archived. All of it ends when they come back.
    """

    LEAVE = "leave"
    HIDE = "hide"
    ARCHIVE = "archive"


@strawberry.type
class PriceListSource(Node, Edited):
    """A supplier's price list that is read again and again, and where its rows go."""

    id: strawberry.ID = id_field(SOURCE)
    code: str = strawberry.field(description="The `source` in the external ids of what it makes.")
    title: str
    url: str | None = strawberry.field(description="Where it is fetched from.")
    price_list: PriceList | None = one(
        in_table(PriceListTable),
        by="price_list_id",
        permission="prices:read",
        description="Null: the default one.",
    )
    location: Location | None = one(
        in_table(LocationTable),
        by="location_id",
        permission="inventory:read",
        description="Where its stock is counted; null: at the default one.",
    )
    channel: Channel | None = one(
        in_table(ChannelTable), by="channel_id", description="Null: the default one."
    )
    new_status: NewProductStatus
    on_missing: MissingRule
    most_missing_percent: int = strawberry.field(
        description="Where more of what is on sale vanished at once, nothing is put away."
    )


@strawberry.enum
class ImportStatus(Enum):
    """How far an import is. UNCHANGED: the address still has the file that was taken in last.

    REFUSED: nothing was taken; FAILED: what was taken before it stays.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


@strawberry.type
class ImportCounts:
    """How much an import has written so far."""

    categories_written: int = computed(lambda counts: counts.get("categories_written", 0))
    products_new: int = computed(lambda counts: counts.get("products_new", 0))
    products_changed: int = computed(lambda counts: counts.get("products_changed", 0))
    products_same: int = computed(lambda counts: counts.get("products_same", 0))
    variants_new: int = computed(lambda counts: counts.get("variants_new", 0))
    variants_changed: int = computed(lambda counts: counts.get("variants_changed", 0))
    offers_missing: int = computed(
        lambda counts: counts.get("offers_missing", 0),
        description="On sale in the shop, and not in the file.",
    )
    products_archived: int = computed(lambda counts: counts.get("products_archived", 0))
    variants_put_away: int = computed(lambda counts: counts.get("variants_put_away", 0))
    prices_written: int = computed(lambda counts: counts.get("prices_written", 0))
    levels_written: int = computed(lambda counts: counts.get("levels_written", 0))


@strawberry.enum
class ImportSeverity(Enum):
    """ERROR: the row was left out. WARNING: it was kept, a value of it left out or mended."""

    ERROR = "error"
    WARNING = "warning"


async def _problem_words(parents: Sequence[Any], context: RequestContext) -> list[str]:
    return [words_of(PROBLEMS, parent["code"], context.language) for parent in parents]


async def _refusal_words(parents: Sequence[Any], context: RequestContext) -> list[str]:
    return [words_of(REFUSALS, parent["refusal_code"], context.language) for parent in parents]


_MESSAGE: Final = "What became of it and what to do, in the language of the request."


@strawberry.type
class ImportProblemCount:
    """How often one thing was wrong."""

    code: str
    severity: ImportSeverity
    count: int
    message: str = batch(_problem_words, description=_MESSAGE)


@strawberry.type
class ImportProblem:
    """One thing wrong with one row of the file."""

    code: str = strawberry.field(description="What: duplicate_id, negative_price, …")
    severity: ImportSeverity
    message: str = batch(_problem_words, description=_MESSAGE)
    line: int = strawberry.field(description="Counted from 1.")
    external_id: str | None = strawberry.field(description="The row's id in the file.")
    field: str | None
    value: str | None = strawberry.field(description="What stood there, cut to 200 characters.")
    earlier_line: int | None = strawberry.field(description="Where a doubled id stood before.")


@strawberry.type
class ImportRefusal:
    """Why a file was refused as a whole, or an import stopped."""

    code: str = column("refusal_code")
    message: str = batch(_refusal_words, description=_MESSAGE)
    detail: str = column("refusal_detail", description="What exactly, for whoever mends the file.")
    line: int | None = column("refusal_line")


def _problem_counts(row: Any) -> list[dict[str, Any]]:
    counted = []
    for name, count in sorted(row["problem_counts"].items()):
        code, _, severity = name.rpartition(".")
        counted.append({"code": code, "severity": severity, "count": count})
    return counted


@strawberry.type
class PriceListImport(Node):
    """One reading of a price list."""

    id: strawberry.ID = id_field(IMPORT)
    source: PriceListSource = one(in_table(SourceTable), by="source_id")
    status: ImportStatus
    counts: ImportCounts
    problem_counts: list[ImportProblemCount] = computed(
        _problem_counts, description="All that was wrong; `priceListImportProblems` lists rows."
    )
    refusal: ImportRefusal | None = computed(lambda row: row if row["refusal_code"] else None)
    created_at: DateTime
    started_at: DateTime | None
    finished_at: DateTime | None
