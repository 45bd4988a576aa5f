"""The demo's price lists: read back without a complaint, and fit to be looked at."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from domain.feeds.ports import FeedCategory, FeedOffer, PriceList
from integrations.showcase import hardware, tea
from integrations.showcase.hardware import write_hardware_price_list
from integrations.showcase.pictures import picture
from integrations.showcase.price_list_writer import write_price_list
from integrations.showcase.tea import write_tea_price_list
from integrations.yml.reader import open_yml

BASE = "http://shop.example/showcase/pictures"


class Shop:
    """One price list, written and read."""

    def __init__(self, path: Path) -> None:
        with open_yml(path) as reading:
            records = list(reading.records())
            self.head: PriceList = reading.price_list
            self.problems = reading.problems
        self.categories = [each for each in records if isinstance(each, FeedCategory)]
        self.offers = [each for each in records if isinstance(each, FeedOffer)]
        self.products: dict[str | None, list[FeedOffer]] = defaultdict(list)
        for offer in self.offers:
            self.products[offer.group_id].append(offer)


@pytest.fixture(scope="module")
def tea_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    path = tmp_path_factory.mktemp("tea") / "tea.xml"
    write_tea_price_list(path, BASE)
    return Shop(path)


@pytest.fixture(scope="module")
def hardware_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    path = tmp_path_factory.mktemp("hardware") / "hardware.xml"
    write_hardware_price_list(path, BASE)
    return Shop(path)


@pytest.fixture(params=["tea_shop", "hardware_shop"])
def shop(request: pytest.FixtureRequest) -> Shop:
    found: Shop = request.getfixturevalue(request.param)
    return found


def test_nothing_is_wrong_with_them(shop: Shop) -> None:
    assert shop.problems.kept == []


def test_sizes(tea_shop: Shop, hardware_shop: Shop) -> None:
    assert 300 <= len(tea_shop.products) <= 360
    assert len(hardware_shop.offers) == 20_000
    assert 3_000 <= len(hardware_shop.products) <= 4_500
    assert 80 <= len(hardware_shop.categories) <= 110


def test_every_category_sells_something_or_has_children(shop: Shop) -> None:
    sold = {offer.category_external_id for offer in shop.offers}
    parents = {category.parent_external_id for category in shop.categories}
    assert {category.external_id for category in shop.categories} <= sold | parents


def test_ids_titles_codes_and_barcodes_are_each_offers_own(shop: Shop) -> None:
    for values in (
        [offer.external_id for offer in shop.offers],
        [offer.title for offer in shop.offers],
        [offer.vendor_code for offer in shop.offers],
        [offer.barcodes for offer in shop.offers],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_barcodes_are_of_the_range_kept_for_own_use(shop: Shop) -> None:
    assert all(barcode[:2] in ("28", "29") for offer in shop.offers for barcode in offer.barcodes)


def test_variants_of_a_product_differ_in_their_parameters_and_share_the_rest(shop: Shop) -> None:
    for variants in shop.products.values():
        assert len({offer.parameters for offer in variants}) == len(variants)
        assert len({tuple(each.name for each in offer.parameters) for offer in variants}) == 1
        for shared in ("category_external_id", "brand", "country", "description_html", "vat"):
            assert len({getattr(offer, shared) for offer in variants}) == 1


def test_title_of_a_product_is_what_its_variants_share_up_to_a_comma(shop: Shop) -> None:
    titles = []
    for variants in shop.products.values():
        parts = [offer.title.split(", ") for offer in variants]
        shared = [part[0] for part in zip(*parts, strict=False) if len(set(part)) == 1]
        titles.append(", ".join(shared))
        assert shared
    assert len(set(titles)) > 0.99 * len(titles)


def test_prices_look_like_prices(shop: Shop) -> None:
    for offer in shop.offers:
        assert offer.price_minor is not None
        assert 500 <= offer.price_minor <= 5_000_000
        assert offer.purchase_price_minor is not None
        assert offer.purchase_price_minor < offer.price_minor
        assert offer.old_price_minor is None or offer.old_price_minor > offer.price_minor
    on_sale = sum(offer.old_price_minor is not None for offer in shop.offers)
    assert 0.05 < on_sale / len(shop.offers) < 0.2
    assert any((offer.price_minor or 0) % 100 for offer in shop.offers)


def test_bigger_packs_cost_more(hardware_shop: Shop) -> None:
    packs: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for offer in hardware_shop.offers:
        *rest, last = offer.parameters
        if last.name == "В упаковке":
            packs[offer.group_id, *rest].append((int(last.value), offer.price_minor or 0))
    assert len(packs) > 1_000
    for prices in packs.values():
        ordered = [price for _, price in sorted(prices)]
        assert ordered == sorted(set(ordered))


def test_some_are_sold_out_and_most_are_not(shop: Shop) -> None:
    sold_out = sum(offer.stock_quantity == 0 for offer in shop.offers)
    assert 0.03 < sold_out / len(shop.offers) < 0.12
    assert all(offer.available == (offer.stock_quantity != 0) for offer in shop.offers)


def test_taxes(tea_shop: Shop, hardware_shop: Shop) -> None:
    assert {offer.vat for offer in hardware_shop.offers} == {"22"}
    reduced = {offer.title.split(",")[0] for offer in tea_shop.offers if offer.vat == "10"}
    assert "Баранки с маком" in reduced
    assert all(offer.weight_grams for offer in tea_shop.offers + hardware_shop.offers)


def test_descriptions_differ_and_leave_no_hole(shop: Shop) -> None:
    descriptions = {offer.description_html or "" for offer in shop.offers}
    assert len(descriptions) > 0.2 * len(shop.products)
    for text in [*descriptions, *(offer.title for offer in shop.offers)]:
        assert not re.search(r"[{}|]|None|  | ,|,,|\.\.|<p></p>|<li>[^<]*: </li>", text), text


def test_titles_stand_as_the_trade_writes_them(tea_shop: Shop, hardware_shop: Shop) -> None:
    titles = {offer.title for offer in tea_shop.offers + hardware_shop.offers}
    assert "Саморез по дереву 3,5×41 мм, оцинкованный, 200 шт" in titles
    assert "Гайвань фарфоровая «Журавли», 130 мл" in titles
    assert "Зелёный чай Лунцзин «Колодец дракона», сбор до Цинмина, 50 г" in titles
    assert "Термос для чая стальной «Туман», 500 мл" in titles


def test_written_twice_they_are_the_same_file(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_hardware_price_list(tmp_path / name, BASE, offers=500)
        write_tea_price_list(tmp_path / f"tea {name}", BASE)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert (tmp_path / "tea first").read_bytes() == (tmp_path / "tea second").read_bytes()


def test_short_list_has_some_of_everything(tmp_path: Path) -> None:
    path = tmp_path / "short.xml"
    write_hardware_price_list(path, BASE, offers=600)
    short = Shop(path)
    assert len(short.offers) == 600
    assert len({offer.category_external_id for offer in short.offers}) > 50


def test_more_than_there_is_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offers to be had"):
        write_hardware_price_list(tmp_path / "long.xml", BASE, offers=1_000_000)


def test_records_survive_being_written(tea_shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "again.xml"
    write_price_list(path, tea_shop.head, tea_shop.categories, tea_shop.offers)
    again = Shop(path)
    assert again.head == tea.SHOP
    assert again.offers == [
        offer._replace(line=other.line)
        for offer, other in zip(tea_shop.offers, again.offers, strict=True)
    ]


def test_every_picture_they_name_can_be_drawn(shop: Shop) -> None:
    names = {
        re.sub(r"\d+", "7", address.removeprefix(f"{BASE}/"))
        for offer in shop.offers
        for address in offer.pictures
    }
    for name in names:
        assert picture(name, 40).startswith(b"\x89PNG"), name


def test_shops_have_names() -> None:
    assert tea.SHOP.shop_name != hardware.SHOP.shop_name
