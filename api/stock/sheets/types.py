"""Imports and exports of balances as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.files.types import export_url
from api.nodes import Node
from api.rows import in_table, one
from api.scalars import Date, DateTime, Decimal, Money, Quantity, id_field, money
from api.stock.kinds import STOCK_EXPORT, STOCK_IMPORT
from api.stock.types import Location
from domain.catalog.tables import Variant as VariantTable
from domain.merchants.shop_facts import shop_currency
from domain.stock.sheets.import_runs import OPEN, can_apply
from domain.stock.sheets.words import PROBLEMS, REFUSALS
from domain.stock.tables import Location as LocationTable

READ: Final = "inventory:read"


@strawberry.enum
class StockImportKind(Enum):
    """OPENING: what a shop begins with, by lots, where nothing is yet. COUNT: what is on hand."""

    OPENING = "opening"
    COUNT = "count"


@strawberry.enum
class StockImportStatus(Enum):
    """How far an import is. CHECKED: it waits for a person to look at it and apply it.

    REFUSED: nothing was taken. FAILED: it stopped; what was applied before stays, and one that was
    checked can be applied again, from there.
    """

    QUEUED = "queued"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


@strawberry.enum
class StockImportAction(Enum):
    """What may be done with an import now."""

    APPLY = "apply"
    CANCEL = "cancel"


@strawberry.enum
class StockImportField(Enum):
    """What a column of a sheet of balances is; without a map, the one whose head is just this word.

    A variant is named by one of the first three; LOCATION is a code or an id. LOT, MADE_ON and
    EXPIRES_ON are for opening balances.
    """

    VARIANT_ID = "variant_id"
    SKU = "sku"
    BARCODE = "barcode"
    LOCATION = "location"
    QUANTITY = "quantity"
    UNIT = "unit"
    UNIT_COST = "unit_cost"
    LOT = "lot"
    MADE_ON = "made_on"
    EXPIRES_ON = "expires_on"


@strawberry.enum
class StockImportRows(Enum):
    """Which rows of an import are listed; CHANGED: those that make what is on hand another."""

    ALL = "all"
    CHANGED = "changed"
    FAILED = "failed"


@strawberry.enum
class SheetFormat(Enum):
    """What a sheet is written as."""

    CSV = "csv"
    XLSX = "xlsx"


@strawberry.enum
class StockExportStatus(Enum):
    """How far an export is."""

    WAITING = "waiting"
    READY = "ready"


def _words(table: Any, item: str) -> Any:
    async def words(parents: Sequence[Any], context: RequestContext) -> list[str | None]:
        return [
            table[parent[item]].get(context.language, table[parent[item]]["en"])
            if parent[item] in table
            else None
            for parent in parents
        ]

    return batch(words, description="What is wrong, and what to do, in the request's language.")


@strawberry.type
class StockImportRefusal:
    """Why a file was refused as a whole, or an import stopped."""

    code: str = column("refusal_code")
    message: str | None = _words(REFUSALS, "refusal_code")
    detail: str = computed(lambda row: row["refusal_detail"] or "")
    line: int | None = column("refusal_line")


@strawberry.type
class StockSums:
    """Control sums; the value is in the shop's currency."""

    rows: int
    quantity: Quantity
    value: Money = money("value_minor")


async def _sums(item: str, parents: Sequence[Any], context: RequestContext) -> list[Any]:
    currency = await shop_currency(context.reading)
    return [parent[item] and {**parent[item], "currency": currency} for parent in parents]


async def _totals(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    return await _sums("totals", parents, context)


async def _expected(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    return await _sums("expected", parents, context)


def _actions(row: Any) -> list[StockImportAction]:
    apply = [StockImportAction.APPLY] if can_apply(row) else []
    return apply + ([StockImportAction.CANCEL] if row["status"] in OPEN else [])


@strawberry.type
class StockImport(Node):
    """A file of balances: checked, looked at, and then applied."""

    id: strawberry.ID = id_field(STOCK_IMPORT)
    kind: StockImportKind
    status: StockImportStatus
    allowed_actions: list[StockImportAction] = computed(_actions)
    location: Location | None = one(
        in_table(LocationTable),
        by="location_id",
        description="Where rows belong that name no location.",
    )
    expected: StockSums | None = batch(_expected)
    totals: StockSums | None = batch(_totals, description="Of the rows without a problem.")
    changed: int = strawberry.field(description="Rows that make what is on hand another.")
    failed: int = strawberry.field(description="Rows that are left out.")
    refusal: StockImportRefusal | None = computed(lambda row: row if row["refusal_code"] else None)
    created_at: DateTime
    finished_at: DateTime | None


@strawberry.type
class StockImportRow:
    """A row of such a file: what it changes, or what is wrong with it."""

    line: int = strawberry.field(description="In the file, counted from 1.")
    variant: Variant | None = one(in_table(VariantTable), by="variant_id")
    location: Location | None = one(in_table(LocationTable), by="location_id")
    on_hand: Quantity | None = column("replaces", description="When the file was checked.")
    quantity: Quantity | None = strawberry.field(description="What is to be on hand.")
    difference: Quantity | None = computed(
        lambda row: None if row["quantity"] is None else row["quantity"] - row["replaces"]
    )
    unit_cost: Money | None = money("unit_cost_minor")
    lot_number: str | None
    made_on: Date | None
    expires_on: Date | None
    problem: str | None
    message: str | None = _words(PROBLEMS, "problem")
    field: str | None
    value: str | None


@strawberry.type
class StockExport(Node):
    """A sheet of balances, or of the rows of an import that failed."""

    id: strawberry.ID = id_field(STOCK_EXPORT)
    format: SheetFormat
    status: StockExportStatus
    location: Location | None = one(in_table(LocationTable), by="location_id")
    rows: int | None
    size_bytes: Decimal | None = computed(
        lambda row: None if row["size_bytes"] is None else str(row["size_bytes"])
    )
    requested_at: DateTime
    finished_at: DateTime | None
    expires_at: DateTime | None = strawberry.field(description="When the file will be removed.")
    url: str | None = export_url()
