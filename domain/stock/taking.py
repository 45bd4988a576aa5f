"""What a move puts on a shelf or takes from it, and whether so much is free. Nothing is written."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from domain.errors import Invalid
from domain.stock.levels import Level
from domain.stock.moves import MOST, MOST_VALUE, Coming, Going, InsufficientStock
from domain.stock.shelves import Heap, Part, at_average, take


def put(move: Coming, lot_id: UUID, level: Level, heaps: list[Heap]) -> Heap:
    """Lay what comes behind all that lies there. Raises Invalid for more than can be counted."""
    level.more_on_hand += move.quantity
    if level.lies > MOST:
        raise Invalid(*move.path, en="is more than can be counted", ru="больше, чем можно учесть")
    value = move.value_minor
    if value is None:
        value = at_average(heaps, move.quantity)
    if value > MOST_VALUE:
        raise Invalid(*move.path, en="is worth too much", ru="стоит слишком много")
    heaps.append(Heap(lot_id, move.quantity, value))
    return heaps[-1]


def open_to(move: Going, level: Level, heaps: list[Heap]) -> list[Heap]:
    """What a move may take of, in this order: what is spoilt goes first, where it may; of what may
    be sold enough is left for all that is reserved, whichever lot is named.

    Raises InsufficientStock.
    """
    if move.is_at_once:
        return heaps[-1:]
    if move.was_held:
        level.more_reserved -= move.quantity
    promisable = unpromised(move, level, heaps)
    named = [heap for heap in heaps if move.lot_id in (None, heap.lot_id)]
    sellable = [heap for heap in named if heap.is_sellable]
    spoilt = [] if move.is_sale else [heap for heap in named if not heap.is_sellable]
    available = min(level.free, lying(spoilt) + min(lying(sellable), promisable))
    check_free(move, move.quantity, available)
    return [*spoilt, *sellable]


def unpromised(move: Going, level: Level, heaps: Iterable[Heap]) -> int:
    """How much of what may be sold is not reserved, or is so for this move."""
    promised = 0 if move.was_held or move.is_at_once else level.reserved + level.more_reserved
    return max(0, lying(heap for heap in heaps if heap.is_sellable) - promised)


def check_free(move: Going, requested: int, available: int) -> None:
    """Raise InsufficientStock where less is available than a move needs."""
    if available < requested:
        raise InsufficientStock(
            *move.path,
            variant_id=move.spot.variant_id,
            requested=requested,
            available=available,
        )


def take_parts(
    move: Going, level: Level, heaps: list[Heap], of_lots: Mapping[UUID, int] | None
) -> list[Part]:
    """Take so much of each lot, or, of none in particular, what comes first."""
    level.more_on_hand -= move.quantity
    if of_lots is None:
        return take(heaps, move.quantity)
    return [
        part
        for lot_id, quantity in of_lots.items()
        for part in take([heap for heap in heaps if heap.lot_id == lot_id], quantity)
    ]


def lying(heaps: Iterable[Heap]) -> int:
    """Thousandths of all of them."""
    return sum(heap.quantity for heap in heaps)
