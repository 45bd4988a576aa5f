"""A variant at a location, and its level while it is locked: as it was, and how it is to change."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self
from uuid import UUID


class Spot(NamedTuple):
    """A variant at a location."""

    variant_id: UUID
    location_id: UUID

    @classmethod
    def of(cls, row: Any) -> Self:
        """Where a row with these two columns is."""
        return cls(row["variant_id"], row["location_id"])


class Change(NamedTuple):
    """By how many thousandths each number of a level is to be another."""

    on_hand: int = 0
    reserved: int = 0
    spoilt: int = 0
    backordered: int = 0
    backorder_limit: int = 0


NO_CHANGE: Final = Change()


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
    written: Change = NO_CHANGE
    """How much of these changes its row has already."""

    @property
    def lies(self) -> int:
        """What is on hand, after all changes so far."""
        return self.on_hand + self.more_on_hand

    @property
    def free(self) -> int:
        """The same, but for what is somebody's already."""
        return self.lies - self.reserved - self.more_reserved

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
    def least(self) -> int:
        """The least that could be promised, there or not yet: before these changes or after."""
        before = max(self.available, 0) + self.backorder_limit - self.backordered
        return min(before, max(self.left, 0) + self.room)

    @property
    def change(self) -> Change:
        """All changes so far."""
        return Change(
            self.more_on_hand,
            self.more_reserved,
            self.more_spoilt,
            self.more_backordered,
            self.more_limit,
        )

    @property
    def is_changed(self) -> bool:
        """Whether its row has not all of them."""
        return self.change != self.written
