"""The shop's settings, hosts and legal entities: what cannot be is refused where it stands."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.errors import Conflict, DomainError, LimitReached, NotAllowed, NotFound, Taken
from domain.merchants.hosts import add_host, is_origin_allowed, make_primary, remove_host
from domain.merchants.legal_entities import (
    LegalEntityWords,
    add_legal_entity,
    archive_legal_entity,
    make_default,
    update_legal_entity,
)
from domain.merchants.queries import find_shop, list_hosts, list_legal_entities
from domain.merchants.settings import ShopChanges, read_origin, update_shop
from tenants.database import Pool
from tenants.identify import caller_by_host
from tenants.ledger import EventRow
from tenants.scope import TenantScope
from tenants.values.money import Money
from tests.domain.merchants.merchants import Act, Merchant, new_email, seen_from

pytestmark = pytest.mark.anyio

TRADER = LegalEntityWords(
    kind="sole_trader",
    name="ИП Чайкина А. С.",
    inn="500100732259",
    ogrn="304500116000157",
    tax_system="patent",
)
COMPANY = LegalEntityWords(
    kind="company",
    name="ООО «Чай»",
    inn="7707083893",
    kpp="773601001",
    tax_system="osn",
)
BRANCH = LegalEntityWords(
    kind="company",
    name="ООО «Чай», филиал",
    inn="7707083893",
    kpp="540602001",
    tax_system="osn",
)


async def change(merchant: Merchant, changes: ShopChanges, **more: Any) -> int:
    async with merchant.scope().writing("shopUpdate") as uow:
        return await update_shop(uow, changes, **more)


async def test_what_is_left_out_stays_and_none_clears(merchant: Merchant) -> None:
    assert (
        await change(
            merchant,
            {
                "contact_email": "shop@tea.test",
                "contact_phone": "8 (912) 345-67-89",
                "languages": ["ru", "EN"],
                "minimum_order": Money(50_000, "RUB"),
            },
        )
        == 2
    )
    assert await change(merchant, {"contact_email": None}, expected_version=2) == 3
    shop = await find_shop(merchant.scope().reading)
    assert shop
    assert shop["contact_email"] is None
    assert shop["contact_phone"] == "+79123456789"
    assert shop["languages"] == ["ru", "en"]
    assert shop["minimum_order_minor"] == 50_000
    with pytest.raises(Conflict):
        await change(merchant, {"name": "Другая"}, expected_version=2)
    # Nothing new is no change: no version, no event.
    count = select(func.count()).where(EventRow.type == "shop.changed")
    assert await change(merchant, {"minimum_order": Money(50_000, "RUB")}) == 3
    assert await merchant.scope().reading.value(count) == 2


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, ("name",)),
        ({"time_zone": "Moscow"}, ("timeZone",)),
        ({"language": "de"}, ("language",)),
        ({"languages": []}, ("languages",)),
        ({"languages": ["ru", "xx"]}, ("languages", "1")),
        ({"languages": ["en"]}, ("language",)),
        ({"contact_email": "no"}, ("contactEmail",)),
        ({"contact_phone": "12"}, ("contactPhone",)),
        ({"required_contact": "fax"}, ("requiredContact",)),
        ({"minimum_order": Money(-1, "RUB")}, ("minimumOrder",)),
        ({"minimum_order": Money(1, "USD")}, ("minimumOrder",)),
        ({"language": None}, ("language",)),
        ({"guest_checkout": None}, ("guestCheckout",)),
        ({"cart_hold_minutes": 0}, ("cartHoldMinutes",)),
        ({"cart_kept_days": 366}, ("cartKeptDays",)),
        ({"storefront_origins": ["https://a.example", "*"]}, ("storefrontOrigins", "1")),
    ],
)
async def test_a_setting_that_cannot_be_is_refused(
    merchant: Merchant, changes: ShopChanges, path: tuple[str, ...]
) -> None:
    with pytest.raises(DomainError) as refused:
        await change(merchant, changes)
    assert refused.value.path == path
    shop = await find_shop(merchant.scope().reading)
    assert shop
    assert shop["version"] == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://Shop.Example", "https://shop.example"),
        ("https://shop.example:443/", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("https://чай.рф", "https://xn--80as4b.xn--p1ai"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:5173", "http://127.0.0.1:5173"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://tea.localhost:3000", "http://tea.localhost:3000"),
    ],
)
def test_an_origin_has_one_spelling(written: str, read: str) -> None:
    assert read_origin(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "null",
        "",
        "shop.example",
        "http://shop.example",
        "https://*.example",
        "https://shop.example/path",
        "https://shop.example?q",
        "https://shop.example#f",
        "https://user@shop.example",
        "https://10.0.0.1",
        "https://shop.example:99999",
        "http://localhost.evil.example",
        "javascript:alert(1)",
        "https://localhost@evil.example",
    ],
)
def test_what_is_no_origin_is_refused(written: str) -> None:
    with pytest.raises(DomainError):
        read_origin(written)


async def test_a_page_may_use_the_shop_from_its_hosts_and_the_origins_it_named(
    merchant: Merchant, neighbour: Merchant
) -> None:
    live = merchant.scope().reading
    origins = ["https://window.example"]
    own = f"https://{merchant.opened.handle}.shops.test"
    assert await is_origin_allowed(live, origins, "https://window.example")
    assert await is_origin_allowed(live, origins, own)
    for foreign in (
        own.replace("https", "http"),
        f"https://{neighbour.opened.handle}.shops.test",
        "https://evil.example",
        "null",
    ):
        assert not await is_origin_allowed(live, origins, foreign)


async def test_hosts_lead_to_one_shop(pool: Pool, merchant: Merchant, neighbour: Merchant) -> None:
    host = f"{new_email()[:8]}.example"
    async with merchant.scope().writing("hostAdd") as uow:
        await add_host(uow, host, given=True)
    found = await caller_by_host(pool, host, seen_from())
    assert found
    assert found.tenant_id == merchant.id
    answers = []
    for taker in (merchant, neighbour):
        with pytest.raises(Taken) as refused:
            async with taker.scope().writing("hostAdd") as uow:
                await add_host(uow, host)
        answers.append((refused.value.message("en"), refused.value.path))
    assert answers[0] == answers[1]
    acts: list[Act] = [lambda uow: remove_host(uow, host), lambda uow: make_primary(uow, host)]
    for act in acts:
        with pytest.raises(NotFound):
            async with neighbour.scope().writing("test") as uow:
                await act(uow)


async def test_one_host_is_primary_and_stays(merchant: Merchant) -> None:
    given = f"{merchant.opened.handle}.shops.test"
    host = f"{new_email()[:8]}.example"
    async with merchant.scope().writing("hostAdd") as uow:
        await add_host(uow, host, given=True)
    with pytest.raises(NotAllowed):
        async with merchant.scope().writing("hostRemove") as uow:
            await remove_host(uow, given)
    async with merchant.scope().writing("hostMakePrimary") as uow:
        await make_primary(uow, host)
        await remove_host(uow, given)
    hosts = await list_hosts(merchant.scope().reading)
    assert [(row["host"], row["is_primary"]) for row in hosts] == [(host, True)]


async def test_the_plan_says_how_many_hosts(merchant: Merchant) -> None:
    for _ in range(2):
        async with merchant.scope().writing("hostAdd") as uow:
            await add_host(uow, f"{new_email()[:8]}.example")
    with pytest.raises(LimitReached):
        async with merchant.scope().writing("hostAdd") as uow:
            await add_host(uow, f"{new_email()[:8]}.example")
    assert len(await list_hosts(merchant.scope().reading)) == 3


async def add(merchant: Merchant, words: LegalEntityWords) -> UUID:
    async with merchant.scope().writing("legalEntityCreate") as uow:
        return await add_legal_entity(uow, words)


async def test_the_first_legal_entity_is_the_default_until_another_is(merchant: Merchant) -> None:
    trader, company, branch = [await add(merchant, words) for words in (TRADER, COMPANY, BRANCH)]
    with pytest.raises(Taken):
        await add(merchant, COMPANY)
    listed = await list_legal_entities(merchant.scope().reading)
    assert [row["id"] for row in listed if row["is_default"]] == [trader]
    with pytest.raises(NotAllowed):
        async with merchant.scope().writing("legalEntityArchive") as uow:
            await archive_legal_entity(uow, trader)
    async with merchant.scope().writing("legalEntityMakeDefault") as uow:
        await make_default(uow, company)
        await archive_legal_entity(uow, trader)
    listed = await list_legal_entities(merchant.scope().reading)
    assert [(row["id"], row["is_default"]) for row in listed] == [(company, True), (branch, False)]
    # What was archived can be entered anew.
    await add(merchant, TRADER)


async def test_a_legal_entity_is_written_anew_as_a_whole(merchant: Merchant) -> None:
    company, branch = await add(merchant, COMPANY), await add(merchant, BRANCH)
    async with merchant.scope().writing("legalEntityUpdate") as uow:
        await update_legal_entity(uow, branch, TRADER, expected_version=1)
    with pytest.raises(Conflict):
        async with merchant.scope().writing("legalEntityUpdate") as uow:
            await update_legal_entity(uow, branch, BRANCH, expected_version=1)
    with pytest.raises(Taken):
        async with merchant.scope().writing("legalEntityUpdate") as uow:
            await update_legal_entity(uow, branch, COMPANY)
    listed = {row["id"]: row["kind"] for row in await list_legal_entities(merchant.scope().reading)}
    assert listed == {company: "company", branch: "sole_trader"}


async def test_a_neighbours_legal_entity_does_not_exist(
    merchant: Merchant, neighbour: Merchant
) -> None:
    theirs = await add(neighbour, COMPANY)
    acts: list[Act] = [
        lambda uow: update_legal_entity(uow, theirs, TRADER),
        lambda uow: archive_legal_entity(uow, theirs),
        lambda uow: make_default(uow, theirs),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            async with merchant.scope().writing("test") as uow:
                await act(uow)
    # Nor do its numbers stand in the way.
    await add(merchant, COMPANY)


async def test_the_test_space_has_settings_of_its_own(pool: Pool, merchant: Merchant) -> None:
    await change(merchant, {"name": "Рабочая"})
    twin = TenantScope(pool, merchant.opened.test_tenant_id)
    shop = await find_shop(twin.reading)
    assert shop
    assert shop["name"] == "Чайная лавка"
