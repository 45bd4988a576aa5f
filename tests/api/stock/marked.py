"""A desk that sells boots with marks, and the questions that tests ask of single pieces."""

from dataclasses import dataclass
from typing import Any

from tenants.ids import encode_id
from tenants.values.barcodes import check_digit
from tests.api.conftest import Desk
from tests.factories_catalog import P, V, add_products

UPDATE = """mutation ($id: ID!, $input: ProductUpdateInput!) { productUpdate(id: $id, input: $input)
  { product { unitCodes markingGroup } userErrors { code path } } }"""
CHANGE = """mutation ($input: StockChangeInput!) { stockChange(input: $input) {
  userErrors { code path message } } }"""
RECEIVE = """mutation ($input: GoodsReceiptCreateInput!) { goodsReceiptCreate(input: $input) {
  goodsReceipt { id number } userErrors { code path message } } }"""
UNIT = """query ($code: ScannedCodeInput!) { stockUnit(code: $code) {
  id code codeBase64 gtin serial state variant { sku } lot { number } location { code }
  history { state location { code } movement { kind documentKind } actor } } }"""
UNITS = """query ($where: StockUnitWhere, $first: Int, $after: String) {
  stockUnits(where: $where, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { serial state } } }"""
SCAN = """mutation ($input: StockUnitsScanInput!) { stockUnitsScan(input: $input) {
  units { serial state lot { number } } userErrors { code path message } } }"""
ACCEPT = """mutation ($input: StockUnitsAcceptInput!) { stockUnitsAccept(input: $input) {
  units { serial state } userErrors { code path message } } }"""
LEVEL = """query ($id: ID!) { node(id: $id) { ... on Variant {
  unitCodes stock { onHand unscanned } } } }"""
INTEGRITY = "{ stockIntegrity { check variant { sku } recorded reckoned } }"
BODY = "460000000000"
EAN = BODY + check_digit(BODY)


def mark(serial: str, ean: str = EAN) -> str:
    """A mark as scanners give it, proofs included."""
    return f"010{ean}21{serial}\x1d91EE06\x1d92c29tZSBwcm9vZg=="


def texts(*serials: str) -> list[dict[str, str]]:
    """Codes for an input."""
    return [{"text": mark(serial)} for serial in serials]


@dataclass
class Bench:
    """A desk with boots (marked), phones (by serial number) and socks (neither)."""

    desk: Desk

    @property
    def here(self) -> dict[str, str]:
        return {"id": encode_id("loc", self.desk.shop.location)}

    def of(self, sku: str) -> dict[str, str]:
        return {"id": encode_id("var", self.desk.shop.variants[sku])}

    async def ask(self, text: str, key: str = "", **variables: Any) -> Any:
        """The value of a document's only field."""
        client = self.desk.keyed(key) if key else self.desk.admin
        (value,) = (await client.ask(text, **variables)).values()
        return value

    async def demand(self, title: str, **said: Any) -> None:
        product = encode_id("prd", self.desk.shop.products[title])
        payload = await self.ask(UPDATE, id=product, input=said)
        assert payload["userErrors"] == []

    async def change(self, sku: str, difference: str, *codes: Any, **more: Any) -> Any:
        """Put pieces into stock by their codes, or take them out."""
        row = {"variant": self.of(sku), "difference": difference, "codes": list(codes), **more}
        key = f"{sku} {difference} {codes!a} {more!a}"[:200]
        return await self.ask(CHANGE, key, input={"location": self.here, "changes": [row]})

    async def receive(self, key: str, *lines: dict[str, Any]) -> Any:
        whole = [{"price": {"amount": "1.00", "currencyCode": "RUB"}, **line} for line in lines]
        return await self.ask(RECEIVE, key, input={"location": self.here, "lines": whole})

    async def scan(self, sku: str, *codes: Any, **more: Any) -> Any:
        """Let pieces that are there be known by these codes."""
        given = {"variant": self.of(sku), "location": self.here, "codes": list(codes), **more}
        return await self.ask(SCAN, input=given)

    async def level(self, sku: str) -> tuple[str, str | None]:
        """How many there are, and of how many no code is known."""
        (level,) = (await self.ask(LEVEL, id=self.of(sku)["id"]))["stock"]
        return level["onHand"], level["unscanned"]

    async def unit(self, serial: str) -> Any:
        return await self.ask(UNIT, code={"text": mark(serial)})

    async def serials(self, **where: Any) -> list[str]:
        page = await self.ask(UNITS, where=where, first=100)
        return [row["serial"] for row in page["nodes"]]


async def make_bench(desk: Desk) -> Bench:
    boots = [V("BOOT", stock=0, barcodes=[EAN]), V("SHOE", stock=0)]
    goods = [P("Обувь", boots), P("Телефон", [V("PHONE", stock=0)]), P("Носки", [V("SOCK")])]
    await add_products(desk.shop, *goods)
    bench = Bench(desk)
    await bench.demand("Обувь", unitCodes="MARKING", markingGroup="shoes")
    await bench.demand("Телефон", unitCodes="SERIAL")
    return bench
