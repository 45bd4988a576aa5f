"""Every argument of every field of both doors, tried with another tenant's ids and words.

The answer to a neighbour's id must be the answer to an id that never was, to the letter; no word
of his may appear, and no row of his may change. The slots come from the schemas, so a new field is
tried without a word here; a new kind of id must be named below, or the test says so.
"""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest
from graphql import GraphQLSchema
from starlette.types import ASGIApp

from api import admin, storefront
from tenants.database import Pool
from tenants.ids import encode_id, new_id
from tenants.roles import RoleUrls
from tests.api.client import Client, make_key
from tests.api.conftest import app as app
from tests.conftest import Servers, TwoTenants
from tests.factories import make_tenant
from tests.isolation.documents import Slot, request_for, slots_of
from tests.seeds import seed_everything, tenant_tables

pytestmark = pytest.mark.anyio

TABLE_OF_KIND = {
    "att": "attribute",
    "aud": "audit_entry",
    "brd": "brand",
    "cat": "category",
    "chn": "channel",
    "cho": "attribute_choice",
    "col": "collection",
    "doc": "trusted_document",
    "evt": "event",
    "exp": "export",
    "fld": "field_definition",
    "imp": "import_run",
    "inv": "invitation",
    "job": "platform.job",
    "key": "platform.api_key",
    "len": "legal_entity",
    "loc": "location",
    "med": "media",
    "mni": "menu_item",
    "mnu": "menu",
    "opt": "product_option",
    "opv": "product_option_value",
    "pag": "page",
    "prc": "price",
    "prd": "product",
    "prl": "price_list",
    "rdr": "slug_redirect",
    "rol": "role",
    "ses": "platform.staff_session",
    "pls": "price_list_source",
    "stf": "staff_member",
    "syn": "synonym",
    "upl": "stored_file",
    "var": "variant",
}
"""Which table the ids of a kind are of."""

WANTED = re.compile(r"An id (\w+)_… is wanted")
PASSING = re.compile(r'"(requestId|cursor|startCursor|endCursor|wait)":("[^"]*"|[0-9.]+)')
HEX_TAIL = re.compile(r"(?<=-)[0-9a-f]+")
COST = re.compile(r'"extensions":\{"cost":.*$')


@dataclass
class Intruder:
    """We, at one door, with what the neighbour has."""

    client: httpx.AsyncClient
    path: str
    schema: GraphQLSchema
    theirs: dict[str, dict[str, Any]]
    faults: list[str] = field(default_factory=list)
    tried: int = 0

    async def ask(self, body: dict[str, Any]) -> str:
        answer = await self.client.post(self.path, json=body)
        return f"{answer.status_code} {answer.text}"

    async def compare(self, slot: Slot, theirs: str, never: str, others: dict[str, str]) -> None:
        """The two answers must say the same, but for the words that were asked with."""
        said = [
            await self.ask(request_for(self.schema, slot, value, others))
            for value in (theirs, never)
        ]
        self.tried += 1
        same = shape if slot.scalar == "String" else normal
        first, second = same(said[0], theirs), same(said[1], never)
        if first != second:
            self.faults.append(f"{slot}\n  theirs: {first[:400]}\n  never:  {second[:400]}")
        shown = [
            word for word in self.words if word in said[0] and word.lower() not in theirs.lower()
        ]
        if shown:
            self.faults.append(f"{slot} shows a neighbour's {shown}: {said[0][:400]}")
        if '"INTERNAL"' in said[0]:
            self.faults.append(f"{slot} fails: {said[0][:400]}")

    @property
    def words(self) -> list[str]:
        """The neighbour's texts, each of which nobody else has."""
        return [
            value
            for row in self.theirs.values()
            for value in row.values()
            if isinstance(value, str) and "canary" in value.lower() and len(value) > 20
        ]


def normal(answer: str, value: str) -> str:
    """An answer without what differs between any two requests."""
    spelled = orjson.dumps(value).decode()[1:-1]
    asked = answer.replace(spelled, "<asked>").replace(value, "<asked>")
    return PASSING.sub('"*"', COST.sub("", asked))


def shape(answer: str, value: str) -> str:
    """An answer without its texts, which may be made of the text asked with; codes stay."""
    kept = re.compile(r'"(?!(code|__typename)")(\w+)":"(?:[^"\\]|\\.)*"')
    return kept.sub(r'"\2":"*"', normal(answer, value))


async def kind_of(intruder: Intruder, slot: Slot, others: dict[str, str]) -> str | None:
    """The kind of id that a slot wants: its refusal of nonsense says so."""
    said = await intruder.ask(request_for(intruder.schema, slot, "nonsense", others))
    found = WANTED.search(said)
    return found[1] if found else None


async def learn_kinds(intruder: Intruder) -> dict[Slot, str | None]:
    """The kind that each ID slot wants, asked once."""
    kinds: dict[Slot, str | None] = {}
    for slot in slots_of(intruder.schema):
        if slot.scalar == "ID":
            kinds[slot] = await kind_of(intruder, slot, others_for(slot, kinds))
    return kinds


def others_for(slot: Slot, kinds: dict[Slot, str | None]) -> dict[str, str]:
    """Ids that never were, for the other slots of the same request."""
    others = {"": encode_id("prd", new_id())}
    for other, kind in kinds.items():
        if kind and (other.kind, other.field) == (slot.kind, slot.field) and other != slot:
            others[other.path[-1]] = encode_id(kind, new_id())
    return others


async def swap_ids(intruder: Intruder, learned: dict[Slot, str | None]) -> None:
    """Every ID slot, with the id of the neighbour's thing of that kind."""
    for slot, kind in learned.items():
        others = others_for(slot, learned)
        kinds = [kind] if kind else sorted(TABLE_OF_KIND)
        for one in kinds:
            assert one in TABLE_OF_KIND, f"name the table of the ids {one}_… (asked by {slot})"
            row = intruder.theirs[TABLE_OF_KIND[one]]
            theirs, never = encode_id(one, row["id"]), encode_id(one, new_id())
            await intruder.compare(slot, theirs, never, others)


async def swap_words(intruder: Intruder, learned: dict[Slot, str | None]) -> None:
    """Every String slot, with the neighbour's texts from columns of a like name."""
    words: dict[str, set[str]] = {}
    for row in intruder.theirs.values():
        for name, value in row.items():
            if isinstance(value, str) and "canary" in value.lower() and len(value) < 60:
                words.setdefault(name, set()).add(value)
    for slot in slots_of(intruder.schema):
        if slot.scalar != "String":
            continue
        name = re.sub(r"([A-Z])", r"_\1", slot.path[-1]).lower()
        others = others_for(slot, learned)
        for theirs in sorted(words.get(name, ()))[:1]:
            never = HEX_TAIL.sub(
                lambda found: secrets.token_hex(len(found[0]))[: len(found[0])], theirs
            )
            if slot.path[-1] not in ("cursor", "after", "before"):
                await intruder.compare(slot, theirs, never, others)


async def fingerprint(superuser: "asyncpg.Connection[Any]", tenant_id: UUID) -> dict[str, str]:
    """What every table holds of a tenant, in one word each."""
    return {
        table.fullname: await superuser.fetchval(
            f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
            f"FROM {table.fullname} t WHERE tenant_id = $1",
            tenant_id,
        )
        for table in tenant_tables()
    }


@pytest.mark.parametrize("whose", ["neighbour", "test space"])
@pytest.mark.parametrize("door", ["storefront", "admin"])
async def test_anothers_things_are_as_if_they_had_never_been(
    door: str,
    whose: str,
    app: ASGIApp,
    servers: Servers,
    database: RoleUrls,
    platform_pool: Pool,
    tenants: TwoTenants,
) -> None:
    superuser = await asyncpg.connect(
        servers.superuser_url, database=database.app.rpartition("/")[2]
    )
    await seed_everything(superuser, tenants.ours)
    other = tenants.neighbour
    if whose == "test space":
        other = await make_tenant(platform_pool, twin_of=tenants.ours)
    theirs = await seed_everything(superuser, other)
    before = await fingerprint(superuser, other)
    kind, schema = (
        ("publishable", storefront.SCHEMA) if door == "storefront" else ("secret", admin.SCHEMA)
    )
    key = await make_key(platform_pool, tenants.ours, kind, "*")  # type: ignore[arg-type]
    client = Client(app, key, f"/{door}/graphql", {"Idempotency-Key": "swap"})
    async with client._http() as http:
        http.headers.pop("Idempotency-Key")
        intruder = Intruder(http, client.path, schema, theirs)
        learned = await learn_kinds(intruder)
        await swap_ids(intruder, learned)
        await swap_words(intruder, learned)
    after = await fingerprint(superuser, other)
    await superuser.close()
    assert not intruder.faults, "\n".join(intruder.faults)
    assert intruder.tried > 20
    assert after == before
