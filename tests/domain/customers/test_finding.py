"""A buyer's contact leads to his card: one card for two at once, and to nobody else's."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.customers.customers import create_customer
from domain.customers.finding import find_or_make, words_of
from domain.customers.tables import Customer, CustomerContact
from domain.errors import Invalid
from domain.inputs import Required
from tenants.database import Pool
from tenants.scope import TenantScope
from tests.conftest import TwoTenants

pytestmark = pytest.mark.anyio

PHONE, OTHER_PHONE = "+79161234567", "+79167654321"
EMAIL, OTHER_EMAIL = "anna@example.com", "eve@example.com"


@pytest.fixture
def scope(pool: Pool, tenants: TwoTenants) -> TenantScope:
    return TenantScope(pool, tenants.ours)


async def find(scope: TenantScope, **given: Any) -> UUID:
    async with scope.writing("test") as uow:
        return await find_or_make(uow, **given)


async def contacts(scope: TenantScope, customer_id: UUID) -> list[str]:
    held = select(CustomerContact.value).where(CustomerContact.customer_id == customer_id)
    return sorted(row["value"] for row in await scope.reading.rows(held))


async def test_who_comes_again_is_known(scope: TenantScope) -> None:
    anna = await find(scope, phone=PHONE, email=EMAIL, name="Анна")
    for given in (
        {"phone": PHONE},
        {"phone": "8 916 123 45 67"},
        {"email": "ANNA@example.com"},
        {"phone": OTHER_PHONE, "email": EMAIL},
    ):
        assert await find(scope, **given) == anna
    assert await contacts(scope, anna) == [PHONE, EMAIL]


async def test_a_strange_address_leads_to_no_other_card(scope: TenantScope) -> None:
    """Else who knows a phone could join its card, and sign in to it by his own address."""
    anna = await find(scope, phone=PHONE, email=EMAIL)
    eve = await find(scope, phone=PHONE, email=OTHER_EMAIL)
    assert eve != anna
    assert await contacts(scope, anna) == [PHONE, EMAIL]


async def test_an_address_adds_itself_to_no_card(scope: TenantScope) -> None:
    boris = await find(scope, phone=PHONE)
    assert await find(scope, phone=PHONE, email=OTHER_EMAIL) == boris
    assert await contacts(scope, boris) == [PHONE]


async def test_who_has_shown_that_it_is_his_goes_first(scope: TenantScope) -> None:
    async with scope.writing("test") as uow:
        one = {"kind": "email", "value": EMAIL}
        await create_customer(uow, {"contacts": [one]})
        shown = await create_customer(uow, {"contacts": [{**one, "verified_at": uow.now}]})
    assert await find(scope, email=EMAIL) == shown


async def test_a_hundred_at_once_make_one_card(scope: TenantScope) -> None:
    barrier = asyncio.Barrier(100)

    async def one(number: int) -> UUID:
        await barrier.wait()
        # Half of them name the phone alone: locks must still be taken in one order.
        given = {"phone": PHONE} if number % 2 else {"phone": PHONE, "email": EMAIL}
        return await find(scope, **given)

    found = await asyncio.gather(*(one(number) for number in range(100)))
    assert len(set(found)) == 1
    assert await scope.reading.value(select(func.count()).select_from(Customer)) == 1


async def test_neighbours_have_cards_of_their_own(
    scope: TenantScope, pool: Pool, tenants: TwoTenants
) -> None:
    ours = await find(scope, phone=PHONE)
    assert await find(TenantScope(pool, tenants.neighbour), phone=PHONE) != ours


async def test_what_reaches_nobody_is_refused(scope: TenantScope) -> None:
    with pytest.raises(Required):
        await find(scope, name="Анна")
    with pytest.raises(Invalid) as refused:
        await find(scope, phone="12")
    assert refused.value.path == ("phone",)
    with pytest.raises(Invalid) as refused:
        await find(scope, phone=PHONE, name="А" * 101)
    assert refused.value.path == ("name",)
    assert await scope.reading.rows(select(Customer)) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Пётр  ИВАНОВ", ["петр", "иванов"]),
        ("8 (916) 123-45-67", ["9161234567"]),
        ("+7 916 123-45-67", ["79161234567"]),
        ("123", ["123"]),
        ("a@b.com, 12", ["a@b.com", "12"]),
        ("\0", []),
    ],
)
def test_words_of_a_query(query: str, words: list[str]) -> None:
    assert words_of(query) == words
