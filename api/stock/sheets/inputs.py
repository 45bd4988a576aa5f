"""Inputs of imports and exports of balances."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_words import BulkErrorPolicy
from api.inputs import ReferenceInput, reference
from api.scalars import MoneyInput, Quantity
from api.stock import kinds
from api.stock.sheets.types import SheetFormat, StockImportField, StockImportKind


@strawberry.input
class StockImportColumn:
    """Which column of the sheet is a field: the one with this head."""

    field: StockImportField
    head: str


@strawberry.input
class StockSumsInput:
    """What the file should add up to, as its sender has summed it; value in the shop's currency."""

    rows: int
    quantity: Quantity
    value: MoneyInput


@strawberry.input
class StockImportStartInput:
    """A sheet of balances to be checked: an upload of the purpose SHEET."""

    kind: StockImportKind
    upload_id: strawberry.ID = reference(catalog_kinds.UPLOAD, required=True)
    location: ReferenceInput | None = reference(
        kinds.LOCATION, description="For rows that name none; left out: the default one."
    )
    columns: list[StockImportColumn] | None = UNSET
    expected: StockSumsInput | None = strawberry.field(
        default=UNSET,
        description="Control sums; an opening balance is posted only where they agree.",
    )


@strawberry.input
class StockImportApplyInput:
    """REJECT_ALL: only where no row failed. SKIP_FAILED: all others."""

    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class StockExportCreateInput:
    """Balances of a location, or of all; or, of an import, the rows that failed."""

    format: SheetFormat = SheetFormat.CSV
    location: ReferenceInput | None = reference(kinds.LOCATION)
    failed_rows_of: strawberry.ID | None = reference(kinds.STOCK_IMPORT)
