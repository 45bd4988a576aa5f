"""How many SQL statements each step of a checkout takes, however many lines there are."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import pytest

from api import storefront
from api.app import open_services
from api.credentials import storefront_context
from api.transport import graphql_endpoint
from tenants.roles import RoleUrls
from tests.api.client import CountingPool, settings_for
from tests.api.customers.desk import card
from tests.api.orders.test_customers import ANNA, signed_in
from tests.api.orders.test_delivery import made
from tests.api.orders.test_drafts import accept, drafted, offered, shown
from tests.api.orders.test_letters import PICK
from tests.api.orders.test_one_click import agreed, click
from tests.api.orders.test_purses import ADD_CARD, SET_POINTS, issue, with_points
from tests.api.orders.till import (
    ADD,
    ADDRESS,
    BUYER,
    COMPLETE,
    CREATE,
    LOOK,
    ORDER_BY_TOKEN,
    SET,
    UPDATE,
    Till,
    roubles,
)
from tests.conftest import Servers

pytestmark = pytest.mark.anyio

STEPS: Final = {
    "create": 16,
    "add": 16,
    "set": 16,
    "update": 15,
    "look": 13,
    "complete": 40,
    "complete again": 3,
    "order": 2,
}
"""Of each step, its reading of the answer included; what begins and ends units does not count."""

OF_DRAFTS: Final = {"show": 2, "accept": 28, "accept again": 3, "click": 44}
"""The same of a draft that is accepted, and of a click."""


PURSES: Final = {"add": 18, "points": 18, "look": 16, "complete": 48}
"""Of each step with points and gift cards, however many these are."""
OWN: Final = {
    "contacts { value }": 1,
    "addresses { flat }": 1,
    "legalEntities { name }": 1,
    "consents { purpose text { id } }": 1,
    "sessions { isThis }": 1,
    "orders { number lines { title } }": 2,
    "points { available level }": 1,
}
"""Of each list of a signed-in customer, the statements that it adds."""


READINESS: Final = 5
"""By which day goods are there: places, what they ask of the shelves, levels, what is to come."""


class Counting(CountingPool):
    """Counts what units of work send, too; not what a new connection learns of types."""

    def _note(self, query: Any) -> None:
        if "typeinfo_tree" in query.query:
            return
        if query.query.startswith(("WITH", "SELECT", "INSERT", "UPDATE", "DELETE")):
            self.statements.append(query.query)


@pytest.fixture
async def counted(
    till: Till, database: RoleUrls, servers: Servers
) -> AsyncIterator[tuple[Till, Counting]]:
    async with open_services(settings_for(database, servers.redis_url)) as services:
        pool: Any = Counting(services.pool)
        counting = replace(services, pool=pool)
        door = graphql_endpoint(storefront.SCHEMA, open_context=storefront_context(counting))
        yield replace(till, buyer=replace(till.buyer, app=door)), pool


async def steps(till: Till, pool: Counting, skus: list[str]) -> dict[str, int]:
    """The statements of each step of a checkout of these goods."""
    taken: dict[str, int] = {}
    before = len(pool.statements)

    def count(step: str) -> None:
        nonlocal before
        taken[step] = len(pool.statements) - before
        before = len(pool.statements)

    lines = [till.line(sku) for sku in skus]
    token = (await till.ask(CREATE, lines=lines[:1]))["token"]
    count("create")
    cart = (await till.ask(ADD, token=token, lines=lines))["cart"]
    count("add")
    changes = [{"id": line["id"], "quantity": "1"} for line in cart["lines"]]
    cart = (await till.ask(SET, token=token, lines=changes))["cart"]
    count("set")
    said = {**BUYER, "address": ADDRESS, "paymentMethod": "ONLINE"}
    cart = (await till.ask(UPDATE, token=token, **said))["cart"]
    count("update")
    assert (await till.buyer.ask(LOOK, token=token))["cart"] == cart
    count("look")
    for step in ("complete", "complete again"):
        ordered = await till.ask(COMPLETE, token=token, total=roubles(cart["total"]["amount"]))
        assert ordered["userErrors"] == []
        count(step)
    assert (await till.buyer.ask(ORDER_BY_TOKEN, token=token))["order"] == ordered["order"]
    count("order")
    return taken


async def test_each_step_takes_its_statements(counted: tuple[Till, Counting]) -> None:
    till, pool = counted
    await steps(till, pool, ["HONEY"])  # the first event of a shop begins its ledger
    assert await steps(till, pool, ["HONEY"]) == STEPS
    more = STEPS | {"add": STEPS["add"] + 1}  # new lines beside one of which there is more
    assert await steps(till, pool, ["HONEY", "NUTS", "JAM"]) == more


async def test_paying_with_cards_and_points_takes_its_own(counted: tuple[Till, Counting]) -> None:
    till, pool = counted
    await steps(till, pool, ["HONEY"])
    anna = await with_points(till, 100)
    taken: list[dict[str, int]] = []
    for cards in (1, 3):
        codes = [await issue(till, "10") for _ in range(cards)]
        token, _ = await anna.fill(anna.line("HONEY"), paymentMethod="ONLINE")
        for code in codes:
            added, _ = await taking(pool, anna.ask(ADD_CARD, token=token, code=code))
        spent, _ = await taking(pool, anna.ask(SET_POINTS, token=token, points=10))
        look, cart = await taking(pool, anna.look(token))
        left = cart["toPay"]["amount"]
        done, order = await taking(pool, anna.complete(token, cart["total"]["amount"], left))
        assert order["userErrors"] == []
        taken.append({"add": added, "points": spent, "look": look, "complete": done})
    assert taken[0] == taken[1] == PURSES


async def taking(pool: Counting, asked: Any) -> tuple[int, Any]:
    """How many statements it took, and what was answered."""
    before = len(pool.statements)
    answer = await asked
    return len(pool.statements) - before, answer


async def test_all_of_a_customers_own_takes_a_statement_a_list(
    counted: tuple[Till, Counting],
) -> None:
    till, pool = counted
    anna = await signed_in(till, (await card(till.desk, ANNA))["id"])

    async def taken(fields: str) -> int:
        before = len(pool.statements)
        assert (await anna.buyer.ask(f"{{ me {{ {fields} }} consentTexts {{ id }} }}"))["me"]
        return len(pool.statements) - before - 1  # that of the texts

    for orders in range(1, 3):
        await anna.order(till.line("TEA"))
        alone = await taken("id")
        assert {field: await taken(field) - alone for field in OWN} == OWN, orders


async def test_so_do_those_of_drafts(counted: tuple[Till, Counting]) -> None:
    till, pool = counted
    text = await agreed(till)

    async def taken(*skus: str) -> dict[str, int]:
        lines = [till.line(sku) for sku in skus]
        draft = await drafted(till, *lines)
        token, total = await offered(till, draft), draft["total"]["amount"]
        numbers = [len(pool.statements)]
        assert await shown(till, token)
        numbers.append(len(pool.statements))
        for _ in range(2):
            assert (await accept(till, token, total))["userErrors"] == []
            numbers.append(len(pool.statements))
        assert (await click(till, text, skus[0]))["userErrors"] == []
        numbers.append(len(pool.statements))
        steps = zip(OF_DRAFTS, pairwise(numbers), strict=True)
        return {step: after - before for step, (before, after) in steps}

    await taken("HONEY")
    assert await taken("CUP") == OF_DRAFTS
    assert await taken("NUTS", "JAM", "TEA") == OF_DRAFTS


async def test_days_and_ways_of_parcels_take_as_many_however_many_there_are(
    counted: tuple[Till, Counting],
) -> None:
    till, pool = counted
    way, _ = await made(till), await made(till, title="Почта")
    for skus in (["TEA"], ["TEA", "NUTS", "SET"]):
        token, _ = await till.fill(*(till.line(sku) for sku in skus))

        async def taken(fields: str, what: str = "cart", token: str = token) -> int:
            before = len(pool.statements)
            asked = f"query ($token: String!) {{ {what}(token: $token) {{ {fields} }} }}"
            assert (await till.buyer.ask(asked, token=token))[what]
            return len(pool.statements) - before

        alone = await taken("id deliveryOptions { id } deliveryUnavailable { id }")
        assert await taken("id deliveryOptions { promisedOn }") - alone == READINESS
        assert await taken("id pickUpOptions { readyOn place { id } }") - alone == READINESS
        order = await till.order(*(till.line(sku) for sku in skus), deliveryMethodId=way)
        await till.do(PICK, id=order["id"], track="1", carrier="Пони")
        alone = await taken("parcels { state }", "order", order["token"])
        parcels = "parcels { tracking { status steps { words } } }"
        assert await taken(parcels, "order", order["token"]) - alone == 1
