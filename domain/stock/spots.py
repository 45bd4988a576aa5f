"""A variant at a location, and its level while it is locked: as it was, and how it is to change."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self
from uuid import UUID


class Spot(NamedTuple):
    """A variant at a location."""

    variant_id: UUID
    location_id: UUID

    @classmethod
    def of(cls, row: Any) -> Self:
        """Where a row with these two columns is."""
        return cls(row["variant_id"], row["location_id"])


@dataclass(slots=True)
class Level:
    """A level under lock: thousandths as they were, and by how much they are to change."""

    id: UUID
    on_hand: int
    reserved: int
    spoilt: int
    version: int
    backordered: int = 0
    backorder_limit: int = 0
    minimum: int | None = None
    is_active: bool = True
    """Whether its location is at work; known of `lock_levels_of` alone, as the next two are."""
    priority: int = 0
    is_suppliers: bool = False
    """Whether it is a supplier's, who has what may be backordered of it."""
    more_on_hand: int = 0
    more_reserved: int = 0
    more_spoilt: int = 0
    more_backordered: int = 0
    more_limit: int = 0
    written: int = 0
    """How much of `more_on_hand` its new row has already."""

    @property
    def free(self) -> int:
        """What is on hand and nobody's yet, after all changes so far."""
        return self.on_hand + self.more_on_hand - self.reserved - self.more_reserved

    @property
    def available(self) -> int:
        """What was there for anybody before these changes; less than 0 is nothing."""
        return self.on_hand - self.reserved - self.spoilt

    @property
    def left(self) -> int:
        """The same after all changes so far."""
        return self.free - self.spoilt - self.more_spoilt

    @property
    def becomes_low(self) -> bool:
        """Whether it is these changes that leave less than the minimum there."""
        return self.minimum is not None and self.left < self.minimum <= self.available

    @property
    def waiting(self) -> int:
        """What is promised and not there yet, after all changes so far."""
        return self.backordered + self.more_backordered

    @property
    def room(self) -> int:
        """How much more may be promised than is there, after all changes so far."""
        return self.backorder_limit + self.more_limit - self.waiting

    @property
    def was_sold_out(self) -> bool:
        """Whether nothing could be promised before these changes."""
        room = self.backorder_limit - self.backordered
        return self.available <= 0 and room <= 0

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing can be promised after all changes so far."""
        return self.left <= 0 and self.room <= 0

    @property
    def is_changed(self) -> bool:
        unwritten = self.more_on_hand - self.written
        promised = self.more_reserved or self.more_backordered or self.more_limit
        return bool(unwritten or promised or self.more_spoilt)
