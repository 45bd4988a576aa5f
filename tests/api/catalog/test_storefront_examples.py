"""The queries that the explorer and the demo offer, on the demo's tea shop as it is imported."""

from functools import partial
from pathlib import Path
from typing import Any

import orjson

from api.storefront import EXAMPLES
from domain.feeds.imports import import_price_list
from domain.feeds.runs import start_import
from domain.feeds.sources import create_source
from integrations.showcase.tea import write_tea_price_list
from integrations.yml.reader import open_yml
from tests.api.catalog.conftest import TwoStalls
from tests.factories_catalog import Shop


async def open_tea_shop(shop: Shop, folder: Path) -> None:
    path = folder / "tea.yml"
    write_tea_price_list(path, "https://pictures.example")
    async with shop.scope.writing("test") as uow:
        source = await create_source(
            uow, {"title": "Поставщик", "code": "supplier", "new_status": "active"}
        )
        run_id = await start_import(uow, source=source, file_key="tea.yml")
    await import_price_list(shop.scope, run_id, partial(open_yml, path))


async def answers(stalls: TwoStalls) -> list[Any]:
    return [
        await stalls.buyer.ask(one.query, **orjson.loads(one.variables)) for one in EXAMPLES[:5]
    ]


async def test_the_examples_answer_on_the_tea_shop(stalls: TwoStalls, tmp_path: Path) -> None:
    await open_tea_shop(stalls.shop, tmp_path)

    listing, product, search, tree, suggestions = await answers(stalls)

    assert len(listing["products"]["nodes"]) == 24
    assert all(one["variants"] and one["image"] for one in listing["products"]["nodes"])
    assert listing["products"]["totalCount"] > 100
    assert product["product"]["title"].startswith("Зелёный чай Лунцзин")
    assert len(product["product"]["variants"]) > 1
    assert product["product"]["mainCategory"]["ancestors"][0]["title"] == "Чай"
    assert (search["search"]["correctedQuery"], search["search"]["usedLayout"]) == (
        "чай",
        "CYRILLIC",
    )
    assert search["search"]["totalCount"] > 20
    assert {"category", "brand"} <= {facet["code"] for facet in search["search"]["facets"]}
    assert [root["title"] for root in tree["categories"]] == ["Чай", "Посуда", "К чаю"]
    assert all(root["productCount"] > 0 for root in tree["categories"])
    assert suggestions["suggestions"]["products"]
    assert suggestions["suggestions"]["categories"]
