"""What gift cards and bonus points have in common: held for an order, then spent or given back.

    hold -> spend; either of them -> give_back

All of it by conditional updates, so that two orders at once cannot have the same kopeck. Purses are
locked in the order of their ids. An order's part is what its entries add up to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Executable, bindparam, case, cast, func, or_, select, update

from domain.errors import DomainError, ErrorCode
from domain.row_sets import add_rows, row_set
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


def free_of(purse: Row) -> int:
    """What of a purse no order holds; nothing of one that owes."""
    free: int = purse["balance_minor"] - purse["held_minor"]
    return max(free, 0)


async def put_in(
    uow: UnitOfWork,
    purses: Purses,
    parts: Mapping[UUID, int],
    kind: str,
    *,
    may_owe: bool = False,
    **columns: Any,
) -> None:
    """Add so much to each of these purses, or take out what is free of it; of one that `may_owe`,
    more, which is made good by what comes next. Raises NotEnough.

    Several are locked already. `columns` are further ones of each entry.
    """
    if parts:
        changes = [_by(one, balance=minor) for one, minor in parts.items()]
        await _change(uow, purses, changes, may_owe=may_owe)
        await _enter(uow, purses, _entries(kind, parts, **columns))


async def hold(
    uow: UnitOfWork, purses: Purses, parts: Mapping[UUID, int], *, order_id: UUID
) -> None:
    """Promise so much of each of these purses to an order. Several are locked already.

    Raises NotEnough.
    """
    if parts:
        await _change(uow, purses, [_by(one, held=minor) for one, minor in parts.items()])
        await _enter(uow, purses, _entries("hold", parts, order_id=order_id))


async def spend(uow: UnitOfWork, purses: Purses, order_id: UUID) -> int:
    """Pay with all that an order holds; how much it was. Twice is once."""
    _, sums = await _of_order(uow, purses, order_id)
    parts = {row["purse_id"]: row["held"] for row in sums if row["held"]}
    if parts:
        changes = [_by(one, balance=-minor, held=-minor) for one, minor in parts.items()]
        await _change(uow, purses, changes)
        await _enter(uow, purses, _entries("spend", parts, -1, order_id=order_id))
    return sum(parts.values())


def _takes_all(purse: Row) -> bool:
    return True


async def give_back(
    uow: UnitOfWork,
    purses: Purses,
    order_id: UUID,
    most: int | None = None,
    *,
    takes: Callable[[Row], bool] = _takes_all,
) -> dict[UUID, int]:
    """Undo so much of what an order holds and has spent, at most all of it: how much, by purse.

    What is held is let go of first, then what was spent is put back, into purses that `takes` says
    take something. Of several the first is filled up first. Twice all of it is once.
    """
    locked, sums = await _of_order(uow, purses, order_id)
    left = sum(row["held"] + row["spent"] for row in sums) if most is None else most
    released: dict[UUID, int] = {}
    refunded: dict[UUID, int] = {}
    for column, parts in (("held", released), ("spent", refunded)):
        for row in sums:
            part = min(left, row[column])
            if part > 0 and (column == "held" or takes(locked[row["purse_id"]])):
                parts[row["purse_id"]] = part
                left -= part
    together = {
        one: released.get(one, 0) + refunded.get(one, 0) for one in sorted({*released, *refunded})
    }
    if together:
        changes = [
            _by(one, balance=refunded.get(one, 0), held=-released.get(one, 0)) for one in together
        ]
        await _change(uow, purses, changes)
        entries = [
            *_entries("release", released, -1, order_id=order_id),
            *_entries("refund", refunded, order_id=order_id),
        ]
        await _enter(uow, purses, entries)
    return together


def _by(purse_id: UUID, *, balance: int = 0, held: int = 0) -> dict[str, Any]:
    return {"id": purse_id, "balance_minor": balance, "held_minor": held}


def _entries(
    kind: str, parts: Mapping[UUID, int], sign: int = 1, **columns: Any
) -> list[dict[str, Any]]:
    return [
        {"purse_id": one, "kind": kind, "minor": sign * minor, **columns}
        for one, minor in parts.items()
    ]


async def _of_order(
    uow: UnitOfWork, purses: Purses, order_id: UUID
) -> tuple[Mapping[UUID, Row], Sequence[Row]]:
    """An order's purses, locked, and `purse_id`, `held` and `spent` of each. Two statements.

    What it holds is read when they are locked: who settled it meanwhile is seen.
    """
    locked = await uow.rows(_lock_of_order(purses), order_id=order_id)
    if not locked:
        return {}, ()
    sums = await uow.rows(_sums_of_order(purses), order_id=order_id)
    return {row["id"]: row for row in locked}, sums


async def _change(
    uow: UnitOfWork, purses: Purses, changes: Sequence[dict[str, Any]], *, may_owe: bool = False
) -> None:
    touched = await uow.execute(_add(purses, may_owe), rows=list(changes), now=uow.now)
    if touched < len(changes):
        raise NotEnough()


async def _enter(uow: UnitOfWork, purses: Purses, entries: Sequence[dict[str, Any]]) -> None:
    rows = [{"id": new_id(), "order_id": None, "at": uow.now, **one} for one in entries]
    await add_rows(uow, purses.entries, rows)
    for row in rows:
        uow.record(f"{purses.what}.entered", row["purse_id"], kind=row["kind"], minor=row["minor"])


@lru_cache
def _add(purses: Purses, may_owe: bool) -> Executable:
    table, by = purses.table, row_set(purses.table, ("id", "balance_minor", "held_minor"))
    balance, held = table.balance_minor + by.c.balance_minor, table.held_minor + by.c.held_minor
    # Less may stand on it than is taken, or be free than is held: one that owes is given to, and
    # lets go of what it holds, as any other.
    is_there = or_(held <= balance, by.c.held_minor <= by.c.balance_minor)
    return (
        update(table)
        .where(table.id == by.c.id, *(() if may_owe else (is_there,)))
        .values(
            balance_minor=balance,
            held_minor=held,
            version=table.version + 1,
            updated_at=bindparam("now"),
        )
    )


@lru_cache
def _lock_of_order(purses: Purses) -> Executable:
    mine = select(purses.entries.purse_id).where(purses.entries.order_id == bindparam("order_id"))
    return (
        select(purses.table)
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
