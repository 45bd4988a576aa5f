"""Grouping: options are the fewest parameters that tell offers apart; the rest are facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.options import MOST_OPTIONS
from domain.feeds.grouping import NO_VALUE, VARIANT_OPTION, grouped
from domain.feeds.ports import FeedOffer, FeedParameter


def offer(number: int, title: str = "Вещь", **parameters: str) -> FeedOffer:
    return FeedOffer(
        str(number),
        number,
        title,
        parameters=tuple(FeedParameter(name, None, value) for name, value in parameters.items()),
    )


def test_one_offer_has_facts_and_no_options() -> None:
    group = grouped("1", [offer(1, Цвет="белый", Вес="1")])
    assert group.choices == {"1": {}}
    assert [(fact.name, fact.value, fact.offer_id) for fact in group.facts] == [
        ("Цвет", "белый", None),
        ("Вес", "1", None),
    ]


def test_what_is_needed_to_tell_offers_apart_is_an_option_and_no_more() -> None:
    group = grouped(
        "g",
        [
            offer(1, Страна="РФ", Цвет="белый", Артикул="a"),
            offer(2, Страна="РФ", Цвет="синий", Артикул="b"),
        ],
    )
    assert group.choices == {"1": {"Цвет": "белый"}, "2": {"Цвет": "синий"}}
    assert {(fact.name, fact.offer_id) for fact in group.facts} == {
        ("Страна", None),
        ("Артикул", "1"),
        ("Артикул", "2"),
    }


def test_a_missing_value_is_a_value_too() -> None:
    group = grouped("g", [offer(1, Цвет="белый"), offer(2)])
    assert group.choices == {"1": {"Цвет": "белый"}, "2": {"Цвет": NO_VALUE}}


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (["Чай чёрный 100 г", "Чай чёрный 250 г"], "Чай чёрный"),
        (["Футболка, белая", "Футболка, синяя"], "Футболка"),
        (["Чайник", "Кружка"], "Чайник"),
        (["Чайник", "Чайник"], "Чайник"),
    ],
)
def test_the_product_is_called_what_its_offers_begin_with(titles: list[str], title: str) -> None:
    assert grouped("g", [offer(n, one) for n, one in enumerate(titles)]).title == title


WORDS = st.sampled_from(["a", "b", "c"])
OFFERS = st.lists(
    st.dictionaries(st.sampled_from([f"p{n}" for n in range(7)]), WORDS), min_size=1, max_size=12
)


@given(OFFERS)
def test_no_two_offers_are_the_same_choice(parameters: list[dict[str, str]]) -> None:
    group = grouped("g", [offer(n, **one) for n, one in enumerate(parameters)])
    choices = list(group.choices.values())
    assert len({tuple(sorted(choice.items())) for choice in choices}) == len(parameters)
    assert len({frozenset(choice) for choice in choices}) == 1
    assert all(len(choice) <= MOST_OPTIONS for choice in choices)
    named = {name for choice in choices for name in choice} - {VARIANT_OPTION}
    assert named.isdisjoint(fact.name for fact in group.facts)


def test_what_is_chosen_is_said_with_its_unit() -> None:
    weights = [FeedParameter("Вес", "г", "60"), FeedParameter("Вес", "г", "100")]
    group = grouped("g", [offer(n)._replace(parameters=(one,)) for n, one in enumerate(weights)])
    assert [choice["Вес"] for choice in group.choices.values()] == ["60 г", "100 г"]
