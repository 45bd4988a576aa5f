"""Points of sale: a list hides what is not on it, an empty one hides all, and nobody gives more."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.errors import NotAllowed, NotFound
from domain.merchants.api_keys import create_key, rotate_key
from domain.merchants.invitations import accept_invitation, invite_staff
from domain.merchants.reception import Reception
from domain.merchants.sessions import SignedIn, sign_in
from domain.merchants.staff import change_staff, remove_staff
from domain.stock.places.locations import create_location, delete_location
from domain.stock.stock import StockChange, change_stock
from domain.stock.tables import Location
from tenants.database import Pool
from tenants.identify import Caller, caller_by_session
from tenants.tokens import TokenKind, token_digest
from tests.domain.merchants.merchants import (
    PASSWORD,
    Merchant,
    deliver,
    new_email,
    seen_from,
    staff,
    token_in,
)

pytestmark = pytest.mark.anyio


async def point(merchant: Merchant, title: str) -> UUID:
    async with merchant.scope().writing("locationCreate") as uow:
        return await create_location(uow, {"title": title, "code": title, "kind": "store"})


async def hire_at(
    reception: Reception, pool: Pool, merchant: Merchant, points: list[UUID] | None
) -> tuple[UUID, str]:
    """A manager who accepted an invitation to these points; his id and address."""
    email = new_email()
    async with merchant.scope().writing("staffInvite") as uow:
        await invite_staff(
            uow, email=email, role_id=await merchant.role_id("manager"), points=points
        )
    [letter] = (await deliver(reception, pool, merchant.id)).to(email)
    staff_id = await accept_invitation(
        reception, token=token_in(letter.text), password=PASSWORD, name="Пётр", seen=seen_from()
    )
    return staff_id, email


async def caller(pool: Pool, session: SignedIn) -> Caller:
    digest = token_digest(TokenKind.SESSION, session.token)
    found = await caller_by_session(pool, digest, seen_from())
    assert found
    return found


async def test_an_empty_list_is_no_point_and_no_list_is_every_one(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    for points, seen in (([], ()), (None, None)):
        _, email = await hire_at(reception, pool, merchant, points)
        session = await sign_in(reception, email=email, password=PASSWORD, seen=seen_from())
        assert (await caller(pool, session)).principal.points == seen


async def test_a_list_holds_in_the_live_space_alone(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    counter = await point(merchant, "a")
    staff_id, email = await hire_at(reception, pool, merchant, [counter])
    for mode, points in (("live", (counter,)), ("test", None)):
        session = await sign_in(
            reception,
            email=email,
            password=PASSWORD,
            mode=mode,  # type: ignore[arg-type]
            seen=seen_from(),
        )
        assert (await caller(pool, session)).principal.points == points
    async with merchant.scope().writing("staffUpdate") as uow:
        await change_staff(uow, staff_id, all_points=True)
    session = await sign_in(reception, email=email, password=PASSWORD, seen=seen_from())
    assert (await caller(pool, session)).principal.points is None


async def test_a_point_that_is_not_there_is_given_to_nobody(
    reception: Reception, merchant: Merchant, neighbour: Merchant
) -> None:
    theirs = await point(neighbour, "b")
    role_id = await merchant.role_id("cashier")
    for strange in (uuid4(), theirs):
        with pytest.raises(NotFound) as refused:
            async with merchant.scope().writing("staffInvite") as uow:
                await invite_staff(uow, email=new_email(), role_id=role_id, points=[strange])
        assert refused.value.path == ("locationIds", "0")


async def test_who_sees_some_points_gives_no_others(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    mine, other = await point(merchant, "a"), await point(merchant, "b")
    cashier, _ = await hire_at(reception, pool, merchant, [mine])
    anywhere, _ = await hire_at(reception, pool, merchant, None)
    limited = replace(staff(but=("merchant:close",)), points=(mine,))
    scope = merchant.scope(limited)
    for points, everywhere in (([other], False), (None, True)):
        with pytest.raises(NotAllowed):
            async with scope.writing("staffUpdate") as uow:
                await change_staff(uow, cashier, points=points, all_points=everywhere)
    with pytest.raises(NotAllowed):
        async with scope.writing("staffRemove") as uow:
            await remove_staff(uow, anywhere)
    # A key sees every point, so it would be a way around the list.
    with pytest.raises(NotAllowed):
        async with scope.writing("apiKeyCreate") as uow:
            await create_key(uow, kind="secret", mode="live", name="К", scopes=["orders:read"])
    async with merchant.scope().writing("apiKeyCreate") as uow:
        key = await create_key(uow, kind="secret", mode="live", name="К", scopes=["orders:read"])
    with pytest.raises(NotAllowed):
        async with scope.writing("apiKeyRotate") as uow:
            await rotate_key(uow, key.id)
    async with scope.writing("staffUpdate") as uow:
        await change_staff(uow, cashier, points=[])


async def test_nobody_counts_or_closes_a_point_beyond_his_own(merchant: Merchant) -> None:
    other, mine = await point(merchant, "a"), await point(merchant, "b")
    scope = merchant.scope(replace(staff(), points=(mine,)))
    for location in (other, uuid4()):
        with pytest.raises(NotFound) as refused:
            async with scope.writing("stockChange") as uow:
                await change_stock(uow, location=location, changes=[StockChange(uuid4(), 1)])
        assert refused.value.path == ("locationId",)
        with pytest.raises(NotFound):
            async with scope.writing("locationDelete") as uow:
                await delete_location(uow, location)
    with pytest.raises(NotAllowed):
        async with scope.writing("locationCreate") as uow:
            await create_location(uow, {"title": "c", "code": "c"})
    async with scope.writing("locationDelete") as uow:
        await delete_location(uow, mine)
    left = [row["id"] for row in await merchant.scope().reading.rows(select(Location.id))]
    assert other in left
    assert mine not in left
