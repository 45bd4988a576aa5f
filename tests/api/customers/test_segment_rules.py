"""Whom a rule tells: by cards, by what they ordered, by what happened to them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.catalog.tables import Variant
from domain.orders.orders.tables import Order
from tenants.ids import encode_id
from tests.api.conftest import TwoDesks
from tests.api.customers.desk import ask, card
from tests.api.customers.segments_desk import FIELD, told, who
from tests.api.orders.test_whole_life import CANCEL
from tests.api.orders.till import ADDRESS, Till, TwoTills, make_tills, roubles
from tests.api.pricing.test_price_choice import group
from tests.days import today

pytestmark = pytest.mark.anyio


@pytest.fixture
async def tills(desks: TwoDesks) -> TwoTills:
    return await make_tills(desks)


async def placed(till: Till, number: str, days_ago: int) -> None:
    """Let an order have been placed so many days before now."""
    async with till.desk.shop.scope.writing("test") as uow:
        at = uow.now - timedelta(days=days_ago)
        await uow.execute(update(Order).where(Order.number == int(number)).values(placed_at=at))


async def bought(tills: TwoTills) -> Till:
    """Анна has two orders, Борис one, Вера one that was cancelled, Глеб none."""
    till = tills.ours
    for at, name in enumerate(("Анна", "Борис", "Вера", "Глеб")):
        await card(till.desk, who(name, f"+7916000000{at}"))
    first = await till.order(till.line("TEA", "3"), phone="+79160000000")
    second = await till.order(till.line("HONEY"), phone="+79160000000")
    third = await till.order(till.line("CUP"), phone="+79160000001")
    gone = await till.order(till.line("NUTS"), phone="+79160000002")
    await till.do(CANCEL, id=gone["id"], reason="передумал")
    for order, days in ((first, 100), (second, 10), (third, 40)):
        await placed(till, order["number"], days)
    return till


@pytest.mark.parametrize(
    ("orders", "names"),
    [
        ({}, ["Анна", "Борис"]),
        ({"count": {"gte": 2}}, ["Анна"]),
        ({"count": {"eq": 0}}, ["Вера", "Глеб"]),
        ({"count": {"lte": 1}}, ["Борис", "Вера", "Глеб"]),
        ({"count": {"in": [0, 2]}}, ["Анна", "Вера", "Глеб"]),
        ({"state": {"eq": "CANCELLED"}}, ["Вера"]),
        ({"sum": {"gte": roubles("1499.99")}}, ["Анна"]),
        ({"sum": {"lte": roubles("100.50")}}, ["Борис", "Вера", "Глеб"]),
        ({"sum": {"gte": {"amount": "1", "currencyCode": "USD"}}}, []),
        ({"average": {"lte": roubles("100.50")}}, ["Борис"]),
        ({"total": {"eq": roubles("500.00")}}, ["Анна"]),
        ({"total": {"eq": roubles("500.00")}, "count": {"eq": 0}}, ["Борис", "Вера", "Глеб"]),
        ({"daysSinceLast": {"gte": 30}}, ["Борис"]),
        ({"daysSinceLast": {"lte": 10}}, ["Анна"]),
        ({"daysSinceLast": {"eq": 40}}, ["Борис"]),
        ({"daysSinceLast": {"isNull": True}}, ["Вера", "Глеб"]),
        ({"daysSinceFirst": {"gte": 100}}, ["Анна"]),
        ({"daysSince": {"lte": 50}}, ["Анна", "Борис"]),
        ({"daysSince": {"lte": 50}, "count": {"eq": 2}}, []),
        ({"lastAt": {"lte": "2020-01-01T00:00:00Z"}}, []),
        ({"source": {"eq": "PHONE"}}, []),
    ],
)
async def test_customers_are_told_by_what_they_ordered(
    tills: TwoTills, orders: Any, names: list[str]
) -> None:
    till = await bought(tills)
    assert await told(till.desk, orders=orders) == names
    assert await told(tills.neighbour.desk, orders=orders) == []
    others = sorted({"Анна", "Борис", "Вера", "Глеб"}.difference(names))
    assert await told(till.desk, **{"not": {"orders": orders}}) == others


async def test_customers_are_told_by_their_goods(tills: TwoTills) -> None:
    till = await bought(tills)
    tea = till.desk.shop.variants["TEA"]
    product = await till.desk.shop.scope.reading.row(select(Variant).where(Variant.id == tea))
    assert product is not None
    eq = {"eq": encode_id("prd", product["product_id"])}
    assert await told(till.desk, orders={"productId": eq}) == ["Анна"]
    assert await told(till.desk, orders={"variantId": {"eq": till.of("CUP")}}) == ["Борис"]
    recently = {"productId": eq, "daysSince": {"lte": 30}}
    assert await told(till.desk, orders=recently) == []
    assert await told(till.desk, orders={**recently, "count": {"eq": 0}}, tag={"isNull": True}) == [
        "Анна",
        "Борис",
        "Вера",
        "Глеб",
    ]


async def test_customers_are_told_by_their_cards(desks: TwoDesks) -> None:
    ours = desks.ours
    club = await group(ours, "club")
    soon = today() + timedelta(days=3)
    await card(ours, who("Анна", "+79160000000", birthday=f"1990-{soon:%m-%d}", language="ru"))
    boris = {"tags": ["опт"], "groups": [{"id": club}], "addresses": [{"address": ADDRESS}]}
    await card(ours, who("Борис", "+79160000001", birthday="1980-01-01", **boris))
    for asked in ({"lte": 7}, {"eq": 3}, {"gte": 3, "lte": 3}, {"lte": 360}):
        assert "Анна" in await told(ours, daysToBirthday=asked)
    for asked in ({"lte": 2}, {"gte": 4}, {"eq": 4}, {"gte": 3, "lte": 2}):
        assert "Анна" not in await told(ours, daysToBirthday=asked)
    assert await told(ours, daysToBirthday={"gte": 0}) == ["Анна", "Борис"]
    assert await told(ours, birthday={"lte": "1985-01-01"}) == ["Борис"]
    assert await told(ours, language={"isNull": True}) == ["Борис"]
    assert await told(ours, city={"in": ["Москва", "Тверь"]}) == ["Борис"]
    assert await told(ours, groupId={"eq": club}, tag={"eq": "опт"}) == ["Борис"]
    assert await told(ours, registeredAt={"isNull": True}) == ["Анна", "Борис"]
    assert await told(ours, daysSinceCreated={"eq": 0}) == ["Анна", "Борис"]
    assert await told(ours, points={"gte": 1}) == []
    assert await told(ours, consents={"purpose": {"eq": "MARKETING"}}) == []
    events = {"type": {"eq": "CREATED"}, "daysSince": {"lte": 1}}
    assert await told(ours, events=events) == ["Анна", "Борис"]
    assert await told(ours, events={**events, "count": {"gte": 2}}) == []
    assert await told(ours, **{"or": [{"tag": {"eq": "опт"}}, {"language": {"eq": "ru"}}]}) == [
        "Анна",
        "Борис",
    ]


async def test_customers_are_told_by_the_merchants_own_fields(desks: TwoDesks) -> None:
    ours = desks.ours
    for code, kind in (
        ("size", "CHOICE"),
        ("height", "NUMBER"),
        ("since", "DATE"),
        ("vip", "BOOLEAN"),
    ):
        given = {"owner": "CUSTOMER", "code": code, "kind": kind, "title": code}
        choices = {"choices": ["S", "XL"]} if kind == "CHOICE" else {}
        await ask(ours, FIELD, input={**given, **choices})
    mine = {"size": "XL", "height": "182.5", "since": "2024-05-01", "vip": True}
    await card(ours, who("Анна", "+79160000000", fields=mine))
    await card(ours, who("Борис", "+79160000001", fields={"size": "S", "height": "90"}))

    async def by(code: str, **asked: Any) -> list[str]:
        return await told(ours, fields=[{"code": code, **asked}])

    assert await by("size", eq="XL") == ["Анна"]
    assert await by("size", **{"in": ["XL", "S"]}) == ["Анна", "Борис"]
    assert await by("height", gte="100") == ["Анна"]
    assert await by("height", eq="182.500") == ["Анна"]
    assert await by("since", lte="2024-12-31") == ["Анна"]
    assert await by("vip", eq=True) == ["Анна"]
    assert await by("vip", isNull=True) == ["Борис"]


async def test_a_birthday_on_29_february_comes_each_year(desks: TwoDesks) -> None:
    """On its day where the year has one, and on 1 March where it has none."""
    await card(desks.ours, who("Анна", "+79160000000", birthday="1992-02-29"))
    this_day = today()
    year = this_day.year + ((this_day.month, this_day.day) > (2, 28))
    days = (date(year, 2, 28) - this_day).days + 1
    for ahead, names in ((days - 1, []), (days, ["Анна"]), (days + 1, [])):
        if 0 <= ahead <= 365:
            assert await told(desks.ours, daysToBirthday={"eq": ahead}) == names
