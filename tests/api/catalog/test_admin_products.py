"""Products at the admin's door: made, read, changed, put away; and every way to be refused."""

import pytest

from tenants.ids import encode_id
from tests.api.conftest import TwoDesks
from tests.factories_catalog import P, add_categories, add_products

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) {
    product {
      id version title slug status kind unit country isAdult descriptionHtml metadata fields
      externalId { source id } brand { title } categories { title } mainCategory { title }
      options { title values { title } } publications { channel { code } }
      variants { sku barcodes { code kind } options { name value } minQuantity stockPolicy }
    }
    userErrors { message code path }
  }
}
"""


async def test_a_product_is_made_with_all_that_is_its_own(desks: TwoDesks) -> None:
    await add_categories(desks.ours.shop, {"Чай": {"Чёрный": {}}})
    await add_products(desks.ours.shop, P("Иной", brand="Чайная гора"))
    shop = desks.ours.shop

    made = await desks.ours.admin.ask(
        CREATE,
        input={
            "title": "Чай Ассам",
            "externalId": {"source": "erp", "id": "T-1"},
            "status": "ACTIVE",
            "descriptionHtml": "<p>Крепкий<script>alert(1)</script></p>",
            "brand": {"id": encode_id("brd", shop.brands["Чайная гора"])},
            "mainCategory": {"id": encode_id("cat", shop.categories["Чёрный"])},
            "categories": {"add": [{"id": encode_id("cat", shop.categories["Чай"])}]},
            "country": "IN",
            "metadata": {"public": {"badge": "Хит"}},
            "variants": [
                {
                    "sku": "A-100",
                    "options": [{"name": "Вес", "value": "100 г"}],
                    "barcodes": ["4600000000015"],
                },
                {"options": [{"name": "Вес", "value": "250 г"}], "minQuantity": "0.5"},
            ],
        },
    )

    product = made["productCreate"]["product"]
    assert made["productCreate"]["userErrors"] == []
    assert product.pop("id").startswith("prd_")
    assert product == {
        "version": 1,
        "title": "Чай Ассам",
        "slug": "chai-assam",
        "status": "ACTIVE",
        "kind": "SIMPLE",
        "unit": "PIECE",
        "country": "IN",
        "isAdult": False,
        "descriptionHtml": "<p>Крепкий</p>",
        "metadata": {"public": {"badge": "Хит"}},
        "fields": {},
        "externalId": {"source": "erp", "id": "T-1"},
        "brand": {"title": "Чайная гора"},
        "categories": [{"title": "Чёрный"}, {"title": "Чай"}],
        "mainCategory": {"title": "Чёрный"},
        "options": [{"title": "Вес", "values": [{"title": "100 г"}, {"title": "250 г"}]}],
        "publications": [{"channel": {"code": "site"}}],
        "variants": [
            {
                "sku": "A-100",
                "barcodes": [{"code": "4600000000015", "kind": "EAN13"}],
                "options": [{"name": "Вес", "value": "100 г"}],
                "minQuantity": "1",
                "stockPolicy": "TRACKED",
            },
            {
                "sku": None,
                "barcodes": [],
                "options": [{"name": "Вес", "value": "250 г"}],
                "minQuantity": "0.5",
                "stockPolicy": "TRACKED",
            },
        ],
    }
