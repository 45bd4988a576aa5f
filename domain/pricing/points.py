"""Bonus points: earned by what was paid, worth a minor unit each, and gone after a time.

They lower prices, as a promotion does. What has been bought so far makes a customer's level; the
level says what he earns, and how much of an order points may take off. Of the points that he has
those that end first are spent first.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.customers.tables import Customer
from domain.errors import Invalid
from domain.inputs import located, text, whole
from domain.merchants.shop_facts import CURRENCY
from domain.pricing.percents import HUNDRED_PERCENT
from domain.pricing.purse_tables import LoyaltyLevel, PointAccount, PointEntry
from domain.pricing.purses import NotEnough, Purses, hold, put_in
from domain.references import Ref, get_id
from domain.row_sets import IDS, lock_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT
from tenants.values.money import round_half_up

POINTS: Final = Purses("point_account", PointAccount, PointEntry)
MOST_POINTS: Final = 2**31 - 1
"""On an account, as far as staff give them: the doors tell of them as Int."""


class Spendable(NamedTuple):
    """What a customer may pay with points: so many, of so many hundredths of a per cent."""

    points: int
    most_hundredths: int
    currency: str


NOTHING: Final = Spendable(0, 0, "")

_account: Final = PointAccount.customer_id == bindparam("customer_id")
_is_somebody: Final = (
    select(Customer.id)
    .where(Customer.id == PointAccount.customer_id, Customer.erased_at.is_(None))
    .exists()
)


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
    func.greatest(PointAccount.balance_minor - PointAccount.held_minor, 0).label("points"),
    func.coalesce(_of_level(LoyaltyLevel.most_hundredths), 0).label("most_hundredths"),
    CURRENCY,
).where(_account)
_LEVEL: Final = select(
    PointAccount.id,
    _of_level(LoyaltyLevel.earn_hundredths).label("earn_hundredths"),
    _of_level(LoyaltyLevel.valid_days).label("valid_days"),
    CURRENCY,
).where(_account, _is_somebody)
_OPEN: Final = (
    insert(PointAccount)
    .values(tenant_id=TENANT, id=bindparam("new"), customer_id=bindparam("customer_id"))
    .on_conflict_do_nothing(index_elements=["tenant_id", "customer_id"])
)
_BOUGHT: Final = (
    update(PointAccount)
    .where(PointAccount.id == bindparam("purse_id"))
    .values(
        turnover_minor=func.greatest(
            PointAccount.turnover_minor + bindparam("minor", type_=BigInteger()), 0
        ),
        updated_at=bindparam("now"),
    )
)
_ACCOUNTS: Final = select(
    PointAccount,
    CURRENCY,
    *(
        _of_level(column).label(f"level_{name}")
        for name, column in (
            ("title", LoyaltyLevel.title),
            ("earn_hundredths", LoyaltyLevel.earn_hundredths),
            ("most_hundredths", LoyaltyLevel.most_hundredths),
        )
    ),
).where(PointAccount.customer_id == any_(IDS))
_ID: Final = select(PointAccount.id).where(_account)
# What was bought in another currency than the shop's was not counted.
_COUNTED: Final = _ID.where(CURRENCY.element == bindparam("currency"))
_EARNED: Final = (
    select(PointEntry.purse_id, PointEntry.expires_at)
    .where(PointEntry.order_id == bindparam("order_id"), PointEntry.kind == "earn")
    .order_by(PointEntry.id)
    .limit(1)
)


async def spendable(db: Asking, customer_id: UUID) -> Spendable:
    """What a customer may pay with points now; nothing without an account, or below all levels."""
    row = await db.row(_SPENDABLE, customer_id=customer_id)
    return NOTHING if row is None else Spendable(*row)


async def accounts_of(db: Asking, customer_ids: Sequence[UUID]) -> list[Row]:
    """The accounts of customers who have one, and of each the level that it has reached: its
    `level_title`, `level_earn_hundredths` and `level_most_hundredths`, null below all of them.
    """
    return await db.rows(_ACCOUNTS, ids=list(customer_ids))


async def earn_points(
    uow: UnitOfWork, customer_id: UUID, paid_minor: int, *, order_id: UUID, currency: str
) -> int:
    """Give a customer the points of his level for what he paid, and count that towards the next.

    How many they are. Below all levels nothing is earned, but counted; in another currency than the
    shop's, and by a card that was erased, neither.
    """
    await uow.execute(_OPEN, new=new_id(), customer_id=customer_id)
    level = await uow.row(_LEVEL, customer_id=customer_id)
    if level is None or level["currency"] != currency:
        return 0
    await uow.execute(_BOUGHT, purse_id=level["id"], minor=paid_minor, now=uow.now)
    points = round_half_up(paid_minor * (level["earn_hundredths"] or 0), HUNDRED_PERCENT)
    if points:
        days = level["valid_days"]
        await put_in(
            uow,
            POINTS,
            {level["id"]: points},
            "earn",
            order_id=order_id,
            expires_at=uow.now + timedelta(days=days) if days else None,
        )
    return points


async def take_points_back(
    uow: UnitOfWork,
    customer_id: UUID,
    points: int,
    *,
    returned_minor: int,
    order_id: UUID,
    currency: str,
) -> None:
    """Take points that an order had earned, and what came back off what its customer has bought.

    What he has spent of them since, or other orders hold, he owes: else who buys, spends the points
    and gives back what he bought would have them for nothing.
    """
    earned = await uow.row(_EARNED, order_id=order_id)
    if earned:
        account_id = earned["purse_id"]
    else:
        account_id = await uow.value(_COUNTED, customer_id=customer_id, currency=currency)
    if account_id is None:
        return
    await uow.execute(_BOUGHT, purse_id=account_id, minor=-returned_minor, now=uow.now)
    if earned and points:
        entry = {"order_id": order_id, "expires_at": earned["expires_at"]}
        await put_in(uow, POINTS, {account_id: -points}, "earn", may_owe=True, **entry)


async def hold_points(uow: UnitOfWork, customer_id: UUID, points: int, *, order_id: UUID) -> None:
    """Hold what a quote takes of a customer's points for its order. Raises NotEnough.

    `spend` and `give_back` of `purses` go on from there.
    """
    account_id = await uow.value(_ID, customer_id=customer_id)
    if account_id is None:
        raise NotEnough()
    await hold(uow, POINTS, {account_id: points}, order_id=order_id)


async def adjust_points(uow: UnitOfWork, *, customer: Ref, points: int, note: str) -> UUID:
    """Give or take points by hand, and say why; the account's id. Raises NotEnough, Invalid."""
    with located("note"):
        why = text(500)(note)
    with located("points"):
        if not whole(-MOST_POINTS, MOST_POINTS)(points):
            raise Invalid(en="must not be 0", ru="не может быть 0")
    customer_id = await get_id(uow, Customer, customer, "customer", what="customer")
    await uow.execute(_OPEN, new=new_id(), customer_id=customer_id)
    account_id: UUID = await uow.value(_ID, customer_id=customer_id)
    with located("points"):
        account = (await lock_rows(uow, PointAccount, [account_id]))[account_id]
        if account["balance_minor"] + points > MOST_POINTS:
            most = MOST_POINTS - account["balance_minor"]
            raise Invalid(en=f"can be {most} at most", ru=f"не больше {most}")
        await put_in(uow, POINTS, {account_id: points}, "adjust", note=why)
    return account_id
