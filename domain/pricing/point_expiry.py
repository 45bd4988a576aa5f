"""Points that are over: what was earned to end by now, and was not spent meanwhile."""

from typing import Final

from sqlalchemy import BigInteger, bindparam, case, cast, func, select

from domain.pricing.points import POINTS
from domain.pricing.purse_tables import PointAccount, PointEntry
from domain.pricing.purses import free_of, is_one, put_in
from domain.row_sets import lock_rows
from tenants.scope import UnitOfWork

AT_ONCE: Final = 500
"""Accounts that one unit of work takes expired points from."""

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
    .join(PointAccount, PointAccount.id == PointEntry.purse_id)
    # All that orders hold is left to them: an account with nothing else is not in others' way.
    .where(PointAccount.balance_minor > PointAccount.held_minor)
    .group_by(PointEntry.purse_id)
    .having(_over > 0)
    .order_by(PointEntry.purse_id)
    .limit(AT_ONCE)
)


async def expire_points(uow: UnitOfWork) -> int:
    """Take what is over from some accounts, all but what orders hold; of how many it was.

    Nothing is left to take once it was of none. What an order holds now is taken when it is let go.
    """
    over = {row["purse_id"]: row["minor"] for row in await uow.rows(_OVER, now=uow.now)}
    locked = await lock_rows(uow, PointAccount, sorted(over))
    # Somebody may have spent meanwhile: it is reckoned again under the locks.
    over = {row["purse_id"]: row["minor"] for row in await uow.rows(_OVER, now=uow.now)}
    parts = {
        account_id: -min(over.get(account_id, 0), free_of(row))
        for account_id, row in locked.items()
    }
    parts = {account_id: minor for account_id, minor in parts.items() if minor}
    await put_in(uow, POINTS, parts, "expire")
    return len(parts)
