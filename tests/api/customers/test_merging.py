"""Cards of one person: suspected, merged with all that they have, and parted as they were."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.customers import tables
from domain.customers.erasure import people
from domain.customers.merging.moving import MOVES, STAYS
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import Desk, TwoDesks
from tests.api.customers.desk import CARD, UPDATE, ask, card, found
from tests.api.customers.test_persons import ERASE, EXPORT

pytestmark = pytest.mark.anyio

MERGE = (
    "mutation ($input: CustomersMergeInput!) { customersMerge(input: $input) { customer "
    + CARD
    + " userErrors { code path } } }"
)
UNMERGE = (
    "mutation ($id: ID!) { customerUnmerge(id: $id) { customer "
    + CARD
    + " userErrors { code path } } }"
)
SHARED = "{ customerDuplicates { kind value customers { id } } }"
PHONE, EMAIL = {"kind": "PHONE", "value": "+79161234567"}, {"kind": "EMAIL", "value": "a@b.ru"}
ONE: dict[str, Any] = {
    "firstName": "Анна",
    "tags": ["опт", "чай"],
    "contacts": [PHONE, {"kind": "PHONE", "value": "+79160000001"}],
    "addresses": [{"address": {"country": "RU", "city": "Тверь"}}],
}
OTHER: dict[str, Any] = {
    "lastName": "Соловьёва",
    "birthday": "1990-05-17",
    "tags": ["опт", "кофе"],
    "contacts": [PHONE, EMAIL],
    "addresses": [{"address": {"country": "RU", "city": "Псков"}}],
}


async def merge(desk: Desk, kept: str, merged: str) -> Any:
    return await ask(desk, MERGE, input={"kept": {"id": kept}, "merged": {"id": merged}})


async def parts(desk: Desk) -> list[Any]:
    """Who has what, and which of it is main."""
    reading = desk.shop.scope.reading
    owned = (tables.CustomerContact, tables.CustomerAddress, tables.CustomerTag)
    found = [await reading.rows(select(table)) for table in owned]
    return [sorted(map(str, rows)) for rows in found]


async def names(desk: Desk) -> list[Any]:
    columns = (tables.Customer.first_name, tables.Customer.last_name, tables.Customer.birthday)
    asked = select(*columns, tables.Customer.merged_into_id).order_by(tables.Customer.id)
    return [str(row) for row in await desk.shop.scope.reading.rows(asked)]


def test_every_table_of_customers_says_whether_it_moves() -> None:
    named = {f"{table.name}" for _, table in people()}
    assert named == MOVES.keys() | STAYS, "add the table to MOVES, or to STAYS with a reason"


async def test_what_is_shared_is_suspected(desks: TwoDesks) -> None:
    one = (await card(desks.ours, ONE))["id"]
    other = (await card(desks.ours, OTHER))["id"]
    await card(desks.neighbour, ONE)
    await card(desks.ours, {"firstName": "Борис"})
    assert await ask(desks.ours, SHARED) == [
        {"kind": "PHONE", "value": "+79161234567", "customers": [{"id": one}, {"id": other}]}
    ]
    await merge(desks.ours, one, other)
    assert await ask(desks.ours, SHARED) == []
    assert await ask(desks.neighbour, SHARED) == []


async def test_all_moves_and_goes_back_as_it_was(desks: TwoDesks) -> None:
    ours = desks.ours
    one = (await card(ours, ONE))["id"]
    other = (await card(ours, OTHER))["id"]
    before, named = await parts(ours), await names(ours)
    merged = await merge(ours, one, other)
    assert merged["userErrors"] == []
    kept = merged["customer"]
    assert kept["id"] == one
    assert (kept["name"], kept["birthday"]) == ("Анна Соловьёва", "1990-05-17")
    assert kept["tags"] == ["кофе", "опт", "чай"]
    assert sorted((one["value"], one["isMain"]) for one in kept["contacts"]) == [
        ("+79160000001", False),
        ("+79161234567", True),
        ("a@b.ru", True),
    ]
    assert [one["isMain"] for one in kept["addresses"]] == [True, False]
    assert await found(ours, search="соловьева") == [one]
    signpost = await ask(ours, "query ($id: ID!) { customer(id: $id) " + CARD + " }", id=other)
    assert signpost["mergedInto"] == {"id": one}
    parted = await ask(ours, UNMERGE, id=other)
    assert parted["userErrors"] == []
    assert await parts(ours) == before
    assert await names(ours) == named
    again = await merge(ours, other, one)
    assert again["customer"]["id"] == other


async def test_what_was_changed_since_stays(desks: TwoDesks) -> None:
    ours = desks.ours
    one = (await card(ours, ONE))["id"]
    other = (await card(ours, OTHER))["id"]
    await merge(ours, one, other)
    await ask(ours, UPDATE, id=one, input={"lastName": "Иванова"})
    await ask(ours, UNMERGE, id=other)
    asked = "query ($id: ID!) { customer(id: $id) " + CARD + " }"
    kept = await ask(ours, asked, id=one)
    assert (kept["lastName"], kept["birthday"]) == ("Иванова", None)


async def test_what_cannot_be_merged_changes_nothing(desks: TwoDesks) -> None:
    ours = desks.ours
    one, other, third = [(await card(ours, given))["id"] for given in (ONE, OTHER, ONE)]
    theirs = (await card(desks.neighbour, ONE))["id"]
    await merge(ours, one, other)
    before = await parts(ours)
    assert refusals(await merge(ours, one, one)) == [("INVALID", "merged")]
    for foreign in (theirs, encode_id("cus", new_id())):
        assert refusals(await merge(ours, one, foreign)) == [("NOT_FOUND", "merged")]
        assert refusals(await merge(ours, foreign, one)) == [("NOT_FOUND", "kept")]
        assert refusals(await ask(ours, UNMERGE, id=foreign)) == [("NOT_FOUND", "id")]
    assert refusals(await merge(ours, third, other)) == [("NOT_ALLOWED", "id")]
    assert refusals(await ask(ours, UNMERGE, id=third)) == [("NOT_ALLOWED", "id")]
    assert refusals(await ask(ours, UPDATE, id=other, input={"note": "x"})) == [
        ("NOT_ALLOWED", "id")
    ]
    assert await parts(ours) == before


async def test_merges_are_undone_the_last_first(desks: TwoDesks) -> None:
    ours = desks.ours
    one, other, third = [(await card(ours, given))["id"] for given in (ONE, OTHER, ONE)]
    before = await parts(ours)
    await merge(ours, one, other)
    await merge(ours, third, one)
    assert refusals(await ask(ours, UNMERGE, id=other)) == [("NOT_ALLOWED", "id")]
    assert (await ask(ours, UNMERGE, id=one))["userErrors"] == []
    assert (await ask(ours, UNMERGE, id=other))["userErrors"] == []
    assert await parts(ours) == before


async def test_a_card_merged_into_a_merged_one_is_told_of_and_erased_with_the_last(
    desks: TwoDesks,
) -> None:
    ours = desks.ours
    first, second, last = [
        (await card(ours, {"firstName": "Анна", "note": "canary"}))["id"] for _ in range(3)
    ]
    for kept, merged in ((second, first), (last, second)):
        assert (await merge(ours, kept, merged))["userErrors"] == []
    told = "query ($id: ID!) { customerTimeline(customerId: $id) { nodes { type } } }"
    happened = [one["type"] for one in (await ask(ours, told, id=last))["nodes"]]
    assert happened.count("customer.created") == 3
    assert str(await ask(ours, EXPORT, id=last)).count("canary") == 3
    assert (await ask(ours, ERASE, id=last))["userErrors"] == []
    reading = ours.shop.scope.reading
    cards = await reading.rows(select(tables.Customer))
    assert "canary" not in str(cards)
    assert all(one["erased_at"] for one in cards)
