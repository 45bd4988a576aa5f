"""Who acts, and how far they may go: what a credential turns into."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Actor(StrEnum):
    """The kinds of those who act; the audit log and events name them."""

    SYSTEM = "system"
    STAFF = "staff"
    KEY = "key"
    STOREFRONT = "storefront"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request, or the worker that does one job."""

    actor: Actor
    id: UUID | None = None
    credential_id: UUID | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    address: str | None = None
    request_id: str | None = None
    points: tuple[UUID, ...] | None = None
    """Points of sale that a member of staff may see; None is all."""

    @property
    def customer_id(self) -> UUID | None:
        """The customer who is signed in at the storefront; None for anybody else."""
        return self.id if self.actor is Actor.STOREFRONT else None

    def may(self, permission: str) -> bool:
        return "*" in self.permissions or permission in self.permissions


SYSTEM = Principal(Actor.SYSTEM)
