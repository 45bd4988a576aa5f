"""What happened, and who did it: the event feed and the audit log, both written as a unit commits.

Events are numbered per tenant without gaps: the numbers come from a counter row that is locked
last, just before the commit. The audit log is one entry per unit of work that changed something,
each holding the hash of the one before; the application may add to it and read it, nothing else.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Index, UniqueConstraint, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from tenants.personal import personal
from tenants.tables import Base, HasTenant, TenantOwned

if TYPE_CHECKING:
    from tenants.scope import UnitOfWork

FIRST_HASH: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, in the past tense; its payload is what a partner is told."""

    type: str
    entity_id: UUID | None
    payload: dict[str, Any]


class EventRow(TenantOwned, Base):
    """The ordered feed of a tenant."""

    __tablename__ = "event"
    sequence: Mapped[int]
    type: Mapped[str]
    entity_id: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("tenant_id", "sequence"),
        Index("ix_event_entity_id", "tenant_id", "entity_id", "occurred_at"),
    )


class AuditEntry(TenantOwned, Base):
    """Who did what, by which key, from where."""

    __tablename__ = "audit_entry"
    sequence: Mapped[int]
    action: Mapped[str]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    credential_id: Mapped[UUID | None]
    address: Mapped[str | None] = mapped_column(
        info=personal("who did what, from where", retention="as the audit log", erased="keep")
    )
    request_id: Mapped[str | None]
    changes: Mapped[list[Any]]
    occurred_at: Mapped[datetime]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]
    __table_args__ = (
        UniqueConstraint("tenant_id", "sequence"),
        *(
            Index(f"ix_audit_entry_{by[0]}", "tenant_id", *by)
            for by in (
                ("occurred_at", "sequence"),
                ("action", "occurred_at", "sequence"),
                ("actor_id", "occurred_at", "sequence"),
                ("credential_id", "occurred_at", "sequence"),
            )
        ),
    )


class Ledger(HasTenant, Base):
    """The last numbers given out, and the head of the audit chain; locked last in a transaction."""

    __tablename__ = "ledger"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_sequence: Mapped[int]
    audit_sequence: Mapped[int]
    audit_hash: Mapped[bytes]


_CHAIN: Final = ("event_sequence", "audit_sequence", "audit_hash")
_BEGIN: Final = (
    insert(Ledger)
    .values({name: bindparam(name) for name in ("tenant_id", *_CHAIN)})
    .on_conflict_do_nothing()
)
_MOVE_ON: Final = update(Ledger).values({name: bindparam(name) for name in _CHAIN})
_HEAD: Final = select(
    Ledger.event_sequence, Ledger.audit_sequence, Ledger.audit_hash
).with_for_update()


async def append_history(uow: "UnitOfWork") -> None:
    """Number and write the unit's events, and one audit entry for them all; nothing if none."""
    if not uow.events:
        return
    head = await uow.row(_HEAD)
    if head is None:
        await uow.execute(
            _BEGIN,
            tenant_id=uow.tenant_id,
            event_sequence=0,
            audit_sequence=0,
            audit_hash=FIRST_HASH,
        )
        head = await uow.row(_HEAD)
        assert head is not None
    who = {"actor": uow.principal.actor.value, "actor_id": uow.principal.id}
    await uow.add_all(
        EventRow,
        [
            {
                "sequence": head["event_sequence"] + number,
                "type": event.type,
                "entity_id": event.entity_id,
                "payload": event.payload,
                "occurred_at": uow.now,
                **who,
            }
            for number, event in enumerate(uow.events, 1)
        ],
    )
    entry = {
        "sequence": head["audit_sequence"] + 1,
        "action": uow.action,
        **who,
        "credential_id": uow.principal.credential_id,
        "address": uow.principal.address,
        "request_id": uow.principal.request_id,
        "changes": [
            {**event.payload, "event": event.type, "id": event.entity_id} for event in uow.events
        ],
        "occurred_at": uow.now,
        "previous_hash": head["audit_hash"],
    }
    entry["changes"] = orjson.loads(canonical(entry["changes"]))
    entry["hash"] = chained(entry)
    await uow.add(AuditEntry, **entry)
    await uow.execute(
        _MOVE_ON,
        event_sequence=head["event_sequence"] + len(uow.events),
        audit_sequence=entry["sequence"],
        audit_hash=entry["hash"],
    )


def canonical(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UUIDs and Decimals as text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def chained(entry: Any) -> bytes:
    """SHA-256 over the previous hash and everything the entry says."""
    said = {
        name: entry[name]
        for name in (
            "sequence", "action", "actor", "actor_id", "credential_id",
            "address", "request_id", "changes", "occurred_at",
        )
    }  # fmt: skip
    return hashlib.sha256(entry["previous_hash"] + canonical(said)).digest()


def first_broken_link(entries: list[Any], previous: bytes = FIRST_HASH) -> int | None:
    """The sequence number at which a chain (oldest first) no longer holds; None if it is whole."""
    for entry in entries:
        if entry["previous_hash"] != previous or chained(entry) != entry["hash"]:
            return int(entry["sequence"])
        previous = entry["hash"]
    return None
