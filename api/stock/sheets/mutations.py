"""Importing balances: check, then apply; and having sheets of them written."""

from typing import Any

import strawberry

from api.catalog.kinds import UPLOAD
from api.inputs import minor, ref
from api.mutation import Outcome, Payload, entity, mutation
from api.scalars import wanted_id
from api.stock import kinds
from api.stock.mutations import WRITE
from api.stock.sheets.inputs import (
    StockExportCreateInput,
    StockImportApplyInput,
    StockImportStartInput,
    StockSumsInput,
)
from api.stock.sheets.types import READ, StockExport, StockImport
from domain.bulk import ErrorPolicy
from domain.errors import Invalid
from domain.files.uploads import use_upload
from domain.merchants.shop_facts import shop_currency
from domain.stock.sheets.exports import exports_by_ids, request_stock_export
from domain.stock.sheets.import_runs import (
    Sums,
    apply_stock_import,
    cancel_stock_import,
    imports_by_ids,
    start_stock_import,
)
from tenants.scope import UnitOfWork


@strawberry.type
class StockImportPayload(Payload):
    """The import as it is now; ask for it again to see how far it is."""

    stock_import: StockImport | None = entity("stock_import", imports_by_ids)


@strawberry.type
class StockExportPayload(Payload):
    """The export as it is now; its link is there once it is READY."""

    stock_export: StockExport | None = entity("stock_export", exports_by_ids)


@strawberry.type
class StockSheetMutations:
    """Root fields of sheets of balances."""

    @mutation(permission=WRITE, returns=StockImportPayload)
    async def stock_import_start(uow: UnitOfWork, input: StockImportStartInput) -> Outcome:
        """Have a sheet of balances checked; nothing changes before stockImportApply."""
        upload_id = wanted_id(input.upload_id, UPLOAD)
        upload = await use_upload(uow, upload_id, "uploadId", purpose="sheet")
        made = await start_stock_import(
            uow,
            kind=input.kind.value,
            file_key=upload["name"],
            location=ref(input.location, kinds.LOCATION) if input.location else None,
            columns={one.field.value: one.head for one in input.columns or ()},
            expected=await _sums(uow, input.expected) if input.expected else None,
        )
        return {"stock_import": made}

    @mutation(permission=WRITE, returns=StockImportPayload, needs_key=True)
    async def stock_import_apply(
        uow: UnitOfWork, id: strawberry.ID, input: StockImportApplyInput
    ) -> Outcome:
        """Post a checked import to the ledger, by a job. Needs an Idempotency-Key.

        A row whose balance has changed since the check is left out, and listed among the failed.
        """
        import_id = wanted_id(id, kinds.STOCK_IMPORT)
        await apply_stock_import(uow, import_id, policy=ErrorPolicy(input.error_policy.value))
        return {"stock_import": import_id}

    @mutation(permission=WRITE, returns=StockImportPayload)
    async def stock_import_cancel(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Give up an import that is not being applied yet."""
        import_id = wanted_id(id, kinds.STOCK_IMPORT)
        await cancel_stock_import(uow, import_id)
        return {"stock_import": import_id}

    @mutation(permission=READ, returns=StockExportPayload)
    async def stock_export_create(uow: UnitOfWork, input: StockExportCreateInput) -> Outcome:
        """Have a sheet written: of balances, or of an import's failed rows to be mended."""
        failed_of = input.failed_rows_of
        made = await request_stock_export(
            uow,
            format=input.format.value,
            location=ref(input.location, kinds.LOCATION) if input.location else None,
            failed_rows_of=wanted_id(failed_of, kinds.STOCK_IMPORT) if failed_of else None,
        )
        return {"stock_export": made}


async def _sums(uow: UnitOfWork, given: StockSumsInput) -> Sums:
    currency = await shop_currency(uow)
    if given.value.currency_code != currency:
        raise Invalid(
            "expected", "value", en=f"must be in {currency}", ru=f"нужна валюта {currency}"
        )
    value: Any = minor(given.value, "expected", "value")
    return Sums(given.rows, given.quantity, value)
