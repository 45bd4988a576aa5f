"""The list as a whole: its head, its encodings, its tree of categories, real files."""

from __future__ import annotations

import io
import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from domain.feeds.ports import CurrencyRate, FeedCategory, FeedOffer, ProblemCode, Severity
from integrations.yml.reader import open_yml
from integrations.yml.seen_ids import SeenIds
from tests.integrations.yml.price_lists import CATEGORIES, TEA, Taken, offer, price_list, take

SAMPLES = Path(os.environ.get("RYAD_SAMPLES", Path(__file__).parents[4] / "shared/samples"))


def test_head() -> None:
    currencies = (
        '<currency id="RUR" rate="1"/><currency id="USD" rate="91,45"/>'
        '<currency id="EUR" rate="CBRF" plus="3"/><currency id="Fish" rate="2"/>'
    )
    text = price_list(offer()).replace('<currency id="RUR" rate="1"/>', currencies)
    head = take(text.replace("</name>", "</name><company>ООО</company>", 1).encode()).price_list
    assert head.shop_name == "Лавка"
    assert head.company == "ООО"
    assert head.dated_at == datetime(2026, 2, 3, 10, 20)  # noqa: DTZ001 the supplier wrote no zone
    assert head.main_currency == "RUB"
    assert head.currencies == (
        CurrencyRate("RUB", Decimal(1), None, Decimal(0)),
        CurrencyRate("USD", Decimal("91.45"), None, Decimal(0)),
        CurrencyRate("EUR", None, "CBRF", Decimal(3)),
    )


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8-sig"),
        ("windows-1251", "cp1251"),
        ("CP1251", "cp1251"),
        ("windows-1251", "utf-8-sig"),  # the mark is right, the label is not
        ("koi8-r", "koi8-r"),
        ("cp866", "cp866"),
        ("UTF-16", "utf-16"),
    ],
)
def test_encodings_give_the_same_rows(label: str, codec: str) -> None:
    text = price_list(offer() * 3_000).replace("UTF-8", label)
    taken = take(text.encode(codec))
    assert taken.offers[-1].title == "Чай"
    assert taken.categories == [
        FeedCategory("1", None, "Чай", 2),
        FeedCategory("2", "1", "Зелёный", 2),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "",
        "\n\n  ",
        "\n<?xml version='1.0'?>\n<!-- ours -->\n<?pi x?>",
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n',
        '<!DOCTYPE yml_catalog PUBLIC "-//a" "http://nowhere.invalid/shops.dtd">',
    ],
)
def test_what_may_stand_before_the_root(head: str) -> None:
    taken = take(price_list(offer(), head=head).encode())
    assert taken.offers[0].line == head.count("\n") + 2


@pytest.mark.parametrize("offset", range(0, 12, 2))
def test_html_entities_are_letters_wherever_the_chunks_are_cut(offset: int) -> None:
    padding = "x" * (65_536 - 480 + offset)
    inside = f"<x>{padding}</x>" + TEA.replace("Чай", "A&nbsp;&laquo;B&raquo; &amp; &hellip;")
    taken = take(price_list(offer(inside)).encode())
    assert taken.offers[0].title == "A «B» & …"


def test_broken_and_dripping_streams_read_the_same() -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7))

    with open_yml(Dripping(price_list(offer() * 3).encode())) as reading:
        assert sum(isinstance(record, FeedOffer) for record in reading.records()) == 3


def test_path_is_opened_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(price_list(offer()))
    with open_yml(path) as reading:
        assert len(list(reading.records())) == 3


def tree(categories: str) -> Taken:
    return take(price_list(offer("<name>Чай</name><price>1</price>"), categories).encode())


def test_parents_come_first_whatever_the_order() -> None:
    taken = tree(
        '<category id="3" parentId="2">В</category><category id="2" parentId="1">Б</category>'
        '<category id="1" parentId="0"><![CDATA[А]]></category>'
    )
    assert [each[:3] for each in taken.categories] == [
        ("1", None, "А"),
        ("2", "1", "Б"),
        ("3", "2", "В"),
    ]


def test_ring_of_categories_is_cut_and_reported() -> None:
    taken = tree(
        '<category id="1" parentId="3">А</category><category id="2" parentId="1">Б</category>'
        '<category id="3" parentId="2">В</category><category id="4" parentId="4">Г</category>'
    )
    parents = {each.external_id: each.parent_external_id for each in taken.categories}
    assert parents == {"1": "3", "3": "2", "2": None, "4": None}
    rings = [each.external_id for each in taken.problems if each.code == ProblemCode.CATEGORY_CYCLE]
    assert rings == ["2", "4"]


def test_category_problems() -> None:
    taken = tree(
        '<category>А</category><category id="1"/><category id="2" parentId="9">Б</category>'
        '<category id="3">В</category><category id="3">Г</category>'
    )
    assert [each[:3] for each in taken.categories] == [("2", None, "Б"), ("3", None, "Г")]
    assert [(each.code, each.severity) for each in taken.problems] == [
        (ProblemCode.MISSING_ID, Severity.ERROR),
        (ProblemCode.MISSING_TITLE, Severity.ERROR),
        (ProblemCode.DUPLICATE_ID, Severity.WARNING),
        (ProblemCode.UNKNOWN_PARENT, Severity.WARNING),
        (ProblemCode.MISSING_CATEGORY, Severity.WARNING),
    ]


def test_unknown_category_is_reported_once_at_its_first_offer() -> None:
    lost = TEA.replace("<categoryId>2", "<categoryId>77")
    rows = "\n".join(offer(lost, f'id="{number}"') for number in range(5))
    taken = take(price_list(rows).encode())
    (problem,) = taken.problems
    assert (problem.code, problem.line, problem.value) == (ProblemCode.UNKNOWN_CATEGORY, 3, "77")


def test_categories_may_come_after_the_offers() -> None:
    text = price_list(offer(), "").replace(
        "</shop>", f"<categories>{CATEGORIES}</categories></shop>"
    )
    taken = take(text.encode())
    assert len(taken.categories) == 2
    assert taken.problems == []


def test_nine_thousand_categories_in_a_single_line_of_descent() -> None:
    rows = "".join(f'<category id="{n}" parentId="{n + 1}">К</category>' for n in range(1, 9_000))
    taken = tree(rows + '<category id="9000">К</category>')
    assert taken.categories[0].external_id == "9000"
    assert len(taken.categories) == 9_000


def test_seen_ids_remember_the_last_line() -> None:
    seen = SeenIds()
    assert all(seen.replace(f"id-{number}", number + 1) is None for number in range(20_000))
    assert seen.replace("id-777", 30_000) == 778
    assert seen.replace("id-777", 30_001) == 30_000


@pytest.mark.parametrize(
    ("name", "categories", "offers", "problems"),
    [
        ("yml_all_offer_types_oherych.xml", 19, 7, set()),
        ("yml_shop_dup_ids_garminko.xml", 5, 764, {ProblemCode.DUPLICATE_ID}),
    ],
)
def test_real_price_lists(
    name: str, categories: int, offers: int, problems: set[ProblemCode]
) -> None:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"no sample price lists at {SAMPLES}; RYAD_SAMPLES says where they are")
    taken = take(path.read_bytes())
    assert (len(taken.categories), len(taken.offers)) == (categories, offers)
    assert set(taken.codes) == problems


def test_real_file_in_another_format_is_refused_by_its_root() -> None:
    path = SAMPLES / "cml207_import_dobromyslov.xml"
    if not path.exists():
        pytest.skip(f"no sample price lists at {SAMPLES}; RYAD_SAMPLES says where they are")
    with pytest.raises(Exception, match="КоммерческаяИнформация"):
        take(path.read_bytes())
