"""Slugs: Russian titles become addresses of bounded length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.invalid import InvalidValue, Reason
from tenants.values.slugs import LONGEST_SLUG, make_slug, number_slug, parse_slug

LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАЯabcXYZ0189 -–—«»\"'.,/№&ßéłїқ½²"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Чай чёрный «Ассам» 100 г", "chai-chernyi-assam-100-g"),
        ("Съёмные щётки, объём 1,5 л", "semnye-shchetki-obem-1-5-l"),
        ("Хлеб, цукаты & юла", "khleb-tsukaty-and-yula"),
        ("Ящик 10×15 см", "yashchik-10x15-sm"),
        ("Йогурт", "iogurt"),
        ("И\u0306огурт", "iogurt"),
        ("Плитка ½ м²", "plitka-1-2-m2"),
        ("Їжак, ґанок", "yizhak-ganok"),
        ("Қазақ шайы", "kazak-shaiy"),
        ("Crème brûlée", "creme-brulee"),
        ("Straße Łódź", "strasse-lodz"),
        ("O'Neil’s", "oneils"),
        ("100•г", "100-g"),
        ("--a--b--", "a-b"),
    ],
)
def test_titles_become_slugs(title: str, slug: str) -> None:
    assert make_slug(title) == slug


@given(st.text(max_size=300) | st.text(LETTERS, max_size=300), st.integers(5, LONGEST_SLUG))
def test_every_slug_is_one_by_the_rule(title: str, longest: int) -> None:
    try:
        slug = make_slug(title, longest=longest)
    except InvalidValue:
        return
    assert parse_slug(slug) == slug
    assert make_slug(slug) == slug
    assert len(slug) <= longest


def test_a_long_title_is_cut_at_a_word() -> None:
    assert make_slug("Чай чёрный листовой", longest=12) == "chai-chernyi"
    assert make_slug("Чай чёрный листовой", longest=11) == "chai"
    assert make_slug("Электрооборудование", longest=7) == "elektro"


@pytest.mark.parametrize("title", ["", "—", "茶", "  ", "ь"])
def test_a_title_without_letters_gives_no_slug(title: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        make_slug(title)
    assert refusal.value.reason_code is Reason.SLUG_EMPTY


def test_equal_slugs_are_numbered_within_the_length() -> None:
    assert number_slug("chai", 2) == "chai-2"
    assert number_slug("chai-chernyi", 10, longest=12) == "chai-10"
    assert len(number_slug("a" * LONGEST_SLUG, 999)) == LONGEST_SLUG


@pytest.mark.parametrize(
    "text", ["", "Chai", "chai--assam", "-chai", "chai-", "чай", "a b", "a_b", "a\n", "a" * 101]
)
def test_other_slugs_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_slug(text)
    assert refusal.value.reason_code is Reason.SLUG_FORMAT
