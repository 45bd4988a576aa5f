"""Every noun of the catalogue at the admin's door: its life, and each way to be refused."""

from dataclasses import dataclass
from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Noun:
    """How a thing is made and changed; `lacking` is an input that is refused, at `path`."""

    field: str
    prefix: str
    new: dict[str, Any]
    change: dict[str, Any]
    lacking: dict[str, Any]
    path: list[str]
    listed: str | None
    code: str = "REQUIRED"
    has_external_id: bool = True

    @property
    def type(self) -> str:
        return self.field[0].upper() + self.field[1:]

    async def create(self, desk: Desk, **more: Any) -> Any:
        data = await desk.admin.ask(self.create_text, input={**self.new, **more})
        payload = data[f"{self.field}Create"]
        assert payload["userErrors"] == []
        return payload[self.field]

    @property
    def create_text(self) -> str:
        return (
            f"mutation ($input: {self.type}CreateInput!) {{ {self.field}Create(input: $input) "
            f"{{ {self.field} {{ id version {self.shown} }} {ERRORS} }} }}"
        )

    @property
    def update_text(self) -> str:
        return (
            f"mutation ($id: ID!, $input: {self.type}UpdateInput!) "
            f"{{ {self.field}Update(id: $id, input: $input) "
            f"{{ {self.field} {{ id version {self.shown} }} {ERRORS} }} }}"
        )

    @property
    def delete_text(self) -> str:
        return (
            f"mutation ($id: ID!, $seen: Int) "
            f"{{ {self.field}Delete(id: $id, expectedVersion: $seen) "
            f"{{ {self.field}Id {ERRORS} }} }}"
        )

    @property
    def shown(self) -> str:
        return " ".join(self.change)


ERRORS = "userErrors { message code path ... on ConflictError { currentVersion } }"
NOUNS = [
    Noun(
        "brand",
        "brd",
        {"title": "Чайная гора", "descriptionHtml": "<b>С 1998</b>"},
        {"title": "Чайный холм", "seoTitle": "Холм"},
        {"title": "  "},
        ["title"],
        "brands",
    ),
    Noun(
        "category",
        "cat",
        {"title": "Чай"},
        {"title": "Чаи", "isVisible": False},
        {"title": "x" * 301},
        ["title"],
        "categories",
        code="INVALID",
    ),
    Noun(
        "collection",
        "col",
        {"title": "Осень", "kind": "MANUAL"},
        {"title": "Зима", "slug": "winter"},
        {"title": "По правилу", "kind": "RULE"},
        ["rule"],
        "collections",
    ),
    Noun(
        "attribute",
        "att",
        {"code": "strength", "title": "Крепость", "kind": "NUMBER", "unit": "°"},
        {"title": "Сила", "isFilterable": True},
        {"code": "Не код", "title": "Крепость", "kind": "NUMBER"},
        ["code"],
        "attributes",
        code="INVALID",
    ),
    Noun(
        "fieldDefinition",
        "fld",
        {"owner": "PRODUCT", "code": "cost_price", "title": "Закупка", "kind": "NUMBER"},
        {"title": "Себестоимость", "position": 3},
        {"owner": "PRODUCT", "code": "x", "title": "", "kind": "TEXT"},
        ["title"],
        None,
        has_external_id=False,
    ),
    Noun(
        "channel",
        "chn",
        {"code": "market", "title": "Маркетплейс"},
        {"title": "Рынок", "position": 7},
        {"code": "market 2", "title": "Маркетплейс"},
        ["code"],
        "channels",
        code="INVALID",
        has_external_id=False,
    ),
    Noun(
        "page",
        "pag",
        {"title": "Доставка", "bodyHtml": "<p>Завтра</p>"},
        {"bodyHtml": "<p>Сегодня</p>", "isVisible": True},
        {"title": "", "slug": "Плохой слаг"},
        ["title"],
        "pages",
    ),
    Noun(
        "menu",
        "mnu",
        {"code": "footer", "title": "Подвал"},
        {"title": "Низ"},
        {"code": "", "title": "Подвал"},
        ["code"],
        "menus",
        code="INVALID",
        has_external_id=False,
    ),
    Noun(
        "synonym",
        "syn",
        {"words": ["чай", "заварка"]},
        {"words": ["чай", "заварка", "tea"]},
        {"words": ["чай"]},
        ["words"],
        "synonyms",
        code="INVALID",
        has_external_id=False,
    ),
    Noun(
        "priceList",
        "prl",
        {"code": "vip", "title": "Оптовый", "currencyCode": "RUB"},
        {"title": "Опт", "validFrom": "2026-01-01T00:00:00Z"},
        {"code": "vip", "title": "Оптовый", "currencyCode": "rubles"},
        ["currencyCode"],
        "priceLists",
        code="INVALID",
    ),
    Noun(
        "location",
        "loc",
        {"code": "shop-1", "title": "Магазин", "kind": "STORE"},
        {"title": "Лавка", "isActive": False},
        {"code": "shop-1", "title": ""},
        ["title"],
        "locations",
    ),
]
every_noun = pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.field)


@every_noun
async def test_a_thing_is_made_changed_found_and_deleted(desks: TwoDesks, noun: Noun) -> None:
    desk = desks.ours
    made = await noun.create(desk)
    assert made["id"].startswith(f"{noun.prefix}_")
    assert made["version"] == 1

    changed = await desk.admin.ask(
        noun.update_text, id=made["id"], input={**noun.change, "expectedVersion": 1}
    )
    assert changed[f"{noun.field}Update"] == {
        noun.field: {"id": made["id"], "version": 2, **noun.change},
        "userErrors": [],
    }
    node = await desk.admin.ask("query ($id: ID!) { node(id: $id) { id } }", id=made["id"])
    assert node == {"node": {"id": made["id"]}}
    if noun.listed:
        listed = await desk.admin.ask(f"{{ {noun.listed} {{ nodes {{ id }} totalCount }} }}")
        assert {"id": made["id"]} in listed[noun.listed]["nodes"]
        assert listed[noun.listed]["totalCount"] == len(listed[noun.listed]["nodes"])

    gone = await desk.admin.ask(noun.delete_text, id=made["id"], seen=2)
    assert gone[f"{noun.field}Delete"] == {f"{noun.field}Id": made["id"], "userErrors": []}
    node = await desk.admin.ask("query ($id: ID!) { node(id: $id) { id } }", id=made["id"])
    assert node == {"node": None}


@every_noun
async def test_a_wrong_input_is_refused_where_it_is_wrong(desks: TwoDesks, noun: Noun) -> None:
    before = await everything(desks.ours.shop)

    refused = (await desks.ours.admin.ask(noun.create_text, input=noun.lacking))[
        f"{noun.field}Create"
    ]

    assert refused[noun.field] is None
    assert (noun.path, noun.code) in [
        (error["path"], error["code"]) for error in refused["userErrors"]
    ]
    assert await everything(desks.ours.shop) == before


@every_noun
async def test_what_somebody_else_changed_is_a_conflict(desks: TwoDesks, noun: Noun) -> None:
    made = await noun.create(desks.ours)
    before = await everything(desks.ours.shop)

    for text, field_name, variables in (
        (noun.update_text, "Update", {"input": {**noun.change, "expectedVersion": 7}}),
        (noun.delete_text, "Delete", {"seen": 7}),
    ):
        payload = (await desks.ours.admin.ask(text, id=made["id"], **variables))[
            f"{noun.field}{field_name}"
        ]
        (error,) = payload["userErrors"]
        assert (error["code"], error["path"]) == ("CONFLICT", ["expectedVersion"])
        assert error["currentVersion"] == 1
    assert await everything(desks.ours.shop) == before


@every_noun
async def test_a_neighbours_thing_is_as_if_it_did_not_exist(desks: TwoDesks, noun: Noun) -> None:
    theirs = await noun.create(desks.neighbour)
    nothing = encode_id(noun.prefix, new_id())
    before = await everything(desks.neighbour.shop)
    node = "query ($id: ID!) { node(id: $id) { id } }"

    for text, variables in (
        (noun.update_text, {"input": noun.change}),
        (noun.delete_text, {}),
        (node, {}),
    ):
        foreign = await desks.ours.admin.ask(text, id=theirs["id"], **variables)
        absent = await desks.ours.admin.ask(text, id=nothing, **variables)
        assert foreign == absent
        if text != node:
            (payload,) = foreign.values()
            (error,) = payload["userErrors"]
            assert (error["code"], error["path"]) == ("NOT_FOUND", ["id"])
    assert await everything(desks.neighbour.shop) == before


@every_noun
async def test_an_id_of_another_kind_is_bad_input(desks: TwoDesks, noun: Noun) -> None:
    wrong = encode_id("ord", new_id())
    for text, variables in ((noun.update_text, {"input": noun.change}), (noun.delete_text, {})):
        refused = await desks.ours.admin.refused(text, id=wrong, **variables)
        assert refused["code"] == "BAD_USER_INPUT"
        assert f"{noun.prefix}_" in refused["message"]


@every_noun
async def test_who_may_not_write_is_forbidden(desks: TwoDesks, noun: Noun) -> None:
    reader = await desks.ours.clerk(
        "products:read", "prices:read", "inventory:read", "content:read"
    )
    made = await noun.create(desks.ours)
    before = await everything(desks.ours.shop)
    for text, variables in (
        (noun.create_text, {"input": noun.new}),
        (noun.update_text, {"id": made["id"], "input": noun.change}),
        (noun.delete_text, {"id": made["id"]}),
    ):
        assert (await reader.refused(text, **variables))["code"] == "FORBIDDEN"
    if noun.listed:
        stranger = await desks.ours.clerk("orders:read")
        refused = await stranger.refused(f"{{ {noun.listed} {{ nodes {{ id }} }} }}")
        assert refused["code"] == "FORBIDDEN"
    assert await everything(desks.ours.shop) == before


@every_noun
async def test_a_rehearsal_shows_the_thing_and_keeps_nothing(desks: TwoDesks, noun: Noun) -> None:
    before = await everything(desks.ours.shop)
    text = noun.create_text.replace("!) {", "!) @dryRun {", 1)
    shown = (await desks.ours.admin.ask(text, input=noun.new))[f"{noun.field}Create"]
    assert shown["userErrors"] == []
    assert shown[noun.field]["version"] == 1
    assert await everything(desks.ours.shop) == before


@pytest.mark.parametrize(
    "noun", [noun for noun in NOUNS if noun.has_external_id], ids=lambda noun: noun.field
)
async def test_what_another_system_made_is_found_by_its_id_there(
    desks: TwoDesks, noun: Noun
) -> None:
    outside = {"source": "erp", "id": "77"}
    made = await noun.create(desks.ours, externalId=outside)
    await noun.create(desks.neighbour, externalId=outside)
    ask = desks.ours.admin.ask

    found = await ask(
        f"query ($it: ExternalIdInput!) {{ {noun.field}(externalId: $it) {{ id }} }}", it=outside
    )
    assert found == {noun.field: {"id": made["id"]}}
    update = noun.update_text.replace("$id: ID!", "$id: ExternalIdInput!").replace(
        "id: $id", "externalId: $id"
    )
    changed = await ask(update, id=outside, input=noun.change)
    assert changed[f"{noun.field}Update"][noun.field]["version"] == 2
    absent = await ask(update, id={"source": "erp", "id": "78"}, input=noun.change)
    (error,) = absent[f"{noun.field}Update"]["userErrors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["externalId"])
    renamed = await ask(
        noun.update_text, id=made["id"], input={"externalId": {"source": "erp", "id": "79"}}
    )
    assert renamed[f"{noun.field}Update"]["userErrors"] == []
    back = await ask(noun.update_text, id=made["id"], input={"externalId": outside})
    assert back[f"{noun.field}Update"][noun.field]["version"] == 4
    taken = await ask(noun.create_text, input={**noun.new, "externalId": outside})
    errors = taken[f"{noun.field}Create"]["userErrors"]
    assert ("TAKEN", ["externalId"]) in [(error["code"], error["path"]) for error in errors]


@every_noun
async def test_the_same_key_makes_one_thing(desks: TwoDesks, noun: Noun) -> None:
    keyed = desks.ours.keyed(f"once-{noun.field}")
    first = await keyed.ask(noun.create_text, input=noun.new)
    again = await keyed.ask(noun.create_text, input=noun.new)
    assert first == again
    other = await keyed.refused(noun.create_text, input={**noun.new, **OTHER[noun.field]})
    assert other["code"] == "IDEMPOTENCY_CONFLICT"


OTHER: dict[str, dict[str, Any]] = {
    noun.field: {"words": ["один", "два"]} if noun.field == "synonym" else {"title": "Иное"}
    for noun in NOUNS
}


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("brand", "title"),
        ("attribute", "code"),
        ("fieldDefinition", "code"),
        ("channel", "code"),
        ("menu", "code"),
        ("priceList", "code"),
        ("location", "code"),
    ],
)
async def test_what_is_taken_is_refused_by_its_name(desks: TwoDesks, field: str, path: str) -> None:
    """However a thing comes to the name that another one has: made with it, or given it."""
    noun = next(noun for noun in NOUNS if noun.field == field)
    await noun.create(desks.ours)
    await noun.create(desks.neighbour)
    other = await noun.create(desks.ours, **{path: "other"})
    before = await everything(desks.ours.shop)
    ask = desks.ours.admin.ask

    again = (await ask(noun.create_text, input=noun.new))[f"{field}Create"]
    assert [(error["code"], error["path"]) for error in again["userErrors"]] == [("TAKEN", [path])]
    if field != "fieldDefinition":
        change = {path: str(noun.new[path])}
        given = (await ask(noun.update_text, id=other["id"], input=change))[f"{field}Update"]
        (error,) = given["userErrors"]
        assert (error["code"], error["path"]) == ("TAKEN", [path])
        assert change[path].lower() in error["message"].lower()
    assert await everything(desks.ours.shop) == before
