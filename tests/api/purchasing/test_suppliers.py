"""Suppliers at the admin's door: kept as any noun is; offers told anew, and stale when old."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.purchasing.tables import SupplierOffer
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.purchasing.conftest import OFFERS, SUPPLIER, Buyer, TwoBuyers, money

pytestmark = pytest.mark.anyio

FIELDS = """supplier { id title currencyCode isActive contactName email phone leadDays reviewDays
minimumOrder { amount currencyCode } patienceDays version externalId { source id } }
userErrors { code path message }"""
CREATE = (
    "mutation ($input: SupplierCreateInput!) { supplierCreate(input: $input) { " + FIELDS + " } }"
)
UPDATE = (
    "mutation ($id: ID!, $input: SupplierUpdateInput!) { supplierUpdate(id: $id, input: $input) { "
    + FIELDS
    + " } }"
)
DELETE = "mutation ($id: ID!) { supplierDelete(id: $id) { supplierId userErrors { code path } } }"
LISTED = """query ($where: SupplierOfferWhere) { supplierOffers(where: $where) { totalCount nodes {
sku pack minimum price { amount currencyCode } stock isStale variant { sku }
supplier { title } } } }"""


def offer(buyer: Buyer, sku: str, **more: Any) -> dict[str, Any]:
    return {"variant": buyer.of(sku), "price": money("12.50"), **more}


async def tell(buyer: Buyer, *offers: dict[str, Any], policy: str = "REJECT_ALL") -> Any:
    rows = {"supplier": {"id": buyer.supplier}, "offers": offers, "errorPolicy": policy}
    return await buyer.ask(OFFERS, input=rows)


async def test_a_supplier_is_made_changed_and_found(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    made = await ours.ask(
        CREATE,
        input={
            "title": "Кофейня оптом",
            "currencyCode": "USD",
            "externalId": {"source": "erp", "id": "7"},
            "contactName": "Анна",
            "email": "anna@kofe.example",
            "phone": "8 916 123-45-67",
            "minimumOrder": money("300", "USD"),
            "patienceDays": 14,
        },
    )
    assert made["userErrors"] == []
    supplier = made["supplier"]
    assert supplier | {"id": None} == {
        "id": None,
        "title": "Кофейня оптом",
        "currencyCode": "USD",
        "isActive": True,
        "contactName": "Анна",
        "email": "anna@kofe.example",
        "phone": "+79161234567",
        "leadDays": 7,
        "reviewDays": 7,
        "minimumOrder": money("300.00", "USD"),
        "patienceDays": 14,
        "version": 1,
        "externalId": {"source": "erp", "id": "7"},
    }
    changed = await ours.ask(
        UPDATE,
        id=supplier["id"],
        input={"expectedVersion": 1, "leadDays": 21, "minimumOrder": None, "phone": None},
    )
    assert changed["supplier"] == supplier | {
        "leadDays": 21,
        "minimumOrder": money("0.00", "USD"),
        "phone": None,
        "version": 2,
    }
    found = await ours.ask('{ suppliers(where: {title: {startsWith: "кофе"}}) { nodes { id } } }')
    assert found["nodes"] == [{"id": supplier["id"]}]
    by_id = await ours.ask('{ supplier(externalId: {source: "erp", id: "7"}) { id } }')
    assert by_id["id"] == supplier["id"]


async def test_a_currency_left_out_is_the_shops(buyers: TwoBuyers) -> None:
    found = await buyers.ours.ask("{ suppliers { nodes { title currencyCode } } }")
    assert found["nodes"] == [{"title": "Чайный двор", "currencyCode": "RUB"}]


async def test_what_a_supplier_cannot_be_changes_nothing(buyers: TwoBuyers) -> None:
    ours, before = buyers.ours, await buyers.ours.rows()
    cases: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"title": "  "}, ("REQUIRED", "title")),
        ({"currencyCode": "XXX"}, ("INVALID", "currencyCode")),
        ({"email": "nobody"}, ("INVALID", "email")),
        ({"phone": "12"}, ("INVALID", "phone")),
        ({"leadDays": -1}, ("INVALID", "leadDays")),
        ({"patienceDays": 0}, ("INVALID", "patienceDays")),
        ({"minimumOrder": money("1", "USD")}, ("INVALID", "minimumOrder.currencyCode")),
        ({"minimumOrder": money("-1")}, ("INVALID", "minimumOrder.amount")),
        ({"minimumOrder": money("1.001")}, ("INVALID", "minimumOrder.amount")),
    ]
    for wrong, refused in cases:
        assert refusals(await ours.ask(CREATE, input={"title": "Двор", **wrong})) == [refused]
    cases = [
        ({"expectedVersion": 9, "note": "x"}, ("CONFLICT", "expectedVersion")),
        ({"leadDays": None}, ("REQUIRED", "leadDays")),
    ]
    for wrong, refused in cases:
        assert refusals(await ours.ask(UPDATE, id=ours.supplier, input=wrong)) == [refused]
    for foreign in (buyers.neighbour.supplier, encode_id("sup", new_id())):
        assert refusals(await ours.ask(DELETE, id=foreign)) == [("NOT_FOUND", "id")]
    assert await ours.rows() == before


async def test_offers_are_told_anew_and_taken_away(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    told = await tell(
        ours,
        offer(ours, "A", pack="10", minimum="20", stock="300") | {"sku": "S-1"},
        offer(ours, "B"),
    )
    assert told["userErrors"] == []
    again = await tell(ours, offer(ours, "A", price=money("13")), offer(ours, "B", price=None))
    assert again["offers"] == [told["offers"][0], None]
    assert again["userErrors"] == []
    listed = await ours.ask(LISTED, where={"supplierId": {"eq": ours.supplier}})
    assert listed == {
        "totalCount": 1,
        "nodes": [
            {
                "sku": None,
                "pack": "1",
                "minimum": "0",
                "price": money("13.00"),
                "stock": None,
                "isStale": False,
                "variant": {"sku": "A"},
                "supplier": {"title": "Чайный двор"},
            }
        ],
    }
    assert (await buyers.neighbour.ask(LISTED))["totalCount"] == 0


async def test_a_bad_offer_takes_all_with_it_or_falls_alone(buyers: TwoBuyers) -> None:
    ours, before = buyers.ours, await buyers.ours.rows()
    cases: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"price": money("12", "EUR")}, ("INVALID", "offers.1.price.currencyCode")),
        ({"price": money("-1")}, ("INVALID", "offers.1.price.amount")),
        ({"pack": "0"}, ("INVALID", "offers.1.pack")),
        ({"minimum": "-1"}, ("INVALID", "offers.1.minimum")),
        ({"stock": "-0.001"}, ("INVALID", "offers.1.stock")),
        ({"variant": ours.of("A")}, ("INVALID", "offers.1.variant")),
        ({"variant": buyers.neighbour.of("B")}, ("NOT_FOUND", "offers.1.variant")),
    ]
    for wrong, refused in cases:
        payload = await tell(ours, offer(ours, "A"), offer(ours, "B", **wrong))
        assert refusals(payload) == [refused]
        assert payload["offers"] is None
    payload = await ours.ask(
        OFFERS, input={"supplier": {"id": buyers.neighbour.supplier}, "offers": []}
    )
    assert refusals(payload) == [("NOT_FOUND", "supplier")]
    assert await ours.rows() == before
    skipped = await tell(ours, offer(ours, "A"), offer(ours, "B", pack="0"), policy="SKIP_FAILED")
    assert refusals(skipped) == [("INVALID", "offers.1.pack")]
    assert [one is not None for one in skipped["offers"]] == [True, False]
    many = await tell(ours, *[offer(ours, "A")] * 101)
    assert refusals(many) == [("TOO_MANY", "offers")]


async def test_an_offer_is_stale_once_its_suppliers_patience_is_over(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await tell(ours, offer(ours, "A"), offer(ours, "B"))
    await ours.ask(UPDATE, id=ours.supplier, input={"patienceDays": 3})
    async with ours.desk.shop.scope.writing("test") as uow:
        await uow.execute(
            update(SupplierOffer)
            .where(SupplierOffer.variant_id == ours.desk.shop.variants["A"])
            .values(updated_at=datetime.now(UTC) - timedelta(days=3, minutes=1))
        )

    async def skus(*, is_stale: bool) -> list[str]:
        listed = await ours.ask(LISTED, where={"isStale": {"eq": is_stale}})
        assert all(one["isStale"] is is_stale for one in listed["nodes"])
        return [one["variant"]["sku"] for one in listed["nodes"]]

    assert (await skus(is_stale=True), await skus(is_stale=False)) == (["A"], ["B"])
    await tell(ours, offer(ours, "A"))
    assert await skus(is_stale=True) == []


async def test_a_supplier_goes_with_its_offers(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await tell(ours, offer(ours, "A"))
    gone = await ours.ask(DELETE, id=ours.supplier)
    assert gone == {"supplierId": ours.supplier, "userErrors": []}
    assert (await ours.ask(LISTED))["totalCount"] == 0


async def test_purchasing_needs_its_own_permissions(buyers: TwoBuyers) -> None:
    desk = buyers.ours.desk
    keeper = await desk.clerk("products:read", "inventory:write", "inventory:read")
    assert (await keeper.refused("{ suppliers { nodes { id } } }"))["code"] == "FORBIDDEN"
    reader = await desk.clerk("purchasing:read")
    assert (await reader.ask("{ suppliers { nodes { id } } }"))["suppliers"]["nodes"]
    refused = await reader.refused(SUPPLIER, input={"title": "Двор"})
    assert refused["code"] == "FORBIDDEN"
