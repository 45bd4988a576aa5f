"""What gift cards and bonus points have in common: held for an order, then spent or let go.

    hold -> spend or release, and after a spend: refund

All of it by conditional updates, so that two orders at once cannot have the same kopeck. Purses are
locked in the order of their ids. An order's part is what its entries add up to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Executable, bindparam, case, cast, func, or_, select, update

from domain.errors import DomainError, ErrorCode, Invalid
from domain.row_sets import add_rows
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork


@dataclass(frozen=True)
class Purses:
    """A kind of purse: its word in events, its table and that of its entries."""

    what: str
    table: Any
    entries: Any

    def __hash__(self) -> int:
        return hash(self.what)


def is_one(kind: Any, *words: str) -> Any:
    """Whether an entry is of one of these kinds."""
    return or_(*(kind == word for word in words))


class NotEnough(DomainError):
    """It holds less than is wanted, beside what other orders hold."""

    code = ErrorCode.USED_UP
    texts: ClassVar[dict[str, str]] = {
        "en": "there is not enough on it",
        "ru": "на счёте недостаточно средств",
    }


async def put_in(
    uow: UnitOfWork, purses: Purses, purse_id: UUID, kind: str, minor: int, **columns: Any
) -> None:
    """Add to a purse, or take out what is free of it. Raises NotEnough.

    `columns` are further ones of the entry.
    """
    await _change(uow, purses, purse_id, balance=minor, held=0)
    await _enter(uow, purses, [{"purse_id": purse_id, "kind": kind, "minor": minor, **columns}])


async def hold(
    uow: UnitOfWork, purses: Purses, purse_id: UUID, minor: int, *, order_id: UUID
) -> None:
    """Promise so much of a purse to an order. Raises NotEnough, Invalid."""
    if minor <= 0:
        raise Invalid(en="must be more than nothing", ru="должно быть больше нуля")
    await _change(uow, purses, purse_id, balance=0, held=minor)
    entry = {"purse_id": purse_id, "kind": "hold", "minor": minor, "order_id": order_id}
    await _enter(uow, purses, [entry])


async def spend(uow: UnitOfWork, purses: Purses, order_id: UUID) -> int:
    """Pay with all that an order holds; how much it was. Twice is once."""
    return await _settle(uow, purses, order_id, "spend")


async def release(uow: UnitOfWork, purses: Purses, order_id: UUID) -> int:
    """Let go of all that an order holds; how much it was. Twice is once."""
    return await _settle(uow, purses, order_id, "release")


async def refund(uow: UnitOfWork, purses: Purses, order_id: UUID, minor: int) -> None:
    """Put back so much of what an order paid, at most all of it. Raises Invalid.

    Of several purses the first is filled up first.
    """
    left = minor
    entries: list[dict[str, Any]] = []
    for row in await _of_order(uow, purses, order_id):
        back = min(left, row["spent"])
        if back > 0:
            await _change(uow, purses, row["purse_id"], balance=back, held=0)
            entries.append(
                {
                    "purse_id": row["purse_id"],
                    "kind": "refund",
                    "minor": back,
                    "order_id": order_id,
                }
            )
            left -= back
    if left or minor <= 0:
        raise Invalid(en="is more than was paid by it", ru="больше, чем было оплачено")
    await _enter(uow, purses, entries)


async def _settle(uow: UnitOfWork, purses: Purses, order_id: UUID, kind: str) -> int:
    rows = [row for row in await _of_order(uow, purses, order_id) if row["held"]]
    for row in rows:
        gone = row["held"] if kind == "spend" else 0
        await _change(uow, purses, row["purse_id"], balance=-gone, held=-row["held"])
    entries = [
        {
            "purse_id": row["purse_id"],
            "kind": kind,
            "minor": -row["held"],
            "order_id": order_id,
        }
        for row in rows
    ]
    await _enter(uow, purses, entries)
    return sum(row["held"] for row in rows)


async def _of_order(uow: UnitOfWork, purses: Purses, order_id: UUID) -> Sequence[Row]:
    """`purse_id`, `held` and `spent` of an order; its purses are locked. Two statements.

    What it holds is read when they are locked: who settled it meanwhile is seen.
    """
    await uow.rows(_lock_of_order(purses), order_id=order_id)
    return await uow.rows(_sums_of_order(purses), order_id=order_id)


async def _change(
    uow: UnitOfWork, purses: Purses, purse_id: UUID, *, balance: int, held: int
) -> None:
    touched = await uow.execute(
        _add(purses), purse_id=purse_id, balance=balance, held=held, now=uow.now
    )
    if not touched:
        raise NotEnough()


async def _enter(uow: UnitOfWork, purses: Purses, entries: Sequence[dict[str, Any]]) -> None:
    rows = [{"id": new_id(), "order_id": None, "at": uow.now, **one} for one in entries]
    await add_rows(uow, purses.entries, rows)
    for row in rows:
        uow.record(f"{purses.what}.entered", row["purse_id"], kind=row["kind"], minor=row["minor"])


@lru_cache
def _add(purses: Purses) -> Executable:
    table = purses.table
    balance, held = bindparam("balance", type_=BigInteger()), bindparam("held", type_=BigInteger())
    return (
        update(table)
        .where(
            table.id == bindparam("purse_id"),
            # Less may stand on it than is taken, or be free than is held.
            table.held_minor + held <= table.balance_minor + balance,
        )
        .values(
            balance_minor=table.balance_minor + balance,
            held_minor=table.held_minor + held,
            version=table.version + 1,
            updated_at=bindparam("now"),
        )
    )


@lru_cache
def _lock_of_order(purses: Purses) -> Executable:
    mine = select(purses.entries.purse_id).where(purses.entries.order_id == bindparam("order_id"))
    return (
        select(purses.table.id)
        .where(purses.table.id.in_(mine))
        .order_by(purses.table.id)
        .with_for_update()
    )


@lru_cache
def _sums_of_order(purses: Purses) -> Executable:
    kind, minor = purses.entries.kind, purses.entries.minor
    held = case((is_one(kind, "hold", "release", "spend"), minor), else_=0)
    spent = case((is_one(kind, "spend", "refund"), -minor), else_=0)
    return (
        select(
            purses.entries.purse_id,
            cast(func.sum(held), BigInteger).label("held"),
            cast(func.sum(spent), BigInteger).label("spent"),
        )
        .where(purses.entries.order_id == bindparam("order_id"))
        .group_by(purses.entries.purse_id)
        .order_by(purses.entries.purse_id)
    )
