"""Two shops that buy: each with goods, and a supplier who offers some of them."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from domain.purchasing import tables
from domain.stock.tables import (
    DocumentCounter,
    Lot,
    LotBalance,
    StockArrival,
    StockLevel,
    StockMovement,
)
from tenants.ids import encode_id
from tenants.ledger import EventRow
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

_TABLES: tuple[Any, ...] = (
    tables.Supplier,
    tables.SupplierOffer,
    tables.PurchaseOrder,
    tables.PurchaseOrderLine,
    tables.GoodsReceipt,
    tables.GoodsReceiptLine,
    tables.GoodsReceiptCost,
    DocumentCounter,
    StockArrival,
    StockLevel,
    Lot,
    LotBalance,
    StockMovement,
    EventRow,
)
SUPPLIER = (
    "mutation ($input: SupplierCreateInput!) "
    "{ supplierCreate(input: $input) { supplier { id } userErrors { code path } } }"
)
OFFERS = (
    "mutation ($input: SupplierOffersSetInput!) { supplierOffersSet(input: $input) "
    "{ offers { id } userErrors { code path } } }"
)


@dataclass
class Buyer:
    """A desk, and the id of its supplier."""

    desk: Desk
    supplier: str

    @property
    def here(self) -> dict[str, str]:
        return {"id": encode_id("loc", self.desk.shop.location)}

    def of(self, sku: str) -> dict[str, str]:
        return {"id": encode_id("var", self.desk.shop.variants[sku])}

    async def ask(self, text: str, **variables: Any) -> Any:
        """The payload of a document's only field."""
        (payload,) = (await self.desk.admin.ask(text, **variables)).values()
        return payload

    async def rows(self) -> list[Any]:
        """All that purchasing and stock have written of this shop."""
        reading = self.desk.shop.scope.reading
        found = [await reading.rows(select(table)) for table in _TABLES]
        return [sorted(map(str, rows)) for rows in found]


@dataclass
class TwoBuyers:
    ours: Buyer
    neighbour: Buyer


def money(amount: str, currency: str = "RUB") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


@pytest.fixture
async def buyers(desks: TwoDesks) -> TwoBuyers:
    async def buyer(desk: Desk) -> Buyer:
        goods = [V("A", stock=5_000), V("B", stock=0), V("C", stock=0)]
        await add_products(desk.shop, P("Чай", goods))
        made = await desk.admin.ask(SUPPLIER, input={"title": "Чайный двор"})
        return Buyer(desk, made["supplierCreate"]["supplier"]["id"])

    return TwoBuyers(await buyer(desks.ours), await buyer(desks.neighbour))
