"""A refusal's path in the words of the client: whatever the domain calls the place."""

from typing import Any

import pytest

from api.catalog.admin_inputs.products import ProductCreateInput, ProductsBulkCreateInput
from api.catalog.admin_inputs.variants import VariantCreateInput
from api.errors import as_written
from api.inputs import OptionInput, ReferenceInput
from api.pricing.inputs import PriceInput, PriceListCreateInput, PricesSetInput
from api.references import ExternalIdInput
from api.scalars import CurrencyCode, Decimal, MoneyInput, Quantity

ERP = ExternalIdInput(source="erp", id="1")
ROUBLE = MoneyInput(amount=Decimal("1"), currency_code=CurrencyCode("RUB"))
PRICE = PriceInput(
    variant=ReferenceInput(id="var_1"),  # type: ignore[arg-type]
    amount=ROUBLE,
    compare_at=None,
    min_quantity=Quantity(1),
)
PRICES = PricesSetInput(price_list=ReferenceInput(id="prl_1"), prices=[PRICE])  # type: ignore[arg-type]
TEA = ProductCreateInput(
    title="Чай",
    fields={"cost_price": 1},  # type: ignore[arg-type]
    variants=[VariantCreateInput(options=[OptionInput(name="Вес", value=" ")], barcodes=["1"])],
)


@pytest.mark.parametrize(
    ("said", "arguments", "written"),
    [
        ("title", {"input": TEA}, "title"),
        ("mainCategory", {"input": TEA}, "mainCategory"),
        ("fields.cost_price", {"input": TEA}, "fields.cost_price"),
        ("fields.no_such", {"input": TEA}, "fields.no_such"),
        ("variants.0.options.Вес", {"input": TEA}, "variants.0.options.0"),
        ("variants.0.barcodes.0", {"input": TEA}, "variants.0.barcodes.0"),
        (
            "products.0.variants.0.weightGrams",
            {"input": ProductsBulkCreateInput(products=[TEA])},
            "products.0.variants.0.weightGrams",
        ),
        ("prices.0.variantId", {"input": PRICES}, "prices.0.variant"),
        ("prices.0.amountMinor", {"input": PRICES}, "prices.0.amount"),
        ("prices.0.compareAtMinor", {"input": PRICES}, "prices.0.compareAt"),
        ("price_list", {"input": PRICES}, "priceList"),
        ("priceListId", {"input": PRICES}, "priceList"),
        (
            "currency",
            {"input": PriceListCreateInput(code="a", title="b", currency_code=CurrencyCode("RUB"))},
            "currencyCode",
        ),
        ("id", {"id": "prd_1", "external_id": None, "input": TEA}, "id"),
        ("ids.0.id", {"id": "prd_1", "external_id": None}, "id"),
        (
            "ids.0.externalId",
            {"id": None, "external_id": ERP},
            "externalId",
        ),
        ("id", {"id": None, "external_id": ERP}, "externalId"),
        ("ids.1.id", {"ids": ["prd_1", "prd_2"]}, "ids.1"),
        ("documents.0.text", {"documents": []}, "documents.0.text"),
        ("", {"input": TEA}, ""),
    ],
)
def test_a_path_is_what_the_client_wrote(
    said: str, arguments: dict[str, Any], written: str
) -> None:
    assert as_written(said.split(".") if said else [], arguments) == (
        written.split(".") if written else []
    )
