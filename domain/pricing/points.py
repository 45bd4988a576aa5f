"""Bonus points: earned by what was paid, worth a minor unit each, and gone after a time.

They lower prices, as a promotion does. What has been bought so far makes a customer's level; the
level says what he earns, and how much of an order points may take off. Of the points that he has
those that end first are spent first.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, any_, bindparam, case, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.amounts import HIGHEST_MINOR, amount_in
from domain.catalog.entities import Edit, Entity, Given, create_one, delete_one, update_one
from domain.customers.tables import Customer
from domain.errors import Invalid, NotFound
from domain.inputs import located, text, whole
from domain.merchants.shop_facts import CURRENCY, shop_currency
from domain.pricing.percents import HUNDRED_PERCENT, percent
from domain.pricing.purse_tables import LoyaltyLevel, PointAccount, PointEntry
from domain.pricing.purses import Purses, hold, is_one, put_in
from domain.references import Ref, get_id
from domain.row_sets import IDS, lock_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT
from tenants.values.money import round_half_up

POINTS: Final = Purses("point_account", PointAccount, PointEntry)
AT_ONCE: Final = 500
"""Accounts that one unit of work takes expired points from."""

LEVEL: Final = Entity(
    "loyalty_level",
    LoyaltyLevel,
    {
        "title": text(200),
        "from_minor": lambda value: value,
        "earn_hundredths": lambda value: value,
        "most_hundredths": lambda value: value,
        "valid_days": whole(1, 3_650, required=False),
    },
    required=("title", "from_minor", "earn_hundredths", "most_hundredths"),
)


class Spendable(NamedTuple):
    """What a customer may pay with points: so many, of so many hundredths of a per cent."""

    points: int
    most_hundredths: int
    currency: str


NOTHING: Final = Spendable(0, 0, "")

_account: Final = PointAccount.customer_id == bindparam("customer_id")


def _of_level(column: Any) -> Any:
    """A column of the level that an account has reached; null below the first."""
    return (
        select(column)
        .where(LoyaltyLevel.from_minor <= PointAccount.turnover_minor)
        .order_by(LoyaltyLevel.from_minor.desc())
        .limit(1)
        .scalar_subquery()
    )


_SPENDABLE: Final = select(
    (PointAccount.balance_minor - PointAccount.held_minor).label("points"),
    func.coalesce(_of_level(LoyaltyLevel.most_hundredths), 0).label("most_hundredths"),
    CURRENCY,
).where(_account)
_LEVEL: Final = select(
    PointAccount.id,
    _of_level(LoyaltyLevel.earn_hundredths).label("earn_hundredths"),
    _of_level(LoyaltyLevel.valid_days).label("valid_days"),
).where(_account)
_OPEN: Final = (
    insert(PointAccount)
    .values(tenant_id=TENANT, id=bindparam("new"), customer_id=bindparam("customer_id"))
    .on_conflict_do_nothing(index_elements=["tenant_id", "customer_id"])
)
_BOUGHT: Final = (
    update(PointAccount)
    .where(PointAccount.id == bindparam("purse_id"))
    .values(
        turnover_minor=PointAccount.turnover_minor + bindparam("minor", type_=BigInteger()),
        updated_at=bindparam("now"),
    )
)
_ACCOUNTS: Final = select(PointAccount, CURRENCY).where(PointAccount.customer_id == any_(IDS))
_ID: Final = select(PointAccount.id).where(_account)
# What was earned to end by now, less all that has gone since: spent first, so what is left is over.
_earned: Final = case(
    ((PointEntry.kind == "earn") & (PointEntry.expires_at <= bindparam("now")), PointEntry.minor),
    else_=0,
)
_gone: Final = case(
    (is_one(PointEntry.kind, "spend", "refund", "expire"), PointEntry.minor),
    (PointEntry.minor < 0, case((PointEntry.kind == "adjust", PointEntry.minor), else_=0)),
    else_=0,
)
_over: Final = cast(func.sum(_earned) + func.sum(_gone), BigInteger)
_OVER: Final = (
    select(PointEntry.purse_id, _over.label("minor"))
    .group_by(PointEntry.purse_id)
    .having(_over > 0)
    .order_by(PointEntry.purse_id)
    .limit(AT_ONCE)
)


async def spendable(db: Asking, customer_id: UUID) -> Spendable:
    """What a customer may pay with points now; nothing without an account, or below all levels."""
    row = await db.row(_SPENDABLE, customer_id=customer_id)
    return NOTHING if row is None else Spendable(*row)


async def accounts_of(db: Asking, customer_ids: Sequence[UUID]) -> list[Row]:
    """The accounts of customers who have one."""
    return await db.rows(_ACCOUNTS, ids=list(customer_ids))


async def earn_points(
    uow: UnitOfWork, customer_id: UUID, paid_minor: int, *, order_id: UUID
) -> int:
    """Give a customer the points of his level for what he paid, and count that towards the next.

    How many they are. Below all levels nothing is earned, but counted.
    """
    await uow.execute(_OPEN, new=new_id(), customer_id=customer_id)
    level = await uow.row(_LEVEL, customer_id=customer_id)
    assert level is not None
    await uow.execute(_BOUGHT, purse_id=level["id"], minor=paid_minor, now=uow.now)
    points = round_half_up(paid_minor * (level["earn_hundredths"] or 0), HUNDRED_PERCENT)
    if points:
        days = level["valid_days"]
        await put_in(
            uow,
            POINTS,
            level["id"],
            "earn",
            points,
            order_id=order_id,
            expires_at=uow.now + timedelta(days=days) if days else None,
        )
    return points


async def hold_points(uow: UnitOfWork, customer_id: UUID, points: int, *, order_id: UUID) -> None:
    """Hold what a quote takes of a customer's points for its order. Raises NotEnough, NotFound.

    `spend`, `release` and `refund` of `purses` go on from there.
    """
    account_id = await uow.value(_ID, customer_id=customer_id)
    if account_id is None:
        raise NotFound("customerId", what="point_account")
    await hold(uow, POINTS, account_id, points, order_id=order_id)


async def adjust_points(uow: UnitOfWork, *, customer: Ref, points: int, note: str) -> UUID:
    """Give or take points by hand, and say why; the account's id. Raises NotEnough, Invalid."""
    with located("note"):
        why = text(500)(note)
    with located("points"):
        if not whole(-HIGHEST_MINOR, HIGHEST_MINOR)(points):
            raise Invalid(en="must not be 0", ru="не может быть 0")
        customer_id = await get_id(uow, Customer, customer, "customerId", what="customer")
        await uow.execute(_OPEN, new=new_id(), customer_id=customer_id)
        account_id: UUID = await uow.value(_ID, customer_id=customer_id)
        await put_in(uow, POINTS, account_id, "adjust", points, note=why)
    return account_id


async def expire_points(uow: UnitOfWork) -> int:
    """Take what is over from some accounts, all but what orders hold; of how many it was.

    What an order holds now is taken when it is let go.
    """
    over = {row["purse_id"]: row["minor"] for row in await uow.rows(_OVER, now=uow.now)}
    locked = await lock_rows(uow, PointAccount, sorted(over))
    # Somebody may have spent meanwhile: it is reckoned again under the locks.
    over = {row["purse_id"]: row["minor"] for row in await uow.rows(_OVER, now=uow.now)}
    taken = 0
    for account_id, row in locked.items():
        minor = min(over.get(account_id, 0), row["balance_minor"] - row["held_minor"])
        if minor > 0:
            await put_in(uow, POINTS, account_id, "expire", -minor)
            taken += 1
    return taken


async def create_level(uow: UnitOfWork, given: Given) -> UUID:
    """Make a level; its id. Raises Required, Invalid, Taken("title") for another from as much."""
    return await create_one(uow, LEVEL, await _columns(uow, given))


async def update_level(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a level; its id. What was earned stays."""
    changes = await _columns(uow, edit.changes)
    return await update_one(uow, LEVEL, replace(edit, changes=changes))


async def delete_level(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a level; its id."""
    return UUID(str((await delete_one(uow, LEVEL, ref, expected_version))["id"]))


async def _columns(uow: UnitOfWork, given: Given) -> dict[str, Any]:
    """The input with its amount, in the shop's currency, and its percentages as they are kept."""
    columns = dict(given)
    if "from_amount" in columns:
        with located("fromAmount"):
            columns["from_minor"] = amount_in(await shop_currency(uow))(columns.pop("from_amount"))
    for word in ("earn", "most"):
        if f"{word}_percent" in columns:
            with located(f"{word}Percent"):
                columns[f"{word}_hundredths"] = percent()(columns.pop(f"{word}_percent"))
    return columns
