"""What an offer becomes: its types, its dialects, and what is wrong with it."""

from __future__ import annotations

import pytest

from domain.feeds.ports import (
    MAX_PROBLEMS,
    Dimensions,
    FeedParameter,
    ProblemCode,
    Severity,
)
from integrations.yml.offer_row import MAX_PICTURES
from tests.integrations.yml.price_lists import TEA, offer, price_list, take, take_offer


def test_full_offer() -> None:
    taken = take_offer(
        """<url>https://tea.example/1</url><price>1 234,5</price><oldprice>1500</oldprice>
        <purchase_price>700.10</purchase_price><currencyId>RUR</currencyId>
        <categoryId>2</categoryId><picture>https://tea.example/1.jpg</picture>
        <picture>https://tea.example/2.jpg</picture><picture>https://tea.example/1.jpg</picture>
        <name> Лунцзин,&#160; 50 г</name><vendor>Чайный &amp;quot;Дом&amp;quot;</vendor>
        <vendorCode>LJ-50, LJ50 ,</vendorCode>
        <description><![CDATA[<p>Чай &mdash; <b>зелёный</b></p>]]></description>
        <barcode>4006381333931, 96385074</barcode><barcode>036000291452</barcode>
        <param name="Вес" unit="г">50</param><param name="Сбор">весна</param>
        <param name="Сбор">лето</param><param name="Пусто"> </param>
        <weight>0,055</weight><dimensions>10/7.5/3</dimensions>
        <country_of_origin>Китай</country_of_origin><vat>VAT_22</vat><count>12</count>
        <min-quantity>2</min-quantity><adult>true</adult>""",
        'id="a" group_id="lj" available="false"',
    )
    assert taken.problems == []
    (tea,) = taken.offers
    assert tea._asdict() == {
        "external_id": "a",
        "line": 3,
        "title": "Лунцзин, 50 г",
        "group_id": "lj",
        "category_external_id": "2",
        "price_minor": 123450,
        "old_price_minor": 150000,
        "purchase_price_minor": 70010,
        "currency": "RUB",
        "brand": 'Чайный "Дом"',
        "vendor_code": "LJ-50",
        "other_vendor_codes": ("LJ50",),
        "description_html": "<p>Чай &#8212; <b>зелёный</b></p>",
        "pictures": ("https://tea.example/1.jpg", "https://tea.example/2.jpg"),
        "barcodes": ("4006381333931", "96385074", "036000291452"),
        "parameters": (
            FeedParameter("Вес", "г", "50"),
            FeedParameter("Сбор", None, "весна"),
            FeedParameter("Сбор", None, "лето"),
        ),
        "weight_grams": 55,
        "dimensions": Dimensions(100, 75, 30),
        "country": "Китай",
        "vat": "22",
        "available": False,
        "stock_quantity": 12_000,
        "min_quantity": 2_000,
        "adult": True,
        "deleted": False,
        "url": "https://tea.example/1",
    }


@pytest.mark.parametrize(
    ("kind", "inside", "title"),
    [
        ("vendor.model", "<typePrefix>Чайник</typePrefix><vendor>Пар</vendor><model>7</model>",
         "Чайник Пар 7"),
        ("vendor.model", "<model>7</model><name>Чайник</name>", "Чайник"),
        ("book", "<author>А. Н.</author><name>Книга чая</name>", "Книга чая"),
        ("audiobook", "<name>Книга чая</name><performed_by>Б.</performed_by>", "Книга чая"),
        ("artist.title", "<artist>Хор</artist><title>Песни</title>", "Песни"),
        ("medicine", "<name>Ромашка</name>", "Ромашка"),
        ("event-ticket", "<name>Концерт</name><place>Дом</place>", "Концерт"),
        ("tour", "<name>Отель</name><country>Египет</country>", "Отель"),
        ("alco", "<name>Вино</name>", "Вино"),
    ],
)  # fmt: skip
def test_every_type_has_its_title(kind: str, inside: str, title: str) -> None:
    taken = take_offer(
        f"{inside}<price>1</price><categoryId>1</categoryId>", f'id="a" type="{kind}"'
    )
    assert [offer.title for offer in taken.offers] == [title]
    assert taken.problems == []


def test_typed_offer_keeps_what_it_says_of_itself_as_parameters() -> None:
    inside = (
        TEA + "<author>А. Н.</author><year>2009</year><dataTour>1</dataTour><dataTour>2</dataTour>"
    )
    (book,) = take_offer(inside, 'id="a" type="book"').offers
    assert book.parameters == (
        FeedParameter("Автор", None, "А. Н."),
        FeedParameter("Год", None, "2009"),
        FeedParameter("Дата заезда", None, "1"),
        FeedParameter("Дата заезда", None, "2"),
    )
    (simple,) = take_offer(inside).offers
    assert simple.parameters == ()


def test_tags_nobody_escaped_stay_in_the_description() -> None:
    (tea,) = take_offer(TEA + "<description>Чай <b>хорош</b>, <i>да</i>.</description>").offers
    assert tea.description_html == "Чай <b>хорош</b>, <i>да</i>."


def test_child_said_twice_counts_once() -> None:
    assert take_offer(TEA + "<price>999</price>").offers[0].price_minor == 10_000


LEFT_OUT = {
    ProblemCode.MISSING_ID: offer(attributes='id=" "'),
    ProblemCode.TOO_LONG: offer(attributes=f'id="{"x" * 121}"'),
    ProblemCode.MISSING_TITLE: offer("<name> </name><price>5</price>"),
    ProblemCode.MISSING_PRICE: offer("<name>Чай</name><price/>"),
    ProblemCode.ZERO_PRICE: offer("<name>Чай</name><price>0.00</price>"),
    ProblemCode.NEGATIVE_PRICE: offer("<name>Чай</name><price>-5</price>"),
    ProblemCode.ABSURD_PRICE: offer("<name>Чай</name><price>99999999999</price>"),
    ProblemCode.BAD_PRICE: offer("<name>Чай</name><price>договорная</price>"),
    ProblemCode.BAD_CURRENCY: offer("<name>Чай</name><price>1</price><currencyId>XYZ</currencyId>"),
}


@pytest.mark.parametrize(("code", "row"), LEFT_OUT.items(), ids=LEFT_OUT.keys())
def test_bad_row_is_left_out_and_the_next_one_kept(code: ProblemCode, row: str) -> None:
    good = offer(attributes='id="next"')
    taken = take(price_list(f"{row}\n{good}").encode())
    assert [tea.external_id for tea in taken.offers] == ["next"]
    (problem,) = taken.problems
    assert (problem.code, problem.severity, problem.line) == (code, Severity.ERROR, 3)


WARNED = {
    "<oldprice>дорого</oldprice>": (ProblemCode.BAD_PRICE, "old_price_minor", None),
    "<picture>ftp://a.example/1.jpg</picture>": (ProblemCode.BAD_PICTURE, "pictures", ()),
    "<picture>//a.example/1.jpg</picture>": (ProblemCode.BAD_PICTURE, "pictures", ()),
    "<picture>http://a.example/a b.jpg</picture>": (ProblemCode.BAD_PICTURE, "pictures", ()),
    f"<picture>http://a.example/{'x' * 2_048}</picture>": (ProblemCode.BAD_PICTURE, "pictures", ()),
    "<url>javascript:alert(1)</url>": (ProblemCode.BAD_VALUE, "url", None),
    "<barcode>4006381333932</barcode>": (ProblemCode.BAD_BARCODE, "barcodes", ()),
    "<barcode>0000000000000</barcode>": (ProblemCode.BAD_BARCODE, "barcodes", ()),
    "<barcode>АБВ</barcode>": (ProblemCode.BAD_BARCODE, "barcodes", ()),
    "<weight>много</weight>": (ProblemCode.BAD_NUMBER, "weight_grams", None),
    "<weight>1e309</weight>": (ProblemCode.BAD_NUMBER, "weight_grams", None),
    "<dimensions>10/20</dimensions>": (ProblemCode.BAD_NUMBER, "dimensions", None),
    "<count>много</count>": (ProblemCode.BAD_NUMBER, "stock_quantity", None),
    "<count>-3</count>": (ProblemCode.BAD_NUMBER, "stock_quantity", 0),
    "<vat>VAT_18</vat>": (ProblemCode.BAD_VALUE, "vat", None),
    f"<vendor>{'Б' * 201}</vendor>": (ProblemCode.TOO_LONG, "brand", None),
    f"<description>{'а' * 100_001}</description>": (ProblemCode.TOO_LONG, "description_html", None),
    f'<param name="Сбор">{"а" * 1_001}</param>': (ProblemCode.TOO_LONG, "parameters", ()),
}


@pytest.mark.parametrize(("inside", "expected"), WARNED.items(), ids=range(len(WARNED)))
def test_bad_value_is_left_out_and_its_row_kept(
    inside: str, expected: tuple[ProblemCode, str, object]
) -> None:
    code, field, value = expected
    taken = take_offer(TEA + inside)
    assert getattr(taken.offers[0], field) == value
    (problem,) = taken.problems
    assert (problem.code, problem.severity, problem.external_id) == (code, Severity.WARNING, "a")
    assert len(problem.value or "") <= 200


def test_price_finer_than_a_kopeck_is_rounded_and_said_so() -> None:
    taken = take_offer(TEA.replace("100", "99.995"))
    assert (taken.offers[0].price_minor, taken.codes) == (10_000, [ProblemCode.ROUNDED_PRICE])


def test_too_many_pictures() -> None:
    pictures = "".join(f"<picture>https://a.example/{n}</picture>" for n in range(60))
    taken = take_offer(TEA + pictures)
    assert len(taken.offers[0].pictures) == MAX_PICTURES
    assert taken.codes == [ProblemCode.TOO_MANY]


def test_duplicated_id_comes_twice_and_the_problem_names_both_lines() -> None:
    taken = take(price_list(offer() + "\n" + offer(TEA.replace("100", "200"))).encode())
    assert [tea.price_minor for tea in taken.offers] == [10_000, 20_000]  # the last one wins
    (problem,) = taken.problems
    assert (problem.code, problem.line, problem.earlier_line) == (ProblemCode.DUPLICATE_ID, 4, 3)


def test_stock_is_the_sum_of_outlets_where_nothing_else_counts_it() -> None:
    outlets = '<outlets><outlet id="1" instock="3"/><outlet id="2" instock="4"/></outlets>'
    assert take_offer(TEA + outlets).offers[0].stock_quantity == 7_000
    assert take_offer(TEA + outlets + "<count>1</count>").offers[0].stock_quantity == 1_000
    assert take_offer(TEA).offers[0].stock_quantity is None


def test_deleted_offers_carry_their_id() -> None:
    text = price_list(offer("", 'id="a" deleted="true"'))
    text = text.replace("</shop>", '<deleted_offers><offer id="b"/></deleted_offers></shop>')
    taken = take(text.encode())
    assert [(each.external_id, each.deleted) for each in taken.offers] == [("a", True), ("b", True)]
    assert taken.problems == []


def test_problems_are_bounded_and_counted() -> None:
    rows = offer("<name>Чай</name><price>0</price>") * (MAX_PROBLEMS + 5)
    assert len(take(price_list(rows).encode()).problems) == MAX_PROBLEMS
