"""Customers' cards at the admin's door: made, changed, found; nothing of a neighbour's is."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.customers import tables
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.customers.desk import CARD, CREATE, FOUND, UPDATE, ask, card, found, rows

pytestmark = pytest.mark.anyio

ANNA: dict[str, Any] = {
    "firstName": "Анна",
    "lastName": "Соловьёва",
    "birthday": "1990-05-17",
    "language": "ru",
    "note": "любит улун",
    "tags": ["опт", "Москва"],
    "externalId": {"source": "crm", "id": "17"},
    "contacts": [
        {"kind": "PHONE", "value": "8 (916) 123-45-67", "note": "после шести"},
        {"kind": "PHONE", "value": "+7 916 765-43-21"},
        {"kind": "EMAIL", "value": "Anna.S@Example.com"},
    ],
    "addresses": [
        {"address": {"country": "RU", "city": "Тверь", "street": "Садовая, 5"}, "flat": "12"}
    ],
    "legalEntities": [
        {"kind": "COMPANY", "name": "ООО Ромашка", "inn": "7707083893", "kpp": "773601001"}
    ],
}


async def test_a_card_is_made_changed_and_read(desks: TwoDesks) -> None:
    made = await card(desks.ours, ANNA)
    assert made | {"id": None, "addresses": None} == {
        "id": None,
        "name": "Анна Соловьёва",
        "firstName": "Анна",
        "middleName": None,
        "lastName": "Соловьёва",
        "birthday": "1990-05-17",
        "language": "ru",
        "note": "любит улун",
        "fields": {},
        "tags": ["Москва", "опт"],
        "externalId": {"source": "crm", "id": "17"},
        "contacts": [
            {"kind": "PHONE", "value": "+79161234567", "isMain": True, "note": "после шести"},
            {"kind": "EMAIL", "value": "Anna.S@example.com", "isMain": True, "note": None},
            {"kind": "PHONE", "value": "+79167654321", "isMain": False, "note": None},
        ],
        "addresses": None,
        "legalEntities": [{"name": "ООО Ромашка", "inn": "7707083893", "isMain": True}],
        "mergedInto": None,
        "version": 1,
    }
    assert made["addresses"][0]["address"]["city"] == "Тверь"
    changed = await ask(
        desks.ours,
        UPDATE,
        id=made["id"],
        input={"expectedVersion": 1, "note": None, "tags": ["опт"], "middleName": "Петровна"},
    )
    assert changed["customer"] == made | {
        "note": None,
        "tags": ["опт"],
        "middleName": "Петровна",
        "version": 2,
    }
    by_name = f'{{ customer(externalId: {{source: "crm", id: "17"}}) {CARD} }}'
    assert await ask(desks.ours, by_name) == changed["customer"]
    node = "query ($id: ID!) { node(id: $id) { id ... on Customer { version } } }"
    assert await ask(desks.ours, node, id=made["id"]) == {"id": made["id"], "version": 2}
    assert await ask(desks.neighbour, node, id=made["id"]) is None


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("соловьева", True),
        ("СОЛОВ анна", True),
        ("анна иванова", False),
        ("8 916 123-45-67", True),
        ("+7 (916) 123 45 67", True),
        ("45-67", True),
        ("1234999", False),
        ("anna.s@", True),
        ("anna_s", False),
        ("%", False),
        ("", False),
    ],
)
async def test_a_card_is_found_by_words(desks: TwoDesks, search: str, is_found: bool) -> None:
    made = await card(desks.ours, ANNA)
    await card(desks.neighbour, ANNA)
    assert await found(desks.ours, search=search) == ([made["id"]] if is_found else [])


async def test_cards_are_filtered_and_ordered(desks: TwoDesks) -> None:
    anna = (await card(desks.ours, ANNA))["id"]
    boris = (await card(desks.ours, {"firstName": "Борис", "tags": ["опт"]}))["id"]
    for where, wanted in (
        ({"phone": {"eq": "+79167654321"}}, [anna]),
        ({"email": {"eq": "ANNA.S@example.com"}}, [anna]),
        ({"name": {"startsWith": "Солов"}}, [anna]),
        ({"tag": {"eq": "опт"}}, [boris, anna]),
        ({"not": {"tag": {"eq": "Москва"}}}, [boris]),
        ({"phone": {"isNull": True}}, [boris]),
    ):
        assert await found(desks.ours, where=where) == wanted
    assert await found(desks.ours, orderBy=[{"field": "NAME"}]) == [boris, anna]
    assert await found(desks.neighbour, where={}) == []


async def test_what_a_card_cannot_be_changes_nothing(desks: TwoDesks) -> None:
    ours = desks.ours
    made = await card(ours, ANNA)
    before = await rows(ours)
    phone = {"kind": "PHONE", "value": "8 916 123-45-67"}
    for wrong, refused in (
        ({}, ("REQUIRED", "firstName")),
        ({"firstName": "  "}, ("REQUIRED", "firstName")),
        ({"firstName": "А" * 101}, ("INVALID", "firstName")),
        ({"firstName": "А", "birthday": "2199-01-01"}, ("INVALID", "birthday")),
        ({"firstName": "А", "language": "klingon"}, ("INVALID", "language")),
        ({"firstName": "А", "fields": {"size": "M"}}, ("INVALID", "fields.size")),
        ({"firstName": "А", "tags": ["x", " "]}, ("REQUIRED", "tags.1")),
        ({"firstName": "А", "externalId": ANNA["externalId"]}, ("TAKEN", "externalId")),
        ({"contacts": [phone, {**phone, "value": "12"}]}, ("INVALID", "contacts.1.value")),
        ({"contacts": [phone, phone]}, ("INVALID", "contacts.1.value")),
        ({"contacts": [{"kind": "EMAIL", "value": "x"}]}, ("INVALID", "contacts.0.value")),
        (
            {"firstName": "А", "addresses": [{"address": {"country": "Russia"}}]},
            ("INVALID", "addresses.0.address.country"),
        ),
        (
            {"legalEntities": [{"kind": "COMPANY", "name": "А", "inn": "7707083894"}]},
            ("INVALID", "legalEntities.0.inn"),
        ),
        (
            {"legalEntities": [{"kind": "COMPANY", "name": "А", "inn": "7707083893"}]},
            ("INVALID", "legalEntities.0.kpp"),
        ),
    ):
        assert refusals(await ask(ours, CREATE, input=wrong)) == [refused]
    for wrong, refused in (
        ({"expectedVersion": 9, "note": "x"}, ("CONFLICT", "expectedVersion")),
        ({"birthday": "2199-01-01"}, ("INVALID", "birthday")),
    ):
        assert refusals(await ask(ours, UPDATE, id=made["id"], input=wrong)) == [refused]
    theirs = (await card(desks.neighbour, ANNA))["id"]
    for foreign in (theirs, encode_id("cus", new_id())):
        assert refusals(await ask(ours, UPDATE, id=foreign, input={"note": "x"})) == [
            ("NOT_FOUND", "id")
        ]
    too_long = await ours.admin.refused(FOUND, search="x" * 201)
    assert too_long["code"] == "BAD_USER_INPUT"
    assert await rows(ours) == before


async def test_fields_of_the_merchants_own_are_typed(desks: TwoDesks) -> None:
    await ask(
        desks.ours,
        'mutation { fieldDefinitionCreate(input: {owner: CUSTOMER, code: "size", '
        'title: "Размер", kind: CHOICE, choices: ["S", "M"]}) { userErrors { code } } }',
    )
    made = await card(desks.ours, {"firstName": "А", "fields": {"size": "M"}})
    assert made["fields"] == {"size": "M"}
    wrong = await ask(desks.ours, UPDATE, id=made["id"], input={"fields": {"size": "XXL"}})
    assert refusals(wrong) == [("INVALID", "fields.size")]


async def test_parts_are_added_changed_and_removed(desks: TwoDesks) -> None:
    ours = desks.ours
    made = await card(ours, {"firstName": "Пётр"})

    async def do(name: str, **variables: Any) -> Any:
        types = {"id": "ID!", "input": f"Customer{name}Input!", "expectedVersion": "Int"}
        taken = ", ".join(f"${key}: {types[key]}" for key in variables)
        given = ", ".join(f"{key}: ${key}" for key in variables)
        field = f"customer{name}"
        part = "" if name.endswith("Remove") else "contact { id isMain note }"
        return await ask(
            ours,
            f"mutation ({taken}) {{ {field}({given}) {{ {part} customer {{ version contacts "
            "{ id value isMain } } userErrors { code path message } } }",
            **variables,
        )

    def contact(value: str, **more: Any) -> dict[str, Any]:
        return {
            "customer": {"id": made["id"]},
            "contact": {"kind": "PHONE", "value": value, **more},
        }

    first = await do("ContactAdd", input=contact("+79161234567"))
    assert first["contact"]["isMain"]
    second = await do("ContactAdd", input=contact("+79167654321", isMain=True, note="дом"))
    assert [one["isMain"] for one in second["customer"]["contacts"]] == [True, False]
    assert second["customer"]["version"] == 3
    again = await do("ContactAdd", input=contact("8 916 1234567"))
    assert refusals(again) == [("INVALID", "contact.value")]
    first_id, second_id = first["contact"]["id"], second["contact"]["id"]
    demoted = await do("ContactUpdate", id=second_id, input={"isMain": False})
    assert refusals(demoted) == [("INVALID", "isMain")]
    seen = await do("ContactUpdate", id=second_id, input={"note": None, "expectedVersion": 1})
    assert refusals(seen) == [("CONFLICT", "expectedVersion")]
    changed = await do("ContactUpdate", id=second_id, input={"note": None})
    assert changed["contact"]["note"] is None
    left = await do("ContactRemove", id=second_id)
    assert left["customer"]["contacts"] == [
        {"id": first_id, "value": "+79161234567", "isMain": True}
    ]
    assert refusals(await do("ContactRemove", id=second_id)) == [("NOT_FOUND", "id")]


async def test_a_mistake_is_deleted_with_its_parts(desks: TwoDesks) -> None:
    made = await card(desks.ours, ANNA)
    gone = await ask(
        desks.ours,
        "mutation ($id: ID!) { customerDelete(id: $id) { customerId userErrors { code } } }",
        id=made["id"],
    )
    assert gone == {"customerId": made["id"], "userErrors": []}
    assert await rows(desks.ours) == [[], [], [], [], []]


async def test_who_may_only_see_changes_nothing(desks: TwoDesks) -> None:
    clerk = await desks.ours.clerk("customers:read")
    refused = await clerk.refused(CREATE, input={"firstName": "А"})
    assert refused["code"] == "FORBIDDEN"
    assert (await (await desks.ours.clerk("products:read")).refused(FOUND))["code"] == "FORBIDDEN"


async def test_a_page_of_cards_takes_as_many_statements_as_one(desks: TwoDesks) -> None:
    for number in range(3):
        await card(desks.ours, ANNA | {"externalId": {"source": "crm", "id": str(number)}})
    listed = await desks.ours.admin.ask(f"{{ customers {{ nodes {CARD} }} }}")
    assert [len(one["contacts"]) for one in listed["customers"]["nodes"]] == [3, 3, 3]
    written = await desks.ours.shop.scope.reading.rows(select(tables.CustomerContact))
    assert len(written) == 9
