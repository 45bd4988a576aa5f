"""Places at the doors: where they are, by whose clock they live, whose buyers they serve."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from domain.catalog.listing import refresh_listing
from domain.catalog.tables import Channel, Listing, Publication
from domain.stock.lots import spoil
from domain.stock.tables import StockLevel
from tenants.ids import decode_id, encode_id
from tenants.jobs import Job
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.client import Client, make_key
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

PLACE = """id code timeZone supplyDays channels { code }
  address { country region city street postalCode latitude longitude }"""
CREATE = f"""mutation ($input: LocationCreateInput!) {{ done: locationCreate(input: $input) {{
  location {{ {PLACE} }} userErrors {{ code path message }} }} }}"""
UPDATE = f"""mutation ($id: ID!, $input: LocationUpdateInput!) {{
  done: locationUpdate(id: $id, input: $input) {{
    location {{ {PLACE} }} userErrors {{ code path message }} }} }}"""
CHANGE = """mutation ($input: StockChangeInput!) { done: stockChange(input: $input) {
  variants { sku } userErrors { code path message } } }"""
HOLD = """mutation ($input: StockHoldCreateInput!) { done: stockHoldCreate(input: $input) {
  stockHold { lines { location { code } quantity } } userErrors { code path } } }"""
DROP = "mutation ($id: ID!) { done: channelDelete(id: $id) { userErrors { code path } } }"
AVAILABLE = """query ($variant: ID!, $quantity: Quantity!, $place: ID, $postalCode: String) {
  availability(variantId: $variant, quantity: $quantity, place: $place, postalCode: $postalCode) {
    available availableQuantity promisedOn reason
    place { title timeZone address { city street postalCode } }
    places { place { title } available availableQuantity promisedOn reason } } }"""
SHOWN = """query ($id: ID!) { node(id: $id) { ... on Product {
  available variants { available } } } }"""

NEVSKY = {
    "country": "RU", "region": "Санкт-Петербург", "city": "Санкт-Петербург",
    "street": "Невский пр., 28", "postalCode": "191186",
    "latitude": "59.935600", "longitude": "30.325800",
}  # fmt: skip
MAROSEYKA = {"country": "RU", "city": "Москва", "street": "Маросейка, 4", "postalCode": "101000"}


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_products(one.shop, P("Чай", [V("A", stock=6_000)]))
    return desks.ours


async def buyer_of(desk: Desk) -> Client:
    key = await make_key(desk.platform_pool, desk.shop.scope.tenant_id, "publishable")
    return Client(desk.admin.app, key)


async def create(desk: Desk, code: str, **given: Any) -> str:
    asked = {"code": code, "title": code, "kind": "STORE", **given}
    done = (await desk.admin.ask(CREATE, input=asked))["done"]
    assert done["userErrors"] == [], done
    return str(done["location"]["id"])


async def change(desk: Desk, place: str, quantity: str, lot: Any = None) -> None:
    row = {"variant": {"id": encode_id("var", desk.shop.variants["A"])}, "difference": quantity}
    asked = {"location": {"id": place}, "changes": [{**row, "lot": lot}]}
    keyed = desk.keyed(f"{place} {quantity} {lot}")
    assert (await keyed.ask(CHANGE, input=asked))["done"]["userErrors"] == []


async def available(desk: Desk, quantity: str = "1", **where: Any) -> Any:
    buyer = await buyer_of(desk)
    variant = encode_id("var", desk.shop.variants["A"])
    asked = {"variant": variant, "quantity": quantity, "place": None, "postalCode": None, **where}
    return (await buyer.ask(AVAILABLE, **asked))["availability"]


def told(answer: Any) -> tuple[Any, ...]:
    return answer["availableQuantity"], answer["reason"], answer["promisedOn"]


def day_in(zone: str, days: int = 0) -> str:
    return (datetime.now(ZoneInfo(zone)).date() + timedelta(days=days)).isoformat()


async def test_a_place_says_where_it_is_and_whom_it_serves(desk: Desk) -> None:
    place = await create(desk, "nevsky", address=NEVSKY, supplyDays=2)
    done = await desk.admin.ask(
        UPDATE, id=place, input={"timeZone": "Asia/Vladivostok", "supplyDays": None}
    )
    assert done["done"]["location"] == {
        "id": place, "code": "nevsky", "timeZone": "Asia/Vladivostok", "supplyDays": None,
        "channels": None, "address": NEVSKY,
    }  # fmt: skip
    site = {"id": encode_id("chn", desk.shop.channel)}
    done = await desk.admin.ask(UPDATE, id=place, input={"channels": [site, site]})
    assert done["done"]["location"]["channels"] == [{"code": "site"}]
    done = await desk.admin.ask(UPDATE, id=place, input={"channels": [], "address": None})
    assert done["done"]["location"]["channels"] is None
    assert done["done"]["location"]["address"] is None


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    desks: TwoDesks, desk: Desk
) -> None:
    theirs = {"id": encode_id("chn", desks.neighbour.shop.channel)}
    place = encode_id("loc", desk.shop.location)
    before = await everything(desk.shop)
    for given, refused in (
        ({"timeZone": "Moscow"}, ("INVALID", "timeZone")),
        ({"supplyDays": -1}, ("INVALID", "supplyDays")),
        ({"supplyDays": 366}, ("INVALID", "supplyDays")),
        ({"channels": [theirs]}, ("NOT_FOUND", "channels.0")),
        ({"address": {"country": "Россия"}}, ("INVALID", "address.country")),
        ({"address": {**NEVSKY, "postalCode": "1911"}}, ("INVALID", "address.postalCode")),
        ({"address": {**NEVSKY, "latitude": "91"}}, ("INVALID", "address.latitude")),
        ({"address": {**NEVSKY, "longitude": None}}, ("REQUIRED", "address.longitude")),
    ):
        done = await desk.admin.ask(UPDATE, id=place, input=given)
        assert refusals(done["done"]) == [refused]
        made = await desk.admin.ask(CREATE, input={"code": "new", "title": "new", **given})
        assert refusals(made["done"]) == [refused]
    assert await everything(desk.shop) == before


async def test_a_supplier_s_place_is_never_the_default_one(desk: Desk) -> None:
    depot = {"code": "depot", "title": "Склад поставщика", "kind": "SUPPLIER"}
    made = await desk.admin.ask(CREATE, input={**depot, "isDefault": True})
    assert refusals(made["done"]) == [("NOT_ALLOWED", "isDefault")]
    made = await desk.admin.ask(CREATE, input=depot)
    assert made["done"]["userErrors"] == []
    place = made["done"]["location"]["id"]
    done = await desk.admin.ask(UPDATE, id=place, input={"isDefault": True})
    assert refusals(done["done"]) == [("NOT_ALLOWED", "isDefault")]


async def test_a_place_of_another_channel_has_nothing_for_the_window(desk: Desk) -> None:
    """Neither in the listing, nor beside the variant, nor for a hold of the window's channel."""
    shop = desk.shop
    async with shop.scope.writing("test") as uow:
        market = await uow.add(Channel, title="Маркет", code="market")
        await uow.add(Publication, product_id=shop.products["Чай"], channel_id=market)
    stall = await create(desk, "stall", channels=[{"id": encode_id("chn", market)}])
    await change(desk, stall, "4")
    assert told(await available(desk, "6")) == ("6", "IN_STOCK", day_in("Europe/Moscow"))
    assert told(await available(desk, "7")) == ("6", "NOT_AVAILABLE", None)
    assert (await available(desk))["places"] == []
    assert await available(desk, place=stall) is None
    await change(desk, encode_id("loc", shop.location), "-6")
    assert await listed(desk) == {shop.channel: False, market: True}
    shown = await (await buyer_of(desk)).ask(SHOWN, id=encode_id("prd", shop.products["Чай"]))
    assert shown["node"] == {"available": False, "variants": [{"available": False}]}
    asked = {
        "owner": "cart",
        "lines": [{"variant": {"id": encode_id("var", shop.variants["A"])}, "quantity": "1"}],
    }
    here = {**asked, "channel": {"id": encode_id("chn", shop.channel)}}
    refused = (await desk.admin.ask(HOLD, input=here))["done"]
    assert refusals(refused) == [("INSUFFICIENT_STOCK", "lines.0.quantity")]
    there = {**asked, "channel": {"id": encode_id("chn", market)}}
    held = (await desk.admin.ask(HOLD, input=there))["done"]["stockHold"]
    assert held["lines"] == [{"location": {"code": "stall"}, "quantity": "1"}]
    dropped = (await desk.admin.ask(DROP, id=encode_id("chn", market)))["done"]
    assert refusals(dropped) == [("IN_USE", "id")]
    # From now on it serves all; the job that lists everything anew has been asked for.
    await desk.admin.ask(UPDATE, id=stall, input={"channels": None})
    async with shop.scope.writing("test") as uow:
        await refresh_listing(uow, [shop.products["Чай"]])
    assert await listed(desk) == {shop.channel: True, market: True}
    assert told(await available(desk, "3")) == ("3", "IN_STOCK", day_in("Europe/Moscow"))
    assert await jobs(desk, "listing.relist") > 0


async def listed(desk: Desk) -> dict[UUID, bool]:
    rows = await desk.shop.scope.reading.rows(select(Listing.channel_id, Listing.is_available))
    return {row["channel_id"]: row["is_available"] for row in rows}


async def jobs(desk: Desk, kind: str) -> int:
    found = select(func.count(Job.id)).where(Job.kind == kind)
    return int(await desk.shop.scope.reading.value(found))


async def test_goods_from_other_places_are_promised_in_the_place_s_usual_days(desk: Desk) -> None:
    shop = await create(desk, "shop", timeZone="Pacific/Kiritimati")
    slow = await create(desk, "slow", supplyDays=3, timeZone="Etc/GMT+12")
    await change(desk, slow, "1")
    assert told(await available(desk, "2", place=shop)) == ("0", "ELSEWHERE", None)
    assert told(await available(desk, "1", place=slow)) == ("1", "IN_STOCK", day_in("Etc/GMT+12"))
    whole = await available(desk, "7", place=slow)
    assert told(whole) == ("1", "ELSEWHERE", day_in("Etc/GMT+12", 3))
    assert whole["place"]["timeZone"] == "Etc/GMT+12"
    assert told(await available(desk, "8", place=slow)) == ("1", "NOT_AVAILABLE", None)


async def test_a_postal_code_chooses_the_nearest_place_that_has_it(desk: Desk) -> None:
    nevsky = await create(desk, "nevsky", address=NEVSKY, priority=1)
    maroseyka = await create(desk, "maroseyka", address=MAROSEYKA, supplyDays=4)
    await create(desk, "nowhere", priority=9)
    await change(desk, nevsky, "2")
    await change(desk, maroseyka, "1")

    async def chosen(code: str, quantity: str) -> tuple[Any, ...]:
        found = await available(desk, quantity, postalCode=code)
        order = [one["place"]["title"] for one in found["places"]]
        return found["place"]["title"], found["reason"], found["promisedOn"], order

    today, later = day_in("Europe/Moscow"), day_in("Europe/Moscow", 4)
    from_tver, from_pskov = ["maroseyka", "nevsky", "nowhere"], ["nevsky", "maroseyka", "nowhere"]
    assert await chosen("170100", "1") == ("maroseyka", "IN_STOCK", today, from_tver)
    assert await chosen("170100", "2") == ("nevsky", "IN_STOCK", today, from_tver)
    assert await chosen("180000", "1") == ("nevsky", "IN_STOCK", today, from_pskov)
    assert await chosen("180000", "3") == ("maroseyka", "ELSEWHERE", later, from_pskov)
    assert await chosen("180000", "10") == ("nevsky", "NOT_AVAILABLE", None, from_pskov)
    assert (await available(desk, "1"))["place"] is None
    asked = {"variant": encode_id("var", desk.shop.variants["A"]), "quantity": "1"}
    buyer = await buyer_of(desk)
    for wrong in ({"postalCode": "1701"}, {"postalCode": "170100", "place": nevsky}):
        assert (await buyer.refused(AVAILABLE, **asked, **wrong))["code"] == "BAD_USER_INPUT"


async def test_the_nearest_place_gives_first(desk: Desk) -> None:
    await change(desk, await create(desk, "nevsky", address=NEVSKY), "2")
    await change(desk, await create(desk, "maroseyka", address=MAROSEYKA, priority=5), "2")
    lines = [{"variant": {"id": encode_id("var", desk.shop.variants["A"])}, "quantity": "3"}]

    async def kept(owner: str, near: Any, strategy: str = "NEAREST") -> Any:
        asked = {"owner": owner, "lines": lines, "strategy": strategy, "near": near}
        done = (await desk.admin.ask(HOLD, input=asked))["done"]
        if done["userErrors"]:
            return refusals(done)
        return {one["location"]["code"]: one["quantity"] for one in done["stockHold"]["lines"]}

    pskov = {"country": "RU", "postalCode": "180000"}
    assert await kept("pskov", pskov) == {"nevsky": "2", "maroseyka": "1"}
    # What nobody knows where it is comes last, though it is there.
    vyborg = {"country": "RU", "latitude": "60.71", "longitude": "28.75"}
    assert await kept("vyborg", vyborg) == {"maroseyka": "1", "main": "2"}
    assert await kept("third", None) == [("REQUIRED", "near")]
    assert await kept("third", {"country": "RU"}) == [("REQUIRED", "near.postalCode")]
    assert await kept("third", {**pskov, "postalCode": "x"}) == [("INVALID", "near.postalCode")]
    assert await kept("third", None, "PRIORITY") == {"main": "3"}


async def test_a_lot_s_last_day_ends_by_the_clock_of_where_it_lies(desk: Desk) -> None:
    """West of the date line it is still yesterday; these two places never have the same day."""
    west = await create(desk, "west", timeZone="Etc/GMT+12")
    east = await create(desk, "east", timeZone="Pacific/Kiritimati")
    lot = {"number": "7", "expiresOn": day_in("Etc/GMT+12")}
    for place in (west, east):
        await change(desk, place, "5", lot=lot)
    spoilt = select(StockLevel.location_id, StockLevel.spoilt).where(StockLevel.on_hand == 5_000)
    found = {
        row["location_id"]: row["spoilt"] for row in await desk.shop.scope.reading.rows(spoilt)
    }
    assert found == {decode_id(west, "loc"): 0, decode_id(east, "loc"): 5_000}
    assert told(await available(desk, "5", place=west))[:2] == ("5", "IN_STOCK")
    assert told(await available(desk, "5", place=east))[0] == "0"
    # Moved over the date line it expires, as the next night finds.
    await desk.admin.ask(UPDATE, id=west, input={"timeZone": "Pacific/Kiritimati"})
    assert await jobs(desk, "stock.night") > 0
    async with desk.shop.scope.writing("test") as uow:
        assert await spoil(uow) == 1
        assert await spoil(uow) == 0
    assert told(await available(desk, "5", place=west))[0] == "0"


async def test_the_next_night_is_the_first_midnight_of_any_place(desk: Desk) -> None:
    zones = ["Europe/Moscow", "Pacific/Kiritimati", "Etc/GMT+12"]
    for zone in zones[1:]:
        await create(desk, zone[-2:].lower().strip("+"), timeZone=zone)
    begins = [
        datetime.combine(datetime.now(ZoneInfo(zone)) + timedelta(days=1), time(0, 0, 5))
        .replace(tzinfo=ZoneInfo(zone))
        .astimezone(UTC)
        for zone in zones
    ]
    planned = select(func.min(Job.run_at)).where(Job.kind == "stock.night")
    assert await desk.shop.scope.reading.value(planned) == min(begins)
