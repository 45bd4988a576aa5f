"""A desk that imports and exports sheets of balances: uploads, jobs, and what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from domain.files.tables import StoredFile
from domain.stock.sheets.exports import run_stock_export
from integrations.files.local import LocalFiles
from integrations.sheets.reader import open_sheet
from integrations.sheets.writer import write_sheet
from tenants.ids import decode_id, encode_id, new_id
from tests.api.conftest import Desk
from tests.fakes.courses import PlainCourse
from workers.stock_sheets import run_stock_import

IMPORT = """
  id kind status allowedActions changed failed location { code }
  expected { rows } totals { rows quantity value { amount currencyCode } }
  refusal { code message line }
"""
START = f"""
mutation ($input: StockImportStartInput!) {{ done: stockImportStart(input: $input) {{
  stockImport {{ {IMPORT} }} userErrors {{ code path message }} }} }}
"""
APPLY = f"""
mutation ($id: ID!, $input: StockImportApplyInput!) {{
  done: stockImportApply(id: $id, input: $input) {{
    stockImport {{ {IMPORT} }} userErrors {{ code path message }} }} }}
"""
SHOW = f"query ($id: ID!) {{ stockImport(id: $id) {{ {IMPORT} }} }}"
ROWS = """
query ($id: ID!, $shown: StockImportRows!) {
  stockImportRows(importId: $id, shown: $shown, first: 100) { totalCount nodes {
    line variant { sku } location { code } onHand quantity difference
    unitCost { amount } lotNumber madeOn expiresOn problem message field value } } }
"""
EXPORT = """
mutation ($input: StockExportCreateInput!) { done: stockExportCreate(input: $input) {
  stockExport { id status url } userErrors { code path message } } }
"""


@dataclass
class SheetDesk:
    """A merchant's desk with a store of files beside it."""

    desk: Desk
    folder: Path
    keys: int = 0

    @property
    def store(self) -> LocalFiles:
        return LocalFiles(self.folder)

    async def upload(self, body: bytes) -> str:
        """An upload of the purpose SHEET, as it is once its bytes have come."""
        upload_id = new_id()

        async def chunks() -> Any:
            yield body

        tenant_id = self.desk.shop.scope.tenant_id
        size = await self.store.save(tenant_id, f"uploads/{upload_id}", chunks())
        async with self.desk.shop.scope.writing("test") as uow:
            await uow.add(
                StoredFile,
                id=upload_id,
                purpose="sheet",
                status="stored",
                name=f"uploads/{upload_id}",
                filename="stock.csv",
                content_type="text/csv",
                size_bytes=size,
                sha256=sha256(body).digest(),
                created_at=uow.now,
            )
        return encode_id("upl", upload_id)

    async def start(self, body: bytes, **given: Any) -> Any:
        """The payload of an import's start."""
        upload = await self.upload(body)
        data = await self.desk.admin.ask(START, input={"uploadId": upload, **given})
        return data["done"]

    async def checked(self, body: bytes, **given: Any) -> Any:
        """An import after its check."""
        started = await self.start(body, **given)
        assert started["userErrors"] == []
        return await self.worked(started["stockImport"]["id"])

    async def worked(self, import_id: str) -> Any:
        """The import after a run of its job."""
        course = PlainCourse(self.desk.shop.scope)
        job: Any = run_stock_import
        asked = str(decode_id(import_id, "sim"))
        await job(course, import_id=asked, store=self.store, open_sheet=open_sheet)
        return await self.show(import_id)

    async def show(self, import_id: str) -> Any:
        return (await self.desk.admin.ask(SHOW, id=import_id))["stockImport"]

    async def apply(self, import_id: str, policy: str = "REJECT_ALL") -> Any:
        """The payload of its application; the job has not run."""
        self.keys += 1
        keyed = self.desk.keyed(f"apply {self.keys}")
        return (await keyed.ask(APPLY, id=import_id, input={"errorPolicy": policy}))["done"]

    async def applied(self, import_id: str, policy: str = "REJECT_ALL") -> Any:
        """The import after it was applied."""
        assert (await self.apply(import_id, policy))["userErrors"] == []
        return await self.worked(import_id)

    async def rows(self, import_id: str, shown: str) -> list[Any]:
        found = await self.desk.admin.ask(ROWS, id=import_id, shown=shown)
        listed: list[Any] = found["stockImportRows"]["nodes"]
        assert found["stockImportRows"]["totalCount"] == len(listed)
        return listed

    async def exported(self, **given: Any) -> tuple[Any, bytes]:
        """An export that is ready, and the bytes of its file."""
        made = (await self.desk.admin.ask(EXPORT, input=given))["done"]
        assert made["userErrors"] == []
        export_id = made["stockExport"]["id"]
        job: Any = run_stock_export
        await job(
            PlainCourse(self.desk.shop.scope),
            sheet_id=str(decode_id(export_id, "sxp")),
            store=self.store,
            write_sheet=write_sheet,
        )
        shown = await self.desk.admin.ask(
            "query ($id: ID!) { stockExport(id: $id) { status rows sizeBytes url format } }",
            id=export_id,
        )
        name = f"exports/{export_id}.{given.get('format', 'CSV').lower()}"
        tenant_id = self.desk.shop.scope.tenant_id
        body = b"".join([chunk async for chunk in self.store.read(tenant_id, name)])
        return shown["stockExport"], body


def csv(*rows: Sequence[str]) -> bytes:
    """A CSV of these rows, the head first."""
    return "\n".join(";".join(row) for row in rows).encode()


def sums(rows: int, quantity: str, value: str) -> dict[str, Any]:
    """Control sums in roubles."""
    return {
        "rows": rows,
        "quantity": quantity,
        "value": {"amount": value, "currencyCode": "RUB"},
    }
