"""The same key and the same input give the same outcome: kept in the transaction of the effect.

A second sender waits on the first one's unique key, then reads what it left. Outcomes are kept for
72 hours; a refusal is never kept, because a unit of work that raises keeps nothing.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import UniqueConstraint, and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped

from tenants.ids import new_id
from tenants.ledger import canonical
from tenants.scope import Asking, UnitOfWork
from tenants.tables import Base, TenantOwned

KEPT: Final = timedelta(hours=72)
LONGEST_KEY: Final = 255


class IdempotencyKey(TenantOwned, Base):
    """One outcome under one key of one credential."""

    __tablename__ = "idempotency_key"
    credential_id: Mapped[UUID]
    key: Mapped[str]
    fingerprint: Mapped[bytes]
    outcome: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("tenant_id", "credential_id", "key"),)


_IS_MEANT: Final = and_(
    IdempotencyKey.credential_id == bindparam("holder"), IdempotencyKey.key == bindparam("named")
)
_TAKEN: Final = ("tenant_id", "id", "credential_id", "key", "fingerprint", "created_at")
_TAKE: Final = (
    insert(IdempotencyKey)
    .values({name: bindparam(name) for name in _TAKEN})
    .on_conflict_do_nothing()
    .returning(IdempotencyKey.id)
)
_FIRST: Final = select(IdempotencyKey.fingerprint, IdempotencyKey.outcome).where(_IS_MEANT)
_KEEP: Final = update(IdempotencyKey).where(_IS_MEANT).values(outcome=bindparam("outcome"))


class KeyUsedOtherwise(Exception):
    """The key came before with another operation or other input."""


def fingerprint(operation: str, arguments: Any) -> bytes:
    """SHA-256 of the operation's name and its arguments in their one spelling."""
    return hashlib.sha256(operation.encode() + b"\0" + canonical(arguments)).digest()


async def earlier_outcome(
    uow: UnitOfWork, *, credential_id: UUID, key: str, fingerprint: bytes
) -> dict[str, Any] | None:
    """Take `key` for this unit and return None, or return what its first use left behind.

    Waits while another transaction holds the key. Raises KeyUsedOtherwise.
    """
    mine = await uow.value(
        _TAKE,
        tenant_id=uow.tenant_id,
        id=new_id(),
        credential_id=credential_id,
        key=key,
        fingerprint=fingerprint,
        created_at=uow.now,
    )
    if mine is not None:
        return None
    of: dict[str, Any] = {
        "credential_id": credential_id, "key": key, "fingerprint": fingerprint
    }  # fmt: skip
    kept = await kept_outcome(uow, **of)
    if kept is None:  # dropped a moment ago, so the key is free
        return await earlier_outcome(uow, **of)
    return kept


async def kept_outcome(
    db: Asking, *, credential_id: UUID, key: str, fingerprint: bytes
) -> dict[str, Any] | None:
    """What the first use of `key` left behind, or None; nothing is taken, nobody waited for.

    Raises KeyUsedOtherwise.
    """
    first = await db.row(_FIRST, holder=credential_id, named=key)
    if first is None:
        return None
    if first["fingerprint"] != fingerprint:
        raise KeyUsedOtherwise(key)
    outcome: dict[str, Any] = first["outcome"]
    return outcome


async def keep_outcome(
    uow: UnitOfWork, *, credential_id: UUID, key: str, outcome: dict[str, Any]
) -> None:
    """Leave the outcome (ids and small facts) for whoever comes with the same key."""
    await uow.execute(_KEEP, holder=credential_id, named=key, outcome=outcome)


async def forget_old_outcomes(uow: UnitOfWork) -> int:
    """Drop what is older than 72 hours; how many."""
    return await uow.execute(
        delete(IdempotencyKey).where(IdempotencyKey.created_at < uow.now - KEPT)
    )
